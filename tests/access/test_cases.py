"""All states x all actions x all roles at all bodies, for every kind of case, against case_policy.

A case is made once for each state; every check meets it anew and is undone.
"""

from datetime import timedelta

import pytest

from tests.access.case_policy import MAY, SEATS
from tests.factories import TODAY, make_business, make_district, make_member, make_user
from tests.services.cases.kinds import KINDS, STATES, again, called, holder, moment, take, written
from tests.trying import Tries
from xgz.access.actor import Actor, NotPermitted, actor_for, clock_actor, shell_operator
from xgz.access.cases import (
    chain_of,
    is_owner,
    may_take,
    offered_steps,
    owner_seat,
    parties_of,
    parties_played,
    require_step,
    require_visible,
    visible_cases,
)
from xgz.access.seats import own_seats
from xgz.models import Body, RoleAssignment
from xgz.rules.roles import BODY_KINDS_OF_ROLE, Role
from xgz.rules.seats import Seat
from xgz.services.cases import clock
from xgz.services.cases.owning import NotAtThisBody, assign_case

pytestmark = pytest.mark.django_db

KIND = pytest.mark.parametrize("kind", KINDS, ids=called)


def everybody() -> list[tuple[Seat, Actor]]:
    """Return somebody for every role at every body where it can be held."""
    people = []
    for role in Role:
        for body in Body.objects.filter(kind__in=BODY_KINDS_OF_ROLE[role]).order_by("pk"):
            links = {"member": make_member(None)} if role is Role.MEMBER else {}
            if role is Role.OWNER:
                links = {"business": make_business()}
            user = make_user(role, body, **links)
            people.append((Seat(role, body.pk), actor_for(user, TODAY)))
    return people


def parties_by_hand(kind, case):
    """Return seat → parties as the hand-written table has them, of the parties this case has."""
    found = {}
    for party, seat in parties_of(case).items():
        role, name = SEATS[str(kind)][party]
        body_id = seat.body_id if name is None else Body.objects.get(name=name).pk
        found.setdefault(Seat(role, body_id), set()).add(party)
    return found


def steps_of_the_owner(case):
    steps = case.KIND.steps_from(case.state).items()
    return {action for action, step in steps if case.duty.owner in step.by}


def allowed(actor, case):
    return {a for a in case.KIND.steps_from(case.state) if may_take(actor, case, a)}


def empty(seat):
    RoleAssignment.objects.filter(role=seat.role, body=seat.body_id).delete()


def test_the_hand_written_table_speaks_of_every_kind():
    assert set(MAY) == set(SEATS) == {str(kind) for kind in KINDS}


@pytest.mark.parametrize(("kind", "state"), STATES, ids=called)
def test_who_may_what_in_every_state(kind, state):
    make_district()
    case, tries = kind.make(state), Tries()
    checks = [
        the_right_person_at_the_right_body_may_and_nobody_else,
        time_takes_its_own_steps_and_none_that_decides_the_operator_none_at_all,
    ]
    if state in kind.table.open_states:
        checks += CHECKS_WHILE_OPEN
    for check in checks:
        with tries.of(check.__name__):
            check(kind, state, again(case))

    assert tries.wrong == []


def the_right_person_at_the_right_body_may_and_nobody_else(kind, state, case):
    people = everybody()
    parties = parties_by_hand(kind, case)
    line = MAY[str(kind)].get(state, {})

    assert set(line) == set(kind.table.steps_from(state))
    for seat, actor in people:
        mine = parties.get(seat, set())
        allowed = {action for action, by in line.items() if mine & set(by)}
        assert {a for a in line if may_take(actor, case, a)} == allowed, seat
        assert set(offered_steps(actor, case)) <= allowed, seat
        for action in sorted(set(line) - allowed)[:1]:
            with pytest.raises(NotPermitted):
                require_step(actor, case, action)


def time_takes_its_own_steps_and_none_that_decides_the_operator_none_at_all(kind, state, case):
    line = MAY[str(kind)].get(state, {})
    clock_steps = {action for action, by in line.items() if by == ("clock",)}

    assert allowed(clock_actor(TODAY), case) == clock_steps
    assert not allowed(shell_operator(TODAY), case)
    assert not is_owner(clock_actor(TODAY), case)
    assert not is_owner(shell_operator(TODAY), case)


