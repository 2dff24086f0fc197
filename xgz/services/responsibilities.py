"""The responsibility table: duties that begin, end, or are taken back; the past stays (RS-3)."""

from datetime import date, datetime

from django.db import IntegrityError

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Responsibility
from xgz.rules.responsibilities import (
    BODY_OF_ROLE,
    DutyWords,
    Matter,
    MatterDuty,
    day_before,
    default_duties,
    holds_on,
    overlaps,
)
from xgz.rules.roles import Role
from xgz.services import audit
from xgz.services.transactions import unit, unit_of_work

CHANGE = "responsibility.change"


class RoleNotFit(Exception):
    """No body of the district or of a township stands behind this role."""


class DayNotAllowed(Exception):
    """A duty begins and ends today or later, and ends no earlier than it begins."""


class AlreadyResponsible(Exception):
    """The role has this duty in that time already."""


class OneDecides(Exception):
    """Exactly one role decides on any day: name another one instead of leaving none or two."""


class HasBegun(Exception):
    """The duty holds already, has ended or was taken back before."""


class ChangedMeanwhile(Exception):
    """Somebody else changed the matter at the same moment."""


def add_duty(
    *,
    actor: Actor,
    matter: Matter,
    duty: MatterDuty,
    role: Role,
    valid_from: date,
    now: datetime,
    note: str = "",
) -> Responsibility:
    """Give a role a duty from a day on (RS-3); whoever decided before does so to the day before.

    Where the district had entered nothing for that day, the other default duties are entered with
    it, so that they go on. Raises NotPermitted, RoleNotFit, DayNotAllowed, AlreadyResponsible,
    OneDecides, ChangedMeanwhile.
    """
    access.require(actor, CHANGE)
    if role not in BODY_OF_ROLE:
        raise RoleNotFit(role)
    if valid_from < actor.today:
        raise DayNotAllowed(valid_from)
    try:
        with unit():
            entered = _Entry(actor, matter, now)
            entered.take_over_defaults(duty, valid_from)
            row = entered.begin(DutyWords(duty, role, note), valid_from)
    except IntegrityError:
        raise ChangedMeanwhile(matter) from None
    return row


@unit_of_work
def end_duty(*, actor: Actor, row: Responsibility, last_day: date, now: datetime) -> None:
    """End a duty with a last day, today at the earliest (RS-3).

    Raises NotPermitted, OneDecides, DayNotAllowed, HasBegun where it has ended by then anyway.
    """
    access.require(actor, CHANGE)
    if row.duty == MatterDuty.DECIDES:
        raise OneDecides(row.matter)
    if last_day < max(actor.today, row.valid_from):
        raise DayNotAllowed(last_day)
    open_row = Responsibility.objects.filter(
        pk=row.pk, valid_to__isnull=True, withdrawn_at__isnull=True
    )
    if not open_row.update(valid_to=last_day):
        raise HasBegun(row.pk)
    _record(actor, "responsibility.end", row, now, valid_to=last_day)


@unit_of_work
def withdraw_duty(*, actor: Actor, row: Responsibility, now: datetime) -> None:
    """Take back a duty that has not begun; whoever decided before goes on deciding (RS-3).

    Raises NotPermitted, HasBegun.
    """
    access.require(actor, CHANGE)
    coming = Responsibility.objects.filter(
        pk=row.pk, withdrawn_at__isnull=True, valid_from__gt=actor.today
    )
    if not coming.update(withdrawn_at=now):
        raise HasBegun(row.pk)
    _record(actor, "responsibility.withdraw", row, now)
    if row.duty == MatterDuty.DECIDES:
        _Entry(actor, Matter(row.matter), now).go_on_deciding(row)


class _Entry:
    """One change of a matter: its standing rows, locked, and what is written with them."""

    def __init__(self, actor: Actor, matter: Matter, now: datetime) -> None:
        self.actor, self.matter, self.now = actor, matter, now
        standing = Responsibility.objects.filter(matter=matter, withdrawn_at__isnull=True)
        self.rows = list(standing.select_for_update().order_by("valid_from", "pk"))

    def take_over_defaults(self, duty: MatterDuty, valid_from: date) -> None:
        """Enter the default duties up to the first row entered so far, or without end."""
        first = self.rows[0].valid_from if self.rows else None
        if first is not None and first <= valid_from:
            return
        for each in default_duties(self.matter):
            if not duty is each.duty is MatterDuty.DECIDES:
                last = day_before(first) if first else None
                self.rows.append(self._write(each, valid_from, last))

    def begin(self, words: DutyWords, valid_from: date) -> Responsibility:
        """Write the new row; a deciding one follows the present and ends before the next one."""
        last = None
        if words.duty is MatterDuty.DECIDES:
            last = self._follow(words.role, valid_from)
        elif any(
            (row.duty, row.role) == (words.duty, words.role) and overlaps(row, valid_from, None)
            for row in self.rows
        ):
            raise AlreadyResponsible(words.role)
        row = self._write(words, valid_from, last)
        _record(self.actor, "responsibility.add", row, self.now, duty=row.duty, role=row.role)
        return row

    def _follow(self, role: Role, valid_from: date) -> date | None:
        """End the row that decides on the day; return the last day before the next one, or None."""
        deciding = [row for row in self.rows if row.duty == MatterDuty.DECIDES]
        for row in deciding:
            if not holds_on(row, valid_from):
                continue
            if row.role == role:
                raise AlreadyResponsible(role)
            if row.valid_from == valid_from:
                raise OneDecides(self.matter)
            Responsibility.objects.filter(pk=row.pk).update(valid_to=day_before(valid_from))
        later = [row.valid_from for row in deciding if row.valid_from > valid_from]
        return day_before(min(later)) if later else None

    def go_on_deciding(self, gone: Responsibility) -> None:
        """Let the row before a deciding one that was taken back hold on, else the default."""
        before = [
            row
            for row in self.rows
            if row.duty == MatterDuty.DECIDES and row.valid_to == day_before(gone.valid_from)
        ]
        if before:
            Responsibility.objects.filter(pk=before[0].pk).update(valid_to=gone.valid_to)
        elif any(overlaps(row, gone.valid_from, gone.valid_to) for row in self.rows):
            for each in default_duties(self.matter):
                if each.duty is MatterDuty.DECIDES:
                    self._write(each, gone.valid_from, gone.valid_to)

    def _write(self, words: DutyWords, valid_from: date, valid_to: date | None) -> Responsibility:
        return Responsibility.objects.create(
            matter=self.matter,
            duty=words.duty,
            role=words.role,
            note=words.note,
            valid_from=valid_from,
            valid_to=valid_to,
            entered_by=self.actor.user,
            entered_at=self.now,
        )


def _record(
    actor: Actor, action: str, row: Responsibility, now: datetime, **fields: object
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="responsibility",
        subject_id=row.public_id,
        now=now,
        fields=fields,
    )
