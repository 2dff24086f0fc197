"""Cases of closed businesses: every option to its end, every refusal, the station's sub-step."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    TODAY,
    actor_as,
    make_coverage,
    make_member,
    make_organisation,
)
from tests.factories.adjustments import make_adjustment
from tests.factories.closures import (
    NOW,
    answer_reviews,
    arguments_for,
    carry_out_handed_over,
    close_business,
    committee_of,
    decision,
    make_closure,
    make_facts_true,
    make_joint_branch,
    make_shop,
    make_worker,
    open_cases,
    the_district,
)
from tests.trying import Tries
from xgz.access.actor import NotPermitted, actor_for, clock_actor
from xgz.models import (
    Adjustment,
    AuditEntry,
    CaseEvent,
    CaseReview,
    Closure,
    Coverage,
    MemberWorkplace,
    Notice,
    RoleAssignment,
    StatusEvent,
)
from xgz.queries.closings import closings_of
from xgz.queries.closures import Missing, missing_of
from xgz.rules.adjustments import AdjustmentState, Origin, Seals, Sort
from xgz.rules.cases import OpinionMissing, StepNotAllowed, Verdict
from xgz.rules.closures import (
    CLOSURE,
    Blocker,
    ClosureAction,
    ClosureOption,
    ClosureState,
    OptionNotPossible,
    TargetMissing,
)
from xgz.rules.notices import NoticeKind
from xgz.rules.organisations import FormationMode, OrgState
from xgz.rules.roles import Role
from xgz.rules.transfers import Channel, TransferState
from xgz.services import adjustments, closures, transfers
from xgz.services.cases.clock import move_up
from xgz.services.cases.reviews import answer_review
from xgz.services.cases.steps import ChangedMeanwhile, ReviewsOpen

pytestmark = pytest.mark.django_db
A, W, S = ClosureAction, ClosureOption, ClosureState


def _take(case, action, actor=None, **given):
    closures.ACTIONS[action](
        case=case, actor=actor or committee_of(case), now=NOW, **{"opinion": "经研究"} | given
    )


def _decide(case, option, **given):
    _take(case, A.DECIDE, **decision(case, option) | given)


def _propose(case, actor=None, members=None):
    people = list(case.organisation.members.all()) if members is None else members
    return closures.propose_transfers(
        actor=actor or committee_of(case),
        case=case,
        members=people,
        channel=Channel.CARRIED,
        now=NOW,
    )


def _accept(transfer):
    """Let both committees do their part; in these tests it is one township."""
    actor = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
    transfers.issue(case=transfer, actor=actor, now=NOW)
    transfers.accept(case=transfer, actor=actor, now=NOW)


class TestEveryStateAndAction:
    @pytest.mark.parametrize("state", list(S))
    def test_the_table_of_rules_is_what_happens(self, state):
        make_closure(state=state)
        tries = Tries()

        for action in A:
            with tries.of(state, action):
                self._try(state, action)

        assert tries.wrong == []

    def _try(self, state, action):
        case = Closure.objects.get()
        assert case.state == state
        actor = clock_actor(TODAY) if action is A.RETRACT else None
        given = arguments_for(action, case)
        steps = CLOSURE.steps_from(state) if case.is_open else {}

        if action not in steps:
            owner = actor or actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
            with pytest.raises(StepNotAllowed):
                _take(case, action, owner, **given)
            assert Closure.objects.get().state == state
            return
        _take(case, action, actor, **given)

        fresh = Closure.objects.get()
        assert fresh.state == steps[action].to
        assert fresh.is_open is (fresh.state in CLOSURE.open_states)
        assert (fresh.owner_body is None) is (not fresh.is_open)
        assert (fresh.due_on is None) is (not fresh.is_open)
        assert AuditEntry.objects.filter(action=f"closure.{action}").count() >= 1

    def test_only_the_committee_takes_steps(self):
        make_closure()
        district = the_district()
        actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)  # the seat is held
        others = [
            (Role.ORG_DEPT, "org_dept"),
            (Role.SOCIAL_WORK_DEPT, "social_work"),
            (Role.BUREAU, "bureau"),
            (Role.TOWNSHIP_COMMITTEE, "liuquan"),
            (Role.STATION_HEAD, "qingping_office"),
            (Role.INSTRUCTOR, "qingping_office"),
            (Role.ASSOCIATION, "association"),
            (Role.SYSTEM_ADMIN, "administration"),
        ]
        tries = Tries()

        for role, seat in others:
            for action in A:
                with tries.of(role, seat, action):
                    case = Closure.objects.get()
                    actor = actor_as(role, getattr(district, seat))
                    with pytest.raises(NotPermitted):
                        _take(case, action, actor, **arguments_for(action, case))

        assert tries.wrong == []

    def test_a_dismissal_and_a_change_of_mind_need_words(self):
        case = make_closure(state=S.DECIDING)
        with pytest.raises(OpinionMissing):
            _take(case, A.DISMISS, opinion=" ")
        carried = make_closure(state=S.CARRYING_OUT)
        with pytest.raises(OpinionMissing):
            _take(carried, A.RECONSIDER, opinion="")

    def test_whoever_read_an_older_version_is_told(self):
        case = make_closure(state=S.DECIDING)

        with pytest.raises(ChangedMeanwhile):
            _decide(case, W.KEEP, version=case.version - 1)

    def test_an_old_page_is_told_before_what_was_entered_on_it(self):
        verifying = make_closure()
        review = CaseReview.objects.get(case_id=verifying.public_id)
        answer_review(
            actor=actor_as(Role.STATION_HEAD, the_district().qingping_office),
            case=verifying,
            review=review,
            agrees=False,
            opinion="仍在经营",
            now=NOW,
        )
        deciding = make_closure(state=S.DECIDING)
        carried = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME, workers=1)
        faulty = [
            (verifying, A.CONFIRM, {"opinion": ""}, OpinionMissing),
            (deciding, A.DECIDE, {"option": W.MERGE}, TargetMissing),
            (carried, A.FINISH, {}, closures.ClosureNotCarriedOut),
        ]

        for case, action, given, fault in faulty:
            case.refresh_from_db()
            with pytest.raises(ChangedMeanwhile):
                _take(case, action, version=case.version - 1, **given)
            with pytest.raises(fault):
                _take(case, action, version=case.version, **given)

    def test_an_empty_seat_leaves_the_case_with_the_department(self):
        case = make_closure()
        department = actor_as(Role.ORG_DEPT, the_district().org_dept)

        _take(case, A.DISMISS, department)

        assert case.state == S.MISTAKEN


class TestStation:
    def test_confirming_waits_for_the_station_until_its_date(self):
        case = make_closure()
        review = CaseReview.objects.get()
        on_the_day = committee_of(case, review.asked_due_on)

        with pytest.raises(ReviewsOpen):
            _take(case, A.CONFIRM, on_the_day)

        day_after = committee_of(case, review.asked_due_on + timedelta(days=1))
        _take(case, A.CONFIRM, day_after)
        review.refresh_from_db()
        assert case.state == S.DECIDING
        assert review.verdict == Verdict.VOID

    def test_against_an_objection_a_confirmation_needs_words(self):
        case = make_closure()
        station = actor_as(Role.STATION_HEAD, the_district().qingping_office)
        answer_review(
            actor=station,
            case=case,
            review=CaseReview.objects.get(),
            agrees=False,
            opinion="店还开着",
            now=NOW,
        )

        for nothing in ("", "  "):
            with pytest.raises(OpinionMissing):
                _take(case, A.CONFIRM, opinion=nothing)
        assert Closure.objects.get().state == S.VERIFYING
        _take(case, A.CONFIRM, opinion="登记机关已核准注销")

        assert CaseReview.objects.get().opinion == "店还开着"
        assert case.state == S.DECIDING

    def test_after_an_agreement_no_words_are_needed(self):
        case = make_closure()
        answer_reviews(case)

        _take(case, A.CONFIRM, opinion="")

        assert case.state == S.DECIDING

    def test_a_dismissal_does_not_wait(self):
        case = make_closure()

        _take(case, A.DISMISS)

        assert CaseReview.objects.get().verdict == Verdict.VOID

    def test_the_other_office_may_not_answer(self):
        case = make_closure()
        with pytest.raises(NotPermitted):
            answer_review(
                actor=actor_as(Role.STATION_HEAD, the_district().liuquan_office),
                case=case,
                review=CaseReview.objects.get(),
                agrees=True,
                opinion="",
                now=NOW,
            )


class TestDecide:
    @pytest.mark.parametrize("option", [W.MERGE, W.KEEP, W.REVOKE])
    def test_without_an_organisation_only_re_homing_is_left(self, option):
        case = make_closure(state=S.DECIDING, with_branch=False)
        with pytest.raises(OptionNotPossible):
            _decide(case, option)
        assert Closure.objects.get().option == ""

    @pytest.mark.parametrize("option", [W.RE_HOME, W.MERGE])
    def test_an_organisation_to_go_to_is_named(self, option):
        case = make_closure(state=S.DECIDING)
        with pytest.raises(TargetMissing):
            _take(case, A.DECIDE, option=option)

    def test_keeping_names_nobody(self):
        case = make_closure(state=S.DECIDING)
        with pytest.raises(OptionNotPossible):
            _decide(case, W.KEEP, target_org=make_organisation(the_district().qingping))

    @pytest.mark.parametrize("option", [W.RE_HOME, W.MERGE, W.REVOKE])
    def test_the_organisation_itself_is_no_target(self, option):
        case = make_closure(state=S.DECIDING)
        with pytest.raises(closures.TargetNotPossible):
            _take(case, A.DECIDE, option=option, target_org=case.organisation)

    @pytest.mark.parametrize("option", [W.RE_HOME, W.MERGE])
    @pytest.mark.parametrize("state", [OrgState.DISSOLVED, OrgState.UNCONFIRMED])
    def test_a_target_is_active(self, option, state):
        case = make_closure(state=S.DECIDING)
        gone = make_organisation(
            the_district().qingping, state=state, dissolved_on=date(2026, 1, 1)
        )
        with pytest.raises(closures.TargetNotPossible):
            _take(case, A.DECIDE, option=option, target_org=gone)

    def test_members_may_go_to_another_township_a_merger_may_not(self):
        there = make_organisation(the_district().liuquan)
        case = make_closure(state=S.DECIDING)
        with pytest.raises(closures.TargetNotPossible):
            _take(case, A.DECIDE, option=W.MERGE, target_org=there)

        _take(case, A.DECIDE, option=W.RE_HOME, target_org=there)

        assert case.target_org == there
        assert case.state == S.CARRYING_OUT

    def test_the_decision_stands_in_the_history_after_a_change_of_mind(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.MERGE)
        name = case.target_org.name

        _take(case, A.RECONSIDER)
        _decide(case, W.KEEP)

        told = [e.opinion for e in CaseEvent.objects.filter(action="decided").order_by("pk")]
        assert told == [f"并入其他党组织（{name}）", "党组织保留，调整覆盖单位"]
        assert (case.option, case.target_org) == (W.KEEP, None)

    def test_a_change_of_mind_clears_the_decision(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME)

        _take(case, A.RECONSIDER)

        assert (case.state, case.option, case.target_org) == (S.DECIDING, "", None)
        assert missing_of(case, TODAY) == []


class TestReHome:
    def test_of_a_joint_branch_the_members_of_the_unit_go_and_the_others_stay(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME, workers=2)
        branch = case.organisation
        staying = make_member(branch)
        moving = list(branch.members.exclude(pk=staying.pk))

        assert missing_of(case, TODAY) == [Missing(Blocker.MEMBERS_LEFT, 2)]
        assert _propose(case, members=moving) == 2
        assert missing_of(case, TODAY) == [
            Missing(Blocker.MEMBERS_LEFT, 2),
            Missing(Blocker.TRANSFERS_OPEN, 2),
        ]
        with pytest.raises(closures.ClosureNotCarriedOut) as refused:
            _take(case, A.FINISH)
        assert refused.value.missing == missing_of(case, TODAY)
        for transfer in case.transfers.all():
            _accept(transfer)
        _take(case, A.FINISH)

        assert case.state == S.DONE
        assert list(branch.members.all()) == [staying]
        assert case.target_org.members.count() == 2
        assert {each.reason for each in case.transfers.all()} == {"closure"}

    def test_of_a_branch_without_another_unit_everybody_goes(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME, workers=1)
        make_member(case.organisation)
        case.organisation.coverages.exclude(business=case.business).delete()

        assert missing_of(case, TODAY) == [Missing(Blocker.MEMBERS_LEFT, 2)]

    def test_a_withdrawn_transfer_leaves_the_member_to_be_seen_to(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME, workers=1)
        _propose(case)
        transfer = case.transfers.get()
        transfers.withdraw(case=transfer, actor=committee_of(case), now=NOW, opinion="本人不同意")

        assert missing_of(case, TODAY) == [Missing(Blocker.MEMBERS_LEFT, 1)]
        _take(case, A.RECONSIDER)

        assert case.state == S.DECIDING
        assert transfer.state == TransferState.WITHDRAWN

    def test_members_without_a_branch_are_re_homed(self):
        case = make_closure(state=S.CARRYING_OUT, with_branch=False, workers=2)
        people = [place.member for place in case.business.roster_rows.order_by("pk")]
        _propose(case, members=people)
        first, second = case.transfers.order_by("pk")
        _accept(first)

        assert missing_of(case, TODAY) == [
            Missing(Blocker.MEMBERS_LEFT, 1),
            Missing(Blocker.TRANSFERS_OPEN, 1),
        ]
        _accept(second)
        _take(case, A.FINISH)
        assert case.state == S.DONE

    def test_a_transfer_made_elsewhere_meanwhile_counts(self):
        case = make_closure(state=S.CARRYING_OUT, with_branch=False)
        member = case.business.roster_rows.get().member
        other = make_organisation(the_district().qingping)
        transfer = transfers.propose_transfer(
            actor=committee_of(case), member=member, to_org=other, reason="residence", now=NOW
        )
        assert missing_of(case, TODAY) == [Missing(Blocker.MEMBERS_LEFT, 1)]

        _accept(transfer)

        assert missing_of(case, TODAY) == []

    def test_all_transfers_are_proposed_or_none(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME, workers=2)
        last = case.organisation.members.order_by("-pk").first()
        transfers.propose_transfer(
            actor=committee_of(case),
            member=last,
            to_org=case.target_org,
            reason="workplace",
            now=NOW,
        )

        with pytest.raises(transfers.TransferUnderWay):
            _propose(case, members=list(case.organisation.members.order_by("pk")))

        assert not case.transfers.exists()

    def test_the_unit_may_leave_the_list_beside_it(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME)

        closures.take_off_list(actor=committee_of(case), case=case, ended_on=TODAY, now=NOW)

        assert not Coverage.objects.filter(business=case.business, valid_to=None).exists()


class TestMerge:
    def test_the_branch_goes_over_without_the_closed_unit(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.MERGE, workers=1)
        branch, target = case.organisation, case.target_org
        with pytest.raises(closures.ClosureNotCarriedOut):
            _take(case, A.FINISH)

        carry_out_handed_over(case)
        _take(case, A.FINISH)

        branch.refresh_from_db()
        assert (branch.state, case.state) == (OrgState.DISSOLVED, S.DONE)
        assert target.members.count() == 1
        current = Coverage.objects.filter(valid_to=None)
        assert not current.filter(business=case.business).exists()
        assert current.filter(organisation=target).count() == 1

    def test_nothing_is_carried_out_before_the_decision(self):
        case = make_closure(state=S.DECIDING)
        for call in (
            lambda actor: closures.take_off_list(actor=actor, case=case, ended_on=TODAY, now=NOW),
            lambda actor: _propose(case, actor),
        ):
            with pytest.raises(StepNotAllowed):
                call(committee_of(case))

    def test_somebody_else_carries_nothing_out(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME)
        actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
        stranger = actor_as(Role.STATION_HEAD, the_district().qingping_office)
        with pytest.raises(NotPermitted):
            _propose(case, stranger)


class TestHandingOver:
    """Merging and revoking are carried out by the organisation's own case (AD-8)."""

    @pytest.mark.parametrize(("option", "sort"), [(W.MERGE, Sort.MERGE), (W.REVOKE, Sort.REVOKE)])
    def test_the_case_waits_for_the_meeting_with_what_the_closure_wished(self, option, sort):
        case = make_closure(state=S.CARRYING_OUT, option=option)

        handed = Adjustment.objects.get()
        assert Closure.objects.get().adjustment == handed
        assert (handed.state, handed.origin) == (AdjustmentState.DECIDING, Origin.CLOSURE)
        assert (handed.way, handed.target_org) == (sort, case.target_org)
        assert handed.organisation == case.organisation
        assert CaseEvent.objects.get(action="handed_over").opinion == handed.number

    @pytest.mark.parametrize("option", [W.KEEP, W.RE_HOME])
    def test_the_other_ways_hand_nothing_over(self, option):
        make_closure(state=S.CARRYING_OUT, option=option)

        assert not Adjustment.objects.exists()

    def test_a_case_that_is_open_already_is_taken(self):
        case = make_closure(state=S.DECIDING)
        known = make_adjustment(organisation=case.organisation)

        _decide(case, W.REVOKE)

        assert (Closure.objects.get().adjustment, Adjustment.objects.count()) == (known, 1)
        wish = CaseEvent.objects.get(case_id=known.public_id, action="wished")
        assert (wish.opinion, known.sort) == ("撤销", Sort.OPEN)
        _take(case, A.RECONSIDER)
        known.refresh_from_db()
        assert known.is_open

    @pytest.mark.parametrize("takes_it_back", [False, True])
    def test_where_it_wished_the_members_to_go_is_kept_while_it_wishes_so(self, takes_it_back):
        case = make_closure(state=S.DECIDING)
        known = make_adjustment(
            organisation=case.organisation, state=AdjustmentState.DECIDING, sort=Sort.REVOKE
        )
        home = make_organisation(the_district().qingping)
        _take(case, A.DECIDE, option=W.REVOKE, target_org=home)
        if takes_it_back:
            _take(case, A.RECONSIDER)

        adjustments.decide_revoke(case=known, actor=committee_of(case), now=NOW, met_on=TODAY)

        assert known.target_org == (None if takes_it_back else home)

    def test_of_an_organisation_that_ended_nothing_is_handed_over(self):
        case = make_closure(state=S.DECIDING)
        case.organisation.state, case.organisation.dissolved_on = OrgState.DISSOLVED, TODAY
        case.organisation.save()

        _decide(case, W.REVOKE)
        _take(case, A.FINISH)

        assert not Adjustment.objects.exists()
        assert case.state == S.DONE

    @pytest.mark.parametrize("action", [A.RECONSIDER, A.RETRACT])
    def test_what_was_handed_over_goes_back_with_the_closure(self, action):
        case = make_closure(state=S.CARRYING_OUT, option=W.REVOKE)

        _take(case, action, clock_actor(TODAY) if action is A.RETRACT else None)

        assert Adjustment.objects.get().state == AdjustmentState.RETRACTED
        if action is A.RECONSIDER:
            assert Closure.objects.get().adjustment is None
            _decide(case, W.REVOKE)
            assert Adjustment.objects.filter(closed_at=None).count() == 1

    def test_it_stays_while_another_closure_leads_to_it(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.REVOKE)
        other = make_shop(the_district())
        make_coverage(case.organisation, business=other)
        (second,) = open_cases(close_business(other))
        answer_reviews(second)
        _take(second, A.CONFIRM)
        _decide(second, W.REVOKE)
        handed = Adjustment.objects.get()

        _take(case, A.RECONSIDER)
        handed.refresh_from_db()
        assert handed.is_open

        _take(second, A.RECONSIDER)
        handed.refresh_from_db()
        assert handed.state == AdjustmentState.RETRACTED

    def test_what_is_being_filed_stays(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.REVOKE)
        carry_out_handed_over(case)

        _take(case, A.RECONSIDER)

        assert Adjustment.objects.get().state == AdjustmentState.FILING


