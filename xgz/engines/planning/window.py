"""A few groups planned anew by CP-SAT: exact where the work suffices, never worse than before."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from xgz.engines.planning.problem import Problem, total

# Seconds one core needs, as far as they are known beforehand: the same on every machine, so that
# the same work is done everywhere. Measured, decision 0030.
_START, _EACH_VARIABLE, _EACH_DETERMINISTIC = 0.004, 3e-5, 4.0


class Aim(Enum):
    COVER = "cover"  # members alone
    ALL = "all"  # members first, then fragile groups and costs


@dataclass(frozen=True)
class Window:
    """Units to be placed anew among themselves and in these branches, and where they are now.

    now: groups as hub and units, all legal: where the solver begins. work_s: counted work it may
    cost. free: units that may help to fill groups but do not count, for bounds. loyal: what it
    costs to put a unit under a hub, in metres times members, beside its own cost.
    """

    units: Sequence[int]
    branches: Sequence[int]
    now: Sequence[tuple[int, Sequence[int]]]
    aim: Aim
    work_s: float
    free: frozenset[int] = frozenset()
    loyal: Mapping[tuple[int, int], int] | None = None


@dataclass(frozen=True)
class Outcome:
    """groups: as hub and units, None where nothing was found; bound: members no plan exceeds.

    is_cut: the clock ended the search before the counted work was done.
    """

    groups: list[tuple[int, list[int]]] | None
    bound: int
    work_s: float
    is_cut: bool = False


@dataclass(frozen=True)
class _Model:
    model: Any
    joins: dict[tuple[int, int], Any]
    sturdy: dict[int, Any]


def solve(problem: Problem, window: Window, seconds_left: float) -> Outcome:
    """Plan a window anew on one core: the same on every machine, unless the seconds run out."""
    from ortools.sat.python import cp_model

    built = _build(problem, window)
    known = sum(problem.members[u] for u in window.units if u not in window.free)
    if not built.joins:
        return Outcome([], 0, _START)
    solver = _solver(problem, window, seconds_left)
    state = solver.solve(built.model)
    work = _START + _EACH_VARIABLE * len(built.joins)
    work += _EACH_DETERMINISTIC * solver.deterministic_time
    is_cut = state != cp_model.OPTIMAL and solver.wall_time >= seconds_left
    bound = known
    if window.aim is Aim.COVER and state in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        # Bounds of whole numbers come back as floating ones.
        bound = min(known, math.floor(solver.best_objective_bound + 1e-6))
    if state not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(None, bound, work, is_cut)
    groups: dict[int, list[int]] = {}
    for (unit, hub), join in built.joins.items():
        if solver.boolean_value(join):
            groups.setdefault(hub, []).append(unit)
    return Outcome(list(groups.items()), bound, work, is_cut)


def _solver(problem: Problem, window: Window, seconds_left: float) -> Any:
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = problem.options.seed % (1 << 31)
    solver.parameters.max_deterministic_time = window.work_s / _EACH_DETERMINISTIC
    solver.parameters.max_time_in_seconds = seconds_left
    # The whole model in its linear relaxation: nearly exact here, twenty times as fast as without.
    solver.parameters.linearization_level = 2
    solver.parameters.symmetry_level = 0
    solver.parameters.cp_model_probing_level = 0
    return solver


def _build(problem: Problem, window: Window) -> _Model:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    by_hub = _by_hub(problem, window)
    joins = {(unit, hub): model.new_bool_var("") for hub in by_hub for unit in by_hub[hub]}
    built = _Model(model, joins, {})
    _place_once(window, built)
    for hub, units in by_hub.items():
        if hub < 0:
            _limit_branch(problem, model, joins, hub, units)
        else:
            _limit_group(problem, model, joins, hub, units)
            if window.aim is Aim.ALL:
                built.sturdy[hub] = _sturdiness(problem, model, joins, hub, units)
    _set_aim(problem, window, built)
    _hint(problem, window, built)
    return built


def _by_hub(problem: Problem, window: Window) -> dict[int, list[int]]:
    """Return who may join each hub of a window, itself first among equals.

    Where only members count, a group with a unit that reaches whomever its hub reaches may as well
    have that unit as hub; so nobody needs to join a hub that is beneath him. In a building where
    all reach all, this leaves one hub for each group instead of as many as it has units.
    """
    inside = set(window.units) | set(window.branches)
    found: dict[int, list[int]] = {}
    for unit in window.units:
        for hub in problem.hubs_of[unit]:
            if hub in inside:
                found.setdefault(hub, []).append(unit)
    if window.aim is Aim.ALL:
        return found
    reached = {hub: set(units) for hub, units in found.items()}
    return {
        hub: [unit for unit in units if not _is_above(reached, unit, hub)]
        for hub, units in found.items()
    }


def _is_above(reached: Mapping[int, set[int]], unit: int, hub: int) -> bool:
    if hub < 0 or unit == hub or unit not in reached or not reached[hub] <= reached[unit]:
        return False
    return len(reached[hub]) < len(reached[unit]) or unit < hub


def _place_once(window: Window, built: _Model) -> None:
    by_unit: dict[int, list[Any]] = {}
    for (unit, _), join in built.joins.items():
        by_unit.setdefault(unit, []).append(join)
    for places in by_unit.values():
        if window.aim is Aim.ALL and _places_all(window):
            built.model.add_exactly_one(places)
        else:
            built.model.add_at_most_one(places)


def _places_all(window: Window) -> bool:
    """Test whether today's groups hold every unit that counts; then a new plan must do so too."""
    return sum(len(units) for _, units in window.now) == len(window.units)


