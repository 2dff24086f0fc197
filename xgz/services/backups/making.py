"""Making a backup while the site runs (BK-1), and letting old ones go (BK-2)."""

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import connection

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.access.clock import local
from xgz.files.disk import free_bytes, sync_folder
from xgz.models import Backup
from xgz.models.keyring import key_name, key_ring
from xgz.rules.backups import NAME_FORM, SUFFIX, kept
from xgz.services import audit
from xgz.services.audit_anchor import write_anchor
from xgz.services.backups import container, postgresql
from xgz.services.backups.databases import (
    Facts,
    database_named,
    looking_at,
    quick_check,
    read_facts,
    second_connection,
)
from xgz.services.backups.folder import backups_folder
from xgz.services.imports.folders import SEALED_SUFFIX, rejects_folder
from xgz.services.jobs import JobRun, enqueue
from xgz.services.matching.assessments import assessments_folder
from xgz.services.reports.files import reports_folder
from xgz.services.sites.photo_files import photos_folder
from xgz.services.storage import StorageFull
from xgz.services.transactions import unit, unit_of_work

MAKE = "backup.make"
ASKED = "backup"  # subject of one somebody asked for: one at a time
SQLITE_NAME, DUMP_NAME = "database.sqlite3", "database.dump"
_SCRATCH, _PART = ".scratch-", ".part"
_ROOM = 2  # times the database: its copy, and the packed file at its worst
logger = logging.getLogger(__name__)


class BackupUnderWay(Exception):
    """Another backup is being written into this folder."""


class CopyUnsound(Exception):
    """The copy of the database does not pass SQLite's own check: look after the original at once."""


@unit_of_work
def ask_for_backup(*, actor: Actor, now: datetime) -> None:
    """Queue a backup for the worker. Raises NotPermitted, AlreadyQueued."""
    access.require(actor, MAKE)
    enqueue(kind=MAKE, subject=ASKED, requested_by=access.require_person(actor), now=now)


def make_queued(*, run: JobRun) -> None:
    """Make the backup of an hour, or one a person asked for, and let old ones go."""
    actor = run.actor()
    if not actor.is_clock:
        access.require(actor, MAKE)
    backup = _make(actor, backups_folder(), run.now())
    prune(now=run.now())
    run.finish(name=backup.name, size=backup.size)


def make_backup(*, actor: Actor, now: datetime, folder: Path | None = None) -> Backup:
    """Write a backup of this moment into a folder, and its row, audit row and anchor.

    Readers and writers go on. Without a folder it goes to the installation's own. Raises
    NotPermitted, BackupUnderWay, StorageFull, CopyUnsound, ToolMissing, ToolFailed, OSError.
    """
    access.require(actor, MAKE)
    backup = _make(actor, folder or backups_folder(), now)
    if folder is None:
        prune(now=now)
    return backup


def prune(*, now: datetime) -> int:
    """Delete backups of the folder beyond those kept (BK-2); return how many."""
    rows = {local(row.made_at): row for row in Backup.objects.filter(removed_at__isnull=True)}
    here = {at: row for at, row in rows.items() if (backups_folder() / row.name).exists()}
    stay = kept(here, hours=settings.BACKUP_HOURS_KEPT, days=settings.BACKUP_DAYS_KEPT)
    going = [row for at, row in here.items() if at not in stay]
    for row in going:
        (backups_folder() / row.name).unlink(missing_ok=True)
        Backup.objects.filter(pk=row.pk).update(removed_at=now)
    return len(going)


def copy_sqlite(target: Path) -> Facts:
    """Copy the database at work into a file of its own, complete without its log; return its facts.

    Raises CopyUnsound.
    """
    source, copied = second_connection(), database_named(target)
    try:
        source.ensure_connection()
        copied.ensure_connection()
        # All pages at one go: one moment of the database. With its log, nobody waits meanwhile.
        source.connection.backup(copied.connection, pages=-1)
    finally:
        source.close()
    with looking_at(copied):
        if not quick_check():
            raise CopyUnsound(target.name)
        facts = read_facts()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
    return facts


def _make(actor: Actor, folder: Path, now: datetime) -> Backup:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder), _scratch(folder) as scratch:
        name = _free_name(folder, now)
        facts = _gather(folder, scratch)
        part = folder / f".{name}{_PART}"
        digest = container.pack(scratch, part, _manifest(facts, now), _header(facts, now))
        size = part.stat().st_size
        (folder / name).hardlink_to(part)  # never over another one
        part.unlink()
        sync_folder(folder)
    with unit():
        backup = Backup.objects.create(
            name=name,
            made_at=now,
            size=size,
            digest=digest,
            audit_number=facts.audit_number,
            counts=facts.counts,
        )
        audit.record(
            actor=actor,
            action=MAKE,
            subject_type="backup",
            subject_id=backup.public_id,
            now=now,
            fields={"name": name, "digest": digest},
        )
    try:
        write_anchor(today=actor.today, now=now)
    except OSError as fault:
        logger.error("backup made, but no anchor written: %s", type(fault).__name__)
    return backup


def _free_name(folder: Path, now: datetime) -> str:
    """Return the name for a backup of this second, numbered where another has it already.

    Numbered names sort behind the plain one. A name is not given again after its file has gone, nor
    for another folder.
    """
    stem = f"{local(now):{NAME_FORM}}"
    taken = set(Backup.objects.filter(name__startswith=stem).values_list("name", flat=True))
    names = (f"{stem}{f'_{number}' if number > 1 else ''}{SUFFIX}" for number in count(1))
    return next(name for name in names if name not in taken and not (folder / name).exists())


def _gather(folder: Path, scratch: Path) -> Facts:
    """Lay the database and the sealed files beside it into the scratch folder."""
    if free_bytes(folder) < _ROOM * _database_size():
        raise StorageFull
    if connection.vendor == "sqlite":
        facts = copy_sqlite(scratch / SQLITE_NAME)
    else:
        facts = postgresql.dump(scratch / DUMP_NAME)
    for source in (reports_folder(), rejects_folder(), assessments_folder(), photos_folder()):
        target = scratch / source.name
        target.mkdir()
        for path in source.glob(f"*{SEALED_SUFFIX}"):
            try:
                shutil.copyfile(path, target / path.name)
            except FileNotFoundError:
                continue  # taken or swept meanwhile
    return facts


def _database_size() -> int:
    if connection.vendor == "sqlite":
        return Path(str(connection.settings_dict["NAME"])).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _manifest(facts: Facts, now: datetime) -> dict[str, object]:
    is_sqlite = connection.vendor == "sqlite"
    return {
        "form": container.FORM,
        "program": program_version(),
        "made_at": now.isoformat(),
        "engine": connection.vendor,
        "database": SQLITE_NAME if is_sqlite else DUMP_NAME,
        **facts.as_json(),
    }


def _header(facts: Facts, now: datetime) -> dict[str, object]:
    """Return what is said in clear: enough to know which keys are wanted."""
    return {
        "form": container.FORM,
        "made_at": now.isoformat(),
        "engine": connection.vendor,
        "backup_key": key_name(key_ring().backup),
        "field_keys": facts.field_keys,
    }


def program_version() -> str:
    """Return the version of this program, "" where it was not installed as a package."""
    try:
        return version("xgz")
    except PackageNotFoundError:
        return ""


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder / ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise BackupUnderWay(folder.name) from None
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Make a private folder while the block runs; what a killed backup left goes first."""
    for left in folder.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in folder.glob(f".*{_PART}"):
        left.unlink(missing_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=folder))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
