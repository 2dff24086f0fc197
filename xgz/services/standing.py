"""Whether the running installation is sound: schema, keys, values, database, trail, backups (BK-4)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.queries.audit_chain import verify_chain
from xgz.queries.backups import newest_backup, newest_known
from xgz.rules.backups import is_too_old
from xgz.services.backups.databases import quick_check
from xgz.services.keys.canaries import WrongKeys, canary_rows, check_canaries
from xgz.services.keys.opening import SAMPLE, open_sample


class Check(StrEnum):
    SCHEMA = "schema"
    KEYS = "keys"
    VALUES = "values"
    DATABASE = "database"
    TRAIL = "trail"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it passed, and figures or words to show beside it."""

    check: Check
    is_well: bool
    figure: int = 0
    words: tuple[str, ...] = ()


def check_standing(*, actor: Actor, now: datetime, everything: bool) -> list[Finding]:
    """Check the installation at work; everything: every sealed value and not a sample of each column.

    Raises NotPermitted. Writes nothing.
    """
    access.require(actor, "backup.verify")
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    values = open_sample(None if everything else SAMPLE)
    trail = verify_chain()
    return [
        Finding(Check.SCHEMA, not pending),
        Finding(Check.KEYS, *_keys()),
        Finding(Check.VALUES, not values.unreadable, values.opened or values.unreadable),
        Finding(Check.DATABASE, quick_check()),
        Finding(Check.TRAIL, trail.is_whole, trail.last_number, tuple(trail.sentences())),
        _backup(now),
    ]


def _backup(now: datetime) -> Finding:
    """Find how old the newest backup in the folder is; words, for none: the newest one known."""
    newest = newest_backup()
    if newest is None:
        known = newest_known()
        return Finding(Check.BACKUP, False, -1, (known.name,) if known else ())
    hours = int((now - newest.made_at).total_seconds() // 3600)
    return Finding(Check.BACKUP, not is_too_old(newest.made_at, now), hours)


def _keys() -> tuple[bool, int]:
    rows = canary_rows()
    try:
        check_canaries(rows)
    except WrongKeys as wrong:
        return False, len(wrong.faults)
    return bool(rows), len(rows)
