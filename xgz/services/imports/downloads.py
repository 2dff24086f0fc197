"""Rows handed back leave the system as a file: written down before they do."""

from datetime import datetime
from secrets import token_hex
from typing import IO, NamedTuple

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.files.rejects import rejects_suffix
from xgz.models import Import
from xgz.services import audit
from xgz.services.imports import folders
from xgz.services.imports.rejects import write_rejects_once
from xgz.services.transactions import unit


class NothingHandedBack(Exception):
    """The import has no file of rows handed back."""


class RejectsFile(NamedTuple):
    """An open workbook or CSV of rows handed back, and how its name ends."""

    stream: IO[bytes]
    suffix: str


def take_rejects(*, actor: Actor, source: Import, now: datetime) -> RejectsFile:
    """Record that the actor takes the rows handed back, and return them as an open file.

    Rows that wait sealed are written for this one time: their file is gone when it is closed.
    Raises NotPermitted, NothingHandedBack, RejectsNotWritten. Whether the actor may read these
    cells is for the caller to ask (access.imports.may_read_rejects).
    """
    access.require(actor, f"import.{source.kind}")
    count = source.rejected + source.duplicate
    if not (count and source.rejects_name and folders.rejects_path(source).exists()):
        raise NothingHandedBack(source.public_id)
    with unit():
        audit.record(
            actor=actor,
            action="import.rejects",
            subject_type="import",
            subject_id=source.public_id,
            now=now,
            fields={"rows": count},
        )
    suffix = rejects_suffix(count)
    if folders.rejects_path(source) != folders.spool_path(source):
        return RejectsFile(folders.rejects_path(source).open("rb"), suffix)
    once = f"{source.public_id}-{token_hex(8)}{suffix}"
    return RejectsFile(write_rejects_once(source, once), suffix)


def discard_rejects(*, actor: Actor, source: Import, now: datetime) -> None:
    """Delete the file of rows handed back; their row numbers and reasons stay.

    Written down where there was one. Raises NotPermitted.
    """
    access.require(actor, f"import.{source.kind}")
    files = [folders.spool_path(source)]
    if source.rejects_name:
        files.append(folders.rejects_path(source))
    with unit():
        held = Import.objects.filter(pk=source.pk).exclude(rejects_name="")
        if held.update(rejects_name=""):
            audit.record(
                actor=actor,
                action="import.discard",
                subject_type="import",
                subject_id=source.public_id,
                now=now,
            )
    source.rejects_name = ""
    folders.remove(files)
