"""The time in which people are asked to report themselves, before anything is matched (SR-8)."""

from datetime import date, datetime

from django.db import IntegrityError

from xgz.access import self_reports as access
from xgz.access.actor import Actor
from xgz.models import Body, SelfReportWindow
from xgz.queries.parameters import parameters_on
from xgz.rules.self_reports import window_end
from xgz.services import audit
from xgz.services.transactions import unit, unit_of_work


class DayNotAllowed(Exception):
    """A window begins today or later, and is not made shorter than what is promised."""


class WindowTooShort(Exception):
    """A window lasts at least as long as the district's parameter says."""


class WindowsOverlap(Exception):
    """Another window of the township runs on one of these days."""


class HasBegun(Exception):
    """The window has begun, is over, or was taken back before."""


@unit_of_work
def open_window(
    *,
    actor: Actor,
    area: Body,
    opens_on: date,
    now: datetime,
    closes_on: date | None = None,
) -> SelfReportWindow:
    """Open a self-report window of a township from a day on, today at the earliest.

    closes_on: the last day, else the shortest window the district allows. Raises NotPermitted,
    DayNotAllowed, WindowTooShort, WindowsOverlap.
    """
    access.require_handling_at(actor, area)
    if opens_on < actor.today:
        raise DayNotAllowed(opens_on)
    shortest = _shortest_end(opens_on)
    last = closes_on or shortest
    if last < shortest:
        raise WindowTooShort(last)
    _check_free(area, opens_on, last)
    row = SelfReportWindow(
        area=area, opens_on=opens_on, closes_on=last, entered_by=actor.user, entered_at=now
    )
    try:
        with unit():
            row.save(force_insert=True)
    except IntegrityError:
        raise WindowsOverlap(area.pk) from None
    _record(actor, "self_report.open_window", row, now, valid_from=opens_on, valid_to=last)
    return row


@unit_of_work
def close_window(
    *, actor: Actor, window: SelfReportWindow, closes_on: date, now: datetime
) -> SelfReportWindow:
    """Set another last day of a window that is not over: later, or earlier by what it may lose.

    The last day is today at the earliest: it still counts. Raises NotPermitted, DayNotAllowed,
    WindowTooShort, WindowsOverlap, HasBegun where the window is over or was changed meanwhile.
    """
    access.require_handling_at(actor, window.area)
    if closes_on < actor.today:
        raise DayNotAllowed(closes_on)
    if closes_on < _shortest_end(window.opens_on):
        raise WindowTooShort(closes_on)
    _check_free(window.area, window.opens_on, closes_on, but=window)
    same = SelfReportWindow.objects.filter(
        pk=window.pk,
        withdrawn_at__isnull=True,
        closes_on=window.closes_on,
        closes_on__gte=actor.today,
    )
    if not same.update(closes_on=closes_on):
        raise HasBegun(window.pk)
    window.refresh_from_db()
    _record(actor, "self_report.close_window", window, now, valid_to=closes_on)
    return window


@unit_of_work
def withdraw_window(*, actor: Actor, window: SelfReportWindow, now: datetime) -> None:
    """Take back a window before its first day. Raises NotPermitted, HasBegun."""
    access.require_handling_at(actor, window.area)
    coming = SelfReportWindow.objects.filter(
        pk=window.pk, withdrawn_at__isnull=True, opens_on__gt=actor.today
    )
    if not coming.update(withdrawn_at=now):
        raise HasBegun(window.pk)
    _record(actor, "self_report.withdraw_window", window, now)


def _shortest_end(opens_on: date) -> date:
    return window_end(opens_on, parameters_on(opens_on)["self_report.window_days"])


def _check_free(
    area: Body, first: date, last: date, *, but: SelfReportWindow | None = None
) -> None:
    """Raise WindowsOverlap where another window of the township shares a day.

    The township's row is locked, so that two windows opened at once cannot both be found free.
    """
    Body.objects.select_for_update(no_key=True).get(pk=area.pk)
    others = SelfReportWindow.objects.filter(
        area=area, withdrawn_at__isnull=True, opens_on__lte=last, closes_on__gte=first
    )
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise WindowsOverlap(area.pk)


def _record(
    actor: Actor, action: str, row: SelfReportWindow, now: datetime, **fields: object
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="self_report_window",
        subject_id=row.public_id,
        now=now,
        fields=fields,
    )
