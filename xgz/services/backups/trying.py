"""Trying a backup: opened, restored into a scratch place, compared with what it says of itself (BK-3)."""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Backup, SealedList
from xgz.queries.audit_chain import verify_chain
from xgz.queries.migrations import applied_migrations, known_migrations
from xgz.rules.audit import Outcome
from xgz.rules.backups import BackupFault
from xgz.services import audit
from xgz.services.backups import postgresql
from xgz.services.backups.container import BackupRefused, Unpacked, unpack
from xgz.services.backups.databases import (
    database_named,
    looking_at,
    quick_check,
    row_counts,
)
from xgz.services.backups.folder import backups_folder
from xgz.services.jobs import JobRun
from xgz.services.keys.canaries import WrongKeys, canary_rows, check_canaries
from xgz.services.keys.opening import open_sample
from xgz.services.transactions import unit

DRILL = "backup.drill"
_SCRATCH = ".drill-"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial proved. is_restored: False where only the list of a dump could be read.

    is_older: of an older program, whose rows this one cannot read before `xgz migrate`.
    """

    manifest: dict[str, Any]
    is_restored: bool
    is_older: bool
    opened: int = 0  # sealed values


def try_backup(*, actor: Actor, source: Path) -> Trial:
    """Restore a backup into a scratch place that goes afterwards, and check everything.

    Raises NotPermitted, BackupRefused.
    """
    access.require(actor, "backup.verify")
    return _try(source)


def drill_queued(*, run: JobRun) -> None:
    """Try the newest backup of the folder and write down how it went; an ERROR line where it fails."""
    backup = Backup.objects.filter(removed_at__isnull=True).order_by("-made_at").first()
    if backup is None:
        return
    fault, key_ids = "", list[str]()
    try:
        _try(backups_folder() / backup.name)
    except BackupRefused as refused:
        fault, key_ids = refused.fault.value, refused.key_ids
        logger.error("backup drill of %s: %s %s", backup.name, fault, " ".join(key_ids))
    with unit():
        Backup.objects.filter(pk=backup.pk).update(tried_at=run.now(), fault=fault)
        audit.record(
            actor=run.actor(),
            action=DRILL,
            subject_type="backup",
            subject_id=backup.public_id,
            now=run.now(),
            outcome=Outcome.REFUSED if fault else Outcome.DONE,
        )
        run.finish(name=backup.name, fault=fault)


def require_same_engine(manifest: dict[str, Any]) -> bool:
    """Return whether the backup is of an older program. Raises BackupRefused."""
    if manifest["engine"] != connection.vendor:
        raise BackupRefused(BackupFault.OTHER_ENGINE)
    known = known_migrations()
    if not set(manifest["migrations"]) <= known:
        raise BackupRefused(BackupFault.NEWER_PROGRAM)
    return bool(known - set(manifest["migrations"]))


def require_canaries(manifest: dict[str, Any]) -> None:
    """Raise BackupRefused unless the ring at hand is the one the backup's values are sealed with."""
    rows = [
        SealedList(name=name, public_id=public_id, value_sealed=value)
        for name, public_id, value in needed_canaries(manifest)
    ]
    try:
        check_canaries(rows)
    except WrongKeys as wrong:
        key_ids = [fault.key_id for fault in wrong.faults]
        raise BackupRefused(BackupFault.OTHER_KEYS, key_ids=key_ids) from None


def needed_canaries(manifest: dict[str, Any]) -> list[list[str]]:
    """Return the canaries of a backup but those of field keys that no value of it needs."""
    needed = set(manifest["field_keys"])
    return [
        row
        for row in manifest["canaries"]
        if ".field." not in row[0] or row[0].rsplit(".", 1)[1] in needed
    ]


def check_restored(manifest: dict[str, Any], *, is_older: bool) -> int:
    """Compare the database looked at with the manifest; return how many sealed values were opened.

    Raises BackupRefused.
    """
    try:
        if not quick_check() or applied_migrations() != manifest["migrations"]:
            raise BackupRefused(BackupFault.DATABASE)
        if row_counts() != manifest["counts"]:
            raise BackupRefused(BackupFault.COUNTS)
        if is_older:
            return 0
        if [[r.name, r.public_id, r.value_sealed] for r in canary_rows()] != manifest["canaries"]:
            raise BackupRefused(BackupFault.OTHER_KEYS)
        verdict = verify_chain(is_copy=True)
        if not verdict.is_whole or verdict.last_number != manifest["audit_number"]:
            raise BackupRefused(BackupFault.CHAIN)
        sample = open_sample()
    except DatabaseError:
        raise BackupRefused(BackupFault.DATABASE) from None
    if sample.unreadable:
        raise BackupRefused(BackupFault.UNREADABLE)
    return sample.opened


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """Make a private folder while the block runs; what a killed trial left goes first."""
    for left in parent.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _try(source: Path) -> Trial:
    with scratch_folder(backups_folder()) as folder:
        unpacked = unpack(source, folder)
        is_older = require_same_engine(unpacked.manifest)
        require_canaries(unpacked.manifest)
        if connection.vendor == "sqlite":
            with looking_at(database_named(unpacked.database)):
                opened = check_restored(unpacked.manifest, is_older=is_older)
            return Trial(unpacked.manifest, True, is_older, opened)
        return _try_dump(unpacked, is_older)


def _try_dump(unpacked: Unpacked, is_older: bool) -> Trial:
    """Restore a dump into a scratch database; where none may be made, read its list."""
    try:
        if not postgresql.may_create_databases():
            if not postgresql.is_listed(unpacked.database):
                raise BackupRefused(BackupFault.DATABASE)
            return Trial(unpacked.manifest, False, is_older)
        with postgresql.scratch_database() as name:
            database = database_named(name)
            postgresql.load(unpacked.database, database)
            with looking_at(database):
                opened = check_restored(unpacked.manifest, is_older=is_older)
        return Trial(unpacked.manifest, True, is_older, opened)
    except (postgresql.ToolMissing, postgresql.ToolFailed):
        raise BackupRefused(BackupFault.TOOLS) from None
