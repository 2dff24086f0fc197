"""Plans made by the job: what it writes, what it leaves after a failure, repairing with its price."""

import pytest

from tests.factories import TODAY, make_user
from tests.factories.closures import make_worker, the_district
from tests.factories.plans import ASKED, make_branch, make_plan, make_site, moment, planner
from xgz.access.actor import NotPermitted, actor_for
from xgz.models import Business, Job, Plan, PlanGroup, PlanStep, PlanUnit
from xgz.rules.jobs import JobState
from xgz.rules.planning.plans import CountSource, PlanOrigin, PlanState
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.services import planning
from xgz.services.jobs import claim, run_job
from xgz.services.planning import running

pytestmark = pytest.mark.django_db


def groups_of(plan):
    """Return each group as its businesses' names, branches marked."""
    return {
        ("branch" if group.branch_id else group.code): {
            unit.business.public_id for unit in group.units.all()
        }
        for group in PlanGroup.objects.filter(plan=plan)
    }


def test_a_plan_groups_what_lies_near_and_says_why_not():
    near = [make_site(2, 2), make_site(1, 1, north_m=300), make_site(2, 1, north_m=600)]
    far = make_site(1, 1, north_m=5000)
    nowhere = make_site(2, 2, placed=False)

    plan = make_plan()

    assert plan.state == PlanState.READY
    assert groups_of(plan) == {"G00001": {shop.public_id for shop in near}}
    assert (plan.members, plan.covered, plan.upper_bound, plan.proven_bound) == (8, 5, 5, 5)
    assert PlanUnit.objects.get(plan=plan, is_hub=True).business == near[1]
    why = {row.business: row.why["missing"] for row in PlanUnit.objects.filter(group=None)}
    assert why == {far: "nobody_near", nowhere: "no_place"}


def test_the_distance_counts_its_end_and_nothing_beyond():
    make_site(2, 2)
    make_site(1, 1, north_m=598)
    assert make_plan().covered == 3

    Business.objects.filter(latitude__gt=39.9).update(latitude=39.9 + 603 / 111_000)
    assert make_plan().covered == 0


def test_who_is_near_joins_a_branch_with_room():
    shop = make_site(1, None, north_m=100)
    branch = make_branch()

    plan = make_plan()

    assert groups_of(plan) == {"branch": {shop.public_id}}
    assert plan.groups.get().branch.organisation == branch


def test_without_branches_nobody_joins_one():
    make_site(1, 1, north_m=100)
    make_branch()

    assert groups_of(make_plan(asked=ASKED.__class__(600, 5, with_branches=False))) == {}


