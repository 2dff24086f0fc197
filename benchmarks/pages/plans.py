"""Plans of joint branches as the planner leaves them: one of 10,000 businesses in 900 groups."""

from dataclasses import asdict
from typing import Any

from copies import copied, save
from ground import Ground

from tests.factories.self_reports import moment
from xgz.models import Plan, PlanBranch, PlanGroup, PlanUnit
from xgz.rules.planning.plans import CountSource, PlanOrigin, PlanState
from xgz.rules.planning.terms import PlanOptions
from xgz.rules.roles import Role

_UNITS, _GROUPS, _BRANCHES, _IN_GROUP = 10_000, 900, 200, 5


def make_plans(ground: Ground, count: int) -> str:
    """Make one large plan of 清平镇 and `count` others of which only the list tells."""
    district = ground.district
    plan = Plan.objects.create(
        name="清平镇联合支部规划",
        line="organization",
        role=Role.TOWNSHIP_COMMITTEE,
        body=district.qingping,
        area=district.qingping,
        source=CountSource.DECLARED,
        origin=PlanOrigin.NEW,
        options=asdict(PlanOptions()),
        state=PlanState.READY,
        created_at=moment(),
        finished_at=moment(),
        members=15_000,
        covered=7_000,
        proven_bound=7_100,
        upper_bound=7_100,
        mean_distance_m=120.0,
    )
    save(copied(plan, name=f"规划{number}") for number in range(count))
    _fill(plan, ground)
    return plan.public_id


def _fill(plan: Plan, ground: Ground) -> None:
    town = ground.district.qingping.pk
    branches = [
        PlanBranch(plan=plan, organisation=row, town_id=town, members=7, **_place(number * 45))
        for number, row in enumerate(ground.organisations[:_BRANCHES])
    ]
    save(branches)
    groups = [PlanGroup(plan=plan, code=f"G{number + 1:04}") for number in range(_GROUPS)]
    groups += [
        PlanGroup(plan=plan, code=f"branch:{row.organisation.public_id}", branch=row)
        for row in branches
    ]
    save(groups)
    units = ground.businesses[: min(_UNITS, len(ground.businesses))]
    save(_unit(plan, groups, number, row, town) for number, row in enumerate(units))


def _unit(plan: Plan, groups: list[PlanGroup], number: int, business: Any, town: int) -> PlanUnit:
    """The first ones fill the groups, five each; the rest is in none."""
    at, first = divmod(number, _IN_GROUP)
    group = groups[at] if at < len(groups) else None
    return PlanUnit(
        plan=plan,
        business=business,
        town_id=town,
        members=2,
        full_members=1,
        group=group,
        is_hub=group is not None and group.branch_id is None and first == 0,
        why=None if group else {"missing": "too_few_full", "full_missing": 2},
        **_place(number),
    )


def _place(number: int) -> dict[str, float]:
    """Return a point of a grid a hundred metres wide."""
    east, north = number % 100, number // 100
    return {
        "x_m": east * 100.0,
        "y_m": north * 100.0,
        "longitude": 116.4 + east / 1000,
        "latitude": 39.9 + north / 1000,
    }
