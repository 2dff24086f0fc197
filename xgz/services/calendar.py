"""The working-day calendar: single corrections, and a year's notice as a whole (CL-1, CL-6)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import CalendarDay, CalendarYear
from xgz.queries.parameters import workdays
from xgz.rules.holidays import fixed_by_law
from xgz.rules.year_notice import NoticeDay, check_notice
from xgz.services import audit
from xgz.services.transactions import unit, unit_of_work

CHANGE = "calendar.change"


class DayNotAllowed(Exception):
    """Days and years that are over stay as they were."""


class NothingChanges(Exception):
    """The day is worked, or free, already."""


class YearKnown(Exception):
    """The notice of this year is known already; single days can still be corrected."""


class NoticeFaulty(Exception):
    """The days make up no notice of the year (CL-6)."""


class CorrectionGone(Exception):
    """The correction was taken back before, or its day is over."""


class ChangedMeanwhile(Exception):
    """Somebody else corrected the day at the same moment."""


@unit_of_work
def correct_day(
    *, actor: Actor, day: date, is_workday: bool, name: str, source: str, now: datetime
) -> CalendarDay:
    """Enter one day as worked or free over every notice; stored due dates stay (CL-6).

    A former correction of the day is taken back. Raises NotPermitted, DayNotAllowed,
    NothingChanges, ChangedMeanwhile.
    """
    access.require(actor, CHANGE)
    if day < actor.today:
        raise DayNotAllowed(day)
    if workdays().is_workday(day) is is_workday:
        raise NothingChanges(day)
    CalendarDay.objects.filter(day=day, notice=None, withdrawn_at=None).update(withdrawn_at=now)
    entry = CalendarDay(
        day=day,
        is_workday=is_workday,
        name=name,
        source=source,
        entered_by=actor.user,
        entered_at=now,
    )
    try:
        with unit():
            entry.save(force_insert=True)
    except IntegrityError:
        raise ChangedMeanwhile(day) from None
    _record(actor, "calendar.correct", entry.public_id, now, day=day, is_workday=is_workday)
    return entry


@unit_of_work
def withdraw_correction(*, actor: Actor, entry: CalendarDay, now: datetime) -> None:
    """Take back a single correction whose day is not over; the notice holds again.

    Raises NotPermitted, CorrectionGone.
    """
    access.require(actor, CHANGE)
    standing = CalendarDay.objects.filter(
        pk=entry.pk, notice=None, withdrawn_at=None, day__gte=actor.today
    )
    if not standing.update(withdrawn_at=now):
        raise CorrectionGone(entry.day)
    _record(actor, "calendar.withdraw", entry.public_id, now, day=entry.day)


@unit_of_work
def enter_year(
    *, actor: Actor, year: int, days: Sequence[NoticeDay], source: str, now: datetime
) -> CalendarYear:
    """Enter a year's notice: the year is no longer provisional (CL-2); stored due dates stay.

    All days or none. Raises NotPermitted, DayNotAllowed, YearKnown, NoticeFaulty.
    """
    access.require(actor, CHANGE)
    if year < actor.today.year:
        raise DayNotAllowed(year)
    if workdays().is_final(year):
        raise YearKnown(year)
    if not check_notice(days, year, fixed_by_law(year)):
        raise NoticeFaulty(year)
    notice = CalendarYear(year=year, source=source, entered_by=actor.user, entered_at=now)
    try:
        with unit():
            notice.save(force_insert=True)
    except IntegrityError:
        raise YearKnown(year) from None
    CalendarDay.objects.bulk_create(
        CalendarDay(
            day=each.day,
            is_workday=each.is_workday,
            name=each.name,
            source=source,
            notice=notice,
            entered_by=actor.user,
            entered_at=now,
        )
        for each in days
    )
    _record(actor, "calendar.year", str(year), now, source=source, days=len(days))
    return notice


def _record(actor: Actor, action: str, subject_id: str, now: datetime, **fields: object) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="calendar",
        subject_id=subject_id,
        now=now,
        fields=fields,
    )
