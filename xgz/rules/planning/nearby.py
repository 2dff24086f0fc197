"""Units and branches by the square they lie in, so that the nearest are found without all."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from xgz.rules.planning.plane import apart


class Placed(Protocol):
    """Anything with a place in a township."""

    @property
    def id(self) -> str: ...
    @property
    def x_m(self) -> float: ...
    @property
    def y_m(self) -> float: ...
    @property
    def town(self) -> str: ...


_P = TypeVar("_P", bound=Placed)


class Nearby(Generic[_P]):
    """Things of each township in squares of `side` metres."""

    def __init__(self, things: Iterable[_P], side: float) -> None:
        self._side = max(side, 1.0)
        self._squares: dict[tuple[str, int, int], list[_P]] = defaultdict(list)
        for thing in things:
            self._squares[thing.town, *self._square(thing)].append(thing)

    def _square(self, place: Placed) -> tuple[int, int]:
        return int(place.x_m // self._side), int(place.y_m // self._side)

    def around(self, place: Placed, rings: int = 1) -> Iterator[tuple[float, _P]]:
        """Yield metres and things of the township in the squares around, nearest first.

        All within `rings` times the side are among them; equally near ones go by id. The place
        itself is not.
        """
        column, row = self._square(place)
        steps = range(-rings, rings + 1)
        near = [
            (apart(place.x_m, place.y_m, thing.x_m, thing.y_m), thing.id, thing)
            for c in steps
            for r in steps
            for thing in self._squares.get((place.town, column + c, row + r), ())
            if thing is not place
        ]
        for away, _, thing in sorted(near, key=lambda one: one[:2]):
            yield away, thing
