"""Bringing a data folder to life: tables and keys for an empty database, refusal otherwise."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
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


class SchemaOutdated(Exception):
    """The database is older than the program; `xgz migrate` brings it up to date."""


class UnsafeProduction(Exception):
    """A production profile meets demo data."""


def has_database() -> bool:
    """Test whether there is a database whose keys can be told; looking makes none."""
    if connection.vendor == "sqlite":
        return Path(str(connection.settings_dict["NAME"])).exists()
    return User._meta.db_table in connection.introspection.table_names()


def ensure_ready(today: date | None = None) -> None:
    """Make tables and keys for an empty database; check an existing one.

    today: noted as the day of new keys. Raises KeyRingMissing where anything is sealed but the keys
    are gone, KeyRingBroken, WrongKeys, SchemaOutdated, UnsafeProduction. Nothing is written then.
    """
    if User._meta.db_table not in connection.introspection.table_names():
        call_command("migrate", interactive=False, verbosity=0)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise SchemaOutdated
    _check_keys(today)
    if settings.PROFILE == "production" and User.objects.filter(is_demo=True).exists():
        raise UnsafeProduction


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
