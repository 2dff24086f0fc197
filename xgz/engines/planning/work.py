"""How much work a plan may cost: counted, so that every machine does the same; a clock ends it."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

WORKERS = 2  # fixed: the result does not depend on it, the time does
_USED = 0.7  # of the time limit on the machine the counting was measured on
_LAST = 0.85  # of the time limit, after which nothing new begins

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@dataclass
class Budget:
    """left_s: seconds of counted work, of all workers together; ended_early: the clock said stop."""

    time_limit_s: float
    left_s: float = field(init=False)
    deadline: float = field(init=False)
    ended_early: bool = False

    def __post_init__(self) -> None:
        self.left_s = self.time_limit_s * _USED * WORKERS
        self.deadline = time.monotonic() + self.time_limit_s * _LAST

    def seconds_left(self) -> float:
        """Return seconds until nothing new may begin; not below 0."""
        return max(0.0, self.deadline - time.monotonic())

    def is_over(self) -> bool:
        """Test whether the clock ends the work now; remembers it."""
        if self.seconds_left() <= 0:
            self.ended_early = True
        return self.ended_early

    def spend(self, seconds: float) -> None:
        self.left_s -= seconds


def at_once(
    budget: Budget, do: Callable[[_Item], _Result], items: Sequence[_Item]
) -> list[tuple[_Item, _Result]]:
    """Return what `do` made of each item, in order, by several workers; none after the deadline."""

    def one(item: _Item) -> list[tuple[_Item, _Result]]:
        return [] if budget.is_over() else [(item, do(item))]

    with ThreadPoolExecutor(WORKERS) as pool:
        return [pair for found in pool.map(one, items) for pair in found]
