"""Questions whose wording is composed once and asked many times (decision 0018).

Composing the statement of a question over many conditions takes longer than the database needs to
answer it. Kept is the statement with its parameters, never an answer, so nothing can be out of
date: whoever asks gets what stands in the tables now.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, NoReturn, ParamSpec

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

P = ParamSpec("P")
_KEPT_STATEMENTS = 1024  # about 10 kB each at most


class AskedWhileComposing(Exception):
    """A question reads rows while it is composed: its wording would hold for those rows alone."""


def answers(
    question: Callable[P, QuerySet[Any, Any]], *args: P.args, **_none: P.kwargs
) -> list[tuple[Any, ...]]:
    """Return the rows of question(*args); its statement is composed once for the same arguments.

    The arguments must be hashable and say all that the question depends on; pass an actor as
    actor.bare. Columns must be whole numbers or text: they come as the database gives them. Raises
    AskedWhileComposing.
    """
    statement = _statement(question, args)
    if statement is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return list(cursor.fetchall())


@lru_cache(maxsize=_KEPT_STATEMENTS)
def _statement(
    question: Callable[..., QuerySet[Any, Any]],
    args: tuple[Hashable, ...],
) -> tuple[str, tuple[Any, ...]] | None:
    """Return statement and parameters, None for a question that can have no rows."""
    with connection.execute_wrapper(_refuse):
        rows = question(*args)
        try:
            statement, parameters = rows.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            return None
    return statement, tuple(parameters)


def _refuse(*_call: Any) -> NoReturn:
    raise AskedWhileComposing
