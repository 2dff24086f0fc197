"""Both shipped procedures walked at random, by everybody: no dead end, no second approval (FM-11)."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.factories import TODAY, make_user
from tests.factories.closures import the_district
from tests.factories.formations import make_formation, moment, seated
from tests.trying import EXAMPLES, undone
from xgz.access.actor import NotPermitted, actor_for, clock_actor, shell_operator
from xgz.access.cases import offered_steps, owner_seat, parties_of, reviews_of
from xgz.access.seats import seating_of
from xgz.models import (
    CaseEvent,
    Formation,
    FormationDecision,
    FormationUnit,
    Member,
    RoleAssignment,
)
from xgz.rules.cases import StepNotAllowed, Verdict
from xgz.rules.formation_procedures import PRESETS, Preset
from xgz.rules.formations import RETURNS, STRAIGHT, FormationAction, FormationState, step_number
from xgz.rules.members import MembershipStatus
from xgz.rules.roles import Role
from xgz.services import formations
from xgz.services.cases import ReviewsOpen, clock
from xgz.services.cases.reviews import answer_review
from xgz.services.formations import ACTIONS, FileNotComplete, FullMembersMissing

pytestmark = pytest.mark.django_db

A, S = FormationAction, FormationState
REFUSALS = (NotPermitted, StepNotAllowed, ReviewsOpen, FileNotComplete, FullMembersMissing)
SEATS = (
    (Role.ORG_DEPT, "org_dept"),
    (Role.SOCIAL_WORK_DEPT, "social_work"),
    (Role.BUREAU, "bureau"),
    (Role.TOWNSHIP_COMMITTEE, "qingping"),
    (Role.TOWNSHIP_COMMITTEE, "liuquan"),
    (Role.STATION_HEAD, "qingping_office"),
    (Role.INSTRUCTOR, "qingping_office"),
    (Role.ASSOCIATION, "association"),
    (Role.MEMBER, "qingping"),
    (Role.OWNER, "qingping"),
    (Role.SYSTEM_ADMIN, "administration"),
)
FORWARD = {A.SEND, A.AGREE, A.CONCLUDE, *STRAIGHT}
CHOICES = st.integers(0, 59)


class Walk(RuleBasedStateMachine):
    """One formation on its way; whoever sits in no seat is made when somebody is wanted there."""

    preset = Preset.NATIONAL
    opener = Role.BUREAU

    def __init__(self):
        super().__init__()
        self.undo = ExitStack()
        self.undo.enter_context(undone())
        self.today = TODAY
        self.case = make_formation(procedure=PRESETS[self.preset], opener=self.opener)
        self.users = {}

    def teardown(self):
        """From wherever the walk led, people bring the case to an end."""
        try:
            self._hold_roll()
            for _ in range(8):
                if not self.again().is_open:
                    break
                self._end()
            assert not self.again().is_open
        finally:
            self.undo.close()

    def again(self):
        self.case = Formation.objects.get(pk=self.case.pk)
        return self.case

    def somebody(self, role, seat):
        if (role, seat) not in self.users:
            links = {}
            if role is Role.MEMBER:
                links = {"member": self.case.members.first().member}
            elif role is Role.OWNER:
                links = {"business": self.case.units.first().business}
            body = getattr(the_district(), seat)
            self.users[role, seat] = make_user(role, body, **links)
        return actor_for(self.users[role, seat], self.today)

    def owner(self):
        """Return somebody who answers for the case today, made where nobody does."""
        seat = owner_seat(self.again())
        answering = seating_of([seat], self.today).answering(seat)
        held = RoleAssignment.objects.filter(role=answering.role, body=answering.body_id)
        row = held.filter(deputy=False).first()
        return actor_for(row.user, self.today) if row else seated(seat, self.today)

    def take(self, action, actor):
        case, before = self.again(), self._written()
        try:
            ACTIONS[action](
                case=case,
                actor=actor,
                now=moment(self.today),
                opinion="按程序办理",
                version=case.version,
            )
        except REFUSALS:
            assert self._written() == before
            return False
        return True

    @rule(seat=st.sampled_from(SEATS), action=st.sampled_from(A))
    def anybody_tries_anything(self, seat, action):
        actor = self.somebody(*seat)
        offered = set(offered_steps(actor, self.again()))

        assert not self.take(action, actor) or action in offered

    @rule(action=st.sampled_from(A), operator=st.booleans())
    def neither_time_nor_the_shell_takes_a_step(self, action, operator):
        assert not self.take(action, (shell_operator if operator else clock_actor)(self.today))

    @rule(choice=CHOICES)
    def the_owner_goes_on(self, choice):
        if self.again().is_open:
            actor = self.owner()
            offered = sorted(offered_steps(actor, self.case))
            forward = [each for each in offered if each in FORWARD]
            steps = forward if choice % 3 else offered
            self.take(A(steps[choice % len(steps)]), actor)

    @rule()
    def everybody_is_heard_and_the_owner_says_yes(self):
        if self.again().is_open:
            self._hold_roll()
            self._end()

    @rule(choice=CHOICES)
    def it_is_given_back(self, choice):
        if self.again().is_open:
            actor = self.owner()
            ways = sorted(set(offered_steps(actor, self.case)) & {*RETURNS, A.MEND})
            assert bool(ways) == (self.case.state != S.PREPARING)
            if ways:
                assert self.take(A(ways[choice % len(ways)]), actor)

    @rule(choice=CHOICES)
    def the_file_is_changed_while_it_is_mended(self, choice):
        case = self.again()
        if case.state != S.PREPARING or not case.is_mended:
            return
        row, decided = case.members.order_by("pk").first(), case.is_decided
        before = self._written()
        party = "roster" if "roster" in parties_of(case) else "preparer"
        given = {"actor": seated(parties_of(case)[party], self.today), "now": moment(self.today)}
        try:
            formations.name_secretary(case=case, row=row, **given)
        except formations.Approved:
            assert decided
            assert self._written() == before
        else:
            assert not decided
            assert not self.again().is_mended

    @rule(choice=CHOICES)
    def somebody_heard_beside_answers(self, choice):
        waiting = list(reviews_of(self.again()).filter(closed_at__isnull=True))
        if waiting:
            review = waiting[choice % len(waiting)]
            answer_review(
                actor=seated(owner_seat(review), self.today),
                case=self.case,
                review=review,
                agrees=choice % 2 == 0,
                opinion="情况属实",
                now=moment(self.today),
            )

    @rule(days=st.sampled_from([1, 5, 12, 45]))
    def days_pass(self, days):
        self.today += timedelta(days=days)
        clock.remind(today=self.today, now=moment(self.today))
        clock.move_up(today=self.today, now=moment(self.today))

    @rule()
    def the_owners_seat_falls_empty(self):
        seat = owner_seat(self.again())
        if seat is not None:
            RoleAssignment.objects.filter(role=seat.role, body=seat.body_id).delete()
            self.users.clear()

    @rule(gone=st.booleans())
    def a_member_goes_or_comes_back(self, gone):
        status = MembershipStatus.MOVED_OUT if gone else MembershipStatus.NORMAL
        one = self.case.members.order_by("pk").first()
        Member.objects.filter(pk=one.member_id).update(status=status)

    @invariant()
    def one_owner_and_one_due_date_while_it_is_open(self):
        case = self.again()
        owned = (case.owner_role != "", case.owner_body_id is not None, case.due_on is not None)
        assert owned == (case.is_open,) * 3
        assert case.is_open == (case.state in case.KIND.open_states)
        if case.is_open:
            party = parties_of(case)[case.KIND.owner_of(case.state)]
            assert case.late_since is not None or owner_seat(case) == party

    @invariant()
    def what_is_passed_stands_once_and_no_step_is_passed_twice(self):
        case = self.again()
        rows = FormationDecision.objects.filter(formation=case)
        standing = sorted(rows.filter(withdrawn_at=None).values_list("step", flat=True))
        passed = (step_number(case.state) or case.back_to) - 1 if case.is_open else len(standing)
        if case.state == S.APPROVED:
            passed = len(case.steps)
        assert standing == list(range(1, max(passed, 0) + 1))
        backs = [
            RETURNS[A(action)]
            for action in CaseEvent.objects.filter(case_id=case.public_id).values_list(
                "action", flat=True
            )
            if action in set(RETURNS)
        ]
        again = CaseEvent.objects.filter(case_id=case.public_id, action="all_again").count()
        for number in range(1, len(case.steps) + 1):
            given_back = sum(back <= number for back in backs) + again
            assert rows.filter(step=number).count() <= 1 + given_back

    @invariant()
    def nobody_is_stuck(self):
        if self.again().is_open:
            assert offered_steps(self.owner(), self.case)
            assert FormationUnit.objects.filter(formation=self.case, is_held=False).count() == 0

    def _hold_roll(self):
        numbers = self.case.members.values("member")
        Member.objects.filter(pk__in=numbers).update(status=MembershipStatus.NORMAL)

    def _end(self):
        """Go one step nearer to the end of the procedure, with everybody heard."""
        for review in reviews_of(self.case).filter(closed_at__isnull=True):
            self.somebody_heard_beside_answers(0)
            review.refresh_from_db()
            assert review.verdict == Verdict.AGREED
        actor = self.owner()
        forward = FORWARD & set(offered_steps(actor, self.again()))
        assert len(forward) == 1
        assert self.take(forward.pop(), actor)

    def _written(self):
        case = Formation.objects.filter(pk=self.case.pk).values_list().get()
        events = CaseEvent.objects.filter(case_id=self.case.public_id).count()
        decisions = FormationDecision.objects.filter(formation=self.case).order_by("pk")
        return case, events, list(decisions.values_list())


@pytest.mark.parametrize(
    ("preset", "opener"),
    [
        (Preset.NATIONAL, Role.BUREAU),
        (Preset.NATIONAL, Role.TOWNSHIP_COMMITTEE),
        (Preset.THREE_STEPS, Role.BUREAU),
        (Preset.THREE_STEPS, Role.STATION_HEAD),
    ],
)
def test_no_dead_end_and_no_second_approval(preset, opener):
    machine = type("Walk", (Walk,), {"preset": preset, "opener": opener})
    run_state_machine_as_test(
        machine, settings=settings(EXAMPLES, max_examples=15, stateful_step_count=16, deadline=None)
    )
