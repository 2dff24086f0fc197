"""Questions whose wording is composed once and asked many times (decision 0018).

Composing the statement of a question takes longer than the database needs to answer it, and is half
of the work of a page. Kept is the statement with its parameters, never an answer, so nothing can be
out of date: whoever asks gets what stands in the tables now.

A question is a function of the module that makes a queryset from its arguments. They must be
hashable and say all that the question depends on; pass an actor as actor.bare. What differs at each
asking is given as One(...) or Each(...) and used in a filter like any other value:

    def _stalls(market: object, today: date) -> QuerySet[Stall]:
        return Stall.objects.filter(holds_on(today), market=market)

    records(_stalls, One(market.pk), today)
"""

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from xgz.access.reading import reading

M = TypeVar("M", bound=Model)
_KEPT_STATEMENTS = 4096  # about 15 kB each at most; a person asks some fifteen of the own
_ARRAYS = {int: "bigint[]", str: "text[]"}
_Row = tuple[Any, ...]


class AskedWhileComposing(Exception):
    """A question reads rows while it is composed: its wording would hold for those rows alone."""


class One(NamedTuple):
    """A number or text that differs at each asking."""

    value: int | str


class Each:
    """Numbers or texts of which any may hold; a question about none of them has no rows."""

    def __init__(self, values: Iterable[int | str]) -> None:
        self.values = list(values)


class _Place(Expression):
    """Where a given value stands in a statement; itself the parameter that is replaced."""

    def __init__(self, number: int, kind: type, *, many: bool) -> None:
        super().__init__(output_field=Field())
        self.number, self.kind, self.many = number, kind, many

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        """Return the place; many stand in one parameter, so their number changes no statement."""
        if not self.many:
            return "%s", (self,)
        if connection.vendor == "postgresql":
            return f"(SELECT unnest(%s::{_ARRAYS[self.kind]}))", (self,)
        return "(SELECT value FROM json_each(%s))", (self,)

    def parameter(self, given: Sequence[One | Each]) -> Any:
        """Return what goes with the statement instead."""
        found = given[self.number]
        if isinstance(found, One):
            return found.value
        return found.values if connection.vendor == "postgresql" else json.dumps(found.values)


@dataclass(frozen=True, slots=True)
class _Record:
    """How an object is made from a row, with its related ones and what the question adds."""

    model: type[Model]
    attributes: tuple[str, ...]
    first: int  # column of the first attribute
    annotated: tuple[tuple[str, int], ...]
    related: tuple[Any, ...]

    @classmethod
    def of(cls, compiler: SQLCompiler) -> "_Record | None":
        info, select = compiler.klass_info, compiler.select
        if not info or not compiler.query.default_cols:
            return None
        fields = info["select_fields"]
        return cls(
            model=info["model"],
            attributes=tuple(select[place][0].target.attname for place in fields),
            first=fields[0],
            annotated=tuple((compiler.annotation_col_map or {}).items()),
            related=tuple(get_related_populators(info, select, DEFAULT_DB_ALIAS)),  # type: ignore[call-arg]
        )

    def made(self, row: _Row) -> Model:
        """Return the object."""
        last = self.first + len(self.attributes)
        record = self.model.from_db(DEFAULT_DB_ALIAS, self.attributes, row[self.first : last])
        for populator in self.related:
            populator.populate(row, record)
        for name, place in self.annotated:
            setattr(record, name, row[place])
        return record


@dataclass(frozen=True, slots=True)
class _Statement:
    """What is kept of a question: the statement, and how its rows are read."""

    sql: str
    parameters: tuple[Any, ...]
    columns: int | None  # more stand in a row where it is ordered by what nobody asked for
    converters: tuple[tuple[int, tuple[Any, ...], Any], ...]
    record: _Record | None

    def rows(self, given: Sequence[One | Each]) -> list[_Row]:
        """Ask the database."""
        parameters = [
            each.parameter(given) if isinstance(each, _Place) else each for each in self.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows = cursor.fetchall()
        if self.columns is None and not self.converters:
            return cast(list[_Row], rows)
        return [self._converted(row) for row in rows]

    def _converted(self, row: _Row) -> _Row:
        cells = list(row[: self.columns])
        for place, converters, expression in self.converters:
            for convert in converters:
                cells[place] = convert(cells[place], expression, connection)
        return tuple(cells)


def answers(question: Callable[..., QuerySet[Any, Any]], *args: Hashable) -> list[_Row]:
    """Return the rows of question(*args) as tuples; its statement is composed once.

    Raises AskedWhileComposing.
    """
    statement, given = _asked(question, args)
    return statement.rows(given) if statement else []


def records(question: Callable[..., QuerySet[M, M]], *args: Hashable) -> list[M]:
    """Return the objects of question(*args), select_related and annotations included.

    The question may not prefetch. Raises AskedWhileComposing.
    """
    statement, given = _asked(question, args)
    if statement is None:
        return []
    if statement.record is None:
        raise TypeError("the question asks for columns, not for objects")
    return [cast(M, statement.record.made(row)) for row in statement.rows(given)]


def record(question: Callable[..., QuerySet[M, M]], *args: Hashable) -> M | None:
    """Return the first object of question(*args), None where there is none."""
    return next(iter(records(question, *args)), None)


def _asked(
    question: Callable[..., QuerySet[Any, Any]], args: Sequence[Hashable]
) -> tuple[_Statement | None, list[One | Each]]:
    given: list[One | Each] = []
    shape: list[Hashable] = []
    for arg in args:
        if isinstance(arg, (One, Each)):
            if isinstance(arg, Each) and not arg.values:
                return None, []
            shape.append(_Shape.of(arg, len(given)))
            given.append(arg)
        else:
            shape.append(arg)
    return _statement(question, tuple(shape)), given


class _Shape(NamedTuple):
    """What a statement knows of a given value: its place among them, number or text, how many."""

    number: int
    kind: type
    many: bool

    @classmethod
    def of(cls, given: One | Each, number: int) -> "_Shape":
        many = isinstance(given, Each)
        example = given.values[0] if isinstance(given, Each) else given.value
        return cls(number, str if isinstance(example, str) else int, many)


@lru_cache(maxsize=_KEPT_STATEMENTS)
def _statement(
    question: Callable[..., QuerySet[Any, Any]], shape: tuple[Hashable, ...]
) -> _Statement | None:
    """Return the kept statement, None for a question that can have no rows."""
    args = [
        _Place(each.number, each.kind, many=each.many) if isinstance(each, _Shape) else each
        for each in shape
    ]
    # What this page has read already is no way round the refusal: it would be kept for all pages.
    with reading(), connection.execute_wrapper(_refuse):
        compiler = question(*args).query.get_compiler(connection=connection)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
    columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns).items()
    return _Statement(
        sql,
        tuple(parameters),
        columns=compiler.col_count if compiler.has_extra_select else None,
        converters=tuple((place, tuple(each), column) for place, (each, column) in converters),
        record=_Record.of(compiler),
    )


def _refuse(*_call: Any) -> NoReturn:
    raise AskedWhileComposing
