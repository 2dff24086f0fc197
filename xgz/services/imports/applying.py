"""Writing a staged import: all of it or nothing, and only if every row is accounted for."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Import
from xgz.models.outage import outage_of
from xgz.rules.imports.states import ImportAction, ImportKind, ImportState
from xgz.services import audit, closures
from xgz.services.imports import registry
from xgz.services.imports.bulk import roomy_cache
from xgz.services.imports.staging import WRITERS, clear_staged_rows, fail_import
from xgz.services.imports.steps import take_step
from xgz.services.jobs import JobStopped, LeaseLost
from xgz.services.transactions import unit

# An import of these kinds may show that a closed business leaves a branch or members (CB-1, CB-11).
_OPENS_CASES = frozenset({ImportKind.REGISTRY, ImportKind.ORGANISATIONS, ImportKind.ROSTER})


class RowSumBroken(Exception):
    """The rows written do not add up to the rows of the file; nothing was kept (IM-3)."""


def apply_import(
    *,
    actor: Actor,
    source: Import,
    today: date,
    now: datetime,
    resume: bool = False,
    fence: Callable[[], None] | None = None,
) -> None:
    """Write the staged rows of an import, visible all at once, with the cases they open (CB-1).

    resume: go on where another process began to write and died. fence: called last inside the
    transaction; what it raises takes everything back. Raises NotPermitted, ImportStepNotAllowed,
    ChangedMeanwhile, RowSumBroken; nothing is written then, and after RowSumBroken or any fault of
    ours the import reads "failed". LeaseLost, JobStopped, a full disk and an absent database leave it
    to whoever goes on.
    """
    access.require(actor, f"import.{source.kind}")
    take_step(source, ImportAction.RESUME if resume else ImportAction.APPLY)
    version = source.version
    try:
        ready = _make_ready(source, today)
        with roomy_cache(), unit():
            _write(actor, source, today, now, ready)
            if fence is not None:
                fence()
    except (JobStopped, LeaseLost):
        raise
    except BaseException as fault:
        if outage_of(fault) is None:
            _fail(source, version)
        raise
    if source.kind == ImportKind.REGISTRY:
        registry.take_stock_of_register(source)


def _fail(source: Import, version: int) -> None:
    """Note the fault, unless somebody else went on with the import meanwhile."""
    source.refresh_from_db()
    if source.state == ImportState.APPLYING and source.version == version:
        fail_import(source)


def _make_ready(source: Import, today: date) -> dict[str, Any]:
    """Return what the writer is given besides: registry rows are compared before the lock."""
    is_registry = source.kind == ImportKind.REGISTRY
    return {"ready": registry.make_ready(source, today)} if is_registry else {}


def _write(actor: Actor, source: Import, today: date, now: datetime, ready: dict[str, Any]) -> None:
    source.refresh_from_db(fields=["rejected", "duplicate", "notes"])
    counts = WRITERS[source.kind](source, today, **ready)
    for name in ("created", "updated", "unchanged"):
        setattr(source, name, counts[name])
    if not source.balances:
        raise RowSumBroken(source.public_id)
    if counts.get("missing"):
        source.notes["missing"] = counts["missing"]
    if source.kind in _OPENS_CASES:
        closures.open_for_import(actor=actor, source=source, now=now)
    clear_staged_rows(source)
    take_step(
        source,
        ImportAction.FINISH_APPLYING,
        applied_at=now,
        created=source.created,
        updated=source.updated,
        unchanged=source.unchanged,
        notes=source.notes,
    )
    audit.record(
        actor=actor,
        action=f"import.{source.kind}",
        subject_type="import",
        subject_id=source.public_id,
        now=now,
        fields={"file": source.file_digest, "rows": source.rows},
    )
