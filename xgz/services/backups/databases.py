"""Databases beside the one at work: a copy of a file, a restored one, a snapshot of PostgreSQL.

While looking_at() one of them, everything this thread asks of the database is asked of that one.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from xgz.models import AuditHead
from xgz.queries.migrations import applied_migrations
from xgz.services.keys.canaries import canary_rows
from xgz.services.keys.carried import carried_by_key
from xgz.services.keys.cells import cells_by_key, quoted


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database says of itself in one moment; canaries: name, public id and value of each."""

    migrations: list[str]
    counts: dict[str, int]
    audit_number: int
    audit_mac: str
    canaries: list[list[str]]
    field_keys: list[str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@contextmanager
def looking_at(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Let this thread see another database of the same engine; it is closed afterwards."""
    held = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = database
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = held
        database.close()


def database_named(name: str | Path) -> BaseDatabaseWrapper:
    """Return a connection to a database file, or to another database of the same server."""
    own = connections[DEFAULT_DB_ALIAS]
    settings = copy.deepcopy(own.settings_dict) | {"NAME": str(name)}
    return type(own)(settings, alias=DEFAULT_DB_ALIAS)


def second_connection() -> BaseDatabaseWrapper:
    """Return a connection of its own to the database at work."""
    return database_named(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"])


def read_facts() -> Facts:
    """Return the facts of the database looked at; the caller gives it one moment."""
    head = AuditHead.objects.order_by("pk").values_list("number", "mac").first() or (0, "")
    keys = cells_by_key() + carried_by_key()
    return Facts(
        migrations=applied_migrations(),
        counts=row_counts(),
        audit_number=head[0],
        audit_mac=head[1],
        canaries=[[row.name, row.public_id, row.value_sealed] for row in canary_rows()],
        field_keys=sorted(keys),
    )


def row_counts() -> dict[str, int]:
    """Return the number of rows of every table of the database looked at."""
    counts = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT COUNT(*) FROM {quoted(name)}")  # noqa: S608
            counts[name] = cursor.fetchone()[0]
    return counts


def quick_check() -> bool:
    """Test whether SQLite finds its file sound; other engines look after that themselves."""
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        found = cursor.fetchall()
        cursor.execute("PRAGMA foreign_key_check")
        return found == [("ok",)] and not cursor.fetchall()
