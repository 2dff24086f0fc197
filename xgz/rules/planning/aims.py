"""What a plan reaches: members covered, and their way to the hub (PL-6, PL-9)."""

from collections.abc import Iterable

from xgz.rules.planning.plane import apart
from xgz.rules.planning.terms import Group, Site


def covered_by(site: Site, groups: Iterable[Group]) -> int:
    """Return the members of the businesses placed (PL-6)."""
    return sum(site.units[unit].members for group in groups for unit in group.units)


def mean_distance(site: Site, groups: Iterable[Group]) -> float:
    """Return metres to the hub per member placed, hubs included; 0 where nobody is placed."""
    metres, members = 0.0, 0
    for group in groups:
        hub = site.branches[group.hub] if group.is_branch else site.units[group.hub]
        for unit in (site.units[name] for name in group.units):
            metres += unit.members * apart(unit.x_m, unit.y_m, hub.x_m, hub.y_m)
            members += unit.members
    return metres / members if members else 0.0
