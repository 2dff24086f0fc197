"""What every change of an organisation writes: the new columns, the change record, the audit."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from xgz.access.actor import Actor
from xgz.models import Organisation, OrganisationChange
from xgz.rules.organisations import OrgChangeKind, OrgState, next_state
from xgz.services import audit


class ChangedMeanwhile(Exception):
    """Somebody else changed the row since it was read; nothing was written."""


class DateNotAllowed(Exception):
    """The day lies in the future or before the organisation was set up."""


class OrganisationNotActive(Exception):
    """The organisation is unconfirmed or dissolved."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes something, from which day on, when it was entered, and what was noted."""

    actor: Actor
    day: date
    now: datetime
    note: str = ""


def check_day(act: Act, organisation: Organisation | None = None) -> None:
    """Raise DateNotAllowed unless the day is today or earlier and not before the founding day."""
    founded = organisation.founded_on if organisation else None
    if act.day > act.actor.today or (founded is not None and act.day < founded):
        raise DateNotAllowed(act.day.isoformat())


def check_active(organisation: Organisation) -> None:
    """Raise OrganisationNotActive unless the organisation is active."""
    if organisation.state != OrgState.ACTIVE:
        raise OrganisationNotActive(organisation.public_id)


def hold(*organisations: Organisation) -> None:
    """Keep organisations till the transaction ends: nobody ends one, or arrives in it, meanwhile.

    Who only writes a row that refers to one is not kept waiting. They are taken in one order, so
    that nobody waits in a circle.
    """
    rows = Organisation.objects.select_for_update(no_key=True)
    list(rows.filter(pk__in=[each.pk for each in organisations]).order_by("pk"))


def take_step(
    organisation: Organisation,
    act: Act,
    kind: OrgChangeKind,
    *,
    before: str = "",
    after: str = "",
    other: Organisation | None = None,
    **values: object,
) -> None:
    """Write `values` and the state the step leads to, if the row still is as it was read.

    Raises StepNotAllowed, DateNotAllowed or ChangedMeanwhile; nothing is written then.
    """
    values["state"] = next_state(OrgState(organisation.state), kind)
    check_day(act, organisation)
    was = {name: getattr(organisation, name) for name in values}
    if not Organisation.objects.filter(pk=organisation.pk, **was).update(**values):
        raise ChangedMeanwhile(organisation.public_id)
    organisation.refresh_from_db()
    record_change(organisation, act, kind, before=before, after=after, other=other)


def record_change(
    organisation: Organisation,
    act: Act,
    kind: OrgChangeKind,
    *,
    before: str = "",
    after: str = "",
    other: Organisation | None = None,
) -> None:
    """Write one change record of the organisation, with its audit row."""
    OrganisationChange.objects.create(
        organisation=organisation,
        kind=kind,
        happened_on=act.day,
        before=before,
        after=after,
        other=other,
        note=act.note,
    )
    record_audit(organisation, act, kind, {"before": before, "after": after})


def record_audit(
    organisation: Organisation, act: Act, action: str, fields: dict[str, object]
) -> None:
    """Write the audit row of one change of the organisation."""
    audit.record(
        actor=act.actor,
        action=f"organisation.{action}",
        subject_type="organisation",
        subject_id=organisation.public_id,
        now=act.now,
        fields={"day": act.day, **fields},
    )


def last_day(valid_from: date | None, changed_on: date) -> date:
    """Return the last day a row still holds that ends on `changed_on`: the day before.

    A row that began on that day or later ends on the day it began, never before.
    """
    ends_on = changed_on - timedelta(days=1)
    return max(valid_from, ends_on) if valid_from else ends_on
