"""Every kind of case on random ways: whoever may acts, time jumps, and what must hold always holds."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import TODAY
from tests.services.cases.kinds import (
    KINDS,
    WORDS,
    Kind,
    again,
    audit_of,
    called,
    events_of,
    holder,
    moment,
    player,
    take,
    written,
)
from tests.trying import EXAMPLES, undone
from xgz.access.actor import Actor, clock_actor
from xgz.access.cases import owner_seat, parties_of
from xgz.models import Case, CaseReview, Notice
from xgz.rules.cases import CLOCK
from xgz.rules.seats import Seat
from xgz.services.cases import ChangedMeanwhile, ReviewsOpen, clock
from xgz.services.cases.owning import UrgedToday, assign_case, urge
from xgz.services.cases.reviews import answer_review

pytestmark = pytest.mark.django_db


@dataclass
class Walk:
    """One case on its way, the day it is, and the people who act for its parties."""

    kind: Kind
    case: Case
    today: date = TODAY
    people: dict[Seat, Actor] = field(default_factory=dict)

    def actor(self, seat: Seat) -> Actor:
        known = self.people.get(seat)
        if known is None or known.today != self.today:
            self.people[seat] = holder(seat, self.today)
        return self.people[seat]

    def step(self, choice: int) -> None:
        """Take one of the steps of the state, as one of those who may."""
        steps = sorted(self.kind.table.steps_from(self.case.state))
        if not steps:
            return
        action = steps[choice % len(steps)]
        given = self.kind.arguments_for(action, self.case)
        by = self.kind.table.step(self.case.state, action).by
        parties = parties_of(self.case)
        seats = [parties[party] for party in by if party in parties]
        actor = clock_actor(self.today) if CLOCK in by else self.actor(seats[choice % len(seats)])
        before, state, version = written(self.case), self.case.state, self.case.version
        try:
            take(self.kind, self.case, action, actor, version=version, **given)
        except Exception as refusal:
            if not (isinstance(refusal, ReviewsOpen) or self.kind.refuses(refusal)):
                raise
            self.case = again(self.case)
            assert written(self.case) == before
            return
        self.case = again(self.case)
        assert events_of(self.case, action=action, to_state=self.case.state).exists()
        assert self.case.state == self.kind.table.step(state_before(self, state), action).to

    def stale_step(self, choice: int) -> None:
        steps = sorted(self.kind.table.steps_from(self.case.state))
        if not steps or self.case.version == 0:
            return
        action = steps[choice % len(steps)]
        given = self.kind.arguments_for(action, self.case)
        actor = player(self.case, self.kind.table.step(self.case.state, action), self.today)
        before = written(self.case)
        with pytest.raises(ChangedMeanwhile):
            take(self.kind, self.case, action, actor, version=self.case.version - 1, **given)
        self.case = again(self.case)
        assert written(self.case) == before

    def review(self, choice: int) -> None:
        open_ones = list(reviews_of(self.case, closed_at__isnull=True).order_by("pk"))
        if not open_ones:
            return
        review = open_ones[choice % len(open_ones)]
        answer_review(
            actor=self.actor(owner_seat(review)),
            case=self.case,
            review=review,
            agrees=choice % 2 == 0,
            opinion=WORDS,
            now=moment(self.today),
        )

    def assign(self, choice: int) -> None:
        if self.case.is_open:
            actor = self.actor(owner_seat(self.case))
            who = actor.user if choice % 2 else None
            assign_case(
                actor=actor, case=self.case, of=self.case, assignee=who, now=moment(self.today)
            )

    def urge(self, choice: int) -> None:
        others = [seat for seat in parties_of(self.case).values() if seat != owner_seat(self.case)]
        if not others or not self.case.is_open:
            return
        self.actor(
            owner_seat(self.case)
        )  # a party above an empty seat answers for it, and waits not
        try:
            urge(
                actor=self.actor(others[choice % len(others)]),
                case=self.case,
                now=moment(self.today),
                text=WORDS,
            )
        except UrgedToday:
            return

    def wait(self, choice: int) -> None:
        """Let days pass, sometimes weeks, and let time do its work."""
        self.today += timedelta(days=[0, 1, 3, 10, 45][choice % 5])
        clock.remind(today=self.today, now=moment(self.today))
        clock.move_up(today=self.today, now=moment(self.today))
        self.case = again(self.case)


def state_before(walk: Walk, state: str) -> str:
    """Return the state the last step left: time may have taken a step of its own before it."""
    last = events_of(walk.case).exclude(to_state="").latest("pk")
    return last.from_state or state


def reviews_of(case: Case, **values: Any) -> Any:
    return CaseReview.objects.filter(case_kind=case.KIND.name, case_id=case.public_id, **values)


def check(walk: Walk) -> None:
    """Assert what must hold of a case at any time."""
    case, table = again(walk.case), walk.kind.table
    owned = (case.owner_body_id is not None, case.owner_role != "", case.due_on is not None)
    assert owned == (case.state in table.open_states,) * 3
    assert (case.closed_at is None) == case.is_open == (case.state in table.open_states)
    assert case.is_open or case.assignee_id is None
    steps = events_of(case).exclude(to_state="").count() - 1
    moved = events_of(case, action="move_up").count() - moves_of_reviews(case)
    assert case.version == steps + moved
    assert events_of(case).count() == audit_of(case).count()
    assert set(reviews_of(case, closed_at__isnull=True).values_list("state", flat=True)) <= (
        {case.state} if case.is_open else set()
    )
    assert not reviews_of(case, closed_at__isnull=False, owner_body__isnull=False).exists()
    assert not reviews_of(case, closed_at__isnull=True, due_on__isnull=True).exists()
    assert end_in_reach(walk.kind, case.state)


def moves_of_reviews(case: Case) -> int:
    raised = Notice.objects.filter(case_kind=case.KIND.name, case_id=case.public_id, kind="raised")
    return raised.exclude(subject_id="").count()


def end_in_reach(kind: Kind, state: str) -> bool:
    found, waiting = {state}, [state]
    while waiting:
        for step in kind.table.steps_from(waiting.pop()).values():
            if str(step.to) not in found and set(step.by) != {CLOCK}:
                found.add(str(step.to))
                waiting.append(str(step.to))
    return bool(found - set(kind.table.open_states))


DEEDS = ["step", "step", "step", "stale_step", "review", "assign", "urge", "wait"]


@pytest.mark.parametrize("kind", KINDS, ids=called)
@settings(EXAMPLES, max_examples=20)
@given(
    deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 59)), min_size=1, max_size=14)
)
def test_what_must_hold_holds_on_every_way(kind, deeds):
    with undone():
        walk = Walk(kind, again(kind.make()))
        check(walk)
        for deed, choice in deeds:
            getattr(walk, deed)(choice)
            check(walk)


@pytest.mark.parametrize("kind", KINDS, ids=called)
@settings(EXAMPLES, max_examples=6)
@given(choices=st.lists(st.integers(0, 59), min_size=25, max_size=25))
def test_people_alone_bring_every_case_to_an_end(kind, choices):
    """Nobody is stuck: from wherever a random way led, somebody can go on until the case is over."""
    with undone():
        walk = Walk(kind, again(kind.make()))
        for choice in choices:
            walk.step(choice)
            check(walk)
        while walk.case.is_open:
            walk.step(shortest_to_an_end(walk))
            check(walk)


def shortest_to_an_end(walk: Walk) -> int:
    """Return the choice of the step that ends the case at once, or of the first by people."""
    steps = walk.kind.table.steps_from(walk.case.state)
    names = sorted(steps)
    ends = [n for n in names if str(steps[n].to) not in walk.kind.table.open_states]
    by_people = [n for n in ends or names if set(steps[n].by) != {CLOCK}]
    return names.index(by_people[0])
