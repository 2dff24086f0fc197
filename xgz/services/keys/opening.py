"""Opening sealed values to see whether they open: a sample of each column, or all (KY-7)."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from xgz.models import SealedList, sealing
from xgz.models.sealed_columns import SealedColumn, sealed_columns
from xgz.services.keys.canaries import CANARY
from xgz.services.keys.cells import quoted

SAMPLE = 200  # newest rows of each column
_BATCH = 2000


@dataclass(slots=True)
class Opened:
    """Sealed values opened, and those that do not open."""

    opened: int = 0
    unreadable: int = 0


def open_sample(per_column: int | None = SAMPLE) -> Opened:
    """Open the newest values of each sealed column, with None all of them; nothing is shown."""
    result = Opened()
    for column in sealed_columns():
        last, left = 0, per_column
        while rows := _rows(column, last, left):
            for _pk, public_id, sealed in rows:
                _open(result, column, public_id, sealed)
            last = rows[-1][0]
            if left is not None:
                break
    return result


def _open(result: Opened, column: SealedColumn, public_id: str, sealed: str) -> None:
    try:
        sealing.unseal(column.name, public_id, sealed)
    except sealing.SealBroken:
        result.unreadable += 1
    else:
        result.opened += 1


def _rows(column: SealedColumn, last: int, newest: int | None) -> list[tuple[Any, str, str]]:
    """Return the newest rows of a column, or without a number those behind the last one."""
    name, key = quoted(column.attname), quoted("id")
    canaries = f" AND name NOT LIKE '{CANARY}%%'" if column.model is SealedList else ""
    order, limit = ("", _BATCH) if newest is None else (" DESC", newest)
    statement = (
        f"SELECT {key}, {quoted('public_id')}, {name} FROM {quoted(column.model._meta.db_table)} "  # noqa: S608
        f"WHERE {name} <> '' AND {key} > %s{canaries} ORDER BY {key}{order} LIMIT {limit}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [last])
        return list(cursor.fetchall())
