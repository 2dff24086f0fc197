"""Why a business is in no group, and its nearest way out (PL-8)."""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice

from xgz.rules.planning.checks import ENOUGH_FULL, group_violations, in_reach
from xgz.rules.planning.nearby import Nearby
from xgz.rules.planning.terms import (
    Branch,
    Group,
    LeftOut,
    Missing,
    Option,
    Site,
    Unit,
)

_PARTNERS = 3  # nearest others left out that are named
_OPTIONS = 8  # nearest groups and branches that are looked at
_RINGS = 4  # radii within which they are looked for


def explain(site: Site, groups: Iterable[Group], excluded: Collection[str]) -> tuple[LeftOut, ...]:
    """Return every unit of the site that is in none of the groups, in order, with the reason.

    A group or branch that the unit could join at once is told as such; the engine leaves none
    unless places are short.
    """
    return _Explanation(site, list(groups)).of_all(excluded)


class _Explanation:
    def __init__(self, site: Site, groups: list[Group]) -> None:
        self.site = site
        side = site.options.radius_m
        placed = {unit for group in groups for unit in group.units}
        self.loose = [unit for unit in site.units.values() if unit.id not in placed]
        self.all_near = Nearby(site.units.values(), side)
        self.loose_near = Nearby(self.loose, side)
        self.hubs_near = Nearby([site.units[g.hub] for g in groups if not g.is_branch], side)
        self.seats_near = Nearby(site.branches.values(), side)
        self.by_hub: Mapping[str, Group] = {group.hub: group for group in groups}

    def of_all(self, excluded: Collection[str]) -> tuple[LeftOut, ...]:
        return tuple(self._of(unit, unit.id in excluded) for unit in self.loose)

    def _of(self, unit: Unit, is_excluded: bool) -> LeftOut:
        missing, short = self._reason(unit)
        if is_excluded:
            missing = Missing.EXCLUDED
        near = (pair for pair in self.loose_near.around(unit, _RINGS) if pair[1].members)
        return LeftOut(
            unit.id,
            missing,
            short,
            self._nearest(unit),
            tuple((other.id, round(away, 1)) for away, other in islice(near, _PARTNERS)),
        )

    def _reason(self, unit: Unit) -> tuple[Missing, int]:
        """Return the reason, and full members missing at the best hub in reach (0: none)."""
        options = self.site.options
        if unit.members == 0:
            return Missing.NO_MEMBERS, 0
        has_seat = any(
            in_reach(unit, seat, options) and seat.members + unit.members <= options.branch_max
            for _, seat in self.seats_near.around(unit)
        )
        short = self._short(unit)
        if has_seat or (short == 0 and unit.members <= options.max_members):
            return Missing.PLACES_TAKEN, 0
        if unit.members > options.max_members:
            return Missing.TOO_LARGE, 0
        is_alone = not any(in_reach(unit, o, options) for _, o in self.all_near.around(unit))
        return (Missing.NOBODY_NEAR if is_alone else Missing.TOO_FEW_FULL), short

    def _short(self, unit: Unit) -> int:
        """Return full members missing at the hub in reach that could gather most, with this unit."""
        options = self.site.options
        best = 0
        hubs = [unit, *(o for _, o in self.all_near.around(unit) if in_reach(unit, o, options))]
        for hub in hubs:
            together = {unit.id: unit, hub.id: hub}
            own = sum(one.full_members for one in together.values())
            supply = sorted(
                (
                    other.full_members
                    for _, other in self.all_near.around(hub)
                    if other.id not in together and in_reach(other, hub, options)
                ),
                reverse=True,
            )
            places = options.max_units - len(together) if options.max_units else len(supply)
            best = max(best, own + sum(supply[: max(0, places)]))
            if best >= options.min_full:
                return 0
        return options.min_full - best

    def _nearest(self, unit: Unit) -> Option | None:
        """Return the group or branch around with fewest obstacles, of these the nearest."""
        hubs: list[tuple[float, Unit | Branch]] = [
            *islice(self.hubs_near.around(unit, _RINGS), _OPTIONS),
            *islice(self.seats_near.around(unit, _RINGS), _OPTIONS),
        ]
        options = [
            (len(blocked), away, key, blocked)
            for away, hub in hubs
            for key, blocked in [self._obstacles(unit, hub)]
        ]
        if not options:
            return None
        _, away, key, blocked = min(options)
        return Option(key, round(away, 1), blocked)

    def _obstacles(self, unit: Unit, hub: Unit | Branch) -> tuple[str, tuple[str, ...]]:
        if isinstance(hub, Branch):
            group = self.by_hub.get(hub.key, Group(hub.key, hub.key, ()))
        else:
            group = self.by_hub[hub.id]
        joined = Group(group.id, group.hub, (*group.units, unit.id))
        rules = {found.rule for found in group_violations(self.site, joined)} - {ENOUGH_FULL}
        return group.id, tuple(sorted(rules))
