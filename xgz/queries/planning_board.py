"""A plan as the rules work on it: its site and arrangement, beside the rows they stand for."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from xgz.models import Plan, PlanBranch, PlanGroup, PlanUnit
from xgz.rules.formations import FormationState
from xgz.rules.planning.arrangement import Arrangement
from xgz.rules.planning.hands import best_hub
from xgz.rules.planning.terms import Branch, Group, Site, Unit, site_of

# A formation that ended so binds its group no longer: it may be changed and proposed again.
_LET_GO = (FormationState.REFUSED, FormationState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Board:
    """units, branches: rows by their id in the site. bound: ids of groups whose formation is open
    or approved; those belong to the case (PL-18)."""

    plan: Plan
    site: Site
    now: Arrangement
    units: dict[str, PlanUnit]
    branches: dict[str, PlanBranch]
    groups: dict[str, PlanGroup]
    bound: frozenset[str]

    def ids_of(self, businesses: Sequence[str]) -> list[str]:
        """Return those of these ids that are units of the plan with a place."""
        return [name for name in businesses if name in self.site.units]


def board_of(plan: Plan) -> Board:
    """Return a plan with everything in it; three queries."""
    units = {row.business.public_id: row for row in _units(plan)}
    branches = {
        row.key: row
        for row in PlanBranch.objects.filter(plan=plan)
        .select_related("organisation")
        .order_by("pk")
    }
    groups = {
        row.code: row
        for row in PlanGroup.objects.filter(plan=plan).select_related("formation").order_by("code")
    }
    site = site_of(
        [unit_of(name, row) for name, row in units.items() if row.x_m is not None],
        [branch_of(row) for row in branches.values()],
        plan.limits,
    )
    now = Arrangement(
        tuple(_groups(site, units, groups, branches)),
        frozenset(name for name, row in groups.items() if row.is_locked),
        frozenset(name for name, row in units.items() if row.is_excluded),
    )
    bound = frozenset(name for name, row in groups.items() if binds(row))
    return Board(plan, site, now, units, branches, groups, bound)


def binds(group: PlanGroup) -> bool:
    """Test whether a formation was opened from a group and was not refused or withdrawn."""
    return group.formation is not None and group.formation.state not in _LET_GO


def unit_of(name: str, row: PlanUnit) -> Unit:
    """Return a row with a place as the rules know it."""
    return Unit(
        name,
        row.x_m or 0.0,
        row.y_m or 0.0,
        str(row.town_id),
        row.members,
        row.full_members,
        row.market,
        row.trade,
    )


def branch_of(row: PlanBranch) -> Branch:
    """Return a branch as the rules know it."""
    return Branch(row.organisation.public_id, row.x_m, row.y_m, str(row.town_id), row.members)


def _units(plan: Plan) -> Sequence[PlanUnit]:
    rows = PlanUnit.objects.filter(plan=plan).select_related("business").order_by("pk")
    return list(rows)


def _groups(
    site: Site,
    units: dict[str, PlanUnit],
    groups: dict[str, PlanGroup],
    branches: dict[str, PlanBranch],
) -> list[Group]:
    """Return the groups in order; one whose businesses are all gone from the register is none."""
    inside: dict[int, list[str]] = defaultdict(list)
    hubs: dict[int, str] = {}
    for name in site.units:
        row = units[name]
        if row.group_id is not None:
            inside[row.group_id].append(name)
            if row.is_hub:
                hubs[row.group_id] = name
    seats = {row.pk: key for key, row in branches.items()}
    found = []
    for code, group in groups.items():
        members = tuple(inside[group.pk])
        if not members:
            continue
        if group.branch_id is not None:
            hub = seats[group.branch_id]
        else:
            hub = hubs.get(group.pk) or best_hub(site, members)
        found.append(Group(code, hub, members))
    return found
