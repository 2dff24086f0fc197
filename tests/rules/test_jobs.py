"""When background work is tried again, and which slots of the schedule are due (JB-1 to JB-3)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.rules.jobs import (
    LEASE_SECONDS,
    MAX_ATTEMPTS,
    MOST_MISSED_MONTHS,
    SCHEDULES,
    Cadence,
    Schedule,
    current_slot,
    lease_end,
    month_end,
    retry_after,
    slots_due,
)

HERE = timezone(timedelta(hours=8))
HOURLY = Schedule("h", Cadence.HOURLY)
DAILY = Schedule("d", Cadence.DAILY)
MONTHLY = Schedule("m", Cadence.MONTHLY, every_slot=True)
ALL = (HOURLY, DAILY, MONTHLY)


def _at(text):
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def _walk(schedules, *moments):
    """Queue what is due at each moment in turn; return the names in that order."""
    queued = []
    for moment in moments:
        queued += [slot.name for slot in slots_due(schedules, set(queued), moment)]
    return queued


def test_each_failure_waits_four_times_as_long():
    waits = [retry_after(n).total_seconds() for n in range(1, MAX_ATTEMPTS)]

    assert waits == [10, 40, 160, 640]


def test_a_lease_holds_a_minute():
    now = datetime(2026, 11, 23, tzinfo=UTC)

    assert lease_end(now) - now == timedelta(seconds=LEASE_SECONDS)


@pytest.mark.parametrize(
    ("schedule", "moment", "name"),
    [
        (HOURLY, "2026-11-23 09:00:00", "h 2026-11-23T09"),
        (HOURLY, "2026-11-23 09:59:59", "h 2026-11-23T09"),
        (DAILY, "2026-11-23 00:00:00", "d 2026-11-23"),
        (DAILY, "2026-11-23 23:59:59", "d 2026-11-23"),
        (DAILY, "2028-02-29 12:00:00", "d 2028-02-29"),
        (MONTHLY, "2026-11-01 00:00:00", "m 2026-10"),
        (MONTHLY, "2026-11-30 23:59:59", "m 2026-10"),
        (MONTHLY, "2027-01-01 00:00:00", "m 2026-12"),
        (MONTHLY, "2028-03-01 00:00:00", "m 2028-02"),
    ],
    ids=str,
)
def test_the_newest_slot_is_told_by_local_time(schedule, moment, name):
    assert current_slot(schedule, _at(moment)).name == name


def test_every_slot_is_queued_once_however_often_one_looks():
    moment = _at("2026-11-23 09:14:00")

    assert _walk(ALL, moment, moment, moment + timedelta(minutes=45)) == [
        "h 2026-11-23T09",
        "d 2026-11-23",
        "m 2026-10",
    ]


def test_midnight_of_the_year_begins_all_three():
    before, after = _at("2026-12-31 23:59:59"), _at("2027-01-01 00:00:00")

    assert _walk(ALL, before, after)[3:] == ["h 2027-01-01T00", "d 2027-01-01", "m 2026-12"]


def test_a_leap_day_has_its_own_run_and_ends_its_month():
    days = [_at(f"2028-02-{day} 08:00:00") for day in (28, 29)] + [_at("2028-03-01 08:00:00")]

    assert _walk((DAILY, MONTHLY), *days) == [
        "d 2028-02-28",
        "m 2028-01",
        "d 2028-02-29",
        "d 2028-03-01",
        "m 2028-02",
    ]


def test_a_clock_set_back_an_hour_queues_nothing_twice_and_leaves_nothing_out():
    hours = ["10:30", "11:05", "10:05", "10:59", "11:06", "12:00"]

    queued = _walk((HOURLY,), *(_at(f"2026-11-23 {hour}:00") for hour in hours))

    assert queued == ["h 2026-11-23T10", "h 2026-11-23T11", "h 2026-11-23T12"]


def test_a_clock_set_back_over_midnight_runs_no_day_twice():
    moments = ["2026-12-01 00:10:00", "2026-11-30 23:10:00", "2026-12-01 00:00:00"]

    queued = _walk((DAILY, MONTHLY), *map(_at, moments))

    assert queued == ["d 2026-12-01", "m 2026-11", "d 2026-11-30", "m 2026-10"]


def test_after_a_jump_of_30_days_only_the_newest_hour_and_day_run():
    queued = _walk(ALL, _at("2026-11-23 09:00:00"), _at("2026-12-23 09:00:00"))

    assert queued[3:] == ["h 2026-12-23T09", "d 2026-12-23", "m 2026-11"]


def test_a_clock_wrong_by_30_days_for_a_while_leaves_no_day_out():
    start = _at("2026-11-23 09:00:00")
    days = [start + timedelta(days=n) for n in (0, 30, *range(1, 32))]

    queued = _walk((DAILY,), *days)

    assert sorted(queued) == [f"d {start + timedelta(days=n):%Y-%m-%d}" for n in range(32)]


def test_every_missed_month_is_made_up_oldest_first():
    queued = _walk((MONTHLY,), _at("2026-09-15 08:00:00"), _at("2027-02-01 00:00:00"))

    assert queued == ["m 2026-08", "m 2026-09", "m 2026-10", "m 2026-11", "m 2026-12", "m 2027-01"]


def test_months_before_the_first_run_are_not_invented():
    assert _walk((MONTHLY,), _at("2026-11-23 08:00:00")) == ["m 2026-10"]


def test_a_clock_from_another_century_calls_for_two_years_at_most():
    known = {"m 1969-12"}

    due = slots_due((MONTHLY,), known, _at("2026-11-23 08:00:00"))

    assert len(due) == MOST_MISSED_MONTHS + 1
    assert (due[0].subject, due[-1].subject) == ("2024-10", "2026-10")


@given(st.lists(st.integers(0, 3 * 366 * 24 * 3600), max_size=40))
def test_no_order_of_moments_queues_a_slot_twice_or_leaves_the_present_one_out(seconds):
    queued = []
    for second in seconds:
        local = _at("2026-01-01 00:00:00") + timedelta(seconds=second)
        queued += [slot.name for slot in slots_due(ALL, set(queued), local)]
        assert all(current_slot(schedule, local).name in queued for schedule in ALL)
        months = sorted(name for name in queued if name.startswith("m "))
        assert len(queued) == len(set(queued))
        newest = current_slot(MONTHLY, local).name
        assert _gapless([name for name in months if name <= newest])


def _gapless(months):
    numbers = [int(name[2:6]) * 12 + int(name[7:9]) for name in months]
    recent = [number for number in numbers if number >= numbers[-1] - MOST_MISSED_MONTHS]
    return recent == list(range(recent[0], recent[-1] + 1))


@pytest.mark.parametrize(
    ("subject", "day"),
    [("2026-11", "2026-11-30"), ("2026-12", "2026-12-31"), ("2028-02", "2028-02-29")],
    ids=str,
)
def test_the_last_day_of_a_month(subject, day):
    assert month_end(subject).isoformat() == day


def test_the_schedule_has_one_entry_for_each_kind():
    kinds = [schedule.kind for schedule in SCHEDULES]

    assert len(kinds) == len(set(kinds))
    assert [s.kind for s in SCHEDULES if s.every_slot] == ["snapshot.monthly"]
