"""Changes made to a plan by hand, and what sets two plans apart (PL-11, PL-12).

Each change returns all groups anew with what they then break; nothing is refused here. A group
that a person locked is given to the planner as held.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from xgz.rules.planning.checks import Violation, in_reach, violations
from xgz.rules.planning.plane import apart
from xgz.rules.planning.terms import Group, Site

Groups = tuple[Group, ...]


class NoSuchGroup(Exception):
    """The plan has no group of this id, or the units asked for are not in it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The groups after a change, and every limit they break: those changed and all others."""

    groups: Groups
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids of units in both plans but with other company, only in the later, only in the earlier.

    moved_members, joined_members, lost_members: the members of these units.
    """

    moved: tuple[str, ...]
    joined: tuple[str, ...]
    lost: tuple[str, ...]
    moved_members: int
    joined_members: int
    lost_members: int


def move(site: Site, groups: Groups, unit: str, target: str) -> Changed:
    """Put a unit into another group or an existing branch, from wherever it is.

    The group it leaves gets its best hub, or ends where nobody is left. Raises NoSuchGroup.
    """
    if target in site.branches and all(group.id != target for group in groups):
        groups = (*groups, Group(target, target, ()))
    if all(group.id != target for group in groups) or unit not in site.units:
        raise NoSuchGroup(target)
    found = []
    for group in _without(site, groups, {unit}, keep=target):
        if group.id == target:
            members = _in_order(site, {*group.units, unit})
            group = Group(group.id, group.hub, members)
        found.append(group)
    return _checked(site, found)


def split(site: Site, groups: Groups, group_id: str, apart_units: Collection[str]) -> Changed:
    """Take units out of a group into a new one of their own. Raises NoSuchGroup."""
    group = _named(groups, group_id)
    chosen = tuple(unit for unit in group.units if unit in apart_units)
    if not chosen or len(chosen) < len(set(apart_units)):
        raise NoSuchGroup(group_id)
    new = Group(_free_id(groups), best_hub(site, chosen), chosen)
    return _checked(site, [*_without(site, groups, chosen), new])


def opened(groups: Groups, unit: str) -> Groups:
    """Return the groups with a new one, the last, of a single unit that is in none so far."""
    return (*groups, Group(_free_id(groups), unit, (unit,)))


def merge(site: Site, groups: Groups, into: str, other: str) -> Changed:
    """Put all units of the other group into the first, with the best hub. Raises NoSuchGroup."""
    first, second = _named(groups, into), _named(groups, other)
    units = _in_order(site, {*first.units, *second.units})
    merged = Group(first.id, _hub(site, first, units), units)
    kept = [merged if group.id == into else group for group in groups if group.id != other]
    return _checked(site, kept)


def exclude(site: Site, groups: Groups, units: Collection[str]) -> Changed:
    """Take units out of their groups; to keep them out, the planner is told as well (Held)."""
    return _checked(site, _without(site, groups, units))


def best_hub(site: Site, units: Sequence[str]) -> str:
    """Return the unit that most others reach, of these the one with the shortest ways."""

    def far(name: str) -> tuple[int, float]:
        hub, others = site.units[name], [site.units[unit] for unit in units]
        beyond = sum(not in_reach(other, hub, site.options) for other in others)
        metres = sum(o.members * apart(o.x_m, o.y_m, hub.x_m, hub.y_m) for o in others)
        return beyond, metres

    return min(units, key=far)


def _hub(site: Site, group: Group, units: Sequence[str]) -> str:
    return group.hub if group.is_branch else best_hub(site, units)


def _without(
    site: Site, groups: Iterable[Group], units: Collection[str], keep: str = ""
) -> list[Group]:
    found = []
    for group in groups:
        left = tuple(unit for unit in group.units if unit not in units)
        if group.id == keep or left == group.units:
            found.append(group)
        elif left:
            has_hub = group.is_branch or group.hub in left
            found.append(Group(group.id, group.hub if has_hub else best_hub(site, left), left))
    return found


def _in_order(site: Site, units: Collection[str]) -> tuple[str, ...]:
    """Return units in the order of the site."""
    return tuple(unit for unit in site.units if unit in units)


def _named(groups: Groups, name: str) -> Group:
    for group in groups:
        if group.id == name:
            return group
    raise NoSuchGroup(name)


def _free_id(groups: Groups) -> str:
    used = {group.id for group in groups}
    return next(name for n in range(1, len(used) + 2) if (name := f"G{n:05d}") not in used)


def _checked(site: Site, groups: Sequence[Group]) -> Changed:
    return Changed(tuple(groups), tuple(violations(site, groups)))


def difference(site: Site, before: Iterable[Group], after: Iterable[Group]) -> Difference:
    """Return who moved between two plans.

    Each later group goes on from the earlier one of which it holds most members, each earlier one
    into one later group at most, largest first; a branch always goes on as itself. Who is not
    with that group moved. Units the site does not know are left out.
    """
    old = {unit: group.id for group in before for unit in group.units if unit in site.units}
    later = list(after)
    heir = _heirs(site, old, later)
    moved, joined, placed = [], [], set()
    for group in later:
        for unit in group.units:
            placed.add(unit)
            if unit not in old:
                joined.append(unit)
            elif heir.get(old[unit]) != group.id:
                moved.append(unit)
    lost = [unit for unit in old if unit not in placed]

    def count(units: Iterable[str]) -> int:
        return sum(site.units[unit].members for unit in units)

    lists = tuple(moved), tuple(joined), tuple(lost)
    return Difference(*lists, *map(count, lists))


def _heirs(site: Site, old: dict[str, str], later: Sequence[Group]) -> dict[str, str]:
    """Return which later group each earlier one goes on as; both by id."""
    shared: dict[tuple[str, str], int] = {}
    for group in later:
        for unit in group.units:
            if unit in old:
                pair = old[unit], group.id
                shared[pair] = shared.get(pair, 0) + site.units[unit].members
    heir: dict[str, str] = {}
    taken: set[str] = set()
    for (earlier, now), _ in sorted(shared.items(), key=lambda one: (-one[1], one[0])):
        stays = earlier == now or not (earlier in site.branches or now in site.branches)
        if stays and earlier not in heir and now not in taken:
            heir[earlier] = now
            taken.add(now)
    return heir
