"""Sealed values carried inside JSON columns: an import's journal, what jobs are told, authenticators.

They stand there as they stand in their own cell, bound to its column and row (KY-3).
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from xgz.models import ImportChange, Job, sealing
from xgz.models.keyring import key_ring
from xgz.models.sealed_columns import name_in
from xgz.rules.keys import BATCH_ROWS
from xgz.services.keys.cells import KEY_IN_TEXT, Change, Resealed, Tell, quoted, write_changes
from xgz.services.second_factor import SECRET_COLUMN

# Returns the cells a value under this name of the JSON text may be bound to: column and row.
Binding = Callable[[str], Sequence[tuple[str, str]]]
_JOB_VALUES = {("snapshot.take", "note"): "snapshot.note"}


@dataclass(frozen=True, slots=True)
class Carrier:
    """One JSON column; bindings: for the primary keys of a batch, what their values are bound to."""

    table: str
    column: str
    bindings: Callable[[Sequence[int]], dict[int, Binding]]


def carried_by_key() -> Counter[str]:
    """Return how many sealed values stand in JSON columns under each key id."""
    counted: Counter[str] = Counter()
    for carrier in carriers():
        for rows in _rows_of(carrier, but=""):
            for _pk, text in rows:
                counted.update(KEY_IN_TEXT.findall(text))
    return counted


def reseal_carried(tell: Tell) -> Resealed:
    """Seal every carried value of an older key again."""
    done = Resealed()
    for carrier in carriers():
        for rows in _rows_of(carrier, but=key_ring().key_id):
            done.add(_reseal_batch(carrier, rows))
            tell(done.changed)
    return done


def carriers() -> tuple[Carrier, ...]:
    """Return the JSON columns that carry sealed values."""
    journal = ImportChange._meta.db_table
    known = [
        Carrier(journal, "before", _journal_bindings),
        Carrier(journal, "after", _journal_bindings),
        Carrier(Job._meta.db_table, "arguments", _job_bindings),
    ]
    if apps.is_installed("allauth.mfa"):
        table = apps.get_model("mfa", "Authenticator")._meta.db_table
        known.append(Carrier(table, "data", _authenticator_bindings))
    return tuple(known)


def _rows_of(carrier: Carrier, but: str) -> Iterator[list[tuple[int, str]]]:
    """Yield rows with sealed values, in batches; but: a key id, whose values alone do not count."""
    text, last = f"CAST({quoted(carrier.column)} AS text)", 0
    statement = (
        f"SELECT {quoted('id')}, {text} FROM {quoted(carrier.table)} "  # noqa: S608
        f"WHERE {quoted('id')} > %s AND {text} LIKE %s "
        f"ORDER BY {quoted('id')} LIMIT {BATCH_ROWS}"
    )
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [last, "%sm4g$%"])
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield [row for row in rows if set(KEY_IN_TEXT.findall(row[1])) - {but}]


def _reseal_batch(carrier: Carrier, rows: list[tuple[int, str]]) -> Resealed:
    if not rows:
        return Resealed()
    changes: list[Change] = []
    done, bindings = Resealed(), carrier.bindings([pk for pk, _ in rows])
    for pk, text in rows:
        stale = Resealed()
        value = _resealed(json.loads(text), "", bindings[pk], stale)
        done.unreadable += stale.unreadable
        if stale.changed:
            changes.append((pk, text, json.dumps(value, cls=DjangoJSONEncoder)))
    cast = "CAST({} AS jsonb)" if connection.vendor == "postgresql" else "{}"
    if changes:
        done.changed += write_changes(carrier.table, carrier.column, changes, cast)
    return done


def _resealed(value: Any, name: str, binding: Binding, done: Resealed) -> Any:
    """Return a JSON value with every sealed text in it sealed again; counts in `done`."""
    if isinstance(value, dict):
        return {key: _resealed(part, key, binding, done) for key, part in value.items()}
    if isinstance(value, list):
        return [_resealed(part, name, binding, done) for part in value]
    if not sealing.is_sealed(value) or sealing.key_id_of(value) == key_ring().key_id:
        return value
    for column, row in binding(name):
        try:
            sealed = sealing.reseal(column, row, value)
        except sealing.SealBroken:
            continue
        done.changed += 1
        return sealed
    done.unreadable += 1
    return value


def _journal_bindings(keys: Sequence[int]) -> dict[int, Binding]:
    changes = list(ImportChange.objects.filter(pk__in=keys))
    known = _public_ids(changes)

    def binding(change: ImportChange) -> Binding:
        def cells(name: str) -> Sequence[tuple[str, str]]:
            try:
                column = name_in(change.table, name)
            except LookupError:
                return ()
            return [(column, row) for row in known.get((change.table, change.target_id), ())]

        return cells

    return {change.pk: binding(change) for change in changes}


def _public_ids(changes: list[ImportChange]) -> dict[tuple[str, int], list[str]]:
    """Return the public ids of the rows that changes are about, wherever they are written down.

    Nearly always the row is there; one that went may be named in the change itself, or in another
    one that made or removed it. Row numbers are given again: every public id found is offered.
    """
    found: dict[tuple[str, int], list[str]] = {}
    wanted: dict[str, set[int]] = {}
    for change in changes:
        wanted.setdefault(change.table, set()).add(change.target_id)
        _note(found, change)
    for table, numbers in wanted.items():
        model: type[models.Model] = apps.get_model("xgz", table)
        rows = model._default_manager.filter(pk__in=numbers).values_list("pk", "public_id")
        for number, public_id in rows:
            found.setdefault((table, number), []).append(public_id)
        for number in numbers:
            if (table, number) not in found:
                for other in ImportChange.objects.filter(table=table, target_id=number):
                    _note(found, other)
    return found


def _note(found: dict[tuple[str, int], list[str]], change: ImportChange) -> None:
    for values in (change.after, change.before):
        if public_id := values.get("public_id"):
            found.setdefault((change.table, change.target_id), []).append(public_id)


def _job_bindings(keys: Sequence[int]) -> dict[int, Binding]:
    def binding(kind: str, subject: str) -> Binding:
        def cells(name: str) -> Sequence[tuple[str, str]]:
            column = _JOB_VALUES.get((kind, name))
            return [(column, subject)] if column else ()

        return cells

    rows = Job.objects.filter(pk__in=keys).values_list("pk", "kind", "subject")
    return {pk: binding(kind, subject) for pk, kind, subject in rows}


def _authenticator_bindings(keys: Sequence[int]) -> dict[int, Binding]:
    """Every value of an authenticator is sealed as the account's secret, whatever its name."""
    model: Any = apps.get_model("mfa", "Authenticator")
    rows = model.objects.filter(pk__in=keys).values_list("pk", "user__public_id")
    return {pk: lambda _name, row=row: [(SECRET_COLUMN, row)] for pk, row in rows}  # type: ignore[misc]
