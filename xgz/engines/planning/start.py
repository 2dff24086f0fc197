"""A first plan, quickly: groups grown around hubs, hardest units first, then single moves."""

from collections.abc import Iterable

from xgz.engines.planning.draft import NOWHERE, Draft, fragility, price
from xgz.engines.planning.problem import Problem, total

_ROUNDS = 12  # passes over all units; each pass only goes on while the last one gained


def grow(draft: Draft, units: Iterable[int]) -> None:
    """Place units that are in no group: those with fewest full members around them first."""
    problem = draft.problem
    loose = [u for u in units if draft.group_of[u] == NOWHERE and problem.hubs_of[u]]
    hardest = sorted(loose, key=lambda u: (_supply(problem, u), u))
    for unit in hardest:
        if draft.group_of[unit] == NOWHERE:
            best = _best_group_around(draft, unit)
            if best is not None:
                draft.add(*best)
    for unit in hardest:
        if draft.group_of[unit] == NOWHERE:
            _join_nearest(draft, unit)


def _supply(problem: Problem, unit: int) -> int:
    return total(problem.full, problem.reach[unit])


def _best_group_around(draft: Draft, unit: int) -> tuple[int, list[int]] | None:
    """Return hub and units of the cheapest smallest group with this unit, of units in no group."""
    problem = draft.problem
    best: tuple[float, int, list[int]] | None = None
    for hub in problem.hubs_of[unit]:
        if hub >= 0 and draft.group_of[hub] == NOWHERE:
            units = _fill(draft, hub, unit)
            if units:
                rate = price(problem, hub, units) / total(problem.members, units)
                if best is None or rate < best[0]:
                    best = rate, hub, units
    return best and (best[1], best[2])


def _fill(draft: Draft, hub: int, unit: int) -> list[int]:
    """Return hub, unit and the nearest others until there are enough full members, or nothing."""
    problem, options = draft.problem, draft.problem.options
    chosen = [hub] if hub == unit else [hub, unit]
    full, members = total(problem.full, chosen), total(problem.members, chosen)
    near = sorted((d, u) for u, d in problem.reach[hub].items() if draft.group_of[u] == NOWHERE)
    for _, other in near:
        if full >= options.min_full or (options.max_units and len(chosen) >= options.max_units):
            break
        fits = members + problem.members[other] <= options.max_members
        if problem.full[other] and other not in chosen and fits:
            chosen.append(other)
            full, members = full + problem.full[other], members + problem.members[other]
    is_legal = full >= options.min_full and members <= options.max_members
    return chosen if is_legal and len(chosen) <= (options.max_units or len(chosen)) else []


def _join_nearest(draft: Draft, unit: int) -> None:
    problem = draft.problem
    open_keys = {draft.group_of[h] if h >= 0 else h for h in problem.hubs_of[unit]}
    offers = [
        (problem.cost(unit, draft.hub[key]), key)
        for key in sorted(open_keys - {NOWHERE})
        if draft.hub[key] in problem.hubs_of[unit] and draft.has_room(key, unit)
    ]
    if offers:
        draft.move(unit, min(offers)[1])


def settle(draft: Draft, units: Iterable[int]) -> None:
    """Move hubs and single units while that makes the plan cheaper; nobody is left out for it."""
    mine = [u for u in units if draft.problem.hubs_of[u]]
    for _ in range(_ROUNDS):
        gained = False
        for key in sorted({draft.group_of[u] for u in mine} - {NOWHERE}):
            gained |= key > 0 and _move_hub(draft, key)
        for unit in mine:
            gained |= _move_unit(draft, unit)
        if not gained:
            return


def _move_hub(draft: Draft, key: int) -> bool:
    problem, units = draft.problem, draft.units[key]
    now = draft.hub[key]
    best, hub = sum(problem.cost(u, now) for u in units), now
    for candidate in sorted(units):
        reach = problem.reach[candidate]
        if candidate != now and all(u in reach for u in units):
            cost = sum(problem.cost(u, candidate) for u in units)
            if cost < best and all(candidate in problem.hubs_of[u] for u in units):
                best, hub = cost, candidate
    draft.hub[key] = hub
    return hub != now


def _move_unit(draft: Draft, unit: int) -> bool:
    """Move a unit that is no hub to the group where the plan costs least."""
    problem, old = draft.problem, draft.group_of[unit]
    if old == NOWHERE:
        _join_nearest(draft, unit)
        return draft.group_of[unit] != NOWHERE
    if draft.hub[old] == unit:
        return False
    own, full = problem.full[unit], draft.full(old)
    if old > 0 and full - own < problem.options.min_full:
        return False
    before = problem.cost(unit, draft.hub[old]) + fragility(problem, draft.hub[old], full)
    before -= fragility(problem, draft.hub[old], full - own)
    best, target = before, old
    for hub in problem.hubs_of[unit]:
        key = hub if hub < 0 else draft.group_of[hub]
        if key in (old, NOWHERE) or draft.hub[key] != hub:
            continue
        there = draft.full(key)
        after = problem.cost(unit, hub) + fragility(problem, hub, there + own)
        after -= fragility(problem, hub, there)
        if after < best and draft.has_room(key, unit):
            best, target = after, key
    if target != old:
        draft.move(unit, target)
    return target != old
