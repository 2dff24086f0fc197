"""Who reaches whom: pairs of one town within the radius, found cell by cell (PL-4)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from xgz.rules.planning.terms import PlanOptions

CROWD = 120  # a unit that reaches more than this keeps those of its own block
_BLOCK = 64  # units of a block of a crowd
_ROWS = 256  # units compared with their surroundings at a time


@dataclass(frozen=True, slots=True)
class Place:
    """A point in metres, with the town and market (empty: none) it belongs to."""

    x_m: float
    y_m: float
    town: str
    market: str


def reach_within(
    places: Sequence[Place], options: PlanOptions
) -> tuple[list[dict[int, float]], frozenset[int]]:
    """Return for each place whom it reaches with metres, itself included, and those cut short.

    The relation holds both ways. In a crowd, where everybody reaches hundreds, a place keeps its
    block of neighbours and all who are in no crowd: every pair returned is in reach, but of those
    cut short not every pair in reach is returned.
    """
    reach: list[dict[int, float]] = [{number: 0.0} for number in range(len(places))]
    cut: set[int] = set()
    for numbers in _by_town(places):
        for number, near, metres in _pairs(places, numbers, options):
            if not near:
                cut.add(number)
            for other, away in zip(near, metres, strict=True):
                reach[number][other] = reach[other][number] = away
        crowd = [number for number in numbers if number in cut]
        for block in _blocks(places, crowd):
            for number, near, metres in _pairs(places, block, options):
                reach[number].update(zip(near, metres, strict=True))
    return [dict(sorted(near.items())) for near in reach], frozenset(cut)


def reach_from(
    seats: Sequence[Place], places: Sequence[Place], options: PlanOptions
) -> list[dict[int, float]]:
    """Return for each seat which places of its town are within the radius, with metres."""
    towns = {places[numbers[0]].town: numbers for numbers in _by_town(places)}
    found = []
    for seat in seats:
        numbers = towns.get(seat.town, [])
        rows = _distances([seat], [places[number] for number in numbers])
        near = {n: float(d) for n, d in zip(numbers, rows[0], strict=True) if d <= options.radius_m}
        found.append(near)
    return found


def _by_town(places: Sequence[Place]) -> list[list[int]]:
    towns: dict[str, list[int]] = defaultdict(list)
    for number, place in enumerate(places):
        towns[place.town].append(number)
    return list(towns.values())


def _distances(rows: Sequence[Place], columns: Sequence[Place]) -> Any:
    """Return an array of metres, a row for each of the first."""
    import numpy as np

    x = np.array([p.x_m for p in rows])[:, None] - np.array([p.x_m for p in columns])[None, :]
    y = np.array([p.y_m for p in rows])[:, None] - np.array([p.y_m for p in columns])[None, :]
    return np.hypot(x, y)


def _pairs(
    places: Sequence[Place], numbers: Sequence[int], options: PlanOptions
) -> Iterator[tuple[int, list[int], list[float]]]:
    """Yield for each number whom it reaches among the numbers: they, and the metres.

    Nobody, not even itself, for a number that reaches more than a crowd.
    """
    import numpy as np

    for members, around in _surroundings(places, numbers, options):
        others = np.array(around)
        for start in range(0, len(members), _ROWS):
            part = members[start : start + _ROWS]
            away = _distances([places[n] for n in part], [places[n] for n in around])
            within = away <= options.radius_m
            if options.market_is_reach:
                within |= _same_market(places, part, around)
            few = within.sum(axis=1) <= CROWD
            for number, is_few, metres, chosen in zip(part, few, away, within, strict=True):
                if is_few:
                    yield number, others[chosen].tolist(), metres[chosen].tolist()
                else:
                    yield number, [], []


def _surroundings(
    places: Sequence[Place], numbers: Sequence[int], options: PlanOptions
) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the numbers of each square as wide as the radius, and all they might reach."""
    side = max(options.radius_m, 1.0)
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    markets: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        place = places[number]
        cells[int(place.x_m // side), int(place.y_m // side)].append(number)
        markets[place.market].append(number)
    steps = [(c, r) for c in (-1, 0, 1) for r in (-1, 0, 1)]
    for (column, row), members in cells.items():
        around = [n for c, r in steps for n in cells.get((column + c, row + r), ())]
        if options.market_is_reach:
            named, seen = {places[n].market for n in members} - {""}, set(around)
            around += [n for name in sorted(named) for n in markets[name] if n not in seen]
        yield members, around


def _same_market(places: Sequence[Place], rows: Sequence[int], columns: Sequence[int]) -> Any:
    import numpy as np

    mine = np.array([places[n].market for n in rows])[:, None]
    theirs = np.array([places[n].market for n in columns])[None, :]
    return (mine == theirs) & (mine != "")


def _blocks(places: Sequence[Place], numbers: Sequence[int]) -> list[list[int]]:
    """Split a crowd by halves along its longer side into blocks of neighbours."""
    waiting, blocks = [list(numbers)], []
    while waiting:
        block = waiting.pop()
        if len(block) <= _BLOCK:
            blocks.append(block)
            continue
        x = [places[n].x_m for n in block]
        y = [places[n].y_m for n in block]
        is_wide = max(x) - min(x) >= max(y) - min(y)
        block.sort(key=lambda n: (places[n].x_m if is_wide else places[n].y_m, n))
        middle = len(block) // 2
        waiting += [block[middle:], block[:middle]]
    return blocks