class TestLeftBare:
    """A closure that leaves the organisation too little opens its case, proposing nothing (AD-8)."""

    def test_without_a_unit_that_goes_on(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.KEEP, workers=3)
        case.organisation.coverages.exclude(business=case.business).delete()
        make_facts_true(case)

        _take(case, A.FINISH)

        opened = Adjustment.objects.get()
        assert (opened.state, opened.origin) == (AdjustmentState.PROPOSED, Origin.LEFT_BARE)
        assert (opened.way, Closure.objects.get().adjustment) == (Sort.OPEN, opened)

    @pytest.mark.parametrize(("left", "opened"), [(2, 1), (3, 0)])
    def test_where_people_went_and_fewer_than_three_are_left(self, left, opened):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME)
        for _ in range(left):
            make_member(case.organisation)

        _take(case, A.FINISH)

        assert Adjustment.objects.count() == opened

    def test_where_nobody_went_a_small_branch_with_units_is_let_be(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.KEEP)
        make_facts_true(case)

        _take(case, A.FINISH)

        assert not Adjustment.objects.exists()


class TestKeep:
    def test_the_unit_leaves_the_list_and_the_branch_stays(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.KEEP, workers=1)
        assert missing_of(case, TODAY) == [Missing(Blocker.STILL_LISTED)]

        closures.take_off_list(actor=committee_of(case), case=case, ended_on=TODAY, now=NOW)
        _take(case, A.FINISH)

        assert case.state == S.DONE
        assert Closure.objects.get().organisation.state == OrgState.ACTIVE
        with pytest.raises(StepNotAllowed):
            closures.take_off_list(actor=committee_of(case), case=case, ended_on=TODAY, now=NOW)

    def test_it_leaves_the_list_once(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.KEEP)
        make_facts_true(case)
        with pytest.raises(closures.NotListed):
            closures.take_off_list(actor=committee_of(case), case=case, ended_on=TODAY, now=NOW)


