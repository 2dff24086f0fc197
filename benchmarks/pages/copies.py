"""Bulk rows of cases: each a copy of one that the services made, at another place of the district."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection

from xgz.models import Case, CaseParty, CaseReview, Notice
from xgz.models.fields import new_public_id

_CHUNK = 2000
_HANGING = (CaseParty, CaseReview, Notice)
_BODIES = ("area_id", "owner_body_id", "asked_body_id", "body_id", "to_body_id")
_DATES = ("due_on", "asked_due_on", "opened_at", "closed_at", "made_at")
Columns = dict[str, Any]


def copied(row: Any, **changes: Any) -> Any:
    """Return a copy of a row that is not saved yet, with an id of its own and nothing sealed.

    A sealed cell is bound to its row, so that a copied one could not be read.
    """
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    values |= {name: "" for name in values if name.endswith("_sealed")}
    if "public_id" in values:
        values["public_id"] = new_public_id()
    return type(row)(**values | changes)


def save(rows: Iterable[Any]) -> None:
    """Write rows of one model."""
    stream: Iterator[Any] = iter(rows)
    while piece := list(islice(stream, _CHUNK)):
        type(piece[0]).objects.bulk_create(piece)


class Pattern:
    """A case that the services made, with who is party to it, its sub-steps and notices."""

    def __init__(self, case: Case) -> None:
        case.refresh_from_db()
        self.case: Any = case
        own = {"case_kind": case.KIND.name, "case_id": case.public_id}
        self._rows = [
            case,
            *(row for model in _HANGING for row in model.objects.filter(**own).order_by("pk")),
        ]
        self._moved: dict[int, list[tuple[Any, Columns]]] = {}

    def copy(
        self, number: str, bodies: Mapping[int, int], days: int, **changes: Any
    ) -> list[tuple[Any, Columns]]:
        """Return model and columns of one more case like it, the case first.

        bodies: which stand for those of the pattern; days: how much later its dates are.
        """
        found = []
        case_id = new_public_id()
        for place, (model, columns) in enumerate(self._at(days)):
            new = columns | {
                name: bodies.get(columns[name], columns[name])
                for name in _BODIES
                if name in columns
            }
            if "public_id" in new:
                new["public_id"] = new_public_id()
            if place == 0:
                new |= {"public_id": case_id, "number": number, **changes}
            else:
                new["case_id"] = case_id
            found.append((model, new))
        return found

    def _at(self, days: int) -> list[tuple[Any, Columns]]:
        if days not in self._moved:
            self._moved[days] = [(type(row), _columns(row, days)) for row in self._rows]
        return self._moved[days]


def spread(
    patterns: Sequence[Pattern],
    count: int,
    place: Callable[[int, Pattern], list[tuple[Any, Columns]]],
) -> list[int]:
    """Write `count` cases like the patterns in turn; return the row number of each.

    place: returns what Pattern.copy does for one of them.
    """
    model = type(patterns[0].case)
    first = max(pattern.case.pk for pattern in patterns) + 1
    for start in range(0, count, _CHUNK):
        by_model: dict[Any, list[Columns]] = {}
        for number in range(start, min(start + _CHUNK, count)):
            rows = place(number, patterns[number % len(patterns)])
            rows[0][1]["id"] = first + number
            for each, columns in rows:
                by_model.setdefault(each, []).append(columns)
        for each, found in by_model.items():
            _insert(each, found)
    with connection.cursor() as cursor:  # PostgreSQL counts on from what it gave out itself
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
    return list(range(first, first + count))


def _columns(row: Any, days: int) -> Columns:
    """Return what is written of a copy of a row, without its own row number."""
    moved = copied(row)
    for name in _DATES:
        if getattr(moved, name, None) is not None:
            setattr(moved, name, getattr(moved, name) + timedelta(days=days))
    return {
        field.column: field.get_db_prep_save(getattr(moved, field.attname), connection)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }


def _insert(model: Any, rows: list[Columns]) -> None:
    """Write rows without the work Django does for each: there are a million of them."""
    quote = connection.ops.quote_name
    names = list(rows[0])
    marks = ", ".join(["%s"] * len(names))
    columns = ", ".join(quote(name) for name in names)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})",
            [tuple(row[name] for name in names) for row in rows],
        )
