"""Parameters and the calendar as their pages show them: values with history, months with days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from xgz.models import CalendarDay, CalendarYear, ParameterValue
from xgz.queries.parameters import workdays
from xgz.rules.parameters import PARAMETERS, Parameter
from xgz.rules.workdays import Workdays

_WEEK = 7


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One parameter on a day. since: first day of the value, None where the default holds.

    coming: values that begin later, nearest first.
    """

    key: str
    parameter: Parameter
    value: int
    since: date | None
    coming: Sequence[ParameterValue]


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a month's table. name: why it is off, shifted or corrected; empty otherwise.

    is_marked: otherwise than its day of the week says; correction: the district's own entry.
    """

    day: date
    is_workday: bool
    is_marked: bool
    name: str
    correction: CalendarDay | None


@dataclass(frozen=True, slots=True)
class Month:
    """weeks: from Monday to Sunday, None outside the month. workdays: how many are worked."""

    number: int
    weeks: Sequence[Sequence[DayCell | None]]
    workdays: int


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row under one name, all off or all worked; both ends count."""

    name: str
    is_workday: bool
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class YearPage:
    """A year of the calendar. source: empty where nothing is known of the year."""

    year: int
    is_final: bool
    source: str
    months: Sequence[Month]
    spans: Sequence[Span]
    workdays: int
    corrections: Sequence[CalendarDay]


def parameter_rows(day: date) -> list[ParameterRow]:
    """Return every parameter as it stands on a day, in the order of the table; one query."""
    entered: dict[str, list[ParameterValue]] = {}
    standing = ParameterValue.objects.filter(withdrawn_at__isnull=True)
    for value in standing.order_by("valid_from", "pk"):
        entered.setdefault(value.key, []).append(value)
    return [_row(key, entered.get(key, []), day) for key in PARAMETERS]


def parameter_values(key: str) -> list[ParameterValue]:
    """Return all values ever entered of a parameter, the last first, those taken back as well."""
    rows = ParameterValue.objects.filter(key=key).select_related("entered_by")
    return list(rows.order_by("-valid_from", "-entered_at", "-pk"))


def correction_of(public_id: str) -> CalendarDay | None:
    """Return a single correction by its public id, or None."""
    return CalendarDay.objects.filter(public_id=public_id, notice=None).first()


def year_page(year: int) -> YearPage:
    """Return a year of the calendar with the district's own entries; three queries."""
    calendar = workdays()
    entries = CalendarDay.objects.filter(
        day__gte=date(year, 1, 1), day__lte=date(year, 12, 31), withdrawn_at__isnull=True
    ).select_related("entered_by")
    corrections = {entry.day: entry for entry in entries if entry.notice_id is None}
    names = _names(calendar, year) | {each.day: each.name for each in entries if each.notice_id}
    names |= {day: entry.name for day, entry in corrections.items()}
    months = [_month(year, number, calendar, names, corrections) for number in range(1, 13)]
    return YearPage(
        year=year,
        is_final=calendar.is_final(year),
        source=_source(calendar, year),
        months=months,
        spans=_spans(calendar, names),
        workdays=sum(month.workdays for month in months),
        corrections=sorted(corrections.values(), key=lambda entry: entry.day),
    )


def _row(key: str, values: Sequence[ParameterValue], day: date) -> ParameterRow:
    begun = [value for value in values if value.valid_from <= day]
    coming = [value for value in values if value.valid_from > day]
    parameter = PARAMETERS[key]
    if not begun:
        return ParameterRow(key, parameter, parameter.default, None, coming)
    return ParameterRow(key, parameter, begun[-1].value, begun[-1].valid_from, coming)


def _names(calendar: Workdays, year: int) -> dict[date, str]:
    known = calendar.notice_of(year)
    return {} if known is None else {**known.off, **known.shifted}


def _spans(calendar: Workdays, names: Mapping[date, str]) -> list[Span]:
    spans: list[Span] = []
    for day, name in sorted(names.items()):
        span = Span(name, calendar.is_workday(day), day, day)
        before = spans[-1] if spans else None
        if before and replace(before, first=day, last=day) == span and _follows(before, day):
            spans[-1] = replace(before, last=day)
        else:
            spans.append(span)
    return spans


def _follows(span: Span, day: date) -> bool:
    return day - span.last == timedelta(days=1)


def _source(calendar: Workdays, year: int) -> str:
    known = calendar.notice_of(year)
    if known is not None:
        return known.source
    entered = CalendarYear.objects.filter(year=year).first()
    return entered.source if entered else ""


def _month(
    year: int,
    number: int,
    calendar: Workdays,
    names: Mapping[date, str],
    corrections: Mapping[date, CalendarDay],
) -> Month:
    first = date(year, number, 1)
    after = date(year + number // 12, number % 12 + 1, 1)
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    cells: list[DayCell | None] = [None] * first.weekday()
    for day in days:
        is_workday = calendar.is_workday(day)
        is_marked = is_workday is not (day.weekday() < _WEEK - 2) or day in corrections
        cells.append(DayCell(day, is_workday, is_marked, names.get(day, ""), corrections.get(day)))
    cells += [None] * (-len(cells) % _WEEK)
    weeks = [cells[n : n + _WEEK] for n in range(0, len(cells), _WEEK)]
    return Month(number, weeks, sum(calendar.is_workday(day) for day in days))
