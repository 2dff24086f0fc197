"""Many callers at the same moment, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

R = TypeVar("R")


def at_once(number: int, work: Callable[[int], R]) -> list[R]:
    """Let `number` threads begin `work` together; return what each of them got."""
    barrier = Barrier(number)

    def run(index: int) -> R:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return work(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))
