"""A planning problem by numbers: units 0..n-1, who reaches whom, what may be together at all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from xgz.engines.planning.reach import Place, reach_from, reach_within
from xgz.rules.planning.terms import Branch, PlanOptions, Unit


@dataclass(frozen=True)
class Problem:
    """Units that may be placed, by number; a branch b is the hub number -1 - b.

    reach[i]: whom unit i reaches, itself included, with metres; seats[b]: whom branch b reaches.
    room[b]: members that branch b can still take. cut: units in crowds whose reach holds only their
    nearest; they count as coverable wherever a bound is asked for.
    """

    members: list[int]
    full: list[int]
    market: list[str]
    trade: list[str]
    reach: list[dict[int, float]]
    seats: list[dict[int, float]]
    room: list[int]
    cut: frozenset[int]
    options: PlanOptions

    @cached_property
    def hubs_of(self) -> list[list[int]]:
        """Hubs each unit may belong to: units first, then branches; none for the unplaceable."""
        found: list[list[int]] = [[] for _ in self.members]
        for hub in range(len(self.members)):
            for unit in self._partners(hub):
                found[unit].append(hub)
        for number, seat in enumerate(self.seats):
            for unit in seat:
                if self.members[unit] <= self.room[number]:
                    found[unit].append(-1 - number)
        return found

    @cached_property
    def units_of(self) -> dict[int, list[int]]:
        """Units that may belong to each hub, in order; hubs nobody may belong to are absent."""
        found: dict[int, list[int]] = defaultdict(list)
        for unit, hubs in enumerate(self.hubs_of):
            for hub in hubs:
                found[hub].append(unit)
        return dict(found)

    def _partners(self, hub: int) -> list[int]:
        """Return the units that could be in a legal group of this hub as far as two of them tell."""
        options = self.options
        left = options.max_members - self.members[hub]
        if left < 0:
            return []
        near = [u for u in self.reach[hub] if u != hub and self.members[u] <= left]
        supply = sorted((self.full[u] for u in near), reverse=True)
        most = options.max_units or len(near) + 1
        if hub in self.cut:
            return sorted([hub, *near])
        own = self.full[hub]
        if own + sum(supply[: most - 1]) < options.min_full:
            return []
        if most == 1:
            return [hub]
        # Beside a unit the hub may have the largest others, for as many places as remain; one of
        # the largest itself stands in for the next.
        beside = own + sum(supply[: most - 2])
        least = supply[min(most - 1, len(supply)) - 1] if supply else 0
        fits = [u for u in near if beside + min(self.full[u], least) >= options.min_full]
        return sorted([hub, *fits])

    def distance(self, unit: int, hub: int) -> float:
        """Return metres between a unit and a hub it reaches."""
        return self.reach[hub][unit] if hub >= 0 else self.seats[-1 - hub][unit]

    def cost(self, unit: int, hub: int) -> int:
        """Return metres times members, with what another market or trade than the hub's is worth."""
        away = self.distance(unit, hub)
        if hub >= 0:
            weights = self.options.weights
            away += weights.market_m * _differ(self.market[unit], self.market[hub])
            away += weights.trade_m * _differ(self.trade[unit], self.trade[hub])
        return round(away * self.members[unit])

    def components(self) -> list[list[int]]:
        """Return placeable units in sets that have nothing to do with each other, in order."""
        found: list[list[int]] = []
        seen: set[int] = set()
        for start, hubs in enumerate(self.hubs_of):
            if hubs and start not in seen:
                found.append(self._connected(start, seen))
        return found

    def _connected(self, start: int, seen: set[int]) -> list[int]:
        """Return the units that share hubs with a unit, directly or through others; adds to seen."""
        waiting, units, asked = [start], [], set()
        seen.add(start)
        while waiting:
            unit = waiting.pop()
            units.append(unit)
            for hub in self.hubs_of[unit]:
                if hub not in asked:
                    asked.add(hub)
                    new = [u for u in self.units_of[hub] if u not in seen]
                    seen.update(new)
                    waiting += new
        return sorted(units)


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def problem_of(units: Sequence[Unit], branches: Sequence[Branch], options: PlanOptions) -> Problem:
    """Return the problem of these units; number k stands for units[k]."""
    places = [Place(u.x_m, u.y_m, u.town, u.market) for u in units]
    reach, cut = reach_within(places, options)
    seats = reach_from([Place(b.x_m, b.y_m, b.town, "") for b in branches], places, options)
    return Problem(
        [u.members for u in units],
        [u.full_members for u in units],
        [u.market for u in units],
        [u.trade for u in units],
        reach,
        seats,
        [options.branch_max - b.members for b in branches],
        cut,
        options,
    )


def total(values: Sequence[int], chosen: Iterable[int]) -> int:
    """Return the sum of the chosen values."""
    return sum(values[number] for number in chosen)
