"""Exports: who took which list out of the system, recorded before the file is handed over."""

from datetime import datetime

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.access.jobs import export_action
from xgz.queries.export_frame import Asked, Export
from xgz.queries.exports import ExportKind
from xgz.services import audit
from xgz.services.businesses import record_list_export
from xgz.services.transactions import unit_of_work


@unit_of_work
def record_export(*, actor: Actor, what: str, rows: int, now: datetime) -> None:
    """Record that the actor takes `rows` rows of one list or ledger. Raises NotPermitted.

    what: "ledger", "coverage", "funnel" or the name of a worklist.
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


@unit_of_work
def record_taken(*, actor: Actor, asked: Asked, export: Export, rows: int, now: datetime) -> None:
    """Record that a list of any kind was written into a file for the actor. Raises NotPermitted."""
    access.require(actor, export_action(asked.kind))
    if asked.kind == ExportKind.BUSINESSES:
        record_list_export(actor=actor, conditions=asked.words, now=now)
    else:
        record_export(actor=actor, what=export.record, rows=rows, now=now)
