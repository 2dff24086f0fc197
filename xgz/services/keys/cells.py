"""Sealed values of the database: counted by key, sealed again with the current one (KY-3).

Sealed columns are found from the models; JSON columns that carry sealed values stand in
services/keys/carried.py. Rows are read without a lock, sealed, and written by compare-and-set on the
old text in short transactions, so that readers and writers go on.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import DatabaseError, connection, models, transaction

from xgz.models import SealedList, sealing
from xgz.models.keyring import key_ring
from xgz.models.sealed_columns import SealedColumn, sealed_columns
from xgz.rules.keys import BATCH_ROWS
from xgz.services.keys.canaries import CANARY

KEY_IN_TEXT = re.compile(r"sm4g\$([0-9a-f]{8})\$")
_TRIES = 5  # of a batch that met a row somebody holds


@dataclass(slots=True)
class Resealed:
    """What one pass over the database did: values sealed again, values that do not open."""

    changed: int = 0
    unreadable: int = 0

    def add(self, other: "Resealed") -> None:
        self.changed += other.changed
        self.unreadable += other.unreadable


Tell = Callable[[int], None]
# One value of a row: primary key, the text as it stands, the text as it will be.
Change = tuple[Any, str, str]


def cells_by_key() -> Counter[str]:
    """Return how many sealed values of all tables' own columns each key id has."""
    counted: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for column in sealed_columns():
            name = quoted(column.attname)
            cursor.execute(
                f"SELECT substr({name}, 6, 8), COUNT(*) FROM {_table(column)} "  # noqa: S608
                f"WHERE substr({name}, 1, 5) = 'sm4g$'{_but(column)} GROUP BY 1"
            )
            counted.update(dict(cursor.fetchall()))
    return counted


def reseal_cells(tell: Tell) -> Resealed:
    """Seal every value of an older key again; tell is given the number of values done so far."""
    done = Resealed()
    for _model, columns in groupby(sealed_columns(), key=lambda column: column.model):
        for column in columns:
            for rows in _stale_rows(column):
                done.add(_reseal_batch(column, rows))
                tell(done.changed)
    return done


def write_changes(table: str, column: str, changes: Sequence[Change], cast: str = "{}") -> int:
    """Write new texts where the old ones still stand; return how many did.

    cast: how the engine turns a text into the column's type.
    """
    name, held = quoted(column), f"CAST({quoted(column)} AS text)"
    statement = (
        f"UPDATE {quoted(table)} SET {name} = {cast.format('%s')} "  # noqa: S608
        f"WHERE {quoted('id')} = %s AND {held} = %s"
    )
    rows = [(new, pk, old) for pk, old, new in changes]
    for tried in range(1, _TRIES + 1):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(statement, rows)
                return max(int(cursor.rowcount), 0)
        except DatabaseError:  # somebody holds one of these rows and waits for another
            if tried == _TRIES:
                raise
    return 0


def quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _stale_rows(column: SealedColumn) -> Iterator[list[tuple[Any, str, str]]]:
    """Yield rows of a column under other keys than the current one: key, public id, sealed text."""
    name, last = quoted(column.attname), 0
    statement = (
        f"SELECT {quoted('id')}, {quoted('public_id')}, {name} "  # noqa: S608
        f"FROM {_table(column)} WHERE {quoted('id')} > %s "
        f"AND substr({name}, 1, 5) = 'sm4g$' AND substr({name}, 6, 8) <> %s{_but(column)} "
        f"ORDER BY {quoted('id')} LIMIT {BATCH_ROWS}"
    )
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [last, key_ring().key_id])
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _reseal_batch(column: SealedColumn, rows: list[tuple[Any, str, str]]) -> Resealed:
    changes: list[Change] = []
    for pk, public_id, sealed in rows:
        try:
            changes.append((pk, sealed, sealing.reseal(column.name, public_id, sealed)))
        except sealing.SealBroken:
            continue
    table = column.model._meta.db_table
    changed = write_changes(table, column.attname, changes) if changes else 0
    return Resealed(changed, len(rows) - len(changes))


def _table(column: SealedColumn) -> str:
    return quoted(column.model._meta.db_table)


def _but(column: SealedColumn) -> str:
    """Leave the canaries alone: each belongs to its key."""
    model: type[models.Model] = column.model
    return f" AND name NOT LIKE '{CANARY}%%'" if model is SealedList else ""
