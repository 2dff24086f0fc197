"""The district's parameters: setting a value from a day on, taking back one that has not begun."""

from datetime import date, datetime

from django.db import IntegrityError

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import ParameterValue
from xgz.queries.parameters import parameters_on
from xgz.rules.parameters import check_value
from xgz.rules.words import visible_words
from xgz.services import audit
from xgz.services.transactions import unit, unit_of_work

CHANGE = "parameter.change"


class DayNotAllowed(Exception):
    """A value begins today or later: what was counted and dated before stays as it was (PM-1)."""


class NothingChanges(Exception):
    """The value is the one that holds on that day anyway."""


class DayTaken(Exception):
    """Another value of the parameter begins on that day."""


class ReasonMissing(Exception):
    """A value needs its basis in words."""


class HasBegun(Exception):
    """The value holds already or was taken back before."""


@unit_of_work
def set_parameter(
    *, actor: Actor, key: str, value: int, valid_from: date, reason: str, now: datetime
) -> ParameterValue:
    """Set a parameter from a day on, today at the earliest (PM-1); stored due dates stay.

    Raises NotPermitted, KeyError, ValueOutOfBounds, ReasonMissing, DayNotAllowed, NothingChanges,
    DayTaken.
    """
    access.require(actor, CHANGE)
    check_value(key, value)
    if not visible_words(reason):
        raise ReasonMissing(key)
    if valid_from < actor.today:
        raise DayNotAllowed(key)
    if parameters_on(valid_from)[key] == value:
        raise NothingChanges(key)
    row = ParameterValue(
        key=key,
        value=value,
        valid_from=valid_from,
        reason=visible_words(reason),
        entered_by=actor.user,
        entered_at=now,
    )
    try:
        with unit():
            row.save(force_insert=True)
    except IntegrityError:
        raise DayTaken(key) from None
    audit.record(
        actor=actor,
        action="parameter.set",
        subject_type="parameter_value",
        subject_id=row.public_id,
        now=now,
        fields={"key": key, "value": value, "valid_from": valid_from},
    )
    return row


@unit_of_work
def withdraw_value(*, actor: Actor, value: ParameterValue, now: datetime) -> None:
    """Take back a value before its first day; it stays in the history (PM-1).

    Raises NotPermitted, HasBegun.
    """
    access.require(actor, CHANGE)
    coming = ParameterValue.objects.filter(
        pk=value.pk, withdrawn_at__isnull=True, valid_from__gt=actor.today
    )
    if not coming.update(withdrawn_at=now):
        raise HasBegun(value.key)
    audit.record(
        actor=actor,
        action="parameter.withdraw",
        subject_type="parameter_value",
        subject_id=value.public_id,
        now=now,
        fields={"key": value.key},
    )
