"""The district's parameters and working days as they hold on a day."""

from datetime import date

from django.db.models import F

from xgz.models import CalendarDay, CalendarYear, ParameterValue
from xgz.rules.holidays import YEARS
from xgz.rules.organisations import OrganisationLimits
from xgz.rules.parameters import PARAMETERS, organisation_limits, work_limits
from xgz.rules.workdays import Workdays
from xgz.rules.worklists import WorkLimits


def parameters_on(day: date) -> dict[str, int]:
    """Return key → value of every parameter as it holds on a day; one query (PM-1)."""
    values = {key: parameter.default for key, parameter in PARAMETERS.items()}
    entered = ParameterValue.objects.filter(valid_from__lte=day, withdrawn_at__isnull=True)
    for key, value in entered.order_by("valid_from", "pk").values_list("key", "value"):
        if key in values:
            values[key] = value
    return values


def organisation_limits_on(day: date) -> OrganisationLimits:
    """Return what the district set for its organisations as it holds on a day; one query."""
    return organisation_limits(parameters_on(day))


def work_limits_on(day: date) -> WorkLimits:
    """Return what the district set for its worklists as it holds on a day; one query."""
    return work_limits(parameters_on(day))


def workdays() -> Workdays:
    """Return the calendar of working days with the district's own entries; two queries (CL-1)."""
    entered = CalendarDay.objects.filter(withdrawn_at__isnull=True)
    # A single correction comes after the day of the year's notice and stands above it.
    rows = entered.order_by(F("notice").asc(nulls_last=True))
    return Workdays(
        years=YEARS,
        corrections=dict(rows.values_list("day", "is_workday")),
        final_years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
    )
