"""From units and branches to a plan with a proven bound."""

from collections.abc import Sequence

from xgz.engines.planning.bound import tighten
from xgz.engines.planning.draft import Draft, empty_draft
from xgz.engines.planning.problem import Problem, problem_of
from xgz.engines.planning.search import components, cover, refine
from xgz.engines.planning.start import grow, settle
from xgz.engines.planning.work import Budget
from xgz.rules.planning.aims import covered_by, mean_distance
from xgz.rules.planning.checks import violations
from xgz.rules.planning.left_out import explain
from xgz.rules.planning.terms import (
    Branch,
    Group,
    Held,
    Plan,
    PlanOptions,
    Site,
    Unit,
    site_of,
)

NOTHING_HELD = Held()


class HeldNotLegal(Exception):
    """A group that was to stay as it is breaks a limit; `rules` holds the ids."""

    def __init__(self, rules: Sequence[str]) -> None:
        super().__init__(", ".join(rules))
        self.rules = tuple(rules)


def plan(
    units: Sequence[Unit],
    branches: Sequence[Branch],
    options: PlanOptions,
    held: Held = NOTHING_HELD,
) -> Plan:
    """Group units into joint branches and existing ones: members first, then the weights (PL-9).

    Every group is legal (PL-1 to PL-5, PL-10). The same input, options and seed give the same
    plan, unless it says `ended_early`. Groups held stay exactly as they are; units excluded stay
    out; the bound is then that of plans which do the same. Ids of units and of branches must be
    unique. Raises HeldNotLegal.
    """
    site = site_of(units, branches, options)
    budget = Budget(options.time_limit_s)
    free, problem = prepared(site, units, branches, held)
    draft = empty_draft(problem)
    everybody = range(len(free))
    grow(draft, everybody)
    settle(draft, everybody)
    parts = cover(draft, budget, components(problem))
    refine(draft, budget, parts)
    settle(draft, everybody)
    parts = tighten(draft, budget, parts)
    groups = [*held.groups, *groups_of(draft, free, branches)]
    bound = sum(part.bound for part in parts)
    return finished(site, groups, held, bound, budget.ended_early)


def prepared(
    site: Site, units: Sequence[Unit], branches: Sequence[Branch], held: Held
) -> tuple[list[Unit], Problem]:
    """Return the units that may be placed, and their problem. Raises HeldNotLegal."""
    broken = violations(site, held.groups)
    if broken:
        raise HeldNotLegal([found.rule for found in broken])
    fixed = {unit for group in held.groups for unit in group.units} | held.excluded
    free = [unit for unit in units if unit.id not in fixed]
    return free, problem_of(free, _branches_left(site, branches, held), site.options)


def _branches_left(site: Site, branches: Sequence[Branch], held: Held) -> list[Branch]:
    """Return the branches as they are with the units held there; one held takes nobody else."""
    taken = {group.hub for group in held.groups if group.is_branch}
    full = site.options.branch_max
    return [
        Branch(b.id, b.x_m, b.y_m, b.town, full if b.key in taken else b.members) for b in branches
    ]


def groups_of(draft: Draft, units: Sequence[Unit], branches: Sequence[Branch]) -> list[Group]:
    """Return the groups of a draft with the ids of the caller; new ones without an id yet."""
    found = []
    for key, members in draft.units.items():
        if members:
            chosen = tuple(units[number].id for number in sorted(members))
            if key < 0:
                name = branches[-1 - key].key
                found.append(Group(name, name, chosen))
            else:
                found.append(Group("", units[draft.hub[key]].id, chosen))
    return found


def finished(
    site: Site, groups: Sequence[Group], held: Held, bound_free: int, ended_early: bool
) -> Plan:
    """Return the plan of these groups, in order of their first unit and numbered where needed.

    bound_free: members that can be placed at most outside the groups held.
    """
    place = {unit: number for number, unit in enumerate(site.units)}
    ordered = sorted(groups, key=lambda group: min(place[unit] for unit in group.units))
    used = {group.id for group in groups}
    numbers = (f"G{number:05d}" for number in range(1, len(groups) + len(used) + 1))
    fresh = (name for name in numbers if name not in used)
    named = [group if group.id else Group(next(fresh), group.hub, group.units) for group in ordered]
    return Plan(
        tuple(named),
        explain(site, named, held.excluded),
        covered_by(site, named),
        covered_by(site, held.groups) + bound_free,
        mean_distance(site, named),
        ended_early,
    )
