"""Who answers for a seat on a day: heads, deputies, the seats above; as many queries for any number."""

from datetime import timedelta

import pytest

from tests.factories import TODAY, make_district, make_organisation, make_user
from tests.services.cases.kinds import holder
from xgz.access.actor import actor_for
from xgz.access.seats import (
    chain_above,
    own_seats,
    seating_of,
    seats_answered,
    settled_below,
    unsettled,
    work_of,
)
from xgz.models import Body, RoleAssignment, User
from xgz.rules.roles import Role
from xgz.rules.seats import Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def secretary(district):
    """Seat of the secretary of a branch below a branch below 清平镇."""
    upper = make_organisation(district.qingping)
    return Seat(Role.BRANCH_SECRETARY, make_organisation(upper.body).body_id)


def test_the_chain_goes_up_the_own_line_and_ends_with_the_organization_department(
    district, secretary
):
    top = Seat(Role.ORG_DEPT, district.org_dept.pk)
    office = district.qingping_office.pk

    upper, township = chain_above(secretary)[1:3]
    assert upper.role == Role.BRANCH_SECRETARY
    assert township == Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk)
    assert chain_above(secretary)[3:] == [top]
    assert chain_above(Seat(Role.INSTRUCTOR, office)) == [
        Seat(Role.INSTRUCTOR, office),
        Seat(Role.STATION_HEAD, office),
        Seat(Role.BUREAU, district.bureau.pk),
        top,
    ]
    assert chain_above(Seat(Role.ASSOCIATION, district.association.pk))[1:] == [top]
    assert chain_above(top) == [top]


def test_heads_go_before_deputies_and_both_before_superiors(district):
    seat = Seat(Role.STATION_HEAD, district.qingping_office.pk)
    head, other, deputy = holder(seat), holder(seat), holder(seat, deputy=True)
    above = holder(Seat(Role.BUREAU, district.bureau.pk))

    def answering():
        seating = seating_of([seat], TODAY)
        return seating.people(seating.answering(seat))

    assert answering() == {head.user.pk, other.user.pk}
    RoleAssignment.objects.filter(user=head.user).update(valid_to=TODAY - timedelta(days=1))
    assert answering() == {other.user.pk}
    User.objects.filter(pk=other.user.pk).update(is_active=False)
    assert answering() == {deputy.user.pk}
    RoleAssignment.objects.filter(user=deputy.user).update(valid_from=TODAY + timedelta(days=1))
    assert answering() == {above.user.pk}


@pytest.mark.parametrize(("days", "held"), [(-1, False), (0, True), (1, True)])
def test_the_last_day_of_a_role_counts(district, days, held):
    seat = Seat(Role.BUREAU, district.bureau.pk)
    user = make_user(Role.BUREAU, district.bureau)
    RoleAssignment.objects.filter(user=user).update(valid_to=TODAY + timedelta(days=days))

    assert (seat in own_seats(actor_for(user, TODAY))) is held
    assert (seat in seating_of([seat], TODAY).heads) is held


def test_a_closed_account_holds_no_seat(district):
    user = make_user(Role.BUREAU, district.bureau)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert own_seats(actor_for(user, TODAY)) == set()


def test_a_deputy_has_the_work_only_while_there_is_no_head(district):
    seat = Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk)
    deputy, head = holder(seat, deputy=True), holder(seat)

    assert seats_answered(deputy, [seat]) == set()
    RoleAssignment.objects.filter(user=head.user).delete()
    assert seats_answered(deputy, [seat]) == {seat}
    assert work_of(deputy, [seat]).headed == {seat.body_id}


def test_the_head_of_a_body_heads_the_work_of_its_other_seats(district):
    instructor = Seat(Role.INSTRUCTOR, district.qingping_office.pk)
    head = holder(Seat(Role.STATION_HEAD, district.qingping_office.pk))
    holder(instructor)

    work = work_of(head, [instructor])

    assert (work.seats, work.headed) == (set(), {district.qingping_office.pk})


