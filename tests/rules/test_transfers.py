"""The state table of transfers, the letter's days, its number and its completeness."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.rules.cases import StepNotAllowed, faults_of
from xgz.rules.transfers import (
    CHANNEL_LABELS,
    FOR_OUTSIDE,
    FOR_THE_DISTRICT,
    MISSING_LABELS,
    REASON_LABELS,
    TRANSFER,
    Channel,
    LetterStanding,
    Missing,
    TransferAction,
    TransferReason,
    TransferState,
    expiry,
    has_expired,
    letter_series,
    letter_standing,
    missing_for_letter,
    wants_review,
)

A, S = TransferAction, TransferState
WAYS = {
    (S.DRAFT, A.ISSUE): S.ISSUED,
    (S.DRAFT, A.SEND_OUT): S.SENT_OUT,
    (S.DRAFT, A.WITHDRAW): S.WITHDRAWN,
    (S.ISSUED, A.ACCEPT): S.ACCEPTED,
    (S.ISSUED, A.RETURN): S.RETURNED,
    (S.ISSUED, A.EXPIRE): S.EXPIRED,
    (S.ISSUED, A.WITHDRAW): S.WITHDRAWN,
    (S.SENT_OUT, A.RECORD_RECEIPT): S.ACCEPTED,
    (S.SENT_OUT, A.RECORD_RETURN): S.RETURNED,
    (S.SENT_OUT, A.EXPIRE): S.EXPIRED,
    (S.SENT_OUT, A.WITHDRAW): S.WITHDRAWN,
    (S.RETURNED, A.ISSUE): S.ISSUED,
    (S.RETURNED, A.SEND_OUT): S.SENT_OUT,
    (S.RETURNED, A.WITHDRAW): S.WITHDRAWN,
    (S.EXPIRED, A.ISSUE): S.ISSUED,
    (S.EXPIRED, A.SEND_OUT): S.SENT_OUT,
    (S.EXPIRED, A.ACCEPT_LATE): S.ACCEPTED,
    (S.EXPIRED, A.RECORD_RECEIPT): S.ACCEPTED,
    (S.EXPIRED, A.RECORD_RETURN): S.RETURNED,
    (S.EXPIRED, A.WITHDRAW): S.WITHDRAWN,
}


def test_the_table_is_sound():
    assert faults_of(TRANSFER) == []


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("action", A)
def test_every_state_with_every_action(state, action):
    wanted = WAYS.get((state, action))
    if wanted is None:
        with pytest.raises(StepNotAllowed):
            TRANSFER.step(state, action)
    else:
        assert TRANSFER.step(state, action).to == wanted


def test_time_alone_takes_expiry_and_nothing_else():
    by_time = {action for (_, action), step in TRANSFER.steps.items() if "clock" in step.by}

    assert by_time == {A.EXPIRE}


def test_every_word_of_the_case_has_its_label():
    assert set(CHANNEL_LABELS) == set(Channel)
    assert set(REASON_LABELS) == set(TransferReason)
    assert set(MISSING_LABELS) == set(Missing)
    assert not FOR_OUTSIDE & FOR_THE_DISTRICT


@pytest.mark.parametrize(
    ("today", "ran_out"),
    [(date(2026, 11, 20), False), (date(2026, 11, 21), False), (date(2026, 11, 22), True)],
)
def test_the_last_day_of_ninety_still_counts(today, ran_out):
    last = expiry(date(2026, 8, 23), 90)

    assert last == date(2026, 11, 21)
    assert has_expired(last, today) is ran_out


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_no_letter_is_valid_for_less_than_a_day_or_more_than_ninety(days):
    with pytest.raises(ValueError, match="1 to 90 days"):
        expiry(date(2026, 8, 23), days)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 90))
def test_a_letter_runs_out_the_day_after_its_last(issued_on, days):
    last = expiry(issued_on, days)

    assert (last - issued_on).days == days
    assert not has_expired(last, last)
    assert has_expired(last, last.replace(year=last.year + 1) if last.month != 2 else date.max)


@pytest.mark.parametrize(
    ("first", "today", "wanted"),
    [
        (None, date(2026, 11, 23), False),
        (date(2026, 5, 24), date(2026, 11, 23), False),
        (date(2026, 5, 23), date(2026, 11, 23), True),
        (date(2026, 8, 31), date(2027, 2, 27), False),
        (date(2026, 8, 31), date(2027, 2, 28), True),
    ],
)
def test_people_look_after_six_months(first, today, wanted):
    assert wants_review(first, today) is wanted


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("清平镇党委", "清平转"),
        ("中共清平镇党委", "清平转"),
        ("云溪乡党委", "云溪转"),
        ("城关街道党工委", "城关转"),
        ("东渡街道党委", "东渡转"),
        ("县委组织部", "县委组转"),
        ("党委", "党委转"),
        ("开发区", "开发区转"),
    ],
)
def test_the_word_in_front_of_a_letter_number(name, word):
    assert letter_series(name) == word


@pytest.mark.parametrize(("length", "kept"), [(26, 26), (27, 26), (120, 26)])
def test_a_long_name_leaves_room_for_the_number(length, kept):
    assert letter_series("甲" * length + "镇党委") == "甲" * kept + "转"


COMPLETE = {
    "name": "方柏梁",
    "id_number": "36099919680402241X",
    "member_class": "full",
    "status": "normal",
    "is_at_home": True,
    "target_fault": None,
}


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, []),
        ({"member_class": "probationary"}, []),
        ({"status": "lost_contact"}, []),
        ({"name": " "}, [Missing.NAME]),
        ({"id_number": ""}, [Missing.ID_NUMBER]),
        ({"member_class": "unknown"}, [Missing.CLASS]),
        ({"member_class": "activist"}, [Missing.CLASS]),
        ({"status": "moved_out"}, [Missing.NOT_ON_ROLLS]),
        ({"status": "deceased"}, [Missing.NOT_ON_ROLLS]),
        ({"is_at_home": False}, [Missing.FROM_ORG]),
        ({"target_fault": Missing.TARGET_INACTIVE}, [Missing.TARGET_INACTIVE]),
        ({"name": "", "id_number": "", "target_fault": Missing.SAME_ORG},
         [Missing.NAME, Missing.ID_NUMBER, Missing.SAME_ORG]),
    ],
)  # fmt: skip
def test_what_a_letter_lacks(change, missing):
    assert missing_for_letter(**{**COMPLETE, **change}) == missing


@pytest.mark.parametrize(
    ("state", "today", "standing"),
    [
        (TransferState.ISSUED, date(2026, 11, 23), LetterStanding.VALID),
        (TransferState.ISSUED, date(2026, 11, 24), LetterStanding.EXPIRED),
        (TransferState.SENT_OUT, date(2026, 11, 23), LetterStanding.VALID),
        (TransferState.SENT_OUT, date(2026, 11, 24), LetterStanding.EXPIRED),
        (TransferState.RETURNED, date(2026, 11, 1), LetterStanding.RETURNED),
        (TransferState.EXPIRED, date(2026, 11, 24), LetterStanding.EXPIRED),
        (TransferState.ACCEPTED, date(2026, 11, 1), LetterStanding.USED),
        (TransferState.WITHDRAWN, date(2026, 11, 1), LetterStanding.VOID),
    ],
)
def test_a_letter_counts_only_on_its_way_and_to_its_last_day(state, today, standing):
    assert letter_standing(state, date(2026, 11, 23), today) is standing
