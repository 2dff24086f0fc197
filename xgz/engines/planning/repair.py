"""The smallest change that makes a plan fit what has changed (PL-12)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from xgz.engines.planning.draft import NOWHERE, Draft, empty_draft
from xgz.engines.planning.planner import NOTHING_HELD, finished, groups_of, prepared
from xgz.engines.planning.problem import Problem
from xgz.engines.planning.search import around, bounds_of, components, run, window_of
from xgz.engines.planning.window import Aim, Window
from xgz.engines.planning.work import Budget
from xgz.rules.planning.checks import group_violations
from xgz.rules.planning.hands import Difference, best_hub, difference
from xgz.rules.planning.terms import Branch, Group, Held, Plan, PlanOptions, Site, Unit, site_of

_SIZES = (30, 60, 120)  # units of a window: no farther away than needed
_WINDOW_S = 4.0


@dataclass(frozen=True)
class Repaired:
    """The repaired plan and its price: who moved, who joined, who lost a place.

    The plan's upper_bound is what a plan made from nothing could cover at most.
    """

    plan: Plan
    difference: Difference


def repair(
    before: Sequence[Group],
    units: Sequence[Unit],
    branches: Sequence[Branch],
    options: PlanOptions,
    held: Held = NOTHING_HELD,
) -> Repaired:
    """Make groups legal again for the units and branches of today with few members moved.

    Groups that are still legal, with another of their units as hub if need be, stay as they are
    unless somebody near would stay without a place. Around the others the plan is made anew:
    members covered first, then members moved, then the weights (PL-9, PL-12). Raises HeldNotLegal.
    """
    site = site_of(units, branches, options)
    budget = Budget(options.time_limit_s)
    free, problem = prepared(site, units, branches, held)
    draft = empty_draft(problem)
    old = _keep_what_stands(site, draft, before, free, branches)
    for size in _SIZES:
        _place_the_rest(draft, budget, old, size)
    parts = bounds_of(draft, budget, components(problem))
    groups = [*held.groups, *_with_old_ids(groups_of(draft, free, branches), before)]
    bound = sum(part.bound for part in parts)
    plan = finished(site, groups, held, bound, budget.ended_early)
    return Repaired(plan, difference(site, before, plan.groups))


def _keep_what_stands(
    site: Site,
    draft: Draft,
    before: Sequence[Group],
    free: Sequence[Unit],
    branches: Sequence[Branch],
) -> list[int]:
    """Put still legal groups into the draft; return for each unit a mark of its earlier group."""
    number = {unit.id: n for n, unit in enumerate(free)}
    seats = {branch.key: -1 - n for n, branch in enumerate(branches)}
    old = [NOWHERE] * len(free)
    for mark, group in enumerate(before, 1):
        left = tuple(unit for unit in group.units if unit in number)
        for unit in left:
            old[number[unit]] = seats.get(group.hub, mark)
        if not left or (group.is_branch and group.hub not in seats):
            continue
        kept = replace(group, units=left)
        if not group.is_branch and (group.hub not in left or group_violations(site, kept)):
            kept = replace(kept, hub=best_hub(site, left))
        if not group_violations(site, kept) and _fits(draft.problem, kept, number, seats):
            draft.add(seats.get(kept.hub, number.get(kept.hub, 0)), [number[u] for u in left])
    return old


def _fits(problem: Problem, group: Group, number: dict[str, int], seats: dict[str, int]) -> bool:
    """Test whether the problem knows all pairs of a group; a held branch or a crowd may lack some."""
    hub = seats[group.hub] if group.is_branch else number[group.hub]
    return all(hub in problem.hubs_of[number[unit]] for unit in group.units)


def _place_the_rest(draft: Draft, budget: Budget, old: list[int], size: int) -> None:
    problem = draft.problem
    waiting = [u for u, hubs in enumerate(problem.hubs_of) if hubs and problem.members[u]]
    while waiting := [u for u in waiting if draft.group_of[u] == NOWHERE]:
        taken: set[int] = set()
        windows, later = [], []
        for unit in waiting:
            if unit in taken:
                later.append(unit)
                continue
            units, branches = around(draft, unit, size, taken)
            keys, window = window_of(draft, units, branches, Aim.ALL, _WINDOW_S)
            windows.append((keys, replace(window, loyal=_loyalty(problem, window, old))))
        solved = run(draft, budget, windows)
        if len(solved) < len(windows):
            return
        waiting = later


def _loyalty(problem: Problem, window: Window, old: list[int]) -> dict[tuple[int, int], int]:
    """Return what moving costs: one member moved more than all ways and fragile groups together."""
    pairs = [(u, h) for u in window.units for h in problem.hubs_of[u] if h < 0 or h in window.units]
    dearest: dict[int, int] = {}
    for unit, hub in pairs:
        dearest[unit] = max(dearest.get(unit, 0), problem.cost(unit, hub))
    fragile = problem.options.weights.fragile_m * len(window.units)
    each = 1 + sum(dearest.values()) + fragile
    return {
        (unit, hub): each * problem.members[unit]
        for unit, hub in pairs
        if old[unit] != NOWHERE and old[unit] != (hub if hub < 0 else old[hub])
    }


def _with_old_ids(groups: Sequence[Group], before: Sequence[Group]) -> list[Group]:
    """Return groups with the ids of the earlier ones they share most units with, each id once."""
    of = {unit: group.id for group in before if not group.is_branch for unit in group.units}
    shared: dict[tuple[str, int], int] = {}
    for place, group in enumerate(groups):
        for unit in group.units:
            if unit in of and not group.is_branch:
                shared[of[unit], place] = shared.get((of[unit], place), 0) + 1
    named: dict[int, str] = {}
    for (name, place), _ in sorted(shared.items(), key=lambda one: (-one[1], one[0])):
        if place not in named and name not in named.values():
            named[place] = name
    return [replace(group, id=named.get(at, group.id)) for at, group in enumerate(groups)]
