"""Every kind of case, found by its names: all states x all actions by the kind's real services.

A case is made once for each state; every check of an action meets it anew and is undone.
"""

import inspect
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.factories import TODAY
from tests.services.cases.kinds import (
    KINDS,
    STATES,
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
from tests.trying import Tries
from xgz.access.actor import NotPermitted
from xgz.access.cases import owner_seat, parties_of
from xgz.models import Case, CaseReview
from xgz.queries.parameters import workdays
from xgz.rules.cases import OpinionMissing, Step, StepNotAllowed, Unit, Verdict
from xgz.rules.parameters import PARAMETERS
from xgz.services.cases import ChangedMeanwhile

pytestmark = pytest.mark.django_db

KIND = pytest.mark.parametrize("kind", KINDS, ids=called)
ALL_STATES = pytest.mark.parametrize(("kind", "state"), STATES, ids=called)


def due_as_told(kind: Kind, case: Case, state: str) -> date | None:
    """Return the due date by the table: counted day by day, the day of entry left out."""
    if state not in kind.table.open_states:
        return None
    limit = kind.table.duty(state).limit
    if limit.column:
        return getattr(case, limit.column)
    days, left, calendar = TODAY, PARAMETERS[limit.parameter].default, workdays()
    while left:
        days += timedelta(days=1)
        left -= limit.unit is Unit.CALENDAR or calendar.is_workday(days)
    return days


@KIND
def test_every_action_of_the_table_has_its_function_and_no_other(kind):
    assert set(kind.actions) == {str(action) for _state, action in kind.table.steps}


@KIND
def test_every_function_takes_the_same_arguments(kind):
    for action, act in kind.actions.items():
        parameters = inspect.signature(act).parameters
        shared = {"case", "actor", "now", "opinion", "version"}
        assert shared <= set(parameters), action
        assert all(p.kind is p.KEYWORD_ONLY for p in parameters.values()), action
        assert parameters["opinion"].default == ""
        assert parameters["version"].default is None


@ALL_STATES
def test_an_open_state_has_one_owner_and_one_due_date_a_closed_one_neither(kind, state):
    case = again(kind.make(state=state))

    assert case.state == state
    assert case.is_open == (state in kind.table.open_states)
    if case.is_open:
        assert owner_seat(case) == parties_of(case)[kind.table.owner_of(state)]
        assert case.due_on is not None
    else:
        assert (case.owner_role, case.owner_body, case.due_on) == ("", None, None)
        assert case.assignee is None


@ALL_STATES
def test_every_action_in_every_state(kind, state):
    case, tries = kind.make(state=state), Tries()
    possible = kind.table.steps_from(state)

    for action in sorted({str(name) for _at, name in kind.table.steps}):
        for check in checks_of(possible.get(action)):
            with tries.of(check.__name__, action):
                check(kind, again(case), action)

    assert tries.wrong == []


def checks_of(step: Step | None) -> list[Callable[[Kind, Case, str], None]]:
    """Return what has to hold of an action: of a step of the table, or of what is none."""
    if step is None:
        return [is_refused_and_writes_nothing]
    return [
        leads_where_the_table_says,
        changes_nothing_from_a_stale_page,
        changes_nothing_by_the_second_of_two_who_read_the_same_case,
        may_not_be_taken_by_a_stranger_at_a_like_body,
        *([is_refused_without_words] if step.needs_opinion else []),
        *([keeps_its_opinion_and_the_state_can_be_entered_again] if step.returns else []),
    ]


def leads_where_the_table_says(kind, case, action):
    state = case.state
    given = kind.arguments_for(action, case)
    step = kind.table.step(state, action)
    actor = player(case, step)
    before, events, audits = case.version, events_of(case).count(), audit_of(case).count()
    word = case.step_word(action, step)

    take(kind, case, action, actor, version=case.version, **given)

    case = again(case)
    assert case.state == step.to
    assert case.is_open == (step.to in kind.table.open_states)
    assert case.version == before + 1
    assert case.due_on == due_as_told(kind, case, str(step.to))
    owner = kind.table.owner_of(str(step.to))
    assert owner_seat(case) == (parties_of(case)[owner] if owner else None)
    assert case.assignee == given.get("assignee")
    (event,) = events_of(case, action=action, from_state=state, to_state=step.to).order_by("-pk")[
        :1
    ]
    assert (event.actor, event.label, event.at) == (actor.user, word, moment())
    assert events_of(case).count() - events == audit_of(case).count() - audits >= 1
    assert audit_of(case, action=f"{kind}.{action}").exists()


def is_refused_and_writes_nothing(kind, case, action):
    given = kind.arguments_for(action, case)
    steps = [step for (_at, name), step in kind.table.steps.items() if name == action]
    actors = [actor for step in steps if (actor := player(case, step)) is not None]
    before = written(case)

    for actor in actors:
        with pytest.raises(StepNotAllowed):
            take(kind, case, action, actor, **given)

    settled_later = {step.seats for step in kind.table.steps.values() if step.seats}
    assert actors or all(set(step.by) <= settled_later for step in steps)
    assert written(case) == before


def changes_nothing_from_a_stale_page(kind, case, action):
    given = kind.arguments_for(action, case)
    actor = player(case, kind.table.step(case.state, action))
    before = written(case)

    with pytest.raises(ChangedMeanwhile):
        take(kind, case, action, actor, version=case.version + 1, **given)

    assert written(again(case)) == before


def changes_nothing_by_the_second_of_two_who_read_the_same_case(kind, first, action):
    given = kind.arguments_for(action, first)
    second = again(first)
    actor = player(first, kind.table.step(first.state, action))
    take(kind, first, action, actor, **given)
    after = written(first)

    with pytest.raises(ChangedMeanwhile):
        take(kind, second, action, actor, **given)

    assert written(first) == after


def is_refused_without_words(kind, case, action):
    given = kind.arguments_for(action, case)
    actor = player(case, kind.table.step(case.state, action))
    before = written(case)

    with pytest.raises(OpinionMissing):
        take(kind, case, action, actor, opinion=" \n", **given)

    assert written(again(case)) == before


def keeps_its_opinion_and_the_state_can_be_entered_again(kind, case, action):
    state = case.state
    given = kind.arguments_for(action, case)
    take(kind, case, action, player(case, kind.table.step(state, action)), **given)
    case = again(case)
    returned = events_of(case, action=action).latest("pk")

    assert returned.opinion == "按程序办理"
    way = way_back(kind, case.state, state)
    for each in way:
        given = kind.arguments_for(each, case)
        take(kind, case, each, player(case, kind.table.step(case.state, each)), **given)
        case = again(case)
    assert case.state == state
    assert case.is_open


def way_back(kind: Kind, start: str, goal: str) -> list[str]:
    """Return the actions of the shortest way from one state to another."""
    ways: dict[str, list[str]] = {start: []}
    waiting = [start]
    while goal not in ways:
        at = waiting.pop(0)
        for action, step in kind.table.steps_from(at).items():
            if str(step.to) not in ways:
                ways[str(step.to)] = [*ways[at], action]
                waiting.append(str(step.to))
    return ways[goal]


REVIEWED = [
    (kind, str(state))
    for kind in KINDS
    for state, duty in kind.table.duties.items()
    if duty.reviews
]


@pytest.mark.parametrize(("kind", "state"), REVIEWED, ids=called)
def test_reviewers_get_sub_steps_that_are_void_when_the_case_moves_on(kind, state):
    case = kind.make(state=state)
    duty = kind.table.duty(state)
    asked = CaseReview.objects.filter(case_kind=str(kind), case_id=case.public_id, state=state)
    seats = parties_of(case)

    assert {(row.key, owner_seat(row)) for row in asked} == {
        (review.key, seats[review.by]) for review in duty.reviews
    }
    assert all(row.due_on == row.asked_due_on for row in asked)

    action = next(
        name for name, step in kind.table.steps_from(state).items() if not step.awaits_reviews
    )
    given = kind.arguments_for(action, case)
    take(kind, case, action, player(case, kind.table.step(state, action)), **given)

    assert {row.verdict for row in asked.all()} == {Verdict.VOID}
    assert not asked.filter(closed_at__isnull=True).exists()
    assert not asked.filter(owner_body__isnull=False).exists()


def may_not_be_taken_by_a_stranger_at_a_like_body(kind, case, action):
    given = kind.arguments_for(action, case)
    seats = set(parties_of(case).values())
    for party in kind.table.step(case.state, action).by:
        if party not in parties_of(case):
            continue
        holder(parties_of(case)[party])
        other = another_body(parties_of(case)[party], seats)
        if other is None:
            continue
        before = written(case)
        with pytest.raises(NotPermitted):
            take(kind, case, action, holder(other), **given)
        assert written(again(case)) == before


def another_body(seat, taken):
    from xgz.models import Body
    from xgz.rules.seats import Seat

    kind = Body.objects.get(pk=seat.body_id).kind
    others = [Seat(seat.role, body.pk) for body in Body.objects.filter(kind=kind)]
    return next((other for other in others if other not in taken), None)
