"""The district's parameters and working days as they hold on a day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, BooleanField, DateField, IntegerField, QuerySet, Value

from xgz.access.prepared import answers
from xgz.access.reading import once
from xgz.models import CalendarDay, CalendarYear, ParameterValue
from xgz.rules.holidays import YEARS
from xgz.rules.organisations import OrganisationLimits
from xgz.rules.parameters import PARAMETERS, organisation_limits, work_limits
from xgz.rules.workdays import Workdays
from xgz.rules.worklists import WorkLimits


@once
def parameters_on(day: date) -> Mapping[str, int]:
    """Return key → value of every parameter as it holds on a day; one query (PM-1)."""
    values = {key: parameter.default for key, parameter in PARAMETERS.items()}
    for key, value in answers(_entered_by, day):
        if key in values:
            values[key] = value
    return values


def _entered_by(day: date) -> QuerySet[ParameterValue, Any]:
    entered = ParameterValue.objects.filter(valid_from__lte=day, withdrawn_at__isnull=True)
    return entered.order_by("valid_from", "pk").values_list("key", "value")


def organisation_limits_on(day: date) -> OrganisationLimits:
    """Return what the district set for its organisations as it holds on a day; one query."""
    return organisation_limits(parameters_on(day))


def work_limits_on(day: date) -> WorkLimits:
    """Return what the district set for its worklists as it holds on a day; one query."""
    return work_limits(parameters_on(day))


@once
def workdays() -> Workdays:
    """Return the calendar of working days with the district's own entries; one query (CL-1)."""
    rows = answers(_calendar)
    # A single correction comes after the day of the year's notice and stands above it.
    rows.sort(key=lambda row: row[2] is None)
    return Workdays(
        years=YEARS,
        corrections={day: is_workday for day, is_workday, _notice, year in rows if year is None},
        final_years=frozenset(year for *_day, year in rows if year is not None),
    )


def _calendar() -> QuerySet[CalendarDay, Any]:
    entered = CalendarDay.objects.filter(withdrawn_at__isnull=True).order_by()
    days = entered.annotate(year=Value(None, IntegerField()))
    years = CalendarYear.objects.order_by().annotate(
        day=Value(None, DateField()),
        is_workday=Value(None, BooleanField()),
        notice=Value(None, BigIntegerField()),
    )
    columns = ("day", "is_workday", "notice", "year")
    return days.values_list(*columns).union(years.values_list(*columns), all=True)
