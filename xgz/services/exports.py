"""Exports: who took which list out of the system, recorded before the file is handed over."""

from datetime import datetime

from django.db import transaction

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.services import audit


@transaction.atomic
def record_export(*, actor: Actor, what: str, rows: int, now: datetime) -> None:
    """Record that the actor takes `rows` rows of one list or ledger. Raises NotPermitted.

    what: "ledger", "coverage" or the name of a worklist.
    """
    access.require(actor, "ledger.export")
    audit.record(
        actor=actor,
        action=f"export.{what}",
        subject_type="export",
        subject_id="",
        now=now,
        fields={"rows": rows},
    )
