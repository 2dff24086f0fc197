"""Bringing a data folder to life: tables and keys for an empty database, refusal otherwise."""

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from xgz.models import Import, Member, SealedList, User, sealing
from xgz.models.fields import new_public_id
from xgz.models.keyring import KeyRingMissing, key_ring, make_key_ring

# A known text sealed when the keys are made: who opens it holds the keys of this database.
_CANARY = "key_canary"
_COLUMN = "sealed_list.value"


class SchemaOutdated(Exception):
    """The database is older than the program; `xgz migrate` brings it up to date."""


class UnsafeProduction(Exception):
    """A production profile meets demo data."""


class WrongKeys(Exception):
    """The key ring is not the one this database was sealed with."""


def ensure_ready() -> None:
    """Make tables and keys for an empty database; check an existing one.

    Raises KeyRingMissing where anything is sealed but the keys are gone, KeyRingBroken, WrongKeys,
    SchemaOutdated, UnsafeProduction. Nothing is written then.
    """
    if User._meta.db_table not in connection.introspection.table_names():
        call_command("migrate", interactive=False, verbosity=0)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise SchemaOutdated
    _check_keys()
    if settings.PROFILE == "production" and User.objects.filter(is_demo=True).exists():
        raise UnsafeProduction


@transaction.atomic
def _check_keys() -> None:
    canary = SealedList.objects.filter(name=_CANARY).first()
    try:
        key_ring()
    except KeyRingMissing:
        if canary is not None or _holds_rows():
            raise
        make_key_ring()
    if canary is None:
        _open_any_member()
        public_id = new_public_id()
        sealed = sealing.seal(_COLUMN, public_id, _CANARY)
        SealedList.objects.create(public_id=public_id, name=_CANARY, value_sealed=sealed)
        return
    try:
        sealing.unseal(_COLUMN, canary.public_id, canary.value_sealed)
    except sealing.SealBroken:
        raise WrongKeys from None


def _holds_rows() -> bool:
    return User.objects.exists() or Import.objects.exists()


def _open_any_member() -> None:
    """Before a first canary is written, prove the keys on a value sealed earlier, if there is one."""
    member = Member.objects.first()
    try:
        if member is not None:
            sealing.unseal("member.name", member.public_id, member.name_sealed)
    except sealing.SealBroken:
        raise WrongKeys from None
