"""A plan as a map shows it: every point with its group, branches with their seats (PL-4)."""

from dataclasses import dataclass
from enum import StrEnum

from xgz.access.actor import Actor
from xgz.access.planning import visible_plans
from xgz.models import Plan, PlanBranch, PlanGroup, PlanUnit


class PointState(StrEnum):
    PLACED = "placed"
    LEFT_OUT = "left_out"
    EXCLUDED = "excluded"
    BRANCH = "branch"


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """One business or branch. unit: its public id; lon, lat: degrees (WGS84).

    group: the code of its group in the plan, "" for none; group_label: as people say it. hub: it
    is the middle of its group, from which the radius counts. members, full: as the plan counts
    them; of a branch those it has today, and full is 0.
    """

    unit: str
    name: str
    lon: float
    lat: float
    state: PointState
    group: str = ""
    group_label: str = ""
    hub: bool = False
    members: int = 0
    full: int = 0

    @property
    def branch(self) -> bool:
        return self.state is PointState.BRANCH


@dataclass(frozen=True, slots=True)
class PlanMap:
    """radius_m: metres around each hub and seat (PL-4). unplaced: businesses without coordinates."""

    points: list[PlanPoint]
    radius_m: float
    unplaced: int


def map_of(plan: Plan, actor: Actor) -> PlanMap:
    """Return a plan's points, branches last; empty where the actor does not see it. Four queries."""
    if not visible_plans(actor).filter(pk=plan.pk).exists():
        return PlanMap([], 0.0, 0)
    units = PlanUnit.objects.filter(plan=plan).select_related("business").order_by("pk")
    groups = {row.pk: row for row in PlanGroup.objects.filter(plan=plan)}
    seats = list(PlanBranch.objects.filter(plan=plan).select_related("organisation").order_by("pk"))
    names = {row.pk: row.organisation.name for row in seats}
    points = [_point(row, groups, names) for row in units if row.longitude is not None]
    points += [_seat(row) for row in seats]
    without = sum(row.longitude is None for row in units)
    return PlanMap(points, plan.limits.radius_m, without)


def _point(row: PlanUnit, groups: dict[int, PlanGroup], names: dict[int, str]) -> PlanPoint:
    group = groups.get(row.group_id) if row.group_id is not None else None
    state = PointState.PLACED if group else PointState.LEFT_OUT
    label = ""
    if group is not None:
        label = group.number or names.get(group.branch_id or 0, "")
    return PlanPoint(
        unit=row.business.public_id,
        name=row.business.name,
        lon=row.longitude or 0.0,
        lat=row.latitude or 0.0,
        state=PointState.EXCLUDED if row.is_excluded else state,
        group=group.code if group else "",
        group_label=label,
        hub=row.is_hub,
        members=row.members,
        full=row.full_members,
    )


def _seat(row: PlanBranch) -> PlanPoint:
    return PlanPoint(
        unit=row.organisation.public_id,
        name=row.organisation.name,
        lon=row.longitude,
        lat=row.latitude,
        state=PointState.BRANCH,
        group=row.key,
        group_label=row.organisation.name,
        hub=True,
        members=row.members,
    )
