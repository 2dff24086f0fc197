from datetime import date
from itertools import product

import pytest

from xgz.rules.coverage import (
    CLASS_LABELS,
    FIGURE_FORMULAS,
    FIGURE_LABELS,
    FIGURE_RULES,
    CoverageClass,
    DeclaredSize,
    Figure,
    Rate,
    Truth,
    all_of,
    any_of,
    coverage_class,
    declared_size,
    is_covered,
    is_operating,
    is_work_covered,
    last_report_due,
    market_operates,
    status_as_at,
    unreachable_as_at,
)
from xgz.rules.organisations import FormationMode
from xgz.rules.registration import BusinessStatus, StatusEventKind

NOVEMBER = date(2026, 11, 23)  # the report for 2025 is due
Y, N, U = Truth.YES, Truth.NO, Truth.UNKNOWN


def operating(**values):
    facts = {
        "status": BusinessStatus.IN_BUSINESS,
        "is_unreachable": False,
        "staff": 3,
        "last_report_year": 2025,
        "as_at": NOVEMBER,
    }
    return is_operating(**facts | values)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 1, 1), 2024),
        (date(2026, 6, 30), 2024),
        (date(2026, 7, 1), 2025),
        (date(2026, 12, 31), 2025),
        (date(2024, 2, 29), 2022),
    ],
    ids=["new year", "last day of the window", "day after", "year's end", "leap day"],
)
def test_last_report_due_changes_after_the_window(day, year):
    assert last_report_due(day) == year


@pytest.mark.parametrize(
    ("staff", "report", "truth"),
    [
        (1, None, Y),
        (1, 2024, Y),
        (0, 2025, Y),
        (0, 2024, N),
        (0, None, U),
        (None, 2025, Y),
        (None, 2024, U),
        (None, None, U),
    ],
    ids=str,
)
def test_activity_needs_staff_or_the_last_report(staff, report, truth):
    assert operating(staff=staff, last_report_year=report) is truth


def test_status_decides_before_activity():
    found = {status: operating(status=status) for status in BusinessStatus}

    assert found == {
        status: {BusinessStatus.IN_BUSINESS: Y, BusinessStatus.UNKNOWN: U}.get(status, N)
        for status in BusinessStatus
    }


def test_an_unreachable_business_does_not_operate_whatever_else_is_known():
    assert operating(is_unreachable=True) is N
    assert operating(is_unreachable=True, status=BusinessStatus.UNKNOWN) is N


@pytest.mark.parametrize("existed", list(Truth), ids=str)
def test_existence_on_a_past_day_is_a_condition(existed):
    assert operating(existed=existed) is existed


def test_three_valued_connectives_agree_with_their_definition():
    rank = {N: 0, U: 1, Y: 2}
    for pair in product(Truth, repeat=2):
        assert rank[all_of(pair)] == min(rank[each] for each in pair)
        assert rank[any_of(pair)] == max(rank[each] for each in pair)


@pytest.mark.parametrize(
    ("stalls", "truth"),
    [([], N), ([N, N], N), ([N, U], U), ([U, Y], Y)],
    ids=["no stalls", "none operates", "perhaps", "one does"],
)
def test_market_operates_while_a_stall_does(stalls, truth):
    assert market_operates(stalls) is truth


@pytest.mark.parametrize(
    ("full", "mixed", "size"),
    [
        (3, None, DeclaredSize.SHOULD_FORM),
        (3, 1, DeclaredSize.SHOULD_FORM),
        (2, 9, DeclaredSize.FEW_FULL),
        (1, 1, DeclaredSize.FEW_FULL),
        (0, 9, DeclaredSize.NONE),
        (None, 3, DeclaredSize.TO_VERIFY),
        (None, 2, DeclaredSize.FEW_MIXED),
        (None, 1, DeclaredSize.FEW_MIXED),
        (None, 0, DeclaredSize.NONE),
        (None, None, DeclaredSize.NONE),
    ],
    ids=str,
)
def test_only_the_count_of_full_members_proves_three(full, mixed, size):
    assert declared_size(full, mixed) is size


@pytest.mark.parametrize("mode", list(FormationMode), ids=str)
def test_functional_and_floating_organisations_cover_by_work_only(mode):
    covering = {"standalone", "joint", "affiliated", "association", "market"}

    assert is_covered([mode]) is (mode in covering)
    assert is_work_covered([mode], has_instructor=False) is (
        mode in covering | {"functional", "floating"}
    )