def the_owner_has_a_step_to_take_in_every_open_state(kind, state, case):
    assert offered_steps(holder(owner_seat(case)), case)


def a_refused_step_writes_nothing(kind, state, case):
    strangers = [holder(Seat(Role.TOWNSHIP_COMMITTEE, make_township().pk))]
    strangers += [shell_operator(TODAY), clock_actor(TODAY)]
    for action, by in MAY[str(kind)][state].items():
        given = kind.arguments_for(action, case)
        before = written(case)
        for stranger in strangers:
            if by == ("clock",) and stranger.is_clock:
                continue
            with pytest.raises(NotPermitted):
                take(kind, case, action, stranger, **given)
        assert written(again(case)) == before


def make_township():
    template = Body.objects.get(name="清平镇党委")
    path = template.path[:-5] + "00077"
    return Body.objects.create(
        name="远山镇党委", kind=template.kind, line=template.line, path=path, parent=template.parent
    )


def a_deputy_may_act_with_and_without_a_head(kind, state, case):
    seat = owner_seat(case)
    empty(seat)
    for other in set(parties_of(case).values()) - {seat}:
        holder(other)
    deputy, head = holder(seat, deputy=True), holder(seat)
    both = allowed(head, case)

    assert allowed(deputy, case) == both != set()
    RoleAssignment.objects.filter(user=head.user).delete()
    assert allowed(deputy, case) == both


def the_seats_above_may_act_while_the_seat_is_empty_and_only_then(kind, state, case):
    chain = chain_of(case, owner_seat(case))
    for seat in chain:
        empty(seat)
    others = set(parties_of(case).values()) - set(chain)
    users = [holder(seat).user for seat in chain]
    duties = steps_of_the_owner(case)
    for seat in others:
        holder(seat)

    for place, seat in enumerate(chain):
        actors = [actor_for(user, TODAY) for user in users]
        assert [duties <= allowed(actor, case) for actor in actors] == [
            each == place for each in range(len(chain))
        ]
        assert [is_owner(actor, case) for actor in actors].index(True) == place
        empty(seat)
    # Nobody is left: the case keeps its owner, and whoever comes to the top finds it.
    assert again(case).owner_body_id == chain[0].body_id
    assert is_owner(holder(chain[-1]), case)


def a_role_that_ended_and_a_closed_account_act_no_longer(kind, state, case):
    seat = owner_seat(case)
    actor, other = holder(seat), holder(seat)
    held = RoleAssignment.objects.filter(user=actor.user)
    held.update(valid_to=TODAY)
    other.user.is_active = False
    other.user.save()

    assert allowed(actor_for(actor.user, TODAY), case)
    assert not allowed(actor_for(actor.user, TODAY + timedelta(days=1)), case)
    assert not allowed(actor_for(other.user, TODAY), case)


def an_assignee_acts_for_the_owner_until_the_role_at_the_body_ends(kind, state, case):
    seat = owner_seat(case)
    head, clerk = holder(seat), holder(seat).user
    duties = steps_of_the_owner(case)

    assign_case(actor=head, case=case, of=case, assignee=clerk, now=moment())

    assert duties <= allowed(actor_for(clerk, TODAY), case)
    assert duties <= allowed(head, case)
    assert visible_cases(actor_for(clerk, TODAY), kind.model).get() == case
    RoleAssignment.objects.filter(user=clerk).update(valid_to=TODAY - timedelta(days=1))
    assert not allowed(actor_for(clerk, TODAY), case)
    assert not visible_cases(actor_for(clerk, TODAY), kind.model).exists()


