"""Whether the installation can do its work: for machines that ask, and for who looks after it."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.models import Count, Min, Q

from xgz.files.disk import free_bytes
from xgz.models import Job
from xgz.models.keyring import key_ring
from xgz.queries.migrations import applied_migrations, known_migrations
from xgz.rules.jobs import LEASE_SECONDS, WAITING, JobState
from xgz.rules.storage import (
    LONGEST_QUIET_MINUTES,
    LONGEST_WAIT_MINUTES,
    RESERVE_BYTES,
    RESERVE_NAME,
    WAL_ALARM_BYTES,
)

logger = logging.getLogger(__name__)
_LOOKED_AT = 100  # newest jobs: the schedule alone leaves some in every hour


@dataclass(frozen=True, slots=True)
class Readiness:
    """What must hold for the site to do its work; nothing in it is about anybody."""

    database: bool
    schema: bool
    keys: bool
    worker: bool
    disk: bool

    @property
    def is_ready(self) -> bool:
        return all(self.checks().values())

    def checks(self) -> dict[str, bool]:
        """Return each check by its name, in a fixed order."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Work:
    """seen_at: when a worker was last seen; oldest_due: since when the first due job waits."""

    waiting: int
    running: int
    seen_at: datetime | None
    oldest_due: datetime | None


@dataclass(frozen=True, slots=True)
class Engine:
    """kind: "SQLite" or "PostgreSQL"; journal and wal_bytes of SQLite alone, sizes in bytes."""

    kind: str
    version: str
    journal: str
    bytes: int
    wal_bytes: int

    @property
    def is_wal_too_large(self) -> bool:
        return self.wal_bytes > WAL_ALARM_BYTES


@dataclass(frozen=True, slots=True)
class Disk:
    """free: bytes this user may still write into the data folder; has_reserve: ST-2."""

    free: int
    has_reserve: bool

    @property
    def is_short(self) -> bool:
        return self.free < RESERVE_BYTES


def readiness(now: datetime) -> Readiness:
    """Return what holds at `now`; three small queries, none of anybody's rows."""
    disk, keys = not disk_state().is_short, _has_keys()
    try:
        database, schema = _is_writable(), _is_schema_current()
        worker = is_worker_seen(work(now), now)
    except Error as fault:
        logger.warning("not ready: %s", type(fault).__name__)
        return Readiness(False, False, keys, False, disk)
    return Readiness(database, schema, keys, worker, disk)


def work(now: datetime) -> Work:
    """Return what waits and runs, and when a worker was last seen; two queries."""
    due = Q(state=JobState.QUEUED) & (Q(run_after__isnull=True) | Q(run_after__lte=now))
    counted = Job.objects.filter(state__in=WAITING).aggregate(
        waiting=Count("pk", filter=Q(state=JobState.QUEUED)),
        running=Count("pk", filter=Q(state=JobState.RUNNING)),
        asked=Min("requested_at", filter=due & Q(run_after__isnull=True)),
        later=Min("run_after", filter=due),
    )
    since = [moment for moment in (counted["asked"], counted["later"]) if moment is not None]
    return Work(
        waiting=counted["waiting"],
        running=counted["running"],
        seen_at=_worker_seen_at(),
        oldest_due=min(since, default=None),
    )


def is_worker_seen(known: Work, now: datetime) -> bool:
    """Test whether a worker is at work (ST-4).

    The schedule gives it something every hour; work that is due waits for minutes at most, unless
    the worker is busy with something longer.
    """
    if known.seen_at is None:
        return False
    quiet = now - known.seen_at
    if known.oldest_due is not None and now - known.oldest_due > _minutes(LONGEST_WAIT_MINUTES):
        return quiet <= _minutes(LONGEST_WAIT_MINUTES)
    return quiet <= _minutes(LONGEST_QUIET_MINUTES)


def engine_state() -> Engine:
    """Return kind, version, journal and size of the database, for who looks after it."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(
                "SELECT current_setting('server_version'), pg_database_size(current_database())"
            )
            version, size = cursor.fetchone()
            return Engine("PostgreSQL", version, "", size, 0)
        cursor.execute("SELECT sqlite_version()")
        version = cursor.fetchone()[0]
        cursor.execute("PRAGMA journal_mode")
        journal = str(cursor.fetchone()[0]).upper()
    path = Path(str(settings.DATABASES["default"]["NAME"]))
    return Engine(
        "SQLite", version, journal, _size(path), _size(path.with_name(path.name + "-wal"))
    )


def disk_state() -> Disk:
    """Return how much room the data folder has."""
    home = Path(settings.HOME)
    try:
        free = free_bytes(home)
    except OSError:
        free = 0
    return Disk(free=free, has_reserve=(home / RESERVE_NAME).exists())


def _has_keys() -> bool:
    try:
        key_ring()
        return Path(settings.KEY_RING).is_file()
    except Exception as fault:  # missing, broken, unreadable: whatever it is, nothing can be read
        logger.warning("key ring: %s", type(fault).__name__)
        return False


def _is_writable() -> bool:
    """Test whether the database takes writes, without writing."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only")
            return not cursor.fetchone()[0]
        cursor.execute(
            "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')='on'"
        )
        return not cursor.fetchone()[0]


def _is_schema_current() -> bool:
    """Test whether every step this program knows was applied; a newer database holds them too."""
    return known_migrations() <= set(applied_migrations())


def _worker_seen_at() -> datetime | None:
    """Return the newest sign of a worker: a job it ended, or a lease it took or renewed."""
    rows = Job.objects.filter(attempt__gt=0).order_by("-pk")
    signs = rows.values_list("state", "finished_at", "lease_until")[:_LOOKED_AT]
    lease = timedelta(seconds=LEASE_SECONDS)
    seen = [
        lease_until - lease if lease_until is not None else finished_at
        for _, finished_at, lease_until in signs
    ]
    return max((moment for moment in seen if moment is not None), default=None)


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
