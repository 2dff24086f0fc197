"""Businesses: what people do with the list beyond reading it."""

from datetime import datetime

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.services import audit
from xgz.services.transactions import unit_of_work


@unit_of_work
def record_list_export(*, actor: Actor, conditions: str, now: datetime) -> None:
    """Write down that the actor takes the business list out as a file. Raises NotPermitted.

    conditions: the filter in words; kept as a keyed digest like every audited value.
    """
    access.require(actor, "business.export")
    audit.record(
        actor=actor,
        action="business.export",
        subject_type="business_list",
        subject_id="",
        now=now,
        fields={"conditions": conditions},
    )
