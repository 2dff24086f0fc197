"""Taking the trail out as a file: written into the trail first."""

from datetime import date, datetime

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.services import audit
from xgz.services.transactions import unit_of_work


@unit_of_work
def record_trail_export(*, actor: Actor, since: date, until: date, now: datetime) -> None:
    """Record that the actor takes the rows of these days, both ends count. Raises NotPermitted."""
    access.require(actor, "audit.export")
    audit.record(
        actor=actor,
        action="audit.export",
        subject_type="audit",
        subject_id="",
        now=now,
        fields={"since": since, "until": until},
    )
