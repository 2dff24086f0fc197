"""What every exported list has: the line that says whose rows it holds, and a look at the watch."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xgz.access.actor import Actor

_STEP = 500  # rows between two looks at the watch
Watch = Callable[[int], None]
T = TypeVar("T")


def scope_line(words: str, actor: Actor, now: datetime) -> str:
    """Return whose rows a list holds, by which conditions in words, and when it was made."""
    return _("范围：%(unit)s；条件：%(conditions)s；导出时间：%(moment)s") % {
        "unit": units_of(actor),
        "conditions": words,
        "moment": f"{now:%Y-%m-%d %H:%M}",
    }


def units_of(actor: Actor) -> str:
    """Return the bodies the actor's roles are held at."""
    return "、".join(dict.fromkeys(grant.body_name for grant in actor.grants))


def keys_of(rows: QuerySet[Any], column: str = "pk") -> Callable[[], Iterable[int]]:
    """Return what asks for the row numbers of a list, or of those in a column of it."""
    return partial(rows.order_by().values_list, column, flat=True)


def watched(rows: Iterable[T], watch: Watch) -> Iterator[T]:
    """Yield the rows, telling the watch now and then how many there were."""
    for number, row in enumerate(rows, 1):
        if number % _STEP == 0:
            watch(number)
        yield row
