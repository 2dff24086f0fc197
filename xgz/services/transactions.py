"""One piece of work: a transaction whose audit rows are chained at its very end (AU-1).

Appending to the chain locks its head until the transaction ends. Done last, the lock is short, and
everybody takes it after all others, so that nobody waits in a circle.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, connection, transaction

from xgz.access.reading import writing
from xgz.models import AuditEntry, AuditHead, User
from xgz.models.chain import mac_of

P = ParamSpec("P")
R = TypeVar("R")

_PENDING: ContextVar[list[AuditEntry] | None] = ContextVar("pending audit rows", default=None)


class AuditOutsideWork(Exception):
    """An audit row was written outside a piece of work, where nothing would chain it."""


class AuditNotWritten(Exception):
    """The chain does not fit its head; nothing was written, and nothing can be until it is mended."""


@contextmanager
def unit(*, beside: bool = False) -> Iterator[None]:
    """Run the block in one transaction; a unit inside another is a savepoint of it.

    The audit rows of a block that fails go with it; where the rows cannot be written, nothing of
    the block stays. What the block asks is read anew, also where the page around it has read it.
    beside: it only notes that something was shown, so what the page has read still holds.
    """
    outer = _PENDING.get()
    entries: list[AuditEntry] = []
    token = _PENDING.set(entries)
    try:
        with nullcontext() if beside else writing(), transaction.atomic():
            yield
            if outer is None and entries:
                _append(entries)
    finally:
        _PENDING.reset(token)
    if outer is not None:
        outer.extend(entries)


def unit_of_work(function: Callable[P, R]) -> Callable[P, R]:
    """Make every call of a function one piece of work."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with unit():
            return function(*args, **kwargs)

    return run


def add_to_work(entry: AuditEntry) -> None:
    """Leave an audit row for the end of the running piece of work. Raises AuditOutsideWork."""
    pending = _PENDING.get()
    if pending is None:
        raise AuditOutsideWork(entry.action)
    pending.append(entry)


def _append(entries: list[AuditEntry]) -> None:
    _take_other_locks()
    _lock_actors(entries)
    head = _locked_head()
    number, mac = head.number, head.mac
    for entry in entries:
        number += 1
        entry.number = number
        mac = entry.mac = mac_of(entry, mac)
    try:
        AuditEntry.objects.bulk_create(entries)
    except IntegrityError as fault:  # a service would take it for a row of its own
        raise AuditNotWritten(str(head.number)) from fault
    AuditHead.objects.filter(pk=head.pk).update(number=number, mac=mac)


def _take_other_locks() -> None:
    """Let PostgreSQL check the foreign keys of the work now, not at its end.

    A check locks the row that is pointed to. At the end it would do so with the head in hand, and
    somebody who holds that row may be waiting for the head.
    """
    if connection.vendor == "postgresql":
        connection.check_constraints()


def _lock_actors(entries: list[AuditEntry]) -> None:
    """Take the locks that the foreign key of the audit rows themselves will ask for."""
    actors = sorted({entry.actor_id for entry in entries if entry.actor_id is not None})
    if actors and connection.vendor == "postgresql":
        table = connection.ops.quote_name(User._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM {table} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE",  # noqa: S608 (our own table)
                [actors],
            )


def _locked_head() -> AuditHead:
    """Return the chain's head, locked; a database that has none yet gets one."""
    rows = AuditHead.objects.select_for_update().order_by("pk")
    head = rows.first()
    if head is None:
        AuditHead.objects.bulk_create([AuditHead(pk=1)], ignore_conflicts=True)
        head = rows.get()
    return head
