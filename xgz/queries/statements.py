"""Statements built once and asked anew each time: their words are kept, never an answer.

The ORM spends many times longer on building a count over a dozen lists than the database on
answering it, and for one person on one day the words are always the same. What is kept must be
built without asking the database: a list of ids found on the way would be kept with it. Only for
rows of numbers and texts, which need no conversion.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from xgz.access.actor import Actor

_MOST = 1000  # the least recently used go first; a few kilobytes each


@dataclass(frozen=True, slots=True)
class Statement:
    """words is "" where no row can match whatever the tables hold."""

    words: str
    parameters: tuple[Any, ...] = ()


class _Kept:
    """The statements of this process, by what they were built for; threads share them."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, Statement] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Statement | None:
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def put(self, key: Hashable, statement: Statement) -> None:
        with self._lock:
            self._found[key] = statement
            while len(self._found) > _MOST:
                self._found.popitem(last=False)


_kept = _Kept()


def statement_of(rows: QuerySet[Any, Any]) -> Statement:
    """Return the statement that reads a queryset of values."""
    try:
        words, parameters = rows.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return Statement("")
    return Statement(words, tuple(parameters))


def kept(key: Hashable, build: Callable[[], QuerySet[Any, Any]]) -> Statement:
    """Return the statement kept under this key, built the first time.

    key: everything the words depend on: what is asked, reach_of the actor, the day, the limits.
    """
    found = _kept.get(key)
    if found is None:
        found = statement_of(build())
        _kept.put(key, found)
    return found


def reach_of(actor: Actor) -> Hashable:
    """Return what conditions on an actor's rows are made from: person, roles and day."""
    person = actor.user.pk if actor.user is not None else None
    return person, actor.grants, actor.today, actor.label


def rows_of(*statements: Statement) -> list[tuple[Any, ...]]:
    """Return the rows of all statements, which have the same columns; one query at most."""
    asked = [each for each in statements if each.words]
    if not asked:
        return []
    words = " UNION ALL ".join(each.words for each in asked)
    parameters = [value for each in asked for value in each.parameters]
    with connection.cursor() as cursor:
        cursor.execute(words, parameters)
        return list(cursor.fetchall())
