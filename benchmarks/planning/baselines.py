"""Plain ways to group businesses, to compare `xgz plan` with. Each returns groups as hub → units.

Units are numbers of rows. All keep radius, township, full members, members and unit limit.
"""

import math
import random
import signal
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from benchmarks.planning.check import Limits, Row

Groups = dict[int, list[int]]
MAX_P_STARTS, MAX_P_S = (
    2,
    10,
)  # random starts of MaxP for a part of the map, processor seconds for each


class World:
    """Businesses as numbers with whom they reach."""

    def __init__(self, rows: list[Row], limits: Limits) -> None:
        self.limits = limits
        self.x = [float(row["x_m"]) for row in rows]
        self.y = [float(row["y_m"]) for row in rows]
        self.members = [int(row["members"]) for row in rows]
        self.full = [int(row["full_members"]) for row in rows]
        self.towns: dict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            self.towns[row["town"]].append(number)
        self.near: list[list[tuple[float, int]]] = [[] for _ in rows]
        for numbers in self.towns.values():
            self._find_near(numbers)

    def _find_near(self, numbers: list[int]) -> None:
        side = self.limits.radius_m
        squares: dict[tuple[int, int], list[int]] = defaultdict(list)
        for n in numbers:
            squares[int(self.x[n] // side), int(self.y[n] // side)].append(n)
        for (c, r), inside in squares.items():
            around = [
                o for i in (-1, 0, 1) for j in (-1, 0, 1) for o in squares.get((c + i, r + j), ())
            ]
            for n in inside:
                pairs = (
                    (math.hypot(self.x[n] - self.x[o], self.y[n] - self.y[o]), o) for o in around
                )
                self.near[n] = sorted(pair for pair in pairs if pair[0] <= side)

    def fits(self, units: list[int]) -> bool:
        most = self.limits.max_units or len(units)
        size = sum(self.members[u] for u in units)
        return size <= self.limits.max_members and len(units) <= most

    def is_legal(self, units: list[int]) -> bool:
        return self.fits(units) and sum(self.full[u] for u in units) >= self.limits.min_full


def greedy(world: World) -> Groups:
    """Take each business in turn with its nearest free ones; the rest join the nearest group."""
    groups: Groups = {}
    taken: set[int] = set()
    for hub, near in enumerate(world.near):
        if hub in taken:
            continue
        units: list[int] = []
        for _, other in near:
            if other not in taken and world.fits([*units, other]):
                units.append(other)
            if world.is_legal(units):
                break
        if hub in units and world.is_legal(units):
            groups[hub] = units
            taken.update(units)
    _join(world, groups, taken)
    return groups


def _join(world: World, groups: Groups, taken: set[int]) -> bool:
    joined = False
    for unit in range(len(world.near)):
        if unit not in taken:
            for _, hub in world.near[unit]:
                if hub in groups and world.fits([*groups[hub], unit]):
                    groups[hub].append(unit)
                    taken.add(unit)
                    joined = True
                    break
    return joined


def local_search(world: World, rounds: int = 20) -> Groups:
    """Greedy, then as long as it helps: fill new groups from groups with more than enough, let hubs
    and units move to where the way is shorter."""
    groups = greedy(world)
    for _ in range(rounds):
        of = {unit: hub for hub, units in groups.items() for unit in units}
        changed = _found_from_surplus(world, groups, of)
        changed |= _join(world, groups, set(of))
        of = {unit: hub for hub, units in groups.items() for unit in units}
        changed |= _shorten(world, groups, of)
        changed |= _centre(world, groups)
        if not changed:
            break
    return groups


def _spare(world: World, groups: Groups, of: dict[int, int], unit: int) -> bool:
    hub = of[unit]
    return unit != hub and world.is_legal([u for u in groups[hub] if u != unit])


def _found_from_surplus(world: World, groups: Groups, of: dict[int, int]) -> bool:
    changed = False
    for hub in range(len(world.near)):
        if hub in of and not _spare(world, groups, of, hub):
            continue
        units = _gathered(world, groups, of, hub)
        if world.is_legal(units) and any(u not in of for u in units):
            for unit in units:
                if unit in of:
                    groups[of[unit]].remove(unit)
                of[unit] = hub
            groups[hub] = units
            changed = True
    return changed


def _gathered(world: World, groups: Groups, of: dict[int, int], hub: int) -> list[int]:
    """Return a hub with the free ones it reaches, filled up from groups that can spare one."""
    units = [hub]
    for _, other in world.near[hub]:
        if other not in of and other != hub and world.fits([*units, other]):
            units.append(other)
    for _, other in world.near[hub]:
        if sum(world.full[u] for u in units) >= world.limits.min_full:
            break
        is_spare = other in of and other != hub and _spare(world, groups, of, other)
        others = {of.get(u) for u in units}
        if is_spare and of[other] not in others and world.fits([*units, other]):
            units.append(other)
    return units


def _shorten(world: World, groups: Groups, of: dict[int, int]) -> bool:
    changed = False
    for unit, old in list(of.items()):
        if not _spare(world, groups, of, unit):
            continue
        for _, hub in world.near[unit]:
            if hub == old:
                break
            if hub in groups and world.fits([*groups[hub], unit]):
                groups[old].remove(unit)
                groups[hub].append(unit)
                of[unit] = hub
                changed = True
                break
    return changed


def _centre(world: World, groups: Groups) -> bool:
    changed = False
    for hub, units in list(groups.items()):
        ways = {}
        for candidate in units:
            near = {o: d for d, o in world.near[candidate]}
            if all(u in near for u in units):
                ways[candidate] = sum(near[u] * world.members[u] for u in units)
        best = min(ways, key=lambda one: (ways[one], one))
        if ways[best] < ways[hub] - 1e-9:
            groups[best] = groups.pop(hub)
            changed = True
    return changed


def k_means(world: World, seed: int = 0, rounds: int = 15) -> Groups:
    """Lloyd's k-means in each town, a centre for every 5 full members; what is illegal is dropped."""
    dice = random.Random(seed)
    groups: Groups = {}
    for numbers in world.towns.values():
        count = max(1, sum(world.full[n] for n in numbers) // 5)
        centres = [(world.x[n], world.y[n]) for n in dice.sample(numbers, min(count, len(numbers)))]
        parts: dict[int, list[int]] = {}
        for _ in range(rounds):
            parts = defaultdict(list)
            for n in numbers:
                at = min(
                    range(len(centres)),
                    key=lambda c: (
                        (world.x[n] - centres[c][0]) ** 2 + (world.y[n] - centres[c][1]) ** 2
                    ),
                )
                parts[at].append(n)
            for at, units in parts.items():
                centres[at] = (
                    sum(world.x[u] for u in units) / len(units),
                    sum(world.y[u] for u in units) / len(units),
                )
        for units in parts.values():
            _keep_legal(world, groups, units)
    return groups


def _keep_legal(world: World, groups: Groups, units: list[int]) -> None:
    inside = set(units)
    hub = max(units, key=lambda u: (sum(o in inside for _, o in world.near[u]), -u))
    chosen: list[int] = []
    for _, other in world.near[hub]:
        if other in inside and world.fits([*chosen, other]):
            chosen.append(other)
    if world.is_legal(chosen):
        groups[hub] = chosen


def max_p(world: World, rows: list[Row]) -> Groups | None:
    """pysal's MaxP heuristic on each connected part of the graph of reach that can reach the threshold.

    None where spopt is not installed.
    """
    try:
        import geopandas  # noqa: PLC0415 - optional
        import libpysal  # noqa: PLC0415 - optional
        from shapely.geometry import Point  # noqa: PLC0415 - optional
        from spopt.region import MaxPHeuristic  # noqa: PLC0415 - optional
    except ImportError:
        return None
    groups: Groups = {}
    for numbers in _connected(world):
        if len(numbers) < 2 or sum(world.full[n] for n in numbers) < world.limits.min_full:
            continue
        place = {n: at for at, n in enumerate(numbers)}
        links = {place[n]: [place[o] for _, o in world.near[n] if o != n] for n in numbers}
        frame = geopandas.GeoDataFrame(
            {
                "x": [world.x[n] for n in numbers],
                "y": [world.y[n] for n in numbers],
                "full": [world.full[n] for n in numbers],
            },
            geometry=[Point(world.x[n], world.y[n]) for n in numbers],
        )
        weights = libpysal.weights.W(links, silence_warnings=True)
        model = _solved(
            lambda frame=frame, weights=weights: MaxPHeuristic(
                frame, weights, ["x", "y"], "full", world.limits.min_full, top_n=2
            )
        )
        if model is None:
            continue
        parts: dict[int, list[int]] = defaultdict(list)
        for at, label in enumerate(model.labels_):
            parts[int(label)].append(numbers[at])
        for units in parts.values():
            _keep_legal(world, groups, units)
    return groups


def _solved(make: Callable[[], Any]) -> Any | None:
    """Return MaxP solved, None where it finds nothing.

    Its annealing never ends on some parts; such a one is tried with other random starts, each for
    MAX_P_S seconds of the processor.
    """

    import numpy

    def stop(*_signal: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, stop)
    for start in range(MAX_P_STARTS):
        numpy.random.seed(start)
        model = make()
        signal.setitimer(signal.ITIMER_PROF, MAX_P_S)
        try:
            model.solve()
        except TimeoutError:
            continue
        except Exception:
            return None  # it knows no name for "no solution"
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        return model
    return None


def _connected(world: World) -> list[list[int]]:
    found, seen = [], set[int]()
    for start in range(len(world.near)):
        if start in seen:
            continue
        part, waiting = [], [start]
        seen.add(start)
        while waiting:
            part.append(waiting.pop())
            new = [o for _, o in world.near[part[-1]] if o not in seen]
            seen.update(new)
            waiting += new
        found.append(sorted(part))
    return found
