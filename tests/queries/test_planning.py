"""What goes into a plan and what its pages read: sources, places, branches, lists, the map."""

from datetime import date

import pytest

from tests.factories import (
    TODAY,
    make_coverage,
    make_market,
    make_member,
    make_organisation,
    make_report,
    make_stall,
    make_user,
)
from tests.factories.closures import make_worker, the_district
from tests.factories.establishing import make_establishing
from tests.factories.formations import make_formation
from tests.factories.plans import (
    ASKED,
    LAT,
    LON,
    make_branch,
    make_plan,
    make_site,
    moment,
    planner,
)
from xgz.access.actor import actor_for
from xgz.access.planning import planner_of, visible_plans
from xgz.models import MemberWorkplace, ParameterValue, Plan
from xgz.queries.parameter_effects import EffectKind, effect_of
from xgz.queries.plan_map import map_of
from xgz.queries.planning import compared, group_rows, left_out_rows, left_out_units, since_then
from xgz.queries.planning_site import Counted, facts_for, trade_of
from xgz.rules.members import MemberClass
from xgz.rules.organisations import FormationMode, OrgType
from xgz.rules.planning.plans import Asked, CountSource
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.services import planning
from xgz.services.leads import protect_member

pytestmark = pytest.mark.django_db


def facts(role=Role.BUREAU, source=CountSource.DECLARED, **asked):
    """Return what a plan of 清平镇 rests on today."""
    actor = planner(role)
    values = {"radius_m": 600, "max_units": 5, **asked}
    plan = make_plan(actor, asked=Asked(**values), source=source)
    return facts_for(planner_of(actor, plan), plan)


def counted(found):
    return {each.business: each.counted for each in found.candidates}


def say(key, value):
    ParameterValue.objects.create(
        key=key, value=value, valid_from=date(2020, 1, 1), reason="测试", entered_at=moment()
    )


class TestWhoEnters:
    def test_operating_uncovered_with_members(self):
        there = make_site(2, 1)
        make_site(0, 0)
        make_site(2, 1, status=BusinessStatus.CANCELLED)
        make_site(2, 1, town=the_district().liuquan)
        make_coverage(
            make_organisation(the_district().qingping, formation_mode=FormationMode.JOINT),
            business=make_site(2, 1),
        )

        assert counted(facts()) == {there: Counted(2, 1)}

    @pytest.mark.parametrize(
        ("declared", "full", "plain", "mixed"),
        [
            (4, 2, Counted(4, 2), Counted(4, 2)),
            (4, None, Counted(4, 0), Counted(4, 4)),
            (None, 3, Counted(3, 3), Counted(3, 3)),
            (1, 3, Counted(3, 3), Counted(3, 3)),
        ],
    )
    def test_what_the_newest_report_declares(self, declared, full, plain, mixed):
        shop = make_site(declared, full)
        make_report(shop, year=2020, is_latest=False, members_declared=40, full_members=40)

        assert counted(facts()) == {shop: plain}
        assert counted(facts(count_mixed=True)) == {shop: mixed}

    def test_open_formations_hold_their_units(self):
        case = make_formation(procedure=None, complete=False)
        for unit in case.units.all():
            make_report(unit.business, members_declared=3, full_members=3)

        found = facts()

        assert (found.candidates, found.told) == ([], {"in_formation": 2})

    def test_an_approved_formation_holds_its_units_until_it_is_set_up(self):
        case = make_establishing(procedure=None)
        for unit in case.formation.units.all():
            make_report(unit.business, members_declared=3, full_members=3)

        assert facts().told == {"in_formation": 2}

    def test_a_formation_the_market_line_does_not_know_changes_nothing_of_its_plan(self):
        case = make_formation(procedure=None, complete=False, opener=Role.TOWNSHIP_COMMITTEE)
        for unit in case.units.all():
            make_report(unit.business, members_declared=3, full_members=3)

        assert len(facts().candidates) == 2
        assert facts(Role.ORG_DEPT).told == {"in_formation": 2}


