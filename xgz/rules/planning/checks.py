"""Whether groups are legal, limit by limit: for plans made by hand and by the engine alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from xgz.rules.planning.plane import apart
from xgz.rules.planning.terms import BRANCH_PREFIX, Branch, Group, PlanOptions, Site, Unit

PLACED_ONCE = "PL-1"
ENOUGH_FULL = "PL-2"
NOT_TOO_MANY_MEMBERS = "PL-3"
WITHIN_REACH = "PL-4"
NOT_TOO_MANY_UNITS = "PL-5"
BRANCH_HAS_ROOM = "PL-10"


@dataclass(frozen=True, slots=True)
class Violation:
    """One limit that a group breaks. unit: the one that breaks it, empty where the whole does.

    amount: by how much: full members missing (PL-2), members or units too many (PL-3, PL-5,
    PL-10), metres too far (PL-4; 0 for another township or a hub that is none); 0 for PL-1.
    """

    rule: str
    group: str
    unit: str = ""
    amount: float = 0


def in_reach(unit: Unit, hub: Unit | Branch, options: PlanOptions) -> bool:
    """Test whether a unit may belong to a hub: same township, within the radius, its end counts.

    Where the district counts a market as reach, units of one market and township reach each other
    at any distance (PL-4).
    """
    if unit.town != hub.town:
        return False
    if options.market_is_reach and isinstance(hub, Unit) and unit.market == hub.market != "":
        return True
    return apart(unit.x_m, unit.y_m, hub.x_m, hub.y_m) <= options.radius_m


def violations(site: Site, groups: Iterable[Group]) -> list[Violation]:
    """Return what is wrong with groups, in their order; nothing where all are legal.

    An empty group of a branch is legal, an empty new group is not. Raises KeyError for a unit or
    branch the site does not know.
    """
    found: list[Violation] = []
    seen: set[str] = set()
    ids: set[str] = set()
    for group in groups:
        doubles = [unit for unit in group.units if unit in seen]
        found += [Violation(PLACED_ONCE, group.id, unit) for unit in doubles]
        if group.id in ids or len(set(group.units)) < len(group.units):
            found.append(Violation(PLACED_ONCE, group.id))
        seen.update(group.units)
        ids.add(group.id)
        found += group_violations(site, group)
    return found


def group_violations(site: Site, group: Group) -> list[Violation]:
    """Return what is wrong with one group by itself."""
    units = [site.units[unit] for unit in group.units]
    if group.is_branch:
        return _too_far(site, group, units) + _too_full(site, group, units)
    return _too_far(site, group, units) + _wrong_size(site, group, units)


def _too_far(site: Site, group: Group, units: list[Unit]) -> list[Violation]:
    hub: Unit | Branch
    if group.hub.startswith(BRANCH_PREFIX):
        hub = site.branches[group.hub]
        if group.id != group.hub:
            return [Violation(WITHIN_REACH, group.id)]
    elif group.hub not in group.units:
        return [Violation(WITHIN_REACH, group.id)]
    else:
        hub = site.units[group.hub]
    found = []
    for unit in units:
        if not in_reach(unit, hub, site.options):
            away = apart(unit.x_m, unit.y_m, hub.x_m, hub.y_m) - site.options.radius_m
            found.append(Violation(WITHIN_REACH, group.id, unit.id, max(0.0, away)))
    return found


def _too_full(site: Site, group: Group, units: list[Unit]) -> list[Violation]:
    after = site.branches[group.hub].members + sum(unit.members for unit in units)
    over = after - site.options.branch_max
    # A branch that is over its limit already is nobody's fault as long as nobody joins.
    return [Violation(BRANCH_HAS_ROOM, group.id, amount=over)] if units and over > 0 else []


def _wrong_size(site: Site, group: Group, units: list[Unit]) -> list[Violation]:
    options = site.options
    missing = options.min_full - sum(unit.full_members for unit in units)
    over = sum(unit.members for unit in units) - options.max_members
    crowd = len(units) - options.max_units if options.max_units else 0
    limits = [(ENOUGH_FULL, missing), (NOT_TOO_MANY_MEMBERS, over), (NOT_TOO_MANY_UNITS, crowd)]
    return [Violation(rule, group.id, amount=by) for rule, by in limits if by > 0]
