"""The committee's decisions and what follows; time only lets a revival lapse (AD-2, AD-4, AD-7)."""

from datetime import timedelta

import pytest
from django.db.models import F

from tests.factories import TODAY, actor_as, make_member, make_organisation
from tests.factories.adjustments import (
    arguments_for,
    make_adjustment,
    make_branch,
    moment,
    player,
)
from tests.factories.closures import the_district
from xgz.access.actor import NotPermitted, clock_actor
from xgz.jobs.cases import lapse_adjustment_plans
from xgz.models import Adjustment, CaseEvent, InstructorLink, Notice, OrganisationPost
from xgz.queries.adjustments import missing_of, plan_of
from xgz.rules.adjustment_checks import Blocker, Found
from xgz.rules.adjustments import (
    AdjustmentAction,
    AdjustmentParty,
    AdjustmentState,
    MeetingDayNotAllowed,
    PlanDayNotAllowed,
    PlanIncomplete,
    PlanItem,
    Sort,
)
from xgz.rules.cases import StepNotAllowed
from xgz.rules.organisations import OrgState, Post
from xgz.rules.roles import Role
from xgz.services import adjustments
from xgz.services.adjustments import deciding
from xgz.services.cases import ChangedMeanwhile

pytestmark = pytest.mark.django_db
A, P, S = AdjustmentAction, AdjustmentParty, AdjustmentState
DAY = timedelta(days=1)


def _take(case, action, party=P.TOWNSHIP, today=TODAY, **given):
    actor = clock_actor(today) if action in (A.LAPSE, A.RETRACT) else player(case, party, today)
    adjustments.ACTIONS[action](
        case=case, actor=actor, now=moment(today), **{"opinion": "经研究"} | given
    )


def _revived(days=30):
    case = make_adjustment(state=S.DECIDING)
    plan = dict.fromkeys(PlanItem, TODAY) | {PlanItem.MEMBERS: TODAY + timedelta(days=days)}
    _take(case, A.DECIDE_REVIVE, met_on=TODAY, plan=plan)
    return case


class TestSubmitting:
    @pytest.mark.parametrize("sort", list(Sort))
    def test_what_is_wanted_stands_before_the_committee(self, sort):
        case = make_adjustment(state=S.PROPOSED)

        _take(case, A.SUBMIT, P.PROPOSER, sort=sort)

        assert (case.state, case.way) == (S.DECIDING, sort)

    def test_what_a_branch_proposed_it_submits_itself(self):
        case = make_adjustment(opener=Role.BRANCH_SECRETARY)
        actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
        committee = player(case, P.TOWNSHIP)
        player(case, P.PROPOSER)

        with pytest.raises(NotPermitted):
            adjustments.submit(case=case, actor=committee, now=moment())
        _take(case, A.SUBMIT, P.PROPOSER)

        assert case.state == S.DECIDING
        _take(case, A.RETURN)
        assert case.owner_role == Role.BRANCH_SECRETARY


class TestDeciding:
    @pytest.mark.parametrize("action", [A.DECIDE_REVIVE, A.DECIDE_MERGE, A.DECIDE_REVOKE])
    def test_each_carries_the_day_of_the_meeting(self, action):
        case = make_adjustment(state=S.DECIDING)
        given = arguments_for(action, case)

        with pytest.raises(MeetingDayNotAllowed):
            _take(case, action, **given | {"met_on": TODAY + DAY})
        _take(case, action, **given | {"met_on": TODAY - DAY})

        assert (case.met_on, case.decided_on) == (TODAY - DAY, TODAY)
        told = CaseEvent.objects.get(action="decided")
        assert "2026-11-22 会议研究" in told.opinion

    def test_a_merger_and_a_revocation_have_a_month(self):
        for action in (A.DECIDE_MERGE, A.DECIDE_REVOKE):
            case = make_adjustment(state=S.DECIDING)
            _take(case, action, **arguments_for(action, case))
            assert case.due_on == case.carry_out_by == TODAY + timedelta(days=30)

    def test_a_target_is_active_in_reach_and_not_below(self):
        case = make_adjustment(state=S.DECIDING)
        district = the_district()
        gone = make_branch(state=OrgState.DISSOLVED, dissolved_on=TODAY)
        elsewhere = make_organisation(district.liuquan)
        below = make_organisation(case.organisation.body)
        for target in (case.organisation, gone, elsewhere, below):
            with pytest.raises(adjustments.TargetNotPossible):
                _take(case, A.DECIDE_MERGE, met_on=TODAY, target_org=target)

        _take(case, A.DECIDE_MERGE, met_on=TODAY, target_org=make_branch())
        assert case.state == S.CARRYING_OUT

    def test_a_plan_ends_with_its_last_line_within_the_limit(self):
        with pytest.raises(PlanDayNotAllowed):
            _revived(days=181)

    def test_a_plan_sets_the_due_date(self):
        case = _revived(days=180)

        assert case.due_on == TODAY + timedelta(days=180)
        assert {line.item for line in case.lines.all()} == set(PlanItem)

    @pytest.mark.parametrize("sort", [Sort.REVIVE, Sort.MERGE, Sort.REVOKE])
    def test_a_change_of_mind_clears_it_and_the_history_keeps_it(self, sort):
        case = make_adjustment(state=S.CARRYING_OUT, sort=sort)

        _take(case, A.RECONSIDER)

        assert (case.state, case.way, case.target_org) == (S.DECIDING, Sort.OPEN, None)
        assert (case.met_on, case.carry_out_by) == (None, None)
        assert CaseEvent.objects.filter(action="decided").exists()


