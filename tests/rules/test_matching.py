"""Numbers, days and turns of matching (MT-1, MT-5, MT-7, MT-8, MT-10)."""

from datetime import date

import pytest

from xgz.rules.matching import (
    EDITABLE,
    TASK_STATE_LABELS,
    TASK_STEPS,
    Missing,
    TaskFacts,
    TaskState,
    about,
    assessment_kept_until,
    in_turn,
    is_settled,
    missing_of,
    pairs_end_on,
)

TODAY = date(2026, 11, 23)
WHOLE = TaskFacts("条例", "8号", "find", TODAY, has_assessment=True, areas=1, open_areas=0)
EMPTY = TaskFacts("", "", "", None, has_assessment=False, areas=0, open_areas=0)


def test_a_task_with_everything_lacks_nothing_on_its_last_day():
    assert missing_of(WHOLE, TODAY) == ()
    assert missing_of(WHOLE, date(2026, 11, 24)) == (Missing.OVER,)


def test_everything_that_is_missing_is_told_at_once_in_the_order_of_the_form():
    assert missing_of(EMPTY, TODAY) == (
        Missing.BASIS,
        Missing.DOCUMENT,
        Missing.PURPOSE,
        Missing.EXPIRY,
        Missing.ASSESSMENT,
        Missing.AREA,
    )


def test_a_purpose_of_ones_own_counts_as_none():
    own = TaskFacts("条例", "8号", "curiosity", TODAY, True, 1, 0)

    assert missing_of(own, TODAY) == (Missing.PURPOSE,)


@pytest.mark.parametrize(("number", "heard"), [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10), (12, 10)])
def test_the_market_line_hears_multiples_of_five(number, heard):
    assert about(number) == heard


@pytest.mark.parametrize(
    ("since", "settled"), [(date(2026, 5, 23), True), (date(2026, 5, 24), False)]
)
def test_six_months_are_full_on_their_day(since, settled):
    assert is_settled(since, TODAY) is settled


def test_pairs_end_with_the_task_or_after_sixty_days():
    assert pairs_end_on(date(2027, 5, 31), TODAY) == date(2027, 1, 22)
    assert pairs_end_on(date(2026, 12, 1), TODAY) == date(2026, 12, 1)


def test_an_assessment_is_kept_three_years_after_the_task():
    assert assessment_kept_until(TODAY, None) == date(2029, 11, 23)
    assert assessment_kept_until(TODAY, date(2027, 5, 31)) == date(2030, 5, 31)
    assert assessment_kept_until(TODAY, date(2020, 1, 1)) == date(2029, 11, 23)


def test_members_with_a_plain_pair_come_first_and_all_of_theirs_together():
    rows = [
        ("possible", "b", 0),
        ("possible", "a", 1),
        ("same", "c", 2),
        ("same", "b", 3),
        ("possible", "c", 4),
    ]

    assert in_turn(rows) == [3, 0, 2, 4, 1]


def test_every_state_has_a_word_and_is_reached_or_the_first():
    reached = set(TASK_STEPS.values()) | {TaskState.DRAFT}

    assert reached == set(TaskState) == set(TASK_STATE_LABELS)
    assert not any(state is TaskState.EXPIRED for state, _action in TASK_STEPS)
    assert TaskState.RUNNING not in EDITABLE
