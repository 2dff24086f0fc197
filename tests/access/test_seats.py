"""Who answers for a seat on a day: heads, deputies, the seats above; as many queries for any number."""

from datetime import timedelta

import pytest

from tests.factories import TODAY, make_district, make_organisation, make_user
from tests.services.cases.kinds import holder
from xgz.access.actor import actor_for
from xgz.access.seats import chain_above, own_seats, seating_of, seats_answered, work_of
from xgz.models import RoleAssignment, User
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
