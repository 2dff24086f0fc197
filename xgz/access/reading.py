"""What several parts of one page ask is read once; nothing is kept beyond the page.

A request that only shows opens a reading. Outside one, as in jobs, commands and requests that take
a step, every question goes to the database. So it does inside a piece of work, and after it what
was read before is forgotten.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

_KEPT: ContextVar[dict[Hashable, Any] | None] = ContextVar("what this page has read", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Let the block read once what it asks several times, beginning with nothing."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Let every question of the block go to the database, and forget what was read before."""
    if (kept := _KEPT.get()) is not None:
        kept.clear()
    token = _KEPT.set(None)
    try:
        yield
    finally:
        _KEPT.reset(token)


def once(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function answer the same question once in a reading; its arguments are the question.

    They must be hashable. The answer is shared: nobody may change it.
    """

    @wraps(function)
    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        kept = _KEPT.get()
        if kept is None:
            return function(*args, **kwargs)
        question = (function, args, *sorted(kwargs.items()))
        if question not in kept:
            kept[question] = function(*args, **kwargs)
        return cast(R, kept[question])

    return ask