class TestRevoke:
    def test_an_empty_branch_is_dissolved(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.REVOKE)
        assert missing_of(case, TODAY) == [Missing(Blocker.ORGANISATION_STANDS)]

        carry_out_handed_over(case)
        _take(case, A.FINISH)

        assert case.state == S.DONE

    def test_members_go_first_where_a_new_home_was_named(self):
        case = make_closure(state=S.DECIDING, workers=1)
        make_worker(case.organisation, make_shop(the_district()))
        home = make_organisation(the_district().qingping)
        _take(case, A.DECIDE, option=W.REVOKE, target_org=home)
        handed, actor = Adjustment.objects.get(), committee_of(case)
        given = {"case": handed, "actor": actor, "now": NOW}
        adjustments.decide_revoke(**given, met_on=TODAY)
        adjustments.hand_in(**given, seals=Seals.NONE, papers_place="镇党委档案室")
        with pytest.raises(adjustments.StillBarred):
            adjustments.dissolve(**given, dissolved_on=TODAY)
        adjustments.propose_transfers(
            **given,
            members=list(case.organisation.members.all()),
            to_org=handed.target_org,
            channel=Channel.CARRIED,
        )
        for transfer in case.transfers.all():
            _accept(transfer)

        adjustments.dissolve(**given, dissolved_on=TODAY)
        _take(case, A.FINISH)

        assert case.state == S.DONE
        assert home.members.count() == 2

    def test_its_transfers_are_the_own_cases(self):
        case = make_closure(state=S.CARRYING_OUT, option=W.REVOKE, workers=1)
        with pytest.raises(closures.NotDecidedSo):
            _propose(case)


