"""Who is said to act for an empty seat: the body above, in private cases past the market line."""

import pytest

from tests.factories import TODAY, make_district, make_user
from tests.factories.elections import make_election
from tests.factories.leads import make_lead
from xgz.access.cases import acting_seat, owner_seat
from xgz.models import Body, RoleAssignment
from xgz.rules.elections import ElectionState
from xgz.rules.leads import LeadState
from xgz.rules.roles import Role
from xgz.rules.seats import Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


def empty(seat):
    RoleAssignment.objects.filter(role=seat.role, body=seat.body_id).delete()


def fill(seat):
    make_user(Role(seat.role), Body.objects.get(pk=seat.body_id))


def test_the_committee_acts_for_a_secretary_who_is_not_there(district):
    case = make_election(state=ElectionState.PREPARING)
    seat, committee = owner_seat(case), Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk)
    fill(committee)
    empty(seat)
    assert acting_seat(case, TODAY) == committee

    fill(seat)
    assert acting_seat(case, TODAY) is None


def test_a_private_case_passes_over_the_market_line(district):
    case = make_lead(state=LeadState.ASSIGNED)
    bureau = Seat(Role.BUREAU, district.bureau.pk)
    fill(bureau)
    for role in (Role.INSTRUCTOR, Role.STATION_HEAD):
        empty(Seat(role, case.owner_body_id))

    assert acting_seat(case, TODAY) not in (None, bureau)


def test_a_closed_case_lies_with_nobody(district):
    case = make_election(state=ElectionState.WITHDRAWN)

    assert acting_seat(case, TODAY) is None