class TestRoster:
    def _shop(self):
        return make_site(1, 1), make_organisation(the_district().qingping)

    def test_members_are_counted_where_they_work(self):
        shop, branch = self._shop()
        make_worker(branch, shop)
        make_worker(branch, shop, member_class=MemberClass.PROBATIONARY)
        make_worker(branch, shop, member_class=MemberClass.APPLICANT)
        gone = make_worker(branch, shop)
        MemberWorkplace.objects.filter(member=gone).update(valid_to=date(2021, 1, 1))

        found = facts(Role.TOWNSHIP_COMMITTEE, CountSource.ROSTER)

        assert counted(found) == {shop: Counted(2, 1)}

    def test_a_township_counts_whom_it_sees_and_the_department_everybody(self):
        shop, _branch = self._shop()
        make_worker(make_organisation(the_district().liuquan), shop)

        assert counted(facts(Role.TOWNSHIP_COMMITTEE, CountSource.ROSTER)) == {}
        assert counted(facts(Role.ORG_DEPT, CountSource.ROSTER)) == {shop: Counted(1, 1)}

    def test_who_is_protected_counts_nowhere(self):
        shop, branch = self._shop()
        make_worker(branch, shop)
        hidden = make_worker(branch, shop)
        protect_member(actor=planner(Role.ORG_DEPT), member=hidden, now=moment())

        assert counted(facts(Role.ORG_DEPT, CountSource.ROSTER)) == {shop: Counted(1, 1)}


class TestPlaces:
    def test_a_market_stands_for_a_place_only_where_the_district_says_so(self):
        market = make_market(township=the_district().qingping)
        near, lost = make_site(2, 2), make_site(1, 1, placed=False)
        for shop in (near, lost):
            make_stall(market, shop)
        assert make_plan().covered == 0

        say("planning.market_is_reach", 1)
        plan = make_plan()

        assert plan.covered == 3
        unit = plan.units.get(business=lost)
        assert (unit.at_market, unit.longitude) == (True, None)

    @pytest.mark.parametrize(
        ("code", "division"), [("F5211", "F52"), ("5211", "52"), ("", ""), ("F", "F")]
    )
    def test_the_division_of_a_trade(self, code, division):
        assert trade_of(make_site(1, 1, industry_code=code)) == division


class TestBranches:
    def test_those_the_role_reaches_with_a_seat(self):
        guided = make_branch()
        make_branch(guiding_body=None)
        make_branch(org_type=OrgType.GENERAL_BRANCH)
        make_branch(formation_mode=FormationMode.FUNCTIONAL)

        assert [seat.organisation_id for seat in facts().seats] == [guided.pk]
        assert len(facts(Role.TOWNSHIP_COMMITTEE).seats) == 2

    def test_one_whose_businesses_have_no_place_is_told(self):
        branch = make_organisation(
            the_district().qingping,
            guiding_body=the_district().bureau,
            formation_mode=FormationMode.JOINT,
        )
        make_coverage(branch, business=make_site(3, 3, placed=False))
        make_site(1, 1)

        found = facts()

        assert (found.seats, found.told) == ([], {"seatless_branch": 1})

    def test_the_market_line_counts_what_is_declared_the_organization_line_the_roster(self):
        branch = make_branch()
        make_report(branch.coverages.get().business, members_declared=7)
        for _ in range(2):
            make_member(branch)

        assert [seat.members for seat in facts().seats] == [7]
        assert [seat.members for seat in facts(Role.ORG_DEPT).seats] == [2]


class TestWhoSees:
    def test_the_own_body_and_those_above_it_on_its_line(self):
        made = {
            role: make_plan(planner(role))
            for role in (Role.BUREAU, Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE)
        }
        other = actor_for(make_user(Role.TOWNSHIP_COMMITTEE, the_district().liuquan), TODAY)

        def seen(actor):
            return set(visible_plans(actor))

        assert seen(planner(Role.BUREAU)) == {made[Role.BUREAU]}
        assert seen(planner(Role.TOWNSHIP_COMMITTEE)) == {made[Role.TOWNSHIP_COMMITTEE]}
        assert seen(planner(Role.ORG_DEPT)) == set(made.values()) - {made[Role.BUREAU]}
        assert seen(other) == set()

    def test_the_map_of_a_plan_out_of_sight_is_empty(self):
        make_site(3, 3)
        plan = make_plan()

        assert len(map_of(plan, planner()).points) == 1
        assert map_of(plan, planner(Role.ORG_DEPT)).points == []


