"""Bringing a data folder to life: tables and keys for an empty database, refusal otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from xgz.models import Import, User
from xgz.models.keyring import KeyRingMissing, complete_key_ring, key_ring, make_key_ring
from xgz.services.keys.canaries import (
    WrongKeys,
    canary_rows,
    check_canaries,
    write_missing_canaries,
)
from xgz.services.transactions import unit_of_work

__all__ = ["SchemaOutdated", "UnsafeProduction", "WrongKeys", "ensure_ready", "has_database"]


_KEY = 0x66697273  # of the first start among all advisory locks of the database
_LONGEST_FIRST_START = 300_000  # milliseconds, on a machine with other work


class SchemaOutdated(Exception):
    """The database is older than the program; `xgz migrate` brings it up to date."""


class UnsafeProduction(Exception):
    """A production profile meets demo data."""


def has_database() -> bool:
    """Test whether there is a database whose keys can be told; looking makes none."""
    if connection.vendor == "sqlite":
        return Path(str(connection.settings_dict["NAME"])).exists()
    return _has_tables()


def ensure_ready(today: date | None = None) -> None:
    """Make tables and keys for an empty database; check an existing one.

    today: noted as the day of new keys. Raises KeyRingMissing where anything is sealed but the keys
    are gone, KeyRingBroken, WrongKeys, SchemaOutdated, UnsafeProduction. Nothing is written then.
    """
    if not _has_tables():
        _make_tables()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise SchemaOutdated
    _check_keys(today)
    if settings.PROFILE == "production" and User.objects.filter(is_demo=True).exists():
        raise UnsafeProduction


def _has_tables() -> bool:
    return User._meta.db_table in connection.introspection.table_names()


def _make_tables() -> None:
    """Make all tables and note their steps, or nothing where the process is killed meanwhile.

    Django notes a step after the transaction that makes its tables: killed between the two, the
    database could neither be used nor migrated. Of several who start at once, one makes them.
    """
    with _turn_to_start():
        if not _has_tables():
            call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def _turn_to_start() -> Iterator[None]:
    """Run the block in one transaction that nobody else writes beside, after whoever came before."""
    is_sqlite = connection.vendor == "sqlite"
    if is_sqlite:
        # SQLite's schema editor wants this before the transaction; its transaction is the turn.
        connection.disable_constraint_checking()
        _run(f"PRAGMA busy_timeout={_LONGEST_FIRST_START}")
    try:
        with transaction.atomic():
            if not is_sqlite:
                _run(f"SELECT pg_advisory_xact_lock({_KEY})")
            yield
    finally:
        if is_sqlite:
            connection.close()  # the next one has its own limits again


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@unit_of_work
def _check_keys(today: date | None) -> None:
    canaries = canary_rows()
    try:
        key_ring()
    except KeyRingMissing:
        if canaries or _holds_rows():
            raise
        make_key_ring(today)
    check_canaries(canaries)
    if not key_ring().backup:
        complete_key_ring()
    write_missing_canaries(canaries)


def _holds_rows() -> bool:
    return User.objects.exists() or Import.objects.exists()
