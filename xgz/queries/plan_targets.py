"""Where units of a plan may be moved: what the units of one page reach, and what is typed (PL-11)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from xgz.models import Plan, PlanBranch, PlanGroup, PlanUnit
from xgz.queries.planning_board import branch_of, unit_of
from xgz.rules.planning.checks import in_reach
from xgz.rules.planning.plane import apart
from xgz.rules.planning.terms import Branch, PlanOptions, Unit

_DIGITS = 5  # of a group's number
_OFFERED = 40  # groups and branches in reach that a page offers, the nearest ones


class TargetUnknown(Exception):
    """The plan has no group of that number and no branch of that name."""


@dataclass(frozen=True, slots=True)
class Target:
    """A group or a branch to move to. label: the number of a group, the name of a branch."""

    code: str
    label: str
    is_branch: bool = False


@dataclass(frozen=True, slots=True)
class Targets:
    """near: in reach of a unit of the page; others: the other groups of the page."""

    near: Sequence[Target]
    others: Sequence[Target]


def targets_of(plan: Plan, units: Iterable[PlanUnit], page: Iterable[PlanGroup]) -> Targets:
    """Return where the units of a page may go, the groups of that page among it; two queries.

    However many groups a plan has, no more than the nearest ones in reach are offered.
    """
    options = plan.limits
    rows = [row for row in units if row.x_m is not None]
    places = [unit_of(str(row.pk), row) for row in rows]
    ways = _ways(plan, places, options) if places else {}
    nearest = sorted(ways, key=lambda target: (ways[target], target.code))[:_OFFERED]
    near = sorted(nearest, key=lambda target: (target.is_branch, target.code))
    offered = {target.code for target in near}
    others = [Target(row.code, row.number) for row in page if not row.branch_id]
    return Targets(near, [each for each in others if each.code not in offered])


def target_named(plan: Plan, words: str) -> str:
    """Return the code of a group by its number, or of a branch by its whole name.

    Raises TargetUnknown.
    """
    if "\0" in words:  # PostgreSQL takes none in a text
        raise TargetUnknown(plan.public_id)
    if words.isascii() and words.isdigit() and len(words) <= _DIGITS:
        groups = PlanGroup.objects.filter(plan=plan, branch__isnull=True)
        code = groups.filter(code=f"G{int(words):05d}").values_list("code", flat=True).first()
        if code is not None:
            return code
    branches = PlanBranch.objects.filter(plan=plan, organisation__name=words)
    found = branches.select_related("organisation").first()
    if found is None:
        raise TargetUnknown(plan.public_id)
    return found.key


def place_of(plan: Plan, unit: str) -> str:
    """Return the code of the group a unit is in, by its public id; "" for none."""
    rows = PlanUnit.objects.filter(plan=plan, business__public_id=unit, group__isnull=False)
    return rows.values_list("group__code", flat=True).first() or ""


def branch_names(plan: Plan) -> dict[str, str]:
    """Return the names of the branches that may be joined, by key; one query."""
    rows = PlanBranch.objects.filter(plan=plan).select_related("organisation")
    return {row.key: row.organisation.name for row in rows}


def _ways(plan: Plan, places: Sequence[Unit], options: PlanOptions) -> dict[Target, float]:
    """Return what the places reach, with the metres to the nearest of them."""
    around = _around(places, options)
    hubs = PlanUnit.objects.filter(plan=plan, is_hub=True, group__branch__isnull=True)
    markets = {place.market for place in places if place.market}
    same = Q(market__in=markets) if options.market_is_reach else Q(pk__in=[])
    towns: dict[str, list[Unit]] = defaultdict(list)
    for place in places:
        towns[place.town].append(place)
    found: dict[Target, float] = {}
    for row in hubs.filter(around | same, group__isnull=False).select_related("group"):
        if row.group is not None and row.x_m is not None:
            target = Target(row.group.code, row.group.number)
            _note(found, target, unit_of(str(row.pk), row), towns, options)
    seats = PlanBranch.objects.filter(around, plan=plan).select_related("organisation")
    for seat in seats:
        target = Target(seat.key, seat.organisation.name, is_branch=True)
        _note(found, target, branch_of(seat), towns, options)
    return found


def _around(places: Sequence[Unit], options: PlanOptions) -> Q:
    """Return the condition of lying within the places' rectangle, widened by the radius."""
    wide = options.radius_m
    return Q(
        x_m__gte=min(place.x_m for place in places) - wide,
        x_m__lte=max(place.x_m for place in places) + wide,
        y_m__gte=min(place.y_m for place in places) - wide,
        y_m__lte=max(place.y_m for place in places) + wide,
    )


def _note(
    found: dict[Target, float],
    target: Target,
    hub: Unit | Branch,
    towns: Mapping[str, Sequence[Unit]],
    options: PlanOptions,
) -> None:
    ways = [
        apart(place.x_m, place.y_m, hub.x_m, hub.y_m)
        for place in towns.get(hub.town, ())
        if in_reach(place, hub, options)
    ]
    if ways:
        found[target] = min(ways)
