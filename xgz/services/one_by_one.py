"""Work on many rows of which none holds up the others."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def one_by_one(act: Callable[[T], int], rows: Iterable[T]) -> int:
    """Do the same with each row, also where it fails with another one; return the sum.

    act: a transaction of its own for each row. Raises the first fault, after all rows had their turn.
    """
    total, first = 0, None
    for row in rows:
        try:
            total += act(row)
        except Exception as fault:
            first = first or fault
    if first is not None:
        raise first
    return total
