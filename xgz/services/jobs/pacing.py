"""Background work that gives way: where the machine is full, the worker rests between statements.

A low priority alone does not help where the database is a process of its own, and would keep the
worker from ending what it holds locked. So it rests only outside transactions.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

_LEAST_SECONDS = 0.05  # of work before a rest is worth it
_REST_PER_WORK = 6
_LONGEST_SECONDS = 3.0  # of one rest: progress goes on being told
_MOST_WAITING = 0.1  # of the time it wanted a processor
_MOST_LOAD = 0.75  # of the processors, where the system does not tell how long it waited
_TIMES = Path("/proc/thread-self/schedstat")


class Machine:
    """Tells whether others want the processors: by how long this thread had to wait for one."""

    def __init__(self) -> None:
        self._before = _processor_times()

    def is_full(self) -> bool:
        """Test whether the thread waited for a tenth of the time it wanted, since the last test.

        Where Linux does not tell, by the load of the last minute.
        """
        before, self._before = self._before, _processor_times()
        if before is None or self._before is None:
            return os.getloadavg()[0] > _MOST_LOAD * (os.cpu_count() or 1)
        ran, waited = (now - then for now, then in zip(self._before, before, strict=True))
        return waited > _MOST_WAITING * (ran + waited)


@contextmanager
def giving_way(
    is_full: Callable[[], bool] | None = None, sleep: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Rest before statements outside transactions for six times the time worked since the last rest."""
    with connection.execute_wrapper(_Pace(is_full or Machine().is_full, sleep)):
        yield


class _Pace:
    """Rests where that is due, then runs a statement."""

    def __init__(self, is_full: Callable[[], bool], sleep: Callable[[float], None]) -> None:
        self._is_full, self._sleep = is_full, sleep
        self._rested_at = time.monotonic()

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        # Before, not after: a BEGIN takes SQLite's lock and comes from outside its transaction.
        if not connection.in_atomic_block:
            self._rest()
        return execute(*statement)

    def _rest(self) -> None:
        worked = time.monotonic() - self._rested_at
        if worked < _LEAST_SECONDS:
            return
        if self._is_full():
            self._sleep(min(worked * _REST_PER_WORK, _LONGEST_SECONDS))
        self._rested_at = time.monotonic()


def _processor_times() -> tuple[int, int] | None:
    """Return the nanoseconds this thread ran and waited to run; None where nobody counts them."""
    try:
        ran, waited, _turns = map(int, _TIMES.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        return None
    return ran, waited
