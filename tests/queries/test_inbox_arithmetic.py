"""The inboxes of all people together hold every open case and sub-step, each once per seat (CS-9).

Random districts are laid out, and each inbox is compared with what the rules say in words, worked
out person by person from the rows (CS-3, CS-4).
"""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import TODAY, make_district, make_member, make_organisation, make_user
from tests.factories.leads import make_lead
from tests.sample_kind.factories.errands import ask_one, make_errand, seats_of
from tests.sample_kind.models import Errand
from tests.services.cases.kinds import KINDS as ALL_KINDS
from tests.services.cases.kinds import holder, moment, take
from tests.trying import EXAMPLES, undone
from xgz.access.actor import actor_for
from xgz.access.cases import owner_seat, parties_of
from xgz.access.seats import Settled
from xgz.models import Body, CaseReview, RoleAssignment, User
from xgz.models.cases import case_models
from xgz.queries import inbox
from xgz.queries.inbox import (
    InboxCounts,
    counted_work,
    inbox_counts,
    inbox_rows,
    load_by_seat,
)
from xgz.queries.inbox_lines import inbox_items, notices_of
from xgz.rules.bodies import BodyKind
from xgz.rules.leads import LeadState
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.rules.workdays import Light
from xgz.services.cases.owning import assign_case

pytestmark = pytest.mark.django_db

LEADING = {
    "org_dept": "org_dept",
    "social_work_dept": "social_work_dept",
    "bureau": "bureau",
    "township": "township_committee",
    "office": "station_head",
    "association": "association",
    "organisation": "branch_secretary",
}
ROLES_AT = {
    "township": [Role.TOWNSHIP_COMMITTEE],
    "office": [Role.STATION_HEAD, Role.INSTRUCTOR],
    "bureau": [Role.BUREAU, Role.INSTRUCTOR],
    "association": [Role.ASSOCIATION],
    "social_work_dept": [Role.SOCIAL_WORK_DEPT],
    "organisation": [Role.BRANCH_SECRETARY],
    "org_dept": [Role.ORG_DEPT],
}
(ERRAND,) = [kind for kind in ALL_KINDS if kind.model is Errand]


def open_items():
    """Return key → row of everything that is open."""
    items = {}
    for model in case_models():
        for case in model._default_manager.filter(closed_at__isnull=True):
            items[case.KIND.name, case.public_id, ""] = case
    for review in CaseReview.objects.filter(closed_at__isnull=True):
        items[review.case_kind, review.case_id, review.public_id] = review
    return items


def inbox_of(user, today=TODAY):
    return [tuple(row[:3]) for row in inbox_rows(actor_for(user, today))]


def chain_in_words(seat):
    """The seat, the head of its body, the heads of the bodies above, the organization department."""
    body, chain = Body.objects.get(pk=seat.body_id), [seat]
    while body is not None:
        chain.append(Seat(LEADING[body.kind], body.pk))
        body = body.parent
    chain.append(Seat("org_dept", Body.objects.get(kind="org_dept").pk))
    return list(dict.fromkeys(chain))


def people_at(seat):
    held = [
        row
        for row in RoleAssignment.objects.filter(role=seat.role, body=seat.body_id)
        if row.valid_from <= TODAY
        and (row.valid_to is None or row.valid_to >= TODAY)
        and row.user.is_active
    ]
    heads = {row.user_id for row in held if not row.deputy}
    return heads or {row.user_id for row in held}


def answering_in_words(chain):
    return next(((seat, people_at(seat)) for seat in chain if people_at(seat)), (chain[-1], set()))


def people_in_words(item):
    """Return who is to have an item: the assignee and the head, else whoever answers."""
    chain = chain_in_words(owner_seat(item))
    body = Body.objects.get(pk=item.owner_body_id)
    at_body = RoleAssignment.objects.filter(user=item.assignee_id, body=body)
    working = [r for r in at_body if r.valid_to is None or r.valid_to >= TODAY]
    if item.assignee_id and item.assignee.is_active and working:
        head = chain.index(Seat(LEADING[body.kind], body.pk))
        return {item.assignee_id} | answering_in_words(chain[head:])[1]
    return answering_in_words(chain)[1]


