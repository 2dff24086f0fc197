"""What every exported list has: how it is asked for, whose rows it holds, a look at the watch."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, BinaryIO, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.files.tracing import Marks

_STEP = 500  # rows between two looks at the watch
Watch = Callable[[int], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list, with which conditions as plain values and in words.

    which: of the worklists; in_clear: with full names and numbers of people (EX-1).
    """

    kind: str
    conditions: dict[str, Any]
    words: str
    which: str = ""
    in_clear: bool = False

    def plain(self) -> dict[str, Any]:
        """Return it as it waits in a job; Asked(**plain) reads it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Export:
    """A list ready to be written.

    record: what the audit calls it. persons: how many people of the roster the file tells of
    (EX-2); members: their row numbers, as far as the roster has them. write(target, scratch,
    watch, marks) writes the workbook and returns its rows; scratch: a private folder; watch: called
    now and then with the rows written so far; marks: what the file is traced by.
    """

    title: str
    file_name: str
    record: str
    count: Callable[[], int]
    write: Callable[[BinaryIO, str, Watch, Marks | None], int]
    persons: Callable[[], int]
    members: Callable[[], Iterable[int]] = tuple


def scope_line(words: str, actor: Actor) -> str:
    """Return whose rows a list holds and by which conditions; its marks say who made it and when."""
    return _("范围：%(unit)s；条件：%(conditions)s") % {
        "unit": units_of(actor),
        "conditions": words,
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
