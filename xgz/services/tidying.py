"""What deleted rows leave behind: gone from the database file, its log and the disk (BK-6)."""

import logging
from datetime import datetime, timedelta

from django.db import connection

from xgz.models import Job
from xgz.rules.backups import VACUUM_AFTER_DAYS, is_outside_office_hours
from xgz.rules.jobs import JobState
from xgz.services.imports.forgetting import forget_gone_rows
from xgz.services.keys.cells import quoted

TIDY = "database.tidy"
_TRIES = 3
logger = logging.getLogger(__name__)


def tidy_database(*, now: datetime) -> bool:
    """Write the log back and empty it; return whether the file was rewritten as well.

    What the journal of imports holds of people who are gone goes first. now: local time. The file is rewritten outside office hours, a week after the last time at the
    earliest: it keeps writers waiting. PostgreSQL clears the tables that rows were deleted from.
    """
    forget_gone_rows(now=now)
    if connection.in_atomic_block:
        return False  # a job asked for inside somebody's transaction: another night
    if connection.vendor == "postgresql":
        _vacuum_tables()
        return True
    is_due = is_outside_office_hours(now) and not _was_rewritten_since(
        now - timedelta(days=VACUUM_AFTER_DAYS)
    )
    if is_due:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
    empty_log()
    return is_due


def empty_log() -> bool:
    """Bring every page of SQLite's log home and cut the log to nothing; return whether it was.

    What was deleted is overwritten in the file by then (secure_delete), but still stands in the log.
    A reader that goes on for long keeps it from being emptied: the next night will.
    """
    for _try in range(_TRIES):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = cursor.fetchone()[0]
        if not is_busy:
            return True
    logger.warning("the log of the database could not be emptied: somebody reads")
    return False


def _was_rewritten_since(moment: datetime) -> bool:
    results = Job.objects.filter(kind=TIDY, state=JobState.DONE, finished_at__gt=moment)
    return any(result.get("vacuum") for result in results.values_list("result", flat=True))


def _vacuum_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_stat_user_tables WHERE n_dead_tup > 0 "
            "AND schemaname = 'public' ORDER BY relname"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"VACUUM {quoted(table)}")
