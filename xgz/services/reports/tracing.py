"""Finding the export a leaked list came from (EX-5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.files.tracing import matches
from xgz.models import AuditEntry, Report
from xgz.queries.tracing import traced_exports
from xgz.services import audit
from xgz.services.transactions import unit_of_work

TRACE = "export.trace"
_LEAD = 1.5  # standard deviations before the next best, where no mark is left


@dataclass(frozen=True, slots=True)
class Traced:
    """Which export: number, account, list, when. is_certain: chance is ruled out."""

    number: str
    account: str
    title: str
    at: datetime
    is_certain: bool


@unit_of_work
def trace_export(*, actor: Actor, rows: Sequence[Sequence[str]], now: datetime) -> Traced | None:
    """Return the export that leaked rows came from, or None where nothing speaks for one.

    That somebody asked is recorded. Raises NotPermitted.
    """
    access.require(actor, TRACE)
    found = matches(rows, traced_exports())
    best = found[0] if found else None
    leads = len(found) < 2 or found[0].strength - found[1].strength >= _LEAD
    traced = None
    if best is not None and (best.marks or best.is_likely):
        traced = _named(best.export, is_certain=best.marks > 0 or (best.is_certain and leads))
    audit.record(
        actor=actor,
        action=TRACE,
        subject_type="export_trace",
        subject_id=traced.number[:12] if traced else "",
        now=now,
        fields={"rows": len(rows)},
    )
    return traced


def _named(export: str, *, is_certain: bool) -> Traced:
    kind, _, number = export.partition(" ")
    if kind == "report":
        report = Report.objects.select_related("made_for").get(public_id=number)
        account = report.made_for.username
        return Traced(number, account, report.title, report.made_at or report.asked_at, is_certain)
    entry = AuditEntry.objects.select_related("actor").get(number=int(number))
    account = entry.actor.username if entry.actor else entry.actor_label
    return Traced(number, account, entry.action, entry.at, is_certain)
