"""Restoring a backup into an empty place: everything is checked before anything is put there (BK-5)."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.files.disk import sync_folder
from xgz.models import SealedList
from xgz.rules.backups import BackupFault
from xgz.services import audit
from xgz.services.audit_anchor import mark_restored
from xgz.services.backups import postgresql
from xgz.services.backups.container import BackupRefused, Unpacked, unpack
from xgz.services.backups.databases import database_named, looking_at
from xgz.services.backups.trying import (
    check_restored,
    needed_canaries,
    require_canaries,
    require_same_engine,
    scratch_folder,
)
from xgz.services.transactions import unit

_FOLDERS = ("reports", "rejects", "uploads", "assessments", "photos")
Tell = Callable[[str], None]


class PlaceNotEmpty(Exception):
    """There is a database, or files of one, where the backup should go; carries what."""


@dataclass(frozen=True, slots=True)
class Restored:
    """manifest: of the backup; is_older: `xgz migrate` has to be run before anything else."""

    manifest: dict[str, Any]
    is_older: bool


def restore_backup(*, actor: Actor, source: Path, now: datetime, tell: Tell) -> Restored:
    """Restore a backup into the data folder and database of this process, both still empty.

    Writes an audit row and an anchor that says the trail was set back. tell: name of each step.
    Raises NotPermitted, PlaceNotEmpty, BackupRefused, KeyRingMissing, KeyRingBroken, OSError.
    """
    access.require(actor, "backup.restore")
    home = Path(settings.HOME)
    _require_empty(home)
    with scratch_folder(home) as folder:
        tell("open")
        unpacked = unpack(source, folder)
        is_older = require_same_engine(unpacked.manifest)
        require_canaries(unpacked.manifest)
        tell("check")
        if connection.vendor == "sqlite":
            with looking_at(database_named(unpacked.database)):
                check_restored(unpacked.manifest, is_older=is_older)
            tell("place")
            _place_files(unpacked, home)
            _place_database(unpacked.database)
        else:
            _load(unpacked, is_older)
            _place_files(unpacked, home)
    if not is_older:
        _note(actor, unpacked.manifest, now)
    return Restored(unpacked.manifest, is_older)


def _require_empty(home: Path) -> None:
    if connection.vendor == "sqlite":
        database = Path(str(connection.settings_dict["NAME"]))
        for path in (database, *(Path(f"{database}-{end}") for end in ("wal", "shm", "journal"))):
            if path.exists():
                raise PlaceNotEmpty(path.name)
    elif tables := connection.introspection.table_names():
        raise PlaceNotEmpty(tables[0])
    for name in _FOLDERS:
        folder = home / name
        if folder.is_dir() and any(folder.iterdir()):
            raise PlaceNotEmpty(name)


def _load(unpacked: Unpacked, is_older: bool) -> None:
    """Load a dump into the empty database at work; where it does not pass, empty it again."""
    try:
        postgresql.load(unpacked.database, connection)
        check_restored(unpacked.manifest, is_older=is_older)
    except postgresql.ToolMissing:
        raise BackupRefused(BackupFault.TOOLS) from None
    except (postgresql.ToolFailed, BackupRefused) as failed:
        postgresql.empty_again()
        if isinstance(failed, BackupRefused):
            raise
        raise BackupRefused(BackupFault.TOOLS) from None


def _place_files(unpacked: Unpacked, home: Path) -> None:
    for name in unpacked.files():
        target = home / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(unpacked.folder / name, target)


def _place_database(restored: Path) -> None:
    target = Path(str(connection.settings_dict["NAME"]))
    with restored.open("rb") as stream:
        os.fsync(stream.fileno())
    target.hardlink_to(restored)  # never over another one
    sync_folder(target.parent)


def _note(actor: Actor, manifest: dict[str, Any], now: datetime) -> None:
    """Write down that the database came from a backup; canaries of keys nothing needs go."""
    needed = {row[0] for row in needed_canaries(manifest)}
    gone = {row[0] for row in manifest["canaries"]} - needed
    with unit():
        SealedList.objects.filter(name__in=gone).delete()
        audit.record(
            actor=actor,
            action="backup.restore",
            subject_type="backup",
            subject_id="",
            now=now,
            fields={"made_at": manifest["made_at"], "audit_number": manifest["audit_number"]},
        )
    mark_restored(actor=actor, now=now)