class TestReviving:
    def _make_so(self, case):
        organisation = case.organisation
        for _ in range(3):
            make_member(organisation)
        OrganisationPost.objects.create(
            organisation=organisation, post=Post.SECRETARY, valid_from=TODAY
        )
        organisation.last_life_on = TODAY
        organisation.save()
        InstructorLink.objects.create(
            organisation=organisation,
            instructor=actor_as(Role.INSTRUCTOR, the_district().qingping_office).user,
            station=the_district().qingping_office,
            valid_from=TODAY,
        )

    def test_it_is_sent_to_be_filed_when_every_line_is_so(self):
        case = _revived()
        assert missing_of(case, TODAY) == [Found(Blocker.PLAN_OPEN, 4)]
        with pytest.raises(adjustments.NotCarriedOut) as refused:
            _take(case, A.FINISH)
        assert refused.value.missing == missing_of(case, TODAY)

        self._make_so(case)
        assert all(line.is_so for line in plan_of(case, TODAY))
        _take(case, A.FINISH)
        _take(case, A.FILE, P.DEPARTMENT)

        assert case.state == S.DONE
        assert case.organisation.state == OrgState.ACTIVE

    def test_life_before_the_decision_is_no_new_life(self):
        case = _revived()
        case.organisation.last_life_on = TODAY - DAY
        case.organisation.save()

        lines = {line.item: line.is_so for line in plan_of(case, TODAY)}
        assert not lines[PlanItem.MEETING]

    def test_of_an_organisation_that_ended_nothing_is_revived(self):
        case = _revived()
        case.organisation.state, case.organisation.dissolved_on = OrgState.DISSOLVED, TODAY
        case.organisation.save()

        assert missing_of(case, TODAY) == [Found(Blocker.NOT_ACTIVE)]

    def test_it_lapses_the_day_after_its_last_day(self):
        case = _revived(days=30)
        last = TODAY + timedelta(days=30)

        assert adjustments.lapse_plans(today=last, now=moment(last)) == 0
        with pytest.raises(StepNotAllowed):
            _take(case, A.LAPSE, today=last)
        assert adjustments.lapse_plans(today=last + DAY, now=moment(last + DAY)) == 1
        assert adjustments.lapse_plans(today=last + DAY, now=moment(last + DAY)) == 0

        case.refresh_from_db()
        assert (case.state, case.way) == (S.DECIDING, Sort.OPEN)
        assert CaseEvent.objects.get(action="lapse").actor_label == "clock"

    def test_what_is_so_in_time_waits_for_people(self):
        case = _revived(days=30)
        self._make_so(case)
        later = TODAY + timedelta(days=60)

        assert adjustments.lapse_plans(today=later, now=moment(later)) == 0

        case.refresh_from_db()
        assert case.state == S.CARRYING_OUT

    @pytest.mark.parametrize("sort", [Sort.MERGE, Sort.REVOKE])
    def test_nothing_else_lapses(self, sort):
        make_adjustment(state=S.CARRYING_OUT, sort=sort)
        later = TODAY + timedelta(days=400)

        assert adjustments.lapse_plans(today=later, now=moment(later)) == 0

    def test_one_that_moved_meanwhile_holds_up_no_other(self, monkeypatch):
        first, second = _revived(days=0), _revived(days=0)

        def missing(case, today):
            Adjustment.objects.filter(pk=first.pk).update(version=F("version") + 1)
            return missing_of(case, today)

        monkeypatch.setattr(deciding, "missing_of", missing)
        assert adjustments.lapse_plans(today=TODAY + DAY, now=moment(TODAY + DAY)) == 1

        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == (S.CARRYING_OUT, S.DECIDING)

    def test_the_worker_does_it(self):
        case = _revived(days=0)
        run = type(
            "Run", (), {"today": TODAY + DAY, "now": staticmethod(lambda: moment(TODAY + DAY))}
        )

        lapse_adjustment_plans(run)

        case.refresh_from_db()
        assert case.state == S.DECIDING


def test_at_the_end_those_who_were_not_asked_are_told():
    case = make_adjustment(state=S.FILING)
    Notice.objects.all().delete()

    _take(case, A.FILE, P.DEPARTMENT)

    told = {(row.kind, row.role) for row in Notice.objects.all()}
    assert told == {
        ("filed", Role.ORG_DEPT),
        ("informed", Role.TOWNSHIP_COMMITTEE),
        ("informed", Role.STATION_HEAD),
    }


class TestAnOldPage:
    """Who decided on an old page is told that first, whatever else is wrong."""

    @pytest.mark.parametrize(
        ("state", "action", "given", "otherwise"),
        [
            (S.DECIDING, A.DECIDE_REVOKE, {"met_on": TODAY + DAY}, MeetingDayNotAllowed),
            (S.DECIDING, A.DECIDE_MERGE, {"met_on": TODAY + DAY}, MeetingDayNotAllowed),
            (S.DECIDING, A.DECIDE_REVIVE, {"met_on": TODAY, "plan": {}}, PlanIncomplete),
            (S.CARRYING_OUT, A.FINISH, {}, adjustments.NotCarriedOut),
        ],
    )
    def test_is_told_before_what_is_missing(self, state, action, given, otherwise):
        case = make_adjustment(state=state)
        if action is A.DECIDE_MERGE:
            given = given | {"target_org": make_branch()}

        with pytest.raises(ChangedMeanwhile):
            _take(case, action, version=case.version - 1, **given)
        with pytest.raises(otherwise):
            _take(case, action, version=case.version, **given)
