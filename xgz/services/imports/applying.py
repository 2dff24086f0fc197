"""Writing a staged import: all of it or nothing, and only if every row is accounted for."""

from datetime import date, datetime

from django.db import transaction

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Import
from xgz.rules.imports.states import ImportAction
from xgz.services import audit
from xgz.services.imports.bulk import roomy_cache
from xgz.services.imports.staging import WRITERS, clear_staged_rows, fail_import
from xgz.services.imports.steps import take_step


class RowSumBroken(Exception):
    """The rows written do not add up to the rows of the file; nothing was kept (IM-3)."""


def apply_import(*, actor: Actor, source: Import, today: date, now: datetime) -> None:
    """Write the staged rows of an import, visible all at once.

    Raises NotPermitted, ImportStepNotAllowed, ChangedMeanwhile, RowSumBroken; nothing is written
    then, and after RowSumBroken or any fault of ours the import reads "failed".
    """
    access.require(actor, f"import.{source.kind}")
    take_step(source, ImportAction.APPLY)
    try:
        with roomy_cache(), transaction.atomic():
            _write(actor, source, today, now)
    except BaseException:
        source.refresh_from_db()
        fail_import(source)
        raise


def _write(actor: Actor, source: Import, today: date, now: datetime) -> None:
    source.refresh_from_db(fields=["rejected", "duplicate", "notes"])
    counts = WRITERS[source.kind](source, today)
    for name in ("created", "updated", "unchanged"):
        setattr(source, name, counts[name])
    if not source.balances:
        raise RowSumBroken(source.public_id)
    if counts.get("missing"):
        source.notes["missing"] = counts["missing"]
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