def _limit_branch(problem: Problem, model: Any, joins: Any, hub: int, units: list[int]) -> None:
    room = problem.room[-1 - hub]
    if total(problem.members, units) > room:
        model.add(sum(problem.members[u] * joins[u, hub] for u in units) <= room)


def _limit_group(problem: Problem, model: Any, joins: Any, hub: int, units: list[int]) -> None:
    """A group exists where its hub is in it (PL-4), with enough full members and not too much."""
    options, exists = problem.options, joins[hub, hub]
    for unit in units:
        if unit != hub:
            model.add_implication(joins[unit, hub], exists)
    full = sum(problem.full[u] * joins[u, hub] for u in units if problem.full[u])
    model.add(full >= options.min_full * exists)
    if total(problem.members, units) > options.max_members:
        held = sum(problem.members[u] * joins[u, hub] for u in units)
        model.add(held <= options.max_members * exists)
    if options.max_units and len(units) > options.max_units:
        model.add(sum(joins[u, hub] for u in units) <= options.max_units * exists)


def _sturdiness(problem: Problem, model: Any, joins: Any, hub: int, units: list[int]) -> Any:
    """Return a variable that may be true only where the loss of a full member leaves enough."""
    sturdy = model.new_bool_var("")
    model.add_implication(sturdy, joins[hub, hub])
    full = sum(problem.full[u] * joins[u, hub] for u in units if problem.full[u])
    model.add(full >= problem.options.min_full * joins[hub, hub] + sturdy)
    return sturdy


def _set_aim(problem: Problem, window: Window, built: _Model) -> None:
    counted = {(u, h): join for (u, h), join in built.joins.items() if u not in window.free}
    if window.aim is Aim.COVER:
        built.model.maximize(sum(problem.members[u] * join for (u, _), join in counted.items()))
        return
    loyal = window.loyal or {}
    fragile = problem.options.weights.fragile_m
    costs = {pair: problem.cost(*pair) + loyal.get(pair, 0) for pair in counted}
    dearest: dict[int, int] = {}
    for (unit, _), cost in costs.items():
        dearest[unit] = max(dearest.get(unit, 0), cost)
    # One member more is worth more than all the rest together.
    first = 1 + sum(dearest.values()) + fragile * len(built.sturdy)
    if _places_all(window):
        first = 0  # all are placed anyway
    terms = [(first * problem.members[u] - costs[u, h]) * join for (u, h), join in counted.items()]
    terms += [fragile * sturdy for sturdy in built.sturdy.values()]
    terms += [-fragile * built.joins[hub, hub] for hub in built.sturdy]
    built.model.maximize(sum(terms))


def _hint(problem: Problem, window: Window, built: _Model) -> None:
    where = {}
    for hub, units in window.now:
        # The same group under the hub that the model knows it by.
        known = [h for h in (hub, *units) if all((unit, h) in built.joins for unit in units)]
        where.update({unit: known[0] for unit in units if known})
    for (unit, hub), join in built.joins.items():
        built.model.add_hint(join, where.get(unit) == hub)
    full = {hub: total(problem.full, units) for hub, units in window.now}
    for hub, sturdy in built.sturdy.items():
        built.model.add_hint(sturdy, full.get(hub, 0) > problem.options.min_full)
