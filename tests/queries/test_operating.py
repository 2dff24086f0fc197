"""The conditions in the database against the pure rules, over every combination of inputs."""

from datetime import date, timedelta
from itertools import product

import pytest

from tests.factories import make_business, make_report
from tests.factories.district import TODAY
from xgz.models import Business, StatusEvent
from xgz.queries.operating import Day, operating_conditions, rebuild_facts
from xgz.rules.coverage import Truth, is_operating, status_as_at, unreachable_as_at
from xgz.rules.registration import BusinessStatus, StatusEventKind

pytestmark = pytest.mark.django_db

STAFF = (None, 0, 1)
AS_AT = date(2024, 6, 30)  # the report for 2022 is due, that for 2023 filed early counts too
BEFORE, AFTER = AS_AT, AS_AT + timedelta(days=1)


def found(day, truth):
    """Return the row numbers the conditions give for one truth value."""
    conditions = operating_conditions(day)
    rows = rebuild_facts(Business.objects.all(), day)
    wanted = {
        Truth.YES: conditions.certain,
        Truth.UNKNOWN: conditions.unknown,
    }
    if truth is Truth.NO:
        return set(rows.values_list("pk", flat=True)) - set(
            rows.filter(conditions.counted).values_list("pk", flat=True)
        )
    return set(rows.filter(wanted[truth]).values_list("pk", flat=True))


def assert_conditions_equal(day, expected):
    for truth in Truth:
        assert found(day, truth) == {pk for pk, each in expected.items() if each is truth}


def test_conditions_equal_the_rule_today():
    expected = {}
    for status, unreachable, staff, report in product(
        BusinessStatus, (False, True), STAFF, (None, 2023, 2024, 2025, 2026)
    ):
        business = make_business(
            status=status, is_unreachable=unreachable, staff=staff, last_report_year=report
        )
        expected[business.pk] = is_operating(
            status=status,
            is_unreachable=unreachable,
            staff=staff,
            last_report_year=report,
            as_at=TODAY,
        )

    assert_conditions_equal(Day(TODAY, TODAY), expected)


def test_the_report_due_changes_the_day_after_the_window():
    business = make_business(staff=0, last_report_year=2024)
    last, after = Day(date(2026, 6, 30), date(2026, 6, 30)), Day(date(2026, 7, 1), date(2026, 7, 1))

    assert found(last, Truth.YES) == {business.pk}
    assert found(after, Truth.NO) == {business.pk}


@pytest.mark.parametrize("established", [None, BEFORE, AFTER], ids=["undated", "before", "after"])
def test_conditions_equal_the_rule_on_a_past_day(established):
    expected = {}
    for staff, years in product(STAFF, ((), (2021,), (2022,), (2021, 2024), (2022, 2025), (2024,))):
        business = make_business(staff=staff, established_on=established)
        for year in years:
            make_report(business, year=year, is_latest=year == max(years))
        known = [year for year in years if year < AS_AT.year]
        existed = Truth.UNKNOWN
        if established is not None:
            existed = Truth.YES if established <= AS_AT else Truth.NO
        expected[business.pk] = is_operating(
            status=BusinessStatus.IN_BUSINESS,
            is_unreachable=False,
            staff=staff,
            last_report_year=max(known, default=None),
            as_at=AS_AT,
            existed=existed,
        )

    assert_conditions_equal(Day(AS_AT, TODAY), expected)


def test_history_equals_the_rule_on_a_past_day():
    """Every sequence of up to three events before and after the day, for status and listing."""
    expected = {}
    steps = (
        (StatusEventKind.OPENED, BusinessStatus.IN_BUSINESS),
        (StatusEventKind.CLOSED, BusinessStatus.CANCELLED),
        (StatusEventKind.LISTED_ABNORMAL, BusinessStatus.IN_BUSINESS),
        (StatusEventKind.DELISTED, BusinessStatus.RESTING),
    )
    days = (AS_AT - timedelta(days=9), BEFORE, AFTER)
    for length, status_on in product((0, 1, 2, 3), (None, BEFORE, AFTER)):
        for chosen, now in product(product(steps, repeat=length), (False, True)):
            business = make_business(is_unreachable=now, status_on=status_on)
            events = [(day, *step) for day, step in zip(days[3 - length :], chosen, strict=True)]
            for day, kind, status in events:
                StatusEvent.objects.create(
                    business=business, kind=kind, happened_on=day, status=status
                )
            expected[business.pk] = _truth(now, status_on, events)

    assert_conditions_equal(Day(AS_AT, TODAY), expected)


def _truth(now, status_on, events):
    listings = [
        (day, kind)
        for day, kind, _ in events
        if kind in {StatusEventKind.LISTED_ABNORMAL, StatusEventKind.DELISTED}
    ]
    return is_operating(
        status=status_as_at(
            status=BusinessStatus.IN_BUSINESS,
            status_on=status_on,
            events=[(day, status) for day, _, status in events],
            as_at=AS_AT,
        ),
        is_unreachable=unreachable_as_at(is_unreachable=now, events=listings, as_at=AS_AT),
        staff=2,
        last_report_year=None,
        as_at=AS_AT,
    )