def lay_out(chance):
    """Fill a district: seats held, deputised, empty, ended, closed; cases open, assigned, over."""
    make_district()
    make_organisation(Body.objects.get(name="清平镇党委"))
    bodies = list(Body.objects.exclude(kind=BodyKind.ADMINISTRATION).order_by("pk"))
    for body in bodies:
        for role in ROLES_AT[body.kind]:
            for _ in range(chance.choice([0, 0, 1, 1, 2])):
                seat_somebody(role, body, chance)
    make_user(Role.ORG_DEPT, Body.objects.get(kind="org_dept"))
    asker = holder(seats_of()["asker"])
    for _ in range(chance.randrange(1, 7)):
        walk(
            ask_one(asker, seats={party: any_seat(bodies, chance) for party in seats_of()}), chance
        )
    for item in open_items().values():
        if chance.random() < 0.5:
            assign(item, chance)
    held = RoleAssignment.objects.exclude(role=Role.ORG_DEPT)
    held.filter(pk__in=[row.pk for row in held if chance.random() < 0.4]).delete()
    hand_over(chance)


def hand_over(chance):
    """Give some seats to people who have another one already, those of the department among them."""
    people = list(User.objects.filter(role_assignments__isnull=False).order_by("pk"))
    for row in RoleAssignment.objects.exclude(role=Role.ORG_DEPT).order_by("pk"):
        user = chance.choice(people)
        if chance.random() < 0.3 and not user.role_assignments.filter(role=row.role).exists():
            RoleAssignment.objects.filter(pk=row.pk).update(user=user)


def walk(case, chance):
    seats = parties_of(case)
    for action in chance.choice([[], ["hand_in"], ["hand_in", "return"], ["withdraw"]]):
        take(ERRAND, case, action, holder(seats[ERRAND.table.step(case.state, action).by[0]]))


def seat_somebody(role, body, chance):
    user = make_user(role, body)
    held = RoleAssignment.objects.filter(user=user)
    held.update(
        deputy=chance.random() < 0.3,
        valid_to=chance.choice([None, None, TODAY, TODAY - timedelta(days=1)]),
    )
    User.objects.filter(pk=user.pk).update(is_active=chance.random() < 0.9)


def any_seat(bodies, chance):
    body = chance.choice(bodies)
    return Seat(chance.choice(ROLES_AT[body.kind]), body.pk)


def assign(item, chance):
    """Assign by hand: also to people whose role is over tomorrow, or was over yesterday."""
    held = RoleAssignment.objects.filter(body=item.owner_body_id).order_by("pk")
    if held:
        type(item)._default_manager.filter(pk=item.pk).update(assignee=chance.choice(held).user)


@settings(EXAMPLES, max_examples=8)
@given(seed=st.integers(0, 2**32))
def test_the_inbox_sums_hold_in_random_districts(seed):
    with undone():
        lay_out(random.Random(seed))
        items = open_items()
        wanted = {key: people_in_words(item) for key, item in items.items()}
        users = list(User.objects.all())
        inboxes = {user.pk: inbox_of(user) for user in users}

        assert sum(load_by_seat(TODAY).values()) == len(items)
        assert all(len(set(rows)) == len(rows) for rows in inboxes.values())
        found = {key: {pk for pk, rows in inboxes.items() if key in rows} for key in items}
        assert found == wanted
        assert all(found.values())
        assert {key for rows in inboxes.values() for key in rows} == set(items)
        by_seat = Counter(
            answering_in_words(chain_in_words(owner_seat(item)))[0] for item in items.values()
        )
        assert load_by_seat(TODAY) == dict(by_seat)
        for user in users:
            actor = actor_for(user, TODAY)
            assert inbox_counts(actor) == InboxCounts(
                waiting=len(inboxes[user.pk]),
                late=inbox_rows(actor, light=Light.LATE).count(),
                unread=notices_of(actor, signed=False).count(),
            )


@settings(EXAMPLES, max_examples=8)
@given(seed=st.integers(0, 2**32))
def test_leaving_out_what_is_settled_below_changes_nobodys_work(seed):
    """Private cases too, whose chain passes over the market line (CS-12)."""
    with undone():
        chance = random.Random(seed)
        lay_out(chance)
        for state in chance.choices([LeadState.NEW, LeadState.ASSIGNED, LeadState.VISITED], k=3):
            make_lead(state=state, place=chance.choice(["qingping", "liuquan"]))
        people = list(User.objects.all())
        found = [counted_work(actor_for(user, TODAY)) for user in people]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(inbox, "settled_below", lambda _actor: Settled())
            whole = [counted_work(actor_for(user, TODAY)) for user in people]

        assert found == whole
        assert any(counts.waiting for _work, counts in found)