@pytest.mark.parametrize("count", [1, 3, 300])
def test_two_queries_however_many_seats(district, count, django_assert_num_queries):
    seats = [
        Seat(Role.BRANCH_SECRETARY, make_organisation(district.qingping).body_id)
        for _ in range(count)
    ]
    actor = holder(Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk))

    with django_assert_num_queries(2):
        assert len(seats_answered(actor, seats)) == count


def left_open(actor, *bodies):
    """Return which of the bodies have work that may come to the actor."""
    rows = Body.objects.filter(unsettled(actor, settled_below(actor)))
    return [body for body in bodies if rows.filter(pk=body.pk).exists()]


def test_work_below_a_held_committee_is_not_looked_at_by_the_department(district, secretary):
    actor = holder(Seat(Role.ORG_DEPT, district.org_dept.pk))
    branch = Body.objects.get(pk=secretary.body_id)
    beside = make_organisation(district.liuquan).body
    here = (district.org_dept, district.qingping, branch, district.liuquan, beside)
    assert left_open(actor, *here) == list(here)

    user = holder(Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk), deputy=True).user
    assert left_open(actor, *here) == [district.org_dept, district.liuquan, beside]
    RoleAssignment.objects.filter(user=user).update(valid_to=TODAY)
    assert left_open(actor, *here) == [district.org_dept, district.liuquan, beside]
    RoleAssignment.objects.filter(user=user).update(valid_to=TODAY - timedelta(days=1))
    assert left_open(actor, *here) == list(here)


def test_of_townships_side_by_side_those_that_are_not_held_stay_open(district):
    actor = holder(Seat(Role.ORG_DEPT, district.org_dept.pk))
    townships = [district.qingping, district.liuquan]
    townships += [
        Body.objects.create(
            name=f"第{number}镇党委",
            kind="township",
            line="organization",
            path=f"{district.org_dept.path}{number:05}",
            parent=district.org_dept,
        )
        for number in (3, 4, 5)
    ]
    branches = [make_organisation(each).body for each in townships]
    for held in (0, 1, 3):
        holder(Seat(Role.TOWNSHIP_COMMITTEE, townships[held].pk))

    assert left_open(actor, *townships, *branches) == [
        *(townships[2], townships[4]),
        *(branches[2], branches[4]),
    ]


def test_the_head_of_an_office_settles_the_office_alone(district):
    """In private cases the market line answers for nothing below it (CS-12)."""
    below = Body.objects.create(
        name="清平所驻点",
        kind="office",
        line="market",
        path=f"{district.qingping_office.path}00001",
        parent=district.qingping_office,
    )
    here = (district.bureau, district.qingping_office, below)
    bureau, above = (
        holder(Seat(Role.BUREAU, district.bureau.pk)),
        holder(Seat(Role.ORG_DEPT, district.org_dept.pk)),
    )
    assert left_open(bureau, *here) == list(here)
    assert left_open(above, *here) == [district.qingping_office, below]

    holder(Seat(Role.STATION_HEAD, district.qingping_office.pk))
    assert left_open(bureau, *here) == [district.bureau, below]
    assert left_open(above, *here) == [below]


def test_an_own_role_below_the_committee_keeps_the_township_open(district, secretary):
    holder(Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk))
    actor = holder(Seat(Role.ORG_DEPT, district.org_dept.pk))
    branch = Body.objects.get(pk=secretary.body_id)
    assert left_open(actor, branch) == []

    RoleAssignment.objects.create(
        user=actor.user, role=Role.BRANCH_SECRETARY, body=branch, valid_from=TODAY
    )
    assert left_open(actor_for(actor.user, TODAY), branch) == [branch]


def test_nothing_is_asked_for_who_has_no_offices_below(district, django_assert_num_queries):
    actor = holder(Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk))

    with django_assert_num_queries(0):
        assert settled_below(actor) == ((), ())
