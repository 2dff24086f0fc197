"""Working days by the yearly notices, both sides of every limit; lights of due dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.rules.holidays import YEARS, fixed_by_law
from xgz.rules.workdays import Light, Standing, Workdays

CALENDAR = Workdays(years=YEARS)
DAY = timedelta(days=1)
WORKDAYS_OF_YEAR = {2024: 251, 2025: 248, 2026: 248}
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize("year", WORKDAYS_OF_YEAR)
def test_a_year_has_as_many_working_days_as_its_notice_leaves(year):
    assert CALENDAR.between(date(year - 1, 12, 31), date(year, 12, 31)) == WORKDAYS_OF_YEAR[year]


@pytest.mark.parametrize(
    ("day", "is_workday"),
    [
        ("2024-02-04", True),  # Sunday worked before the spring festival
        ("2024-02-09", True),  # New Year's Eve was no holiday yet
        ("2024-02-10", False),
        ("2024-02-17", False),
        ("2024-02-18", True),
        ("2024-05-11", True),
        ("2024-09-14", True),
        ("2024-10-12", True),
        ("2025-01-26", True),
        ("2025-01-27", True),
        ("2025-01-28", False),
        ("2025-02-04", False),
        ("2025-02-05", True),
        ("2025-02-08", True),
        ("2025-02-09", False),
        ("2025-10-08", False),
        ("2025-10-09", True),
        ("2025-10-11", True),
        ("2026-01-02", False),
        ("2026-01-04", True),
        ("2026-02-14", True),
        ("2026-02-15", False),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-02-28", True),
        ("2026-05-09", True),
        ("2026-09-20", True),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
    ],
)
def test_days_around_every_holiday(day, is_workday):
    assert CALENDAR.is_workday(date.fromisoformat(day)) is is_workday


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-23", 0, "2026-11-23"),
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-27", 1, "2026-11-30"),  # over a weekend
        ("2026-11-28", 1, "2026-11-30"),  # from a weekend
        ("2026-02-13", 1, "2026-02-14"),  # the shifted Saturday
        ("2026-02-13", 2, "2026-02-24"),  # over the spring festival
        ("2026-12-31", 1, "2027-01-04"),  # year end, into a provisional year
        ("2025-12-31", 1, "2026-01-04"),  # the shifted Sunday
        ("2024-02-28", 1, "2024-02-29"),  # leap day
        ("2024-12-31", 1, "2025-01-02"),
    ],
)
def test_terms_in_working_days(start, count, end):
    start, end = date.fromisoformat(start), date.fromisoformat(end)

    assert CALENDAR.add(start, count) == end
    assert CALENDAR.between(start, end) == count


@given(day=days, count=st.integers(0, 120))
def test_between_undoes_add(day, count):
    assert CALENDAR.between(day, CALENDAR.add(day, count)) == count


@given(first=days, last=days)
def test_add_undoes_between_for_working_days(first, last):
    first, last = sorted((first, last))
    count = CALENDAR.between(first, last)
    reached = CALENDAR.add(first, count)

    assert reached <= last
    assert CALENDAR.between(reached, last) == 0
    if CALENDAR.is_workday(last):
        assert reached == last


@given(first=days, last=days)
def test_days_are_counted_one_by_one(first, last):
    number, day = 0, first
    while day < last:
        day += DAY
        number += CALENDAR.is_workday(day)

    assert CALENDAR.between(first, last) == number


@pytest.mark.parametrize(
    ("due_on", "light", "number"),
    [
        ("2026-11-20", Light.LATE, 3),  # overdue in calendar days
        ("2026-11-22", Light.LATE, 1),
        ("2026-11-23", Light.NEAR, 0),  # the due day itself is not late
        ("2026-11-26", Light.NEAR, 3),
        ("2026-11-27", Light.CALM, 4),
        ("2026-11-29", Light.CALM, 4),
        ("2026-11-30", Light.CALM, 5),
    ],
)
def test_lights_on_both_sides_of_each_limit(due_on, light, number):
    standing = CALENDAR.standing(date.fromisoformat(due_on), date(2026, 11, 23))

    assert standing == Standing(light, number)


@given(due_on=days, near=st.integers(1, 10))
def test_the_first_yellow_day_agrees_with_the_light(due_on, near):
    first = CALENDAR.near_from(due_on, near)

    assert CALENDAR.standing(due_on, first, near).light is Light.NEAR
    assert CALENDAR.standing(due_on, first - DAY, near).light is Light.CALM
    assert CALENDAR.standing(due_on, due_on, near).light is Light.NEAR
    assert CALENDAR.standing(due_on, due_on + DAY, near).light is Light.LATE


@pytest.mark.parametrize(
    ("first", "last", "is_provisional"),
    [
        ("2026-01-01", "2026-12-31", False),
        ("2024-01-01", "2026-12-31", False),
        ("2026-12-31", "2027-01-01", True),
        ("2027-05-01", "2027-05-02", True),
        ("2023-12-31", "2024-01-01", True),
        ("2040-01-01", "2040-01-02", True),
    ],
)
def test_counts_that_reach_into_a_year_without_notice_are_provisional(first, last, is_provisional):
    days = date.fromisoformat(first), date.fromisoformat(last)

    assert CALENDAR.is_provisional(*days) is is_provisional


def test_a_due_date_beyond_the_notices_shows_as_provisional_until_it_is_late():
    due_on = date(2027, 1, 8)

    assert CALENDAR.standing(due_on, date(2026, 12, 31)).is_provisional
    assert not CALENDAR.standing(due_on, date(2027, 1, 9)).is_provisional


@pytest.mark.parametrize(
    ("day", "is_workday"),
    [
        ("2027-02-04", True),
        ("2027-02-05", False),  # New Year's Eve
        ("2027-02-08", False),
        ("2027-02-09", False),  # for the Saturday
        ("2027-02-10", False),  # for the Sunday
        ("2027-02-11", True),
        ("2027-05-03", False),
        ("2027-05-04", False),
        ("2027-05-05", True),
        ("2028-01-03", False),
        ("2028-01-04", True),
        ("2030-02-07", False),
        ("2030-02-08", True),
    ],
)
def test_without_a_notice_the_law_holds_and_weekends_are_made_up_for(day, is_workday):
    assert CALENDAR.is_workday(date.fromisoformat(day)) is is_workday


@pytest.mark.parametrize("year", range(2025, 2031))
def test_a_year_has_thirteen_holidays_by_law(year):
    # In 2028 the Mid-autumn Festival falls on the last of the National Days.
    assert len(fixed_by_law(year)) == (12 if year == 2028 else 13)


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_notice_frees_the_holidays_by_law(year):
    assert [day for day in fixed_by_law(year) if CALENDAR.is_workday(day)] == []


def test_beyond_the_known_years_the_holidays_with_a_fixed_date_remain():
    assert [f"{day:%m-%d}" for day in fixed_by_law(2044)] == [
        "01-01",
        "05-01",
        "05-02",
        "10-01",
        "10-02",
        "10-03",
    ]


@pytest.mark.parametrize("year", sorted(YEARS))
def test_shifted_days_are_weekends_and_no_days_off(year):
    known = YEARS[year]

    assert [day for day in known.shifted if day.weekday() < 5 or day in known.off] == []
    assert {day.year for day in (*known.off, *known.shifted)} == {year}


def test_corrections_stand_above_the_notice():
    calendar = Workdays(
        years=YEARS, corrections={date(2026, 10, 1): True, date(2026, 11, 23): False}
    )

    assert calendar.is_workday(date(2026, 10, 1))
    assert not calendar.is_workday(date(2026, 11, 23))
    assert calendar.is_workday(date(2026, 11, 24))


def test_an_entered_notice_takes_the_place_of_what_the_law_alone_told():
    made_up_for = date(2027, 2, 10)
    calendar = Workdays(
        years=YEARS,
        corrections={day: False for day in fixed_by_law(2027)},
        final_years=frozenset({2027}),
    )

    assert not CALENDAR.is_workday(made_up_for)
    assert calendar.is_workday(made_up_for)
    assert not calendar.is_workday(date(2027, 2, 5))
    assert calendar.is_final(2027)
    assert not calendar.is_provisional(date(2026, 12, 1), date(2027, 12, 31))
    assert calendar.notice_of(2026) is YEARS[2026]
