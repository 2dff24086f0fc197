"""The few bulk statements that the ORM has no fast form for; see docs/decisions on bulk loading.

COPY on PostgreSQL, executemany on SQLite. Column names come from the models, never from a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection, models

_SQLITE_CACHE_KIB = 400_000


def table_name(model: type[models.Model]) -> str:
    """Return the quoted name of a model's table."""
    return connection.ops.quote_name(model._meta.db_table)


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert many rows of plain values in the order of `columns` (database column names)."""
    if not rows:
        return
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {table_name(model)} ({quoted}) FROM STDIN"
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(columns))
        # The names are those of a model; the values travel as parameters.
        cursor.executemany(
            f"INSERT INTO {table_name(model)} ({quoted}) VALUES ({places})",  # noqa: S608
            rows,
        )


def own_columns(model: type[models.Model]) -> list[str]:
    """Return the database columns of a model but for its number, in the order of row_of."""
    return [each.column for each in _fields(model)]


def row_of(row: models.Model) -> tuple[Any, ...]:
    """Return an unsaved row's values for insert_rows, in the order of own_columns."""
    fields = _fields(type(row))
    return tuple(each.get_db_prep_save(getattr(row, each.attname), connection) for each in fields)


def values_of(model: type[models.Model], values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the values of a model's attributes as update_rows takes them."""
    columns = {each.attname: each for each in _fields(model)}
    return tuple(
        columns[name].get_db_prep_save(value, connection) for name, value in values.items()
    )


def update_rows(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Write the same columns of many rows: each holds values_of them, and the row's number last."""
    quote, columns = connection.ops.quote_name, {each.attname: each for each in _fields(model)}
    changes = ", ".join(f"{quote(columns[name].column)} = %s" for name in names)
    with connection.cursor() as cursor:
        # The names are those of a model; the values travel as parameters.
        cursor.executemany(
            f"UPDATE {table_name(model)} SET {changes} WHERE id = %s",  # noqa: S608
            rows,
        )


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    return [each for each in model._meta.concrete_fields if not each.primary_key]


def run(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run one set-based statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return int(cursor.rowcount)


def one_number(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Return the single number a query answers with."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.fetchone()[0])


def take_stock(model: type[models.Model]) -> None:
    """Have PostgreSQL look at what a table holds now, so that it plans joins by that.

    It goes by its last look. A table that was emptied by then is one row to it, and thousands are
    joined by a loop in a loop. A role that may not ask is warned, and the table is looked at when
    the server gets to it. SQLite plans by its indexes alone.
    """
    if connection.vendor == "postgresql":
        run(f"ANALYZE {table_name(model)}")


def tidy(model: type[models.Model]) -> None:
    """Have PostgreSQL note which pages of a table everybody may see, after many rows changed.

    Only then does it count from an index alone. It would come to that by itself, but not after a
    tenth of the rows. Does nothing inside a transaction, where it is not allowed, and for a role
    that does not own the table.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        run(f"VACUUM {table_name(model)}")


@contextmanager
def roomy_cache() -> Iterator[None]:
    """Give SQLite room for the indexes that a large import fills in random order."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = one_number("PRAGMA cache_size")
    run(f"PRAGMA cache_size=-{_SQLITE_CACHE_KIB}")
    try:
        yield
    finally:
        run(f"PRAGMA cache_size={usual}")


@contextmanager
def built_afterwards(*models: type[models.Model], when: bool) -> Iterator[None]:
    """Fill empty tables without their plain indexes and foreign keys, and put these back after.

    Building an index by sorting, and checking a foreign key by one join, is several times faster
    than doing both row by row in random order. Unique keys and checks stay. Both databases do all
    of it inside the running transaction, so nobody ever sees a table without. Does nothing unless
    `when`, and where the role does not own the tables, as PostgreSQL asks of whoever alters them;
    the caller makes sure that they are empty.
    """
    is_done = when and _may_alter(models)
    statements = [pair for model in models for pair in _removable(model)] if is_done else []
    if statements and connection.vendor == "postgresql":
        # A table with checks still waiting cannot be altered.
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run("SET CONSTRAINTS ALL DEFERRED")
    for take_away, _ in statements:
        run(take_away)
    yield
    for _, put_back in statements:
        run(put_back)


def _may_alter(tables: Sequence[type[models.Model]]) -> bool:
    """Test whether the role may take indexes and keys from these tables and make them anew."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(pg_has_role(relowner, 'USAGE')"
            " AND has_schema_privilege(relnamespace, 'CREATE'))"
            " FROM pg_class WHERE oid = ANY(%s::regclass[])",
            [[table_name(each) for each in tables]],
        )
        return bool(cursor.fetchone()[0])


def _removable(model: type[models.Model]) -> list[tuple[str, str]]:
    """Return (statement that takes it away, statement that puts it back) as the database says."""
    table, quote = model._meta.db_table, connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s"
                " AND sql IS NOT NULL AND sql NOT LIKE 'CREATE UNIQUE%%'",
                [table],
            )
            return [(f"DROP INDEX {quote(name)}", sql) for name, sql in cursor.fetchall()]
        cursor.execute(
            "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c"
            " ON c.oid = i.indexrelid WHERE i.indrelid = %s::regclass AND NOT i.indisunique",
            [table],
        )
        found = [(f"DROP INDEX {quote(name)}", sql) for name, sql in cursor.fetchall()]
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            [table],
        )
        alter = f"ALTER TABLE {quote(table)}"
        return found + [
            (
                f"{alter} DROP CONSTRAINT {quote(name)}",
                f"{alter} ADD CONSTRAINT {quote(name)} {sql}",
            )
            for name, sql in cursor.fetchall()
        ]