@KIND
def test_a_case_is_assigned_to_somebody_of_the_owning_body_only(kind):
    case = again(kind.make())
    seat = owner_seat(case)
    head = holder(seat)
    stranger = make_user(Role.STATION_HEAD, Body.objects.get(name="柳泉所"))

    with pytest.raises(NotAtThisBody):
        assign_case(actor=head, case=case, of=case, assignee=stranger, now=moment())
    outsider = actor_for(stranger, TODAY)
    with pytest.raises(NotPermitted):
        assign_case(actor=outsider, case=case, of=case, assignee=stranger, now=moment())


def after_going_up_the_new_owner_acts_too_and_the_party_still_may(kind, state, case):
    seat = owner_seat(case)
    if len(chain_of(case, seat)) == 1:
        clock.move_up(today=case.due_on + timedelta(days=30), now=moment())
        assert owner_seat(again(case)) == seat
        return
    for party_seat in parties_of(case).values():
        holder(party_seat)
    below, above = holder(seat), holder(chain_of(case, seat)[1])
    duties = steps_of_the_owner(case)
    own = {party for party, each in parties_of(case).items() if each in own_seats(above)}
    steps = kind.table.steps_from(state).items()
    assert allowed(above, case) == {action for action, step in steps if own & set(step.by)}

    clock.move_up(today=case.due_on + timedelta(days=30), now=moment())

    case = again(case)
    assert (case.state, owner_seat(case)) == (state, chain_of(case, seat)[1])
    assert duties <= allowed(above, case)
    assert duties <= allowed(below, case)
    assert case.duty.owner in parties_played(above, case)


CHECKS_WHILE_OPEN = [
    the_owner_has_a_step_to_take_in_every_open_state,
    a_refused_step_writes_nothing,
    a_deputy_may_act_with_and_without_a_head,
    the_seats_above_may_act_while_the_seat_is_empty_and_only_then,
    a_role_that_ended_and_a_closed_account_act_no_longer,
    an_assignee_acts_for_the_owner_until_the_role_at_the_body_ends,
    after_going_up_the_new_owner_acts_too_and_the_party_still_may,
]


@KIND
def test_a_case_is_seen_by_parties_those_above_them_and_the_organization_department(kind):
    make_district()
    case = again(kind.make())
    seats = set(parties_of(case).values())
    seen = {seat for seat, actor in everybody() if sees(actor, case)}

    assert seats <= seen
    assert Seat(Role.ORG_DEPT, Body.objects.get(name="县委组织部").pk) in seen
    for seat in seen - seats:
        assert told_or_above(seat, case, seats), seat
    assert sees(shell_operator(TODAY), case)
    assert not sees(clock_actor(TODAY), case)


def told_or_above(seat: Seat, case, seats) -> bool:
    path = Body.objects.get(pk=seat.body_id).path
    below = Body.objects.filter(pk__in=[each.body_id for each in seats], path__startswith=path)
    leads = seat.role not in {Role.INSTRUCTOR, Role.MEMBER, Role.OWNER}
    told = dict.fromkeys(
        ["closure", "formation", "adjustment", "establishing"], {Role.SOCIAL_WORK_DEPT}
    ).get(case.KIND.name, set())
    return (leads and below.exists()) or seat.role in told or seat.role == Role.ORG_DEPT


def sees(actor: Actor, case) -> bool:
    try:
        require_visible(actor, case)
    except NotPermitted:
        return False
    return True


def seat_of_all(kind, cases) -> Seat:
    """Return the seat that owns the first case, or else has a step, if it is a party to them all."""
    first, duty = parties_of(cases[0]), cases[0].duty
    shared = set.intersection(*(set(parties_of(case).values()) for case in cases))
    steps = kind.table.steps_from(cases[0].state).values()
    parties = [duty.owner, *(party for step in steps for party in step.by)]
    return next(first[party] for party in parties if first.get(party) in shared)


@KIND
@pytest.mark.parametrize("count", [1, 3, 30])
def test_as_many_questions_however_many_cases_there_are(kind, count, django_assert_max_num_queries):
    make_district()
    cases = [kind.make() for _ in range(count)]
    actor = holder(seat_of_all(kind, cases))

    with django_assert_max_num_queries(14):
        assert offered_steps(actor, cases[0])
    with django_assert_max_num_queries(1):
        assert visible_cases(actor, kind.model).count() == count