class TestTime:
    def test_it_goes_up_with_its_state_and_the_department_finishes_it(self):
        case = make_closure()
        answer_reviews(case)
        late = case.due_on + timedelta(days=30)
        assert move_up(today=late, now=NOW) == 1
        case.refresh_from_db()
        department = actor_as(Role.ORG_DEPT, the_district().org_dept, late)

        assert (case.state, case.owner_body) == (S.VERIFYING, the_district().org_dept)
        _take(case, A.DISMISS, department)
        assert case.state == S.MISTAKEN

    def test_a_removed_office_holder_leaves_no_orphan(self):
        case = make_closure()
        person = committee_of(case).user
        RoleAssignment.objects.filter(user=person).update(valid_to=TODAY - timedelta(days=1))

        with pytest.raises(NotPermitted):
            _take(case, A.DISMISS, actor_for(person, TODAY))
        _take(case, A.DISMISS, actor_as(Role.ORG_DEPT, the_district().org_dept))


class TestFiling:
    def test_the_department_is_told_at_the_end_and_social_work_at_the_start(self):
        case = make_closure(state=S.MISTAKEN)
        told = {
            (notice.kind, notice.body) for notice in Notice.objects.filter(case_id=case.public_id)
        }

        assert told == {
            (NoticeKind.INFORMED, the_district().social_work),
            (NoticeKind.INFORMED, the_district().qingping_office),
            (NoticeKind.FILED, the_district().org_dept),
        }


