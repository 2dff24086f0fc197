"""Bringing a data folder to life: tables and keys for an empty database, refusal otherwise."""

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from xgz.models import User
from xgz.models.keyring import KeyRingMissing, key_ring, make_key_ring


class SchemaOutdated(Exception):
    """The database is older than the program; `xgz migrate` brings it up to date."""


class UnsafeProduction(Exception):
    """A production profile meets demo data."""


def ensure_ready() -> None:
    """Make tables and keys for an empty database; check an existing one.

    Raises KeyRingMissing where rows exist but their keys do not, SchemaOutdated, UnsafeProduction.
    """
    if User._meta.db_table not in connection.introspection.table_names():
        call_command("migrate", interactive=False, verbosity=0)
        make_key_ring()
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise SchemaOutdated
    try:
        key_ring()
    except KeyRingMissing:
        if User.objects.exists():
            raise
        make_key_ring()
    if settings.PROFILE == "production" and User.objects.filter(is_demo=True).exists():
        raise UnsafeProduction
