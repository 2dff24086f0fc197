from datetime import date

import pytest

from xgz.rules.coverage import DEFINITION_VERSION, CoverageClass, Figure, FigureKind, Rate
from xgz.rules.organisation_warnings import OrgWarning
from xgz.rules.snapshots import (
    Change,
    Subject,
    Table,
    definition_words,
    is_month_end,
    last_month_end,
    subject_of,
)


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2026, 11, 30), True),
        (date(2026, 11, 29), False),
        (date(2026, 12, 1), False),
        (date(2026, 12, 31), True),
        (date(2028, 2, 29), True),
        (date(2028, 2, 28), False),
        (date(2027, 2, 28), True),
    ],
    ids=str,
)
def test_last_day_of_a_month(day, ends):
    assert is_month_end(day) is ends


@pytest.mark.parametrize(
    ("today", "before"),
    [
        (date(2026, 12, 1), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2026, 10, 31)),
        (date(2027, 1, 1), date(2026, 12, 31)),
        (date(2028, 3, 31), date(2028, 2, 29)),
    ],
    ids=str,
)
def test_the_month_that_ended_last(today, before):
    assert last_month_end(today) == before


@pytest.mark.parametrize(
    ("before", "after", "points"),
    [
        (Rate(1, 4), Rate(2, 4), 25.0),
        (Rate(2, 4), Rate(1, 4), -25.0),
        (Rate(1, 3), Rate(2, 6), 0.0),
        (Rate(1000, 3000), Rate(999, 3000), 0.0),
        (Rate(0, 0), Rate(1, 4), None),
        (Rate(1, 4), Rate(0, 0), None),
    ],
    ids=["up", "down", "same", "too little to show", "nothing before", "nothing now"],
)
def test_change_is_counted_in_percentage_points(before, after, points):
    change = Change(before, after)

    assert change.points == points
    assert str(change.points) != "-0.0"
    assert change.numerator == after.numerator - before.numerator
    assert change.denominator == after.denominator - before.denominator


def test_rates_are_the_same_only_to_the_last_digit():
    assert Change(Rate(1, 3), Rate(2, 6)).is_same
    assert not Change(Rate(1000, 3000), Rate(999, 3000)).is_same


def test_points_are_not_the_difference_of_rounded_rates():
    change = Change(Rate(1049, 10000), Rate(1051, 10000))  # shown as 10.5 % both times

    assert change.points == 0.0
    assert Change(Rate(10449, 100000), Rate(10451, 100000)).points == 0.0  # 10.4 % and 10.5 %


def test_what_stands_behind_a_figure():
    assert subject_of(Figure.WORK, FigureKind.MARKET) is Subject.MARKET
    assert subject_of(Figure.WORK, FigureKind.ALL) is Subject.BUSINESS
    assert subject_of(Table.CLASSES, CoverageClass.NONE) is Subject.BUSINESS
    assert subject_of(Table.FINDINGS, OrgWarning.AGEING) is Subject.ORGANISATION
    assert subject_of(Table.CASES, "transfer") is Subject.CASE


@pytest.mark.parametrize("is_past", [True, False])
def test_definition_names_everything_that_is_counted(is_past):
    words = definition_words(
        parameters={"case.near_days": 3}, cases={"transfer": "关系转接"}, is_past=is_past
    )

    assert words["version"] == DEFINITION_VERSION
    assert set(words["figures"]) == {*map(str, Figure), *map(str, Table)}
    kinds = {table: [kind for kind, _ in pairs] for table, pairs in words["kinds"].items()}
    assert kinds["coverage"] == list(map(str, FigureKind))
    assert kinds[Table.CLASSES] == list(map(str, CoverageClass))
    assert kinds[Table.FINDINGS][0] == "any"
    assert set(kinds[Table.FINDINGS]) == {"any", *map(str, OrgWarning)}
    assert words["parameters"] == {"case.near_days": 3}
    assert bool(words["limits"]) is is_past
