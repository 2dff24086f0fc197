"""The few bulk statements that the ORM has no fast form for; see docs/decisions on bulk loading.

COPY on PostgreSQL, executemany on SQLite. Column names come from the models, never from a file.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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


def run(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run one set-based statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def one_number(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Return the single number a query answers with."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.fetchone()[0])


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
def index_built_afterwards(model: type[models.Model], when: bool) -> Iterator[None]:
    """Leave out a model's own indexes while a first load fills its table, and build them then.

    Building by sorting is several times faster than adding rows one by one in random order. Both
    databases do it inside the running transaction. Does nothing unless `when`.
    """
    indexes = list(model._meta.indexes) if when else []
    editor = connection.schema_editor()
    for index in indexes:
        run(f"DROP INDEX {connection.ops.quote_name(index.name)}")
    yield
    if indexes and connection.vendor == "postgresql":
        # Checks put off to the end of the transaction would forbid building an index before it.
        connection.check_constraints()
    for index in indexes:
        run(str(index.create_sql(model, editor)))
