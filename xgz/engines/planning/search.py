"""From a first plan to a good one: whole components where they are small, windows where not."""

import heapq
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from xgz.engines.planning.draft import NOWHERE, Draft, price
from xgz.engines.planning.problem import Problem, total
from xgz.engines.planning.window import Aim, Outcome, Window, solve
from xgz.engines.planning.work import Budget, at_once

# Measured (decision 0030): what is solved whole, in places a unit may take; else windows of units.
_WHOLE_COVER, _WHOLE_ALL = 20_000, 6_000
_WINDOW_ALL, _WINDOWS_COVER = 60, (60, 120, 200)
_ROUNDS_ALL = 2
_FIRST_TRY_S, _LAST_TRY_S, _ALL_S = 2.0, 30.0, 2.0  # counted work for one component or window
_COVER_SHARE = 0.5  # of all work for coverage; what is not needed goes to the other aims
_BATCH = 32  # windows between two looks at the budget

Keys = list[int]


@dataclass(frozen=True)
class Component:
    """Units that have nothing to do with any others; bound: members no plan can place of them."""

    units: list[int]
    branches: list[int]
    places: int
    bound: int
    has_cut: bool


def components(problem: Problem) -> list[Component]:
    """Return the components with the plain bound: all who could be in some group (PL-7)."""
    found = []
    for units in problem.components():
        hubs = [hub for unit in units for hub in problem.hubs_of[unit]]
        branches = sorted({hub for hub in hubs if hub < 0})
        bound = total(problem.members, units)
        has_cut = any(unit in problem.cut for unit in units)
        found.append(Component(units, branches, len(hubs), bound, has_cut))
    return found


def window_of(
    draft: Draft, units: Sequence[int], branches: Sequence[int], aim: Aim, work_s: float
) -> tuple[Keys, Window]:
    """Return the keys of the groups a window replaces, and the window; it holds whole groups."""
    keys = sorted({draft.group_of[u] for u in units} - {NOWHERE} | set(branches))
    now = [(draft.hub[key], list(draft.units[key])) for key in keys if draft.units[key]]
    return keys, Window(sorted(units), branches, now, aim, work_s)


def adopt(draft: Draft, keys: Keys, window: Window, outcome: Outcome) -> bool:
    """Put an outcome in the place of the groups it was made from, where it is better."""
    problem = draft.problem
    if outcome.groups is None:
        return False
    if _worth(problem, outcome.groups, window) <= _worth(problem, window.now, window):
        return False
    for key in keys:
        draft.dissolve(key)
    for hub, units in outcome.groups:
        draft.add(hub, units)
    return True


def _worth(
    problem: Problem, groups: Iterable[tuple[int, Sequence[int]]], window: Window
) -> tuple[int, int]:
    loyal = window.loyal or {}
    covered, cost = 0, 0
    for hub, units in groups:
        covered += total(problem.members, units)
        cost += price(problem, hub, units) + sum(loyal.get((u, hub), 0) for u in units)
    return covered, 0 if window.aim is Aim.COVER else -cost


def run(
    draft: Draft, budget: Budget, windows: Sequence[tuple[Keys, Window]]
) -> list[tuple[tuple[Keys, Window], Outcome]]:
    """Solve windows that share nothing and adopt what is better; return those that were solved."""

    def one(item: tuple[Keys, Window]) -> Outcome:
        return solve(draft.problem, item[1], budget.seconds_left())

    found = []
    for start in range(0, len(windows), _BATCH):
        if budget.left_s <= 0 or budget.is_over():
            break
        for (keys, window), outcome in at_once(budget, one, windows[start : start + _BATCH]):
            budget.spend(outcome.work_s)
            budget.ended_early |= outcome.is_cut
            adopt(draft, keys, window, outcome)
            found.append(((keys, window), outcome))
    return found


def cover(draft: Draft, budget: Budget, parts: list[Component]) -> list[Component]:
    """Place more members where some may still be placed; return the components with new bounds."""
    kept = budget.left_s * (1 - _COVER_SHARE)
    budget.left_s -= kept
    whole = [n for n, part in enumerate(parts) if part.places <= _WHOLE_COVER and not part.has_cut]
    parts = _cover_whole(draft, budget, parts, whole, _FIRST_TRY_S)
    again = [n for n in whole if _has_gap(draft, parts[n])]
    share = budget.left_s / len(again) if again else 0.0
    if share > _FIRST_TRY_S:
        parts = _cover_whole(draft, budget, parts, again, min(share, _LAST_TRY_S))
    large = [part for n, part in enumerate(parts) if n not in set(whole)]
    for size in _WINDOWS_COVER:
        _cover_around_gaps(draft, budget, large, size)
    budget.left_s = max(0.0, budget.left_s) + kept
    return parts


