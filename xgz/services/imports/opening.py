"""Opening an import for a file, and settling by hand how its columns are read."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Import, ImportMapping
from xgz.rules.imports.states import ImportAction, ImportKind, ImportState
from xgz.services import audit
from xgz.services.imports import folders
from xgz.services.imports.staged_businesses import new_public_ids
from xgz.services.imports.staging import clear_staged
from xgz.services.imports.steps import take_step
from xgz.services.transactions import unit_of_work


@unit_of_work
def register_file(
    *,
    actor: Actor,
    kind: ImportKind,
    file_name: str,
    digest: str,
    now: datetime,
    sender: str = "",
    is_full: bool = False,
    stored_name: str = "",
    renamed: dict[str, str] | None = None,
    codes: dict[str, dict[str, str]] | None = None,
) -> Import:
    """Open an import for a file; what is remembered of the sender fills the mapping not given.

    Raises NotPermitted.
    """
    access.require(actor, f"import.{kind.value}")
    known = ImportMapping.objects.filter(sender=sender, kind=kind).first() if sender else None
    source = Import.objects.create(
        kind=kind,
        state=ImportState.UPLOADED,
        sender=sender,
        file_name=Path(file_name).name[:200],
        file_digest=digest,
        stored_name=stored_name,
        is_full=is_full,
        uploaded_by=actor.user,
        uploaded_at=now,
        renamed=(known.renamed if known else {}) | (renamed or {}),
        codes=(known.codes if known else {}) | (codes or {}),
    )
    _note(
        actor, "import.upload", source, now, {"file": digest, "sender": sender, "is_full": is_full}
    )
    return source


def upload(
    *,
    actor: Actor,
    kind: ImportKind,
    stream: IO[bytes],
    file_name: str,
    now: datetime,
    sender: str = "",
    is_full: bool = False,
) -> Import:
    """Keep an uploaded file in the private folder and open its import. Raises NotPermitted."""
    access.require(actor, f"import.{kind.value}")
    stored_name, digest = folders.store_stream(stream, new_public_ids(1)[0])
    return register_file(
        actor=actor,
        kind=kind,
        file_name=file_name,
        digest=digest,
        now=now,
        sender=sender,
        is_full=is_full,
        stored_name=stored_name,
    )


@unit_of_work
def map_columns(
    *,
    actor: Actor,
    source: Import,
    renamed: dict[str, str],
    codes: dict[str, dict[str, str]],
    now: datetime,
    remember: bool = False,
) -> None:
    """Confirm the columns and codes of a file by hand; staged rows of an earlier reading go.

    renamed: their header to ours, or to "" for a column left out. remember: keep it for the
    sender's next file. Raises NotPermitted, ImportStepNotAllowed, ChangedMeanwhile.
    """
    access.require(actor, f"import.{source.kind}")
    take_step(source, ImportAction.MAP, renamed=renamed, codes=codes, refusal={}, rejects_name="")
    clear_staged(source)
    _note(actor, "import.map", source, now, {"renamed": renamed, "codes": codes})
    if remember:
        remember_mapping(actor=actor, source=source, now=now)


@unit_of_work
def remember_mapping(*, actor: Actor, source: Import, now: datetime) -> None:
    """Keep the columns and codes of a file for its sender's next one; without a sender, nothing.

    Raises NotPermitted.
    """
    access.require(actor, f"import.{source.kind}")
    if not source.sender:
        return
    ImportMapping.objects.update_or_create(
        sender=source.sender,
        kind=source.kind,
        defaults={
            "renamed": source.renamed,
            "codes": source.codes,
            "saved_by": actor.user,
            "saved_at": now,
        },
    )
    _note(actor, "import.remember", source, now, {"renamed": source.renamed, "codes": source.codes})


def _note(
    actor: Actor, action: str, source: Import, now: datetime, fields: Mapping[str, object]
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="import",
        subject_id=source.public_id,
        now=now,
        fields=fields,
    )
