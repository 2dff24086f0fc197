"""A file in one go, as the shell and the demo do it: read, stage, write, hand back."""

from datetime import date, datetime
from pathlib import Path

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Import
from xgz.rules.imports.states import ImportKind
from xgz.services.imports import folders
from xgz.services.imports.applying import apply_import
from xgz.services.imports.bulk import roomy_cache
from xgz.services.imports.rejects import rejects_being_written
from xgz.services.imports.staging import Progress, register_file, stage_import


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
) -> Import:
    """Import a file of this machine and return the written import with its figures.

    A CSV has no size limit. Good rows are written all at once, bad rows go to the rejects file.
    Raises NotPermitted, FileRefused (nothing is changed), RowSumBroken, RejectsNotWritten.
    """
    access.require(actor, f"import.{kind.value}")
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
    with roomy_cache():
        stage_import(actor=actor, source=source, today=today, path=path, progress=progress)
        with rejects_being_written(source):
            apply_import(actor=actor, source=source, today=today, now=now)
    return source


def stage_upload(*, actor: Actor, source: Import, today: date) -> None:
    """Read an uploaded file for its page: staged rows, counts and the rejects file.

    Raises what stage_import raises, and RejectsNotWritten.
    """
    access.require(actor, f"import.{source.kind}")
    stage_import(actor=actor, source=source, today=today)
    with rejects_being_written(source):
        pass
