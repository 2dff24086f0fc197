"""One step for an empty database makes the schema that the steps it stands for make (0039)."""

from contextlib import contextmanager
from functools import cache

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections

from tests.factories.migrating import step_by_step

CHAIN = ("xgz", "0023_claims")
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
def test_the_one_step_makes_the_schema_of_all_the_steps_it_stands_for(tmp_path):
    own = connections[DEFAULT_DB_ALIAS]
    at_once = _schema(own)
    with _empty_instead(own, tmp_path) as other:
        step_by_step().migrate([CHAIN])
        one_by_one = _schema(other)

    assert at_once.keys() == one_by_one.keys()
    assert len(at_once) > 200
    for name, facts in at_once.items():
        assert facts == one_by_one[name], name
