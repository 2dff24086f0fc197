"""Which steps of the schema this program knows, and which a database has taken, as app.name.

Without those that stand for several (0039): they are noted beside the ones they stand for.
"""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def known_migrations() -> frozenset[str]:
    """Return the steps this program knows."""
    return _steps(are_single=True)


def applied_migrations() -> list[str]:
    """Return the steps of the database looked at, among them those of a newer program, in order."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted({f"{app}.{name}" for app, name in applied} - _steps(are_single=False))


@cache
def _steps(*, are_single: bool) -> frozenset[str]:
    known = MigrationLoader(None).disk_migrations.items()
    return frozenset(
        f"{app}.{name}" for (app, name), each in known if are_single is not bool(each.replaces)
    )