def test_an_instructor_alone_is_work_coverage():
    assert is_work_covered([], has_instructor=True)
    assert not is_work_covered([], has_instructor=False)


@pytest.mark.parametrize(
    ("modes", "size", "instructor", "expected"),
    [
        ([FormationMode.JOINT, FormationMode.STANDALONE], "none", False, "standalone"),
        ([FormationMode.MARKET], "should_form", True, "joint"),
        ([FormationMode.FUNCTIONAL], "should_form", True, "should_form"),
        ([], "to_verify", True, "to_verify"),
        ([], "few_full", True, "few_members"),
        ([], "few_mixed", False, "few_members"),
        ([FormationMode.FLOATING], "none", False, "work"),
        ([], "none", True, "work"),
        ([FormationMode.REGIONAL], "none", False, "none"),
    ],
    ids=str,
)
def test_the_first_class_that_holds_is_the_class(modes, size, instructor, expected):
    found = coverage_class(modes, DeclaredSize(size), has_instructor=instructor)

    assert found is CoverageClass(expected)


def test_rate_refuses_a_numerator_above_its_denominator():
    with pytest.raises(ValueError, match="larger than its whole"):
        Rate(3, 2)
    with pytest.raises(ValueError, match="larger than its whole"):
        Rate(1, 2, unknown=3)


def test_rate_gives_shares_with_one_decimal_and_none_without_rows():
    rate = Rate(1, 3, unknown=2)

    assert (rate.percent, rate.unknown_percent, rate.gap) == (33.3, 66.7, 2)
    assert Rate(0, 0).percent is None


@pytest.mark.parametrize(
    ("events", "status_on", "as_at", "expected"),
    [
        ([], None, date(2024, 5, 1), "cancelled"),
        ([], date(2024, 5, 1), date(2024, 5, 1), "cancelled"),
        ([], date(2024, 5, 2), date(2024, 5, 1), "unknown"),
        ([(date(2024, 5, 2), "cancelled")], None, date(2024, 5, 2), "cancelled"),
        ([(date(2024, 5, 2), "cancelled")], None, date(2024, 5, 1), "unknown"),
        (
            [(date(2020, 1, 1), "in_business"), (date(2024, 5, 2), "cancelled")],
            None,
            date(2024, 5, 1),
            "in_business",
        ),
        (
            [
                (date(2020, 1, 1), "in_business"),
                (date(2020, 1, 1), "resting"),
                (date(2024, 5, 2), "cancelled"),
            ],
            None,
            date(2020, 1, 1),
            "resting",
        ),
    ],
    ids=[
        "undated",
        "on the day",
        "dated later",
        "day of closing",
        "no earlier",
        "before",
        "same day",
    ],
)
def test_status_on_a_past_day_comes_from_the_last_event(events, status_on, as_at, expected):
    found = status_as_at(
        status=BusinessStatus.CANCELLED,
        status_on=status_on,
        events=[(day, BusinessStatus(status)) for day, status in events],
        as_at=as_at,
    )

    assert found is BusinessStatus(expected)


@pytest.mark.parametrize(
    ("now", "events", "expected"),
    [
        (True, [], True),
        (False, [("2024-01-01", "listed_abnormal"), ("2024-08-01", "delisted")], True),
        (False, [("2024-08-01", "delisted")], True),
        (True, [("2024-08-01", "listed_abnormal")], False),
        (True, [("2024-06-30", "listed_abnormal")], True),
        (
            True,
            [
                ("2023-01-01", "listed_abnormal"),
                ("2024-01-01", "delisted"),
                ("2024-08-01", "listed_abnormal"),
            ],
            False,
        ),
    ],
    ids=[
        "always",
        "delisted later",
        "only delisted",
        "listed later",
        "listed on the day",
        "between",
    ],
)
def test_listing_on_a_past_day_comes_from_the_listings(now, events, expected):
    found = unreachable_as_at(
        is_unreachable=now,
        events=[(date.fromisoformat(day), StatusEventKind(kind)) for day, kind in events],
        as_at=date(2024, 6, 30),
    )

    assert found is expected


def test_every_figure_and_class_has_its_words():
    assert set(FIGURE_LABELS) == set(FIGURE_FORMULAS) == set(FIGURE_RULES) == set(Figure)
    assert set(CLASS_LABELS) == set(CoverageClass)
