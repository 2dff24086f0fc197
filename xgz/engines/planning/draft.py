"""A plan while it is being made: which unit is in which group, always legal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xgz.engines.planning.problem import Problem, total

NOWHERE = 0  # group key of a unit in no group; groups count from 1, branch b is -1 - b


@dataclass
class Draft:
    """Groups by key. A branch has a group from the start, which may be empty."""

    problem: Problem
    group_of: list[int]
    hub: dict[int, int] = field(default_factory=dict)
    units: dict[int, list[int]] = field(default_factory=dict)
    last_key: int = 0

    def add(self, hub: int, units: Iterable[int]) -> int:
        """Put units, which are in no group, under a hub; return the group's key."""
        if hub < 0:
            key = hub
        else:
            self.last_key += 1
            key = self.last_key
        self.hub[key] = hub
        self.units.setdefault(key, []).extend(units)
        for unit in self.units[key]:
            self.group_of[unit] = key
        return key

    def dissolve(self, key: int) -> list[int]:
        """Take a group apart and return its units; a branch stays, empty."""
        units = self.units[key]
        for unit in units:
            self.group_of[unit] = NOWHERE
        if key < 0:
            self.units[key] = []
        else:
            del self.units[key], self.hub[key]
        return units

    def move(self, unit: int, key: int) -> None:
        """Put a unit into another group, or into its first; the caller knows that both stay legal."""
        old = self.group_of[unit]
        if old != NOWHERE:
            self.units[old].remove(unit)
        self.units[key].append(unit)
        self.group_of[unit] = key

    def full(self, key: int) -> int:
        return total(self.problem.full, self.units[key])

    def members(self, key: int) -> int:
        return total(self.problem.members, self.units[key])

    def covered(self, units: Iterable[int] | None = None) -> int:
        """Return members placed, of these units or of all."""
        chosen = range(len(self.group_of)) if units is None else units
        return total(self.problem.members, (u for u in chosen if self.group_of[u] != NOWHERE))

    def has_room(self, key: int, unit: int) -> bool:
        """Test whether a group may take one more unit, apart from reach."""
        problem, options = self.problem, self.problem.options
        after = self.members(key) + problem.members[unit]
        if key < 0:
            return after <= problem.room[-1 - key]
        most = options.max_units
        return after <= options.max_members and (not most or len(self.units[key]) < most)


def empty_draft(problem: Problem) -> Draft:
    """Return a plan in which nobody is placed yet."""
    draft = Draft(problem, [NOWHERE] * len(problem.members))
    for number in range(len(problem.seats)):
        draft.add(-1 - number, ())
    return draft


def price(problem: Problem, hub: int, units: Sequence[int]) -> int:
    """Return the cost of a group: distance, mixed market and trade, and being fragile (PL-9)."""
    away = sum(problem.cost(unit, hub) for unit in units)
    return away + fragility(problem, hub, total(problem.full, units))


def fragility(problem: Problem, hub: int, full: int) -> int:
    """Return what a group costs that the loss of one full member would end; branches cost nothing."""
    is_fragile = hub >= 0 and full <= problem.options.min_full
    return problem.options.weights.fragile_m if is_fragile else 0
