"""A file in one go, as the shell and the demo do it: read, stage, write, hand back."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Import
from xgz.rules.imports.states import ImportKind
from xgz.services.imports import folders
from xgz.services.imports.applying import apply_import
from xgz.services.imports.bulk import roomy_cache
from xgz.services.imports.locks import import_lock, turn
from xgz.services.imports.opening import register_file, remember_mapping
from xgz.services.imports.rejects import rejects_being_written
from xgz.services.imports.staging import Progress, stage_import
from xgz.services.imports.sweeping import sweep_imports


def import_file(
    *,
    actor: Actor,
    kind: ImportKind,
    path: Path,
    today: date,
    now: datetime,
    sender: str = "",
    is_full: bool = False,
    renamed: dict[str, str] | None = None,
    codes: dict[str, dict[str, str]] | None = None,
    progress: Progress | None = None,
    on_wait: Callable[[], None] | None = None,
) -> Import:
    """Import a file of this machine and return the written import with its figures.

    A mapping given for a sender is remembered once the file was read with it. A CSV has no size
    limit. Waits its turn, telling on_wait so. Good rows are written all at once, others handed
    back. Raises NotPermitted, FileRefused, RowSumBroken; RejectsNotWritten after writing.
    """
    access.require(actor, f"import.{kind.value}")
    with turn(on_wait), roomy_cache():
        sweep_imports(now)
        source = register_file(
            actor=actor,
            kind=kind,
            file_name=path.name,
            digest=folders.file_digest(path),
            now=now,
            sender=sender,
            is_full=is_full,
            renamed=renamed,
            codes=codes,
        )
        with import_lock(source.public_id):
            stage_import(actor=actor, source=source, today=today, path=path, progress=progress)
            if renamed or codes:
                remember_mapping(actor=actor, source=source, now=now)
            _write(actor, source, today, now)
    return source


def _write(actor: Actor, source: Import, today: date, now: datetime) -> None:
    with rejects_being_written(source):
        apply_import(actor=actor, source=source, today=today, now=now)