class TestMap:
    def test_every_point_with_its_group(self):
        hub, out = make_site(3, 3), make_site(1, 1, north_m=9000)
        make_site(1, 1, placed=False)
        branch = make_branch(north_m=3000)
        actor = planner()
        plan = make_plan(actor)
        hand = planning.Hand(actor, plan, plan.version, moment())
        planning.exclude_units(actor=actor, hand=hand, units=[out.public_id])

        shown = map_of(plan, actor)

        told = {p.unit: (p.state, p.group_label, p.hub, p.branch, p.members) for p in shown.points}
        assert told == {
            hub.public_id: ("placed", "1", True, False, 3),
            out.public_id: ("excluded", "", False, False, 1),
            branch.public_id: ("branch", branch.name, True, True, 0),
        }
        first = shown.points[0]
        assert (first.lon, first.lat, first.full) == (LON, LAT, 3)
        assert (shown.radius_m, shown.unplaced) == (600, 1)


def test_reasons_come_with_the_nearest_way_out_and_neighbours():
    for north in (0, 100, 200):
        make_site(1, 1, north_m=north)
    first, second = make_site(1, 1, north_m=900), make_site(1, 1, north_m=1000)

    rows = left_out_rows(list(left_out_units(make_plan())))

    assert {row.row.business for row in rows} == {first, second}
    row = next(each for each in rows if each.row.business == first)
    assert (row.missing, row.full_missing) == ("too_few_full", 1)
    assert (row.nearest, row.blocked_by) == ("1", ("PL-4",))
    assert [(name, round(away)) for name, away in row.partners] == [(second.name, 100)]


def test_groups_come_with_distances_and_what_they_break():
    shops = [make_site(1, 1, north_m=north) for north in (0, 100, 300)]
    actor = planner()
    plan = make_plan(actor)
    hand = planning.Hand(actor, plan, plan.version, moment())
    planning.exclude_units(actor=actor, hand=hand, units=[shops[0].public_id])

    (row,) = group_rows(list(plan.groups.all()), actor)

    assert row.units[0].row.is_hub
    assert (row.members, row.full, round(row.farthest_m)) == (2, 2, 200)
    assert row.breaks == [("PL-2", 1)]


def test_two_plans_are_told_apart_business_by_business():
    shops = [make_site(1, 1, north_m=north) for north in (0, 100, 200, 5000, 5100, 5200)]
    actor = planner()
    earlier, later = make_plan(actor), make_plan(actor)
    code = later.units.get(business=shops[3]).group.code
    hand = planning.Hand(actor, later, later.version, moment())
    planning.move_units(actor=actor, hand=hand, units=[shops[0].public_id], target=code)
    hand = planning.Hand(actor, later, later.version, moment())
    planning.exclude_units(actor=actor, hand=hand, units=[shops[5].public_id])

    found = compared(earlier, later)

    assert [(name, was != now) for name, was, now in found.moved] == [(shops[0].name, True)]
    assert [name for name, _was in found.lost] == [shops[5].name]
    assert found.joined == []
    assert (found.price.moved_members, found.price.lost_members, found.gone) == (1, 1, 0)


def test_what_changed_since_a_plan_was_made():
    kept, gone, other = (make_site(1, 1, north_m=100 * number) for number in range(3))
    actor = planner()
    plan = make_plan(actor)
    gone.status = BusinessStatus.CANCELLED
    gone.save()
    kept.annual_reports.update(members_declared=5)
    make_site(2, 2)

    found = since_then(plan, planner_of(actor, plan))

    assert (found.gone, found.gone_members, found.placed_gone) == (1, 1, 1)
    assert (found.fresh, found.recounted) == (1, 1)


@pytest.mark.parametrize(("state", "kept"), [("ready", 1), ("running", 1), ("discarded", 0)])
def test_a_parameter_s_page_tells_the_plans_that_stay(state, kept):
    make_plan()
    plan = make_plan(planner(Role.ORG_DEPT))
    Plan.objects.filter(pk=plan.pk).update(state=state)

    found = effect_of(planner(Role.ORG_DEPT), "planning.radius_m", 300, TODAY)

    assert (found.kind, found.kept) == (EffectKind.PLANS, kept)


def test_a_later_parameter_changes_no_plan():
    make_site(2, 2)
    make_site(1, 1, north_m=500)
    plan = make_plan(asked=ASKED)
    say("planning.fragile_m", 5)

    assert Plan.objects.get(pk=plan.pk).limits.weights.fragile_m == 300
    assert make_plan().limits.weights.fragile_m == 5