class TestOpening:
    def _open(self, shop):
        return open_cases(close_business(shop))

    def test_it_lies_with_the_township_and_the_guiding_station(self):
        case = make_closure()
        review = CaseReview.objects.get()

        assert (case.owner_role, case.owner_body) == ("township_committee", the_district().qingping)
        assert (review.owner_role, review.owner_body) == (
            "station_head",
            the_district().qingping_office,
        )
        assert case.area == the_district().qingping
        assert case.opened_by is None
        assert case.is_shared

    def test_one_case_for_each_organisation_that_lists_the_business(self):
        district = the_district()
        shop = make_shop(district)
        branches = [make_joint_branch(district) for _ in range(2)]
        for branch in branches:
            make_coverage(branch, business=shop)
        gone = make_joint_branch(district, state=OrgState.DISSOLVED, dissolved_on=TODAY)
        make_coverage(gone, business=shop)

        assert [case.organisation for case in self._open(shop)] == branches

    @pytest.mark.parametrize(
        ("valid_from", "valid_to", "opened"),
        [
            (date(2020, 1, 1), TODAY, 1),
            (date(2020, 1, 1), TODAY - timedelta(days=1), 0),
            (TODAY, None, 1),
            (TODAY + timedelta(days=1), None, 0),
        ],
    )
    def test_the_business_is_listed_today(self, valid_from, valid_to, opened):
        district = the_district()
        shop = make_shop(district)
        make_coverage(
            make_joint_branch(district), business=shop, valid_from=valid_from, valid_to=valid_to
        )
        assert len(self._open(shop)) == opened

    @pytest.mark.parametrize(
        ("values", "opened"),
        [
            ({}, 1),
            ({"status": "lost_contact"}, 1),
            ({"status": "moved_out"}, 0),
            ({"member_class": "probationary"}, 1),
            ({"member_class": "unknown"}, 1),
            ({"member_class": "activist"}, 0),
        ],
    )
    def test_members_alone_are_those_on_the_rolls(self, values, opened):
        district = the_district()
        shop = make_shop(district)
        make_worker(make_organisation(district.qingping), shop, **values)

        cases = self._open(shop)

        assert len(cases) == opened
        assert all(case.organisation is None and not case.is_shared for case in cases)
        assert not CaseReview.objects.exists()

    def test_somebody_who_no_longer_works_there_asks_for_nothing(self):
        district = the_district()
        shop = make_shop(district)
        member = make_worker(make_organisation(district.qingping), shop)
        member.workplaces.update(valid_to=TODAY - timedelta(days=1))

        assert self._open(shop) == []

    def test_nothing_hangs_on_it_nothing_is_opened(self):
        assert self._open(make_shop(the_district())) == []

    @pytest.mark.parametrize(
        "mode",
        [
            FormationMode.ASSOCIATION,
            FormationMode.MARKET,
            FormationMode.REGIONAL,
            FormationMode.FUNCTIONAL,
            FormationMode.FLOATING,
        ],
    )
    def test_a_wide_organisation_loses_units_every_day(self, mode):
        district = the_district()
        shop, last = make_shop(district), make_shop(district)
        wide = make_organisation(district.qingping, formation_mode=mode)
        make_coverage(wide, business=shop)
        make_coverage(wide, business=last)

        assert self._open(shop) == []
        assert [case.organisation for case in self._open(last)] == [wide]

    @pytest.mark.parametrize("link", ["formal_org", "activity_org"])
    def test_a_wide_organisation_has_a_case_where_its_people_work(self, link):
        district = the_district()
        shop = make_shop(district)
        wide = make_organisation(district.qingping, formation_mode=FormationMode.MARKET)
        make_coverage(wide, business=shop)
        make_coverage(wide, business=make_shop(district))
        homes = {"formal_org": make_organisation(district.qingping)} | {link: wide}
        make_worker(homes.pop("formal_org"), shop, **homes)

        (case,) = self._open(shop)

        assert case.organisation == wide

    def test_people_of_others_in_a_wide_organisations_unit_are_a_case_of_their_own(self):
        district = the_district()
        shop = make_shop(district)
        wide = make_organisation(district.qingping, formation_mode=FormationMode.MARKET)
        make_coverage(wide, business=shop)
        make_coverage(wide, business=make_shop(district))
        make_worker(make_organisation(district.qingping), shop)

        (case,) = self._open(shop)

        assert case.organisation is None

    @pytest.mark.parametrize("with_branch", [True, False])
    def test_no_second_case_while_one_is_open(self, with_branch):
        case = make_closure(with_branch=with_branch, workers=1)
        assert open_cases(close_business(case.business)) == []

        _take(case, A.DISMISS)

        assert len(open_cases(close_business(case.business))) == 1

    def test_without_a_township_it_is_the_departments(self):
        district = the_district()
        shop = make_shop(district, township=None)
        make_coverage(make_joint_branch(district), business=shop)

        (case,) = self._open(shop)

        assert (case.owner_role, case.owner_body, case.area) == (
            "org_dept",
            district.org_dept,
            None,
        )

    def test_an_organisation_of_another_township_is_the_departments(self):
        district = the_district()
        shop = make_shop(district)
        make_coverage(make_organisation(district.liuquan), business=shop)

        (case,) = self._open(shop)

        assert case.owner_body == district.org_dept

    @pytest.mark.parametrize("home", ["liuquan", None])
    def test_a_member_whose_relation_lies_elsewhere_is_the_departments(self, home):
        district = the_district()
        shop = make_shop(district)
        make_worker(make_organisation(getattr(district, home)) if home else None, shop)

        (case,) = self._open(shop)

        assert case.owner_body == district.org_dept

    @pytest.mark.parametrize(
        ("guide", "office", "asked"),
        [
            ("qingping_office", "qingping_office", ("station_head", "qingping_office")),
            ("bureau", "qingping_office", ("station_head", "qingping_office")),
            ("bureau", None, ("bureau", "bureau")),
            ("liuquan_office", "qingping_office", ("station_head", "liuquan_office")),
            ("association", "qingping_office", None),
            ("social_work", "qingping_office", None),
            (None, "qingping_office", None),
        ],
    )
    def test_the_market_line_is_asked_where_it_guides(self, guide, office, asked):
        district = the_district()
        shop = make_shop(district, office=getattr(district, office) if office else None)
        branch = make_joint_branch(
            district, guiding_body=getattr(district, guide) if guide else None
        )
        make_coverage(branch, business=shop)

        (case,) = self._open(shop)

        review = CaseReview.objects.first()
        expected = asked and (asked[0], getattr(district, asked[1]))
        assert (review and (review.owner_role, review.owner_body)) == expected
        assert case.is_shared is (asked is not None)

    def test_whoever_may_not_import_opens_nothing(self):
        district = the_district()
        shop = make_shop(district)
        make_coverage(make_joint_branch(district), business=shop)
        source = close_business(shop)

        with pytest.raises(NotPermitted):
            closures.open_for_import(
                actor=actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping), source=source, now=NOW
            )
        assert not Closure.objects.exists()

    def test_the_search_costs_the_same_for_one_and_for_many(self, django_assert_max_num_queries):
        district = the_district()
        source = None
        for _ in range(4):
            shop = make_shop(district)
            branch = make_joint_branch(district, formation_mode=FormationMode.MARKET)
            make_coverage(branch, business=shop)
            make_worker(branch, shop)
            source = close_business(shop, source)

        with django_assert_max_num_queries(5):
            assert len(closings_of(source, TODAY)) == 4

    def test_what_stands_at_ended_businesses_is_not_joined_with_fresh_events(self):
        """PostgreSQL does not know how many there are, and compared thousands with thousands."""
        district = the_district()
        shop, other = (make_shop(district) for _ in range(2))
        branch = make_joint_branch(district, formation_mode=FormationMode.MARKET)
        for each in (shop, other):
            make_coverage(branch, business=each)
            make_worker(branch, each)
        close_business(other)  # by an earlier import: no case of this one
        source = close_business(shop)

        with CaptureQueriesContext(connection) as found:
            (closing,) = closings_of(source, TODAY)

        assert closing.business == shop
        standing = [
            each["sql"]
            for each in found
            if f'FROM "{MemberWorkplace._meta.db_table}"' in each["sql"]
            or f'FROM "{Coverage._meta.db_table}"' in each["sql"]
        ]
        assert len(standing) == 3
        assert not [sql for sql in standing if StatusEvent._meta.db_table in sql]


def test_a_case_that_only_tells_of_members_is_not_shared_with_the_station():
    """A market organisation goes on with other units: the case would tell who works here (CB-5)."""
    district = the_district()
    branch = make_organisation(
        district.qingping,
        guiding_body=district.qingping_office,
        formation_mode=FormationMode.MARKET,
    )
    shop, other = (make_shop(district) for _ in range(2))
    for unit in (shop, other):
        make_coverage(branch, business=unit)
    make_worker(branch, shop)

    (case,) = open_cases(close_business(shop))

    assert not case.is_shared
    assert not CaseReview.objects.exists()
    assert case.number.startswith("退出内-")
