"""A bound for components too large to be solved whole: tiles that get all help there is."""

from collections.abc import Sequence
from dataclasses import replace

from xgz.engines.planning.draft import NOWHERE, Draft
from xgz.engines.planning.problem import Problem, total
from xgz.engines.planning.search import Component, around
from xgz.engines.planning.window import Aim, Outcome, Window, solve
from xgz.engines.planning.work import Budget, at_once

_TILE = 40  # units counted in a tile
_LARGEST = 30_000  # places of a tile with its surroundings; larger ones are not worth the work
_TILE_S = 2.0
_BATCH = 32  # tiles between two looks at the budget


def tighten(draft: Draft, budget: Budget, parts: list[Component]) -> list[Component]:
    """Return the components with bounds lowered around the units that are left out.

    Each tile's units are counted while everybody around may help to fill their groups and nobody
    there needs a place: no plan places more of the tile's members. Tiles share no unit, so what
    they leave out adds up (PL-7).
    """
    return [
        replace(part, bound=min(part.bound, _all(draft, part) - _left_out(draft, budget, part)))
        if draft.covered(part.units) < part.bound and not part.has_cut
        else part
        for part in parts
    ]


def _left_out(draft: Draft, budget: Budget, part: Component) -> int:
    problem = draft.problem
    taken: set[int] = set()
    tiles = []
    for unit in part.units:
        if draft.group_of[unit] == NOWHERE and unit not in taken:
            tile = around(draft, unit, _TILE, taken)[0]
            window = _with_surroundings(problem, tile)
            if sum(len(problem.hubs_of[u]) for u in window.units) <= _LARGEST:
                tiles.append(window)

    def one(window: Window) -> Outcome:
        return solve(problem, window, budget.seconds_left())

    lost = 0
    for start in range(0, len(tiles), _BATCH):
        if budget.left_s <= 0:
            break
        for window, outcome in at_once(budget, one, tiles[start : start + _BATCH]):
            budget.spend(outcome.work_s)
            budget.ended_early |= outcome.is_cut
            lost += _counted(problem, window) - outcome.bound
    return lost


def _all(draft: Draft, part: Component) -> int:
    return total(draft.problem.members, part.units)


def _counted(problem: Problem, window: Window) -> int:
    return total(problem.members, (u for u in window.units if u not in window.free))


def _with_surroundings(problem: Problem, tile: Sequence[int]) -> Window:
    """Return a window with every hub of the tile's units and everybody who may join those hubs."""
    hubs = {hub for unit in tile for hub in problem.hubs_of[unit]}
    helpers = {unit for hub in hubs if hub >= 0 for unit in problem.units_of[hub]}
    units = sorted(set(tile) | helpers)
    branches = sorted(hub for hub in hubs if hub < 0)
    return Window(units, branches, (), Aim.COVER, _TILE_S, frozenset(units) - set(tile))