def bounds_of(draft: Draft, budget: Budget, parts: list[Component]) -> list[Component]:
    """Return the components with proven bounds where that is cheap; the plan stays as it is."""
    chosen = [
        window_of(draft, part.units, part.branches, Aim.COVER, _FIRST_TRY_S)[1]
        for part in parts
        if part.places <= _WHOLE_COVER and not part.has_cut and _has_gap(draft, part)
    ]
    bounds: dict[int, int] = {}
    for start in range(0, len(chosen), _BATCH):
        if budget.left_s <= 0:
            break
        batch = chosen[start : start + _BATCH]
        for window, outcome in at_once(
            budget, lambda one: solve(draft.problem, one, budget.seconds_left()), batch
        ):
            budget.spend(outcome.work_s)
            bounds[window.units[0]] = outcome.bound
    return [
        replace(part, bound=min(part.bound, bounds.get(part.units[0], part.bound)))
        for part in parts
    ]


def _has_gap(draft: Draft, part: Component) -> bool:
    return draft.covered(part.units) < part.bound


def _cover_whole(
    draft: Draft, budget: Budget, parts: list[Component], numbers: list[int], work_s: float
) -> list[Component]:
    chosen = [n for n in numbers if _has_gap(draft, parts[n])]
    windows = [
        window_of(draft, parts[n].units, parts[n].branches, Aim.COVER, work_s) for n in chosen
    ]
    bounds = {
        window.units[0]: outcome.bound for (_, window), outcome in run(draft, budget, windows)
    }
    return [
        replace(part, bound=min(part.bound, bounds.get(part.units[0], part.bound)))
        for part in parts
    ]


def _cover_around_gaps(draft: Draft, budget: Budget, parts: list[Component], size: int) -> None:
    """Plan anew around each unit left out, in rounds of windows that share nothing."""
    waiting = [u for part in parts for u in part.units if draft.group_of[u] == NOWHERE]
    while waiting and budget.left_s > 0:
        taken: set[int] = set()
        windows, later = [], []
        for unit in waiting:
            if unit in taken:
                later.append(unit)
                continue
            units, branches = around(draft, unit, size, taken)
            windows.append(window_of(draft, units, branches, Aim.COVER, _FIRST_TRY_S))
        run(draft, budget, windows)
        waiting = [u for u in later if draft.group_of[u] == NOWHERE]


def around(draft: Draft, start: int, size: int, taken: set[int]) -> tuple[list[int], list[int]]:
    """Take whole groups and loose units near a unit, about `size` units, none taken before.

    Returns units and branches; both are added to `taken`.
    """
    problem = draft.problem
    units: set[int] = set()
    branches: set[int] = set()
    queue, seen = [(0.0, start)], {start}
    while queue and len(units) < size:
        away, unit = heapq.heappop(queue)
        if unit not in units and not _take(draft, unit, size, taken, units, branches):
            continue
        # Units out of each other's reach meet at a branch that has room for one of them alone.
        at_branches = [u for hub in problem.hubs_of[unit] if hub < 0 for u in draft.units[hub]]
        for other, step in [*problem.reach[unit].items(), *((u, 0.0) for u in at_branches)]:
            if other not in seen and problem.hubs_of[other]:
                seen.add(other)
                heapq.heappush(queue, (away + step, other))
    for hub in sorted({hub for unit in units for hub in problem.hubs_of[unit] if hub < 0}):
        if hub not in taken and not draft.units[hub]:
            branches.add(hub)
    taken |= units | branches
    return sorted(units), sorted(branches)


def _take(
    draft: Draft, unit: int, size: int, taken: set[int], units: set[int], branches: set[int]
) -> bool:
    key = draft.group_of[unit]
    together = {unit} if key == NOWHERE else set(draft.units[key])
    if together & taken or (units and len(units) + len(together) > size + size // 4):
        return False
    units |= together
    if key < 0:
        branches.add(key)
    return True


def refine(draft: Draft, budget: Budget, parts: list[Component]) -> None:
    """Make the plan cheaper for those placed: fewer fragile groups, shorter ways (PL-9)."""
    small = [part for part in parts if part.places <= _WHOLE_ALL]
    run(
        draft,
        budget,
        [window_of(draft, part.units, part.branches, Aim.ALL, _ALL_S) for part in small],
    )
    large = [unit for part in parts if part.places > _WHOLE_ALL for unit in part.units]
    dice = random.Random(draft.problem.options.seed)  # noqa: S311 - an order, no secret
    for _ in range(_ROUNDS_ALL if large else 0):
        dice.shuffle(large)
        taken: set[int] = set()
        windows = []
        for unit in large:
            if unit not in taken:
                units, branches = around(draft, unit, _WINDOW_ALL, taken)
                windows.append(window_of(draft, units, branches, Aim.ALL, _ALL_S))
        run(draft, budget, windows)