def test_the_same_facts_give_the_same_plan():
    for number in range(12):
        make_site(1 + number % 3, number % 2 + number % 3 // 2, north_m=130.0 * number)

    first, second = make_plan(), make_plan()

    assert groups_of(first) == groups_of(second)


def test_an_empty_area_is_planned_too():
    plan = make_plan()

    assert (plan.state, plan.members, plan.upper_bound) == (PlanState.READY, 0, 0)


class TestByWhom:
    def test_the_market_line_plans_no_roster(self):
        with pytest.raises(NotPermitted):
            make_plan(source=CountSource.ROSTER)

    def test_a_township_plans_itself_and_nothing_else(self):
        actor = planner(Role.TOWNSHIP_COMMITTEE)
        assert make_plan(actor).state == PlanState.READY
        for area in (the_district().liuquan, None):
            with pytest.raises(NotPermitted):
                planning.make_plan(
                    actor=actor,
                    asked=ASKED,
                    source=CountSource.DECLARED,
                    area=area,
                    now=moment(),
                )

    @pytest.mark.parametrize("role", [Role.BUREAU, Role.ORG_DEPT])
    def test_the_district_is_planned_by_who_reaches_it(self, role):
        make_site(3, 3)
        make_site(3, 3, town=the_district().liuquan)

        plan = planning.make_plan(
            actor=planner(role), asked=ASKED, source=CountSource.DECLARED, area=None, now=moment()
        )

        assert (plan.area, plan.covered, plan.groups.count()) == (None, 6, 2)

    def test_others_plan_nothing(self):
        station = actor_for(make_user(Role.STATION_HEAD, the_district().qingping_office), TODAY)
        with pytest.raises(NotPermitted):
            make_plan(station)


class TestJob:
    @pytest.fixture(autouse=True)
    def _by_a_worker(self, settings):
        settings.JOBS_AT_ONCE = False

    def _work(self):
        run_job(claim(worker="w", now=moment()), moment)

    def test_it_runs_once_and_a_second_time_changes_nothing(self):
        make_site(3, 3)
        plan = make_plan()
        assert plan.state == PlanState.RUNNING
        self._work()
        plan.refresh_from_db()
        version = plan.version

        Job.objects.update(state=JobState.QUEUED)
        self._work()

        plan.refresh_from_db()
        assert (plan.version, plan.units.count()) == (version, 1)

    def test_a_failure_leaves_nothing_behind_and_may_be_tried_again(self, monkeypatch):
        make_site(3, 3)
        actor = planner()
        plan = make_plan(actor)
        with monkeypatch.context() as broken:
            broken.setattr(running, "planned", lambda *_: 1 / 0)
            self._work()
        plan.refresh_from_db()
        assert (plan.state, plan.units.count()) == (PlanState.FAILED, 0)

        planning.start_plan(actor=actor, plan=plan, now=moment())
        self._work()

        plan.refresh_from_db()
        assert (plan.state, plan.covered) == (PlanState.READY, 3)

    def test_a_plan_that_was_stopped_is_not_written(self):
        make_site(3, 3)
        actor = planner()
        plan = make_plan(actor)

        planning.stop_plan(actor=actor, plan=plan, now=moment())

        assert claim(worker="w", now=moment()) is None
        assert (plan.state, plan.units.count()) == (PlanState.FAILED, 0)

    def test_who_lost_the_role_meanwhile_plans_nothing(self):
        make_site(3, 3)
        actor = planner()
        plan = make_plan(actor)
        actor.user.role_assignments.all().delete()

        self._work()

        plan.refresh_from_db()
        assert (plan.state, plan.units.count()) == (PlanState.FAILED, 0)

    def test_time_ends_a_calculation_whose_job_is_gone(self):
        plan = make_plan()
        Job.objects.all().delete()

        planning.sweep_plans(now=moment())

        plan.refresh_from_db()
        assert plan.state == PlanState.FAILED


class TestAgain:
    def _plan(self):
        self.actor = planner()
        self.shops = [make_site(1, 1, north_m=100.0 * number) for number in (0, 1, 2, 50, 51, 52)]
        return make_plan(self.actor)

    def _again(self, plan, origin=PlanOrigin.REPAIR):
        return planning.plan_again(actor=self.actor, plan=plan, origin=origin, now=moment())

    def _close(self, shop):
        Business.objects.filter(pk=shop.pk).update(status=BusinessStatus.CANCELLED)

    def test_a_repair_of_what_still_fits_moves_nobody(self):
        plan = self._plan()

        later = self._again(plan)

        assert groups_of(later) == groups_of(plan)
        assert (later.parent, later.moved, later.joined, later.lost) == (plan, 0, 0, 0)

    def test_a_closed_shop_costs_those_who_cannot_be_placed_without_it(self):
        plan = self._plan()
        self._close(self.shops[0])

        later = self._again(plan)

        assert (later.moved, later.joined, later.lost, later.covered) == (0, 0, 2, 3)
        assert (plan.covered, plan.groups.count()) == (6, 2)

    def test_a_new_shop_beside_is_joined_and_nobody_else_moves(self):
        plan = self._plan()
        self._close(self.shops[0])
        make_site(2, 1, north_m=150)

        later = self._again(plan)

        assert (later.moved, later.joined, later.lost) == (0, 2, 0)

    def test_what_was_locked_and_left_out_stays_so(self):
        plan = self._plan()
        hand = planning.Hand(self.actor, plan, plan.version, moment())
        locked = next(
            code for code, units in groups_of(plan).items() if self.shops[0].public_id in units
        )
        planning.lock_groups(actor=self.actor, hand=hand, groups=[locked])
        hand = planning.Hand(self.actor, plan, plan.version, moment())
        planning.exclude_units(actor=self.actor, hand=hand, units=[self.shops[5].public_id])
        make_site(1, 1, north_m=210)

        later = self._again(plan, PlanOrigin.AGAIN)

        assert groups_of(later)[locked] == groups_of(plan)[locked]
        assert later.groups.get(is_locked=True).code == locked
        assert PlanUnit.objects.get(plan=later, is_excluded=True).business == self.shops[5]
        assert later.upper_bound == 3

    def test_a_lock_that_no_longer_fits_is_a_lock_no_more(self):
        plan = self._plan()
        hand = planning.Hand(self.actor, plan, plan.version, moment())
        planning.lock_groups(actor=self.actor, hand=hand, groups=list(groups_of(plan)))
        self._close(self.shops[0])

        later = self._again(plan, PlanOrigin.AGAIN)

        assert later.groups.filter(is_locked=True).count() == 1

    def test_what_was_proposed_is_the_case_s_and_planned_no_more(self):
        plan = self._plan()
        planning.propose_groups(
            actor=self.actor, plan=plan, version=plan.version, groups=["G00001"], now=moment()
        )

        later = self._again(plan)

        assert later.units.count() == 3
        assert (later.told, later.lost) == ({"in_formation": 3}, 0)

    def test_others_of_the_line_make_none_after_it(self):
        plan = self._plan()
        for other in (planner(Role.ORG_DEPT), planner(Role.TOWNSHIP_COMMITTEE)):
            with pytest.raises(NotPermitted):
                planning.plan_again(actor=other, plan=plan, origin=PlanOrigin.REPAIR, now=moment())

    def test_only_a_finished_plan_is_followed(self):
        plan = self._plan()
        planning.discard_plan(actor=self.actor, plan=plan, version=plan.version, now=moment())

        with pytest.raises(planning.PlanChanged):
            self._again(plan)


def test_the_roster_s_counts_are_for_the_organization_line():
    branch = make_branch(north_m=9000)
    shop = make_site(1, 1)
    for _ in range(3):
        make_worker(branch, shop)

    plan = make_plan(planner(Role.TOWNSHIP_COMMITTEE), source=CountSource.ROSTER)

    unit = plan.units.get()
    assert (unit.members, unit.full_members, plan.covered) == (3, 3, 3)


def test_old_plans_put_aside_are_deleted_after_six_months():
    from xgz.rules.calendar import add_months

    make_site(3, 3)
    actor = planner()
    plan, kept = make_plan(actor), make_plan(actor)
    planning.discard_plan(actor=actor, plan=plan, version=plan.version, now=moment())

    planning.sweep_plans(now=moment(add_months(TODAY, 6)))
    assert Plan.objects.count() == 2
    planning.sweep_plans(now=moment(add_months(TODAY, 7)))

    assert Plan.objects.get() == kept
    assert not PlanStep.objects.filter(plan=plan.pk).exists()
