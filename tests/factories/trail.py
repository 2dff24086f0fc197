# ruff: noqa: S608 (statements of a database administrator, of our own names)
"""A trail of audit rows with its anchors, and what a database administrator can do to it."""

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.factories.district import TODAY
from xgz.access.actor import Actor, clock_actor
from xgz.migrations import _guards
from xgz.models import AuditEntry
from xgz.services import audit
from xgz.services.audit_anchor import write_anchor
from xgz.services.transactions import unit

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
TABLE, HEAD = "xgz_auditentry", "xgz_audithead"
_COLUMNS = ("number, at, actor_id, actor_label, action, outcome, subject_type, subject_id, fields,"
            " address, session, request, mac")  # fmt: skip


def write_rows(count: int, actor: Actor | None = None, first: int = 1) -> None:
    """Write rows as services do, one piece of work each."""
    by = actor or clock_actor(TODAY)
    for number in range(first, first + count):
        with unit():
            audit.record(
                actor=by,
                action="parameter.set",
                subject_type="parameter_value",
                subject_id=f"row{number}",
                now=NOON + timedelta(seconds=number),
                fields={"value": number},
            )


def anchor(today: date = TODAY) -> None:
    write_anchor(today=today, now=NOON)


def anchor_file() -> Path:
    return Path(settings.AUDIT_ANCHORS)


@contextmanager
def as_administrator():
    """Give the rights over the database: the guards of the trail are taken away and put back."""
    undo, redo = _guards_of_the_trail()
    run(undo)
    yield
    run(redo)


def run(statements: Sequence[str], *values: Any) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values or None)


def numbers() -> list[int]:
    return list(AuditEntry.objects.order_by("number").values_list("number", flat=True))


def copy_rows() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return all rows of the trail and its head, as a copy of the database holds them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {_COLUMNS} FROM {TABLE} ORDER BY id")
        rows = cursor.fetchall()
        cursor.execute(f"SELECT id, number, mac FROM {HEAD}")
        return rows, cursor.fetchall()


def put_back(copy: tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]) -> None:
    """Put the rows of a copy in the place of those there are."""
    rows, heads = copy
    marks = ", ".join(["%s"] * 14)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
        cursor.execute(f"DELETE FROM {HEAD}")
        cursor.executemany(f"INSERT INTO {TABLE} (id, {_COLUMNS}) VALUES ({marks})", rows)
        cursor.executemany(f"INSERT INTO {HEAD} (id, number, mac) VALUES (%s, %s, %s)", heads)


def forge_row(number: int, mac: str, subject: str = "forged") -> None:
    """Insert a row of one's own, with any value in the place of the keyed one."""
    run(
        [
            f"INSERT INTO {TABLE} ({_COLUMNS}) VALUES (%s, '2026-11-23 04:00:00', NULL, 'clock',"
            " 'parameter.set', 'done', 'parameter_value', %s, '{}', '', '', '', %s)"
        ],
        number,
        subject,
        mac,
    )


def _guards_of_the_trail() -> tuple[list[str], list[str]]:
    vendor = connection.vendor
    if vendor == "postgresql":
        now = "SET CONSTRAINTS ALL IMMEDIATE"  # no ALTER while a check is pending
        alter = f"ALTER TABLE {TABLE} {{}} TRIGGER USER"
        return [now, alter.format("DISABLE")], [now, alter.format("ENABLE")]
    undo = [each for each in _guards.LIFT[vendor] if "audit" in each]
    return undo, [each for each in _guards.PUT[vendor] if "xgz_auditentry" in each]
