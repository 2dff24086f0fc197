"""One step for an empty database makes the schema that the steps it stands for make (0039)."""

from contextlib import contextmanager
from functools import cache

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, transaction

from tests.factories.migrating import step_by_step
from tests.factories.trail import NOON, anchor_file, write_rows
from xgz.models import AuditEntry, AuditHead
from xgz.queries.audit_chain import verify_chain

BEFORE_THE_CHAIN = ("xgz", "0002_case_spine")
TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT tgname, tgtype FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
    " WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace ORDER BY tgname",
}


@contextmanager
def _empty_instead(own, folder):
    """Let an empty database, on PostgreSQL an empty schema, stand in for the tests' own."""
    other = own.copy()
    other.settings_dict["OPTIONS"] = dict(other.settings_dict["OPTIONS"])
    if own.vendor == "sqlite":
        other.settings_dict["NAME"] = str(folder / "empty.sqlite3")
    else:
        other.settings_dict["OPTIONS"]["options"] = "-c search_path=beside"
        _run(own, "CREATE SCHEMA beside")
    connections[DEFAULT_DB_ALIAS] = other
    try:
        yield other
    finally:
        connections[DEFAULT_DB_ALIAS] = own
        other.close()
        if own.vendor != "sqlite":
            _run(own, "DROP SCHEMA beside CASCADE")


def _run(database, statement):
    with database.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def _schema(database):
    """Describe guards, and the columns, constraints and indexes of our tables in any order."""
    introspection = database.introspection
    found = {"guards": _run(database, TRIGGERS[database.vendor])}
    with database.cursor() as cursor:
        for table in introspection.table_names(cursor):
            if not table.startswith("xgz_"):
                continue
            columns = introspection.get_table_description(cursor, table)
            found[f"columns of {table}"] = sorted(map(repr, columns))
            constraints = introspection.get_constraints(cursor, table)
            found[f"constraints of {table}"] = sorted(map(_described, constraints.items()))
    return found


def _described(constraint):
    """Describe a constraint; names that we did not give tell how it came to be."""
    name, facts = constraint
    said = repr(sorted(facts.items())).replace(" ON beside.", " ON public.")
    return (name if name in _given_names() else "", said)


@cache
def _given_names():
    options = [model._meta for model in apps.get_app_config("xgz").get_models()]
    return {part.name for each in options for part in (*each.constraints, *each.indexes)}


@pytest.mark.django_db(transaction=True)
def test_all_steps_one_by_one_make_the_schema_of_the_one_step_and_chain_the_trail(tmp_path):
    """Rows that were written before the trail was chained become one that goes on."""
    own = connections[DEFAULT_DB_ALIAS]
    at_once = _schema(own)
    with _empty_instead(own, tmp_path) as other:
        step_by_step().migrate([BEFORE_THE_CHAIN])
        _write_unchained(5)
        steps = step_by_step()
        steps.migrate(steps.loader.graph.leaf_nodes("xgz"))
        one_by_one = _schema(other)
        _assert_chained(5)

    assert at_once.keys() == one_by_one.keys()
    assert len(at_once) > 200
    for name, facts in at_once.items():
        assert facts == one_by_one[name], name


def _write_unchained(count):
    """Write audit rows as they were at first, every other one by a person."""
    old = step_by_step().loader.project_state([BEFORE_THE_CHAIN]).apps
    user = old.get_model("xgz", "User").objects.create(username="clerk")
    for number in range(1, count + 1):
        old.get_model("xgz", "AuditEntry").objects.create(
            at=NOON,
            actor_id=user.pk if number % 2 else None,
            actor_label="user",
            action="body.add",
            subject_type="body",
            subject_id=f"b{number}",
            fields={"name": "0123", "kind": "4567"},
        )


def _assert_chained(count):
    anchor_file().unlink(missing_ok=True)
    numbers = AuditEntry.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == list(range(1, count + 1))
    assert AuditHead.objects.get().number == count
    assert verify_chain().faults == {}
    write_rows(2)
    assert verify_chain().faults == {}
    assert verify_chain().rows == count + 2
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        _run(connections[DEFAULT_DB_ALIAS], "DELETE FROM xgz_auditentry")
