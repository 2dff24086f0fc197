"""How a plan stands: its groups, what is locked, who is left out; and what a step changed (PL-17)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xgz.rules.planning.hands import Groups, NoSuchGroup, best_hub
from xgz.rules.planning.terms import Group, Site


@dataclass(frozen=True, slots=True)
class Arrangement:
    """locked: ids of groups that stay as they are; excluded: ids of units kept out by hand."""

    groups: Groups
    locked: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()

    def with_groups(self, groups: Iterable[Group]) -> "Arrangement":
        """Return the same with other groups; locks of those that are gone go too."""
        kept = tuple(groups)
        ids = {group.id for group in kept}
        return replace(self, groups=kept, locked=self.locked & ids)

    def group(self, name: str) -> Group:
        """Return the group of an id. Raises NoSuchGroup."""
        for each in self.groups:
            if each.id == name:
                return each
        raise NoSuchGroup(name)

    def places(self) -> dict[str, str]:
        """Return unit → group, of those that are in one."""
        return {unit: group.id for group in self.groups for unit in group.units}


def with_hub(now: Arrangement, group_id: str, unit: str) -> Arrangement:
    """Let another unit of a group be its hub. Raises NoSuchGroup; a branch keeps its seat."""
    group = now.group(group_id)
    if group.is_branch or unit not in group.units:
        raise NoSuchGroup(group_id)
    changed = replace(group, hub=unit)
    return now.with_groups(changed if each.id == group_id else each for each in now.groups)


def delta(before: Arrangement, after: Arrangement) -> dict[str, Any]:
    """Return what undoing a step has to put back, as plain values: only what the step changed."""
    places, later = before.places(), after.places()
    moved = {*places, *later}
    old = {group.id: group for group in before.groups}
    new = {group.id: group for group in after.groups}
    return {
        "units": {u: places.get(u, "") for u in sorted(moved) if places.get(u) != later.get(u)},
        "hubs": {
            name: old[name].hub if name in old else ""
            for name in sorted({*old, *new})
            if (name in old) != (name in new) or old[name].hub != new[name].hub
        },
        "locked": {name: name in before.locked for name in sorted(before.locked ^ after.locked)},
        "excluded": {
            name: name in before.excluded for name in sorted(before.excluded ^ after.excluded)
        },
    }


def put_back(site: Site, now: Arrangement, kept: Mapping[str, Any]) -> Arrangement:
    """Return how a plan stood before the step whose `delta` this is; `now` is right after it."""
    places = {**now.places(), **kept["units"]}
    hubs = {**{group.id: group.hub for group in now.groups}, **kept["hubs"]}
    inside: dict[str, list[str]] = {name: [] for name, hub in hubs.items() if hub}
    for unit in site.units:
        if places.get(unit):
            inside[places[unit]].append(unit)
    names = sorted(name for name, units in inside.items() if units)
    groups = tuple(
        Group(name, _hub(site, hubs[name], inside[name]), tuple(inside[name])) for name in names
    )
    return Arrangement(
        groups, _flipped(now.locked, kept["locked"]), _flipped(now.excluded, kept["excluded"])
    )


def _hub(site: Site, hub: str, units: Sequence[str]) -> str:
    """Return the hub, or another one where its business left the register since."""
    return hub if hub in units or hub in site.branches else best_hub(site, units)


def _flipped(now: frozenset[str], before: Mapping[str, bool]) -> frozenset[str]:
    added = {name for name, was in before.items() if was}
    return (now - {name for name, was in before.items() if not was}) | added