def test_an_inbox_finds_deputy_then_superiors_when_an_office_holder_goes():
    make_district()
    seats = seats_of()
    case = ask_one(holder(seats["asker"]), seats=seats)
    take(ERRAND, case, "hand_in", holder(seats["asker"]))
    key = ("errand", case.public_id, "")
    chain = chain_in_words(owner_seat(case))
    RoleAssignment.objects.filter(role__in=[seat.role for seat in chain]).delete()
    deputy = holder(chain[0], deputy=True).user
    heads = [holder(seat).user for seat in chain]

    def who():
        return [user for user in [*heads, deputy] if key in inbox_of(user)]

    assert who() == heads[:1]
    RoleAssignment.objects.filter(user=heads[0]).update(valid_to=TODAY - timedelta(days=1))
    assert who() == [deputy]
    User.objects.filter(pk=deputy.pk).update(is_active=False)
    for user in heads[1:]:
        assert who() == [user]
        assert sum(load_by_seat(TODAY).values()) == 1 + 2
        RoleAssignment.objects.filter(user=user).delete()
    assert who() == []
    assert load_by_seat(TODAY)[chain[-1]] >= 1


def test_an_assigned_case_lies_in_the_inbox_of_assignee_and_head_only():
    make_district()
    case = make_errand(state=ERRAND.table.initial)
    seats = seats_of()
    take(ERRAND, case, "hand_in", holder(seats["asker"]))
    first, second = holder(seats["doer"]), holder(seats["doer"])
    head = holder(Seat(Role.STATION_HEAD, seats["doer"].body_id))
    key = ("errand", case.public_id, "")
    have = {p.user: key in inbox_of(p.user) for p in (first, second, head)}
    assert have == {first.user: True, second.user: True, head.user: False}

    assign_case(actor=first, case=case, of=case, assignee=second.user, now=moment())

    have = {p.user: key in inbox_of(p.user) for p in (first, second, head)}
    assert have == {first.user: False, second.user: True, head.user: True}
    RoleAssignment.objects.filter(user=second.user).delete()
    have = {p.user: key in inbox_of(p.user) for p in (first, second, head)}
    assert have == {first.user: True, second.user: False, head.user: False}


def test_an_assignment_ends_with_the_work_though_the_person_stays_a_member_there():
    make_district()
    case = make_errand()
    asker = holder(seats_of()["asker"])
    clerk = holder(seats_of()["asker"]).user
    assign_case(actor=asker, case=case, of=case, assignee=clerk, now=moment())
    body = Body.objects.get(pk=case.owner_body_id)
    RoleAssignment.objects.filter(user=clerk).update(role=Role.MEMBER, member=make_member(None))

    assert inbox_of(clerk) == []
    assert inbox_of(asker.user) == [("errand", case.public_id, "")]
    assert load_by_seat(TODAY) == {Seat(Role.TOWNSHIP_COMMITTEE, body.pk): 1}


@pytest.mark.parametrize(
    ("days", "light"),
    [(-1, Light.LATE), (0, Light.NEAR), (3, Light.NEAR), (4, Light.CALM)],
)
def test_inbox_lights_are_those_the_rows_show(days, light):
    make_district()
    case = make_errand()
    due_on = date(2026, 11, 23) + timedelta(days=days)  # a Monday, and the whole week is worked
    Errand.objects.filter(pk=case.pk).update(due_on=due_on)
    actor = holder(seats_of()["asker"])

    for each in Light:
        rows = list(inbox_rows(actor, light=each))
        assert bool(rows) is (each is light)
    (line,) = inbox_items(inbox_rows(actor), actor)
    assert line.standing.light is light
    assert inbox_counts(actor).late == (light is Light.LATE)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_an_inbox_asks_as_many_questions_however_much_it_holds(
    count, django_assert_max_num_queries
):
    make_district()
    actor = holder(seats_of()["asker"])
    case = ask_one(actor, seats=seats_of())
    Errand.objects.bulk_create(copy_of(case, number) for number in range(1, count))

    with django_assert_max_num_queries(6):
        assert inbox_counts(actor).waiting == count
    with django_assert_max_num_queries(16):
        assert len(inbox_items(inbox_rows(actor)[:300], actor)) == count
    with django_assert_max_num_queries(6):
        assert sum(load_by_seat(TODAY).values()) == count


def copy_of(case, number):
    columns = {f.attname: getattr(case, f.attname) for f in Errand._meta.concrete_fields}
    return Errand(
        **columns | {"id": None, "public_id": f"copy{number:08}", "number": f"样例-{number}"}
    )
