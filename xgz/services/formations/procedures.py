"""The district's own procedure for forming organisations, from a day on (FM-8)."""

from datetime import date, datetime

from django.db import IntegrityError

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import FormationProcedure
from xgz.queries.formations import procedure_on
from xgz.rules.formation_procedures import Procedure, check_procedure
from xgz.rules.words import visible_words
from xgz.services import audit
from xgz.services.parameters import CHANGE, DayNotAllowed, DayTaken, HasBegun, NothingChanges
from xgz.services.parameters import ReasonMissing as NoReason
from xgz.services.transactions import unit, unit_of_work


@unit_of_work
def set_procedure(
    *, actor: Actor, steps: Procedure, valid_from: date, reason: str, now: datetime
) -> FormationProcedure:
    """Set the steps of cases opened from a day on, today at the earliest; open cases keep theirs.

    Raises NotPermitted, ProcedureNotSound, ReasonMissing, DayNotAllowed, NothingChanges, DayTaken.
    """
    access.require(actor, CHANGE)
    check_procedure(steps)
    if not visible_words(reason):
        raise NoReason("formation.procedure")
    if valid_from < actor.today:
        raise DayNotAllowed("formation.procedure")
    if procedure_on(valid_from) == steps:
        raise NothingChanges("formation.procedure")
    row = FormationProcedure(
        steps=[step.plain() for step in steps],
        valid_from=valid_from,
        reason=visible_words(reason),
        entered_by=actor.user,
        entered_at=now,
    )
    try:
        with unit():
            row.save(force_insert=True)
    except IntegrityError:
        raise DayTaken("formation.procedure") from None
    _note(row, actor, now, "set")
    return row


@unit_of_work
def withdraw_procedure(*, actor: Actor, procedure: FormationProcedure, now: datetime) -> None:
    """Take back a procedure before its first day; it stays in the history.

    Raises NotPermitted, HasBegun.
    """
    access.require(actor, CHANGE)
    coming = FormationProcedure.objects.filter(
        pk=procedure.pk, withdrawn_at__isnull=True, valid_from__gt=actor.today
    )
    if not coming.update(withdrawn_at=now):
        raise HasBegun("formation.procedure")
    _note(procedure, actor, now, "withdraw")


def _note(row: FormationProcedure, actor: Actor, now: datetime, deed: str) -> None:
    audit.record(
        actor=actor,
        action=f"formation_procedure.{deed}",
        subject_type="formation_procedure",
        subject_id=row.public_id,
        now=now,
        fields={"valid_from": row.valid_from},
    )
