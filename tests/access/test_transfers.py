"""Who sees which transfer, in clear or not, whom one may propose, and which committee acts."""

import pytest

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_district,
    make_member,
    make_organisation,
    seat_of,
)
from tests.factories.transfers import make_transfer, take
from xgz.access import transfers as access
from xgz.access.actor import NotPermitted, clock_actor, shell_operator
from xgz.access.cases import cases_in_clear, offered_steps
from xgz.models import Notice, Transfer
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.rules.transfers import TransferAction, TransferState

pytestmark = pytest.mark.django_db
MARKET_LINE = [Role.BUREAU, Role.STATION_HEAD, Role.INSTRUCTOR, Role.ASSOCIATION, Role.OWNER]
ADMINISTRATION = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def home(district):
    return make_organisation(district.qingping)


@pytest.fixture
def target(district):
    return make_organisation(district.liuquan)


@pytest.fixture
def case(home, target):
    return make_transfer(from_org=home, to_org=target)


def _seen(actor):
    return set(access.visible_transfers(actor).values_list("pk", flat=True))


def test_both_sides_and_the_department_see_a_transfer_and_read_the_name(
    district, home, target, case
):
    actors = [
        actor_as(Role.ORG_DEPT, district.org_dept),
        actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping),
        actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan),
        actor_as(Role.BRANCH_SECRETARY, home.body),
        actor_as(Role.BRANCH_SECRETARY, target.body),
        actor_as(Role.MEMBER, home.body, member=case.member),
        shell_operator(TODAY),
    ]

    assert [_seen(actor) for actor in actors] == [{case.pk}] * len(actors)
    assert all(cases_in_clear(actor, Transfer).count() == 1 for actor in actors)


@pytest.mark.parametrize("role", MARKET_LINE + ADMINISTRATION)
def test_nobody_else_sees_one(district, case, role):
    links = {"business": make_business()} if role is Role.OWNER else {}
    actor = actor_as(role, seat_of(role, district), **links)

    assert _seen(actor) == set()
    assert not cases_in_clear(actor, Transfer).exists()
    assert not access.proposable_members(actor).exists()
    assert not access.target_organisations(actor).exists()


def test_the_market_line_sees_none_even_where_it_was_told(district, case):
    station = actor_as(Role.STATION_HEAD, district.qingping_office)
    Notice.objects.create(
        case_kind="transfer",
        case_id=case.public_id,
        kind="informed",
        role=Role.STATION_HEAD,
        body=district.qingping_office,
        made_at=case.opened_at,
    )

    assert _seen(station) == set()


def test_a_told_department_sees_it_without_the_name(district, case):
    social = actor_as(Role.SOCIAL_WORK_DEPT, district.social_work)
    assert _seen(social) == set()
    Notice.objects.create(
        case_kind="transfer",
        case_id=case.public_id,
        kind="informed",
        role=Role.SOCIAL_WORK_DEPT,
        body=district.social_work,
        made_at=case.opened_at,
    )

    assert _seen(social) == {case.pk}
    assert not cases_in_clear(social, Transfer).exists()


def test_strangers_of_the_same_line_see_nothing(district, home, case):
    other = make_organisation(district.qingping)
    neighbour = make_member(home)

    assert _seen(actor_as(Role.BRANCH_SECRETARY, other.body)) == set()
    assert _seen(actor_as(Role.MEMBER, home.body, member=neighbour)) == set()
    assert _seen(clock_actor(TODAY)) == set()


def test_the_old_side_still_sees_it_when_all_is_over(district, home, case):
    take(case, TransferAction.ACCEPT)

    assert _seen(actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)) == {case.pk}
    assert _seen(actor_as(Role.BRANCH_SECRETARY, home.body)) == {case.pk}


def test_whom_one_may_propose(district, home, target):
    here, there = make_member(home), make_member(target)
    below, guest = make_member(make_organisation(home.body)), make_member(target, activity_org=home)
    make_member(None)

    def proposable(role, body, **links):
        return set(access.proposable_members(actor_as(role, body, **links)))

    assert proposable(Role.ORG_DEPT, district.org_dept) == {here, there, below, guest}
    assert proposable(Role.TOWNSHIP_COMMITTEE, district.qingping) == {here, below}
    assert proposable(Role.BRANCH_SECRETARY, home.body) == {here}
    assert proposable(Role.SOCIAL_WORK_DEPT, district.social_work) == set()
    assert proposable(Role.MEMBER, home.body, member=here) == set()
    with pytest.raises(NotPermitted):
        access.require_proposable(actor_as(Role.BRANCH_SECRETARY, home.body), there)


def test_any_active_organisation_may_be_chosen(district, home, target):
    make_organisation(district.liuquan, state=OrgState.UNCONFIRMED)

    secretary = actor_as(Role.BRANCH_SECRETARY, home.body)

    assert set(access.target_organisations(secretary)) == {home, target}


def test_which_committee_acts(district, home):
    department = Seat(Role.ORG_DEPT, district.org_dept.pk)
    township = Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk)
    direct, social = make_organisation(district.org_dept), make_organisation(district.social_work)
    below = make_organisation(direct.body)

    assert access.committee_of(home) == township
    assert access.committee_of(make_organisation(home.body)) == township
    assert [access.committee_of(each) for each in (direct, social, below)] == [department] * 3


def test_where_a_receiving_committee_may_place_the_member(district, home, target):
    near = make_organisation(district.liuquan)
    make_organisation(district.liuquan, state=OrgState.UNCONFIRMED)
    direct = make_organisation(district.org_dept)

    inside = make_transfer(from_org=home, to_org=target)
    outside = make_transfer(from_org=home, state=TransferState.SENT_OUT)
    upward = make_transfer(from_org=home, to_org=direct)

    assert set(access.arrival_organisations(inside)) == {target, near}
    assert set(access.arrival_organisations(outside)) == set()
    assert set(access.arrival_organisations(upward)) == {direct}


@pytest.mark.parametrize(
    ("state", "outside", "sender", "receiver"),
    [
        (TransferState.DRAFT, False, {"issue", "withdraw"}, set()),
        (TransferState.DRAFT, True, {"send_out", "withdraw"}, None),
        (TransferState.ISSUED, False, {"withdraw"}, {"accept", "return"}),
        (TransferState.SENT_OUT, True, {"record_receipt", "record_return", "withdraw"}, None),
        (TransferState.RETURNED, False, {"issue", "withdraw"}, set()),
        (TransferState.RETURNED, True, {"send_out", "withdraw"}, None),
        (TransferState.EXPIRED, False, {"issue", "withdraw"}, {"accept_late"}),
        (
            TransferState.EXPIRED,
            True,
            {"send_out", "record_receipt", "record_return", "withdraw"},
            None,
        ),
        (TransferState.ACCEPTED, False, set(), set()),
        (TransferState.WITHDRAWN, False, set(), set()),
    ],
)
def test_only_steps_that_suit_the_destination_are_offered(
    district, home, target, state, outside, sender, receiver
):
    case = make_transfer(
        state=state,
        from_org=home,
        **({"to_outside": "邻县党委"} if outside else {"to_org": target}),
    )

    assert set(offered_steps(actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping), case)) == sender
    if receiver is not None:
        other = actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan)
        assert set(offered_steps(other, case)) == receiver


def test_the_sending_committee_alone_takes_the_letter_out(district, home, target, case):
    assert access.may_print_letter(actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping), case)
    for actor in (
        actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan),
        actor_as(Role.ORG_DEPT, district.org_dept),
        actor_as(Role.BRANCH_SECRETARY, home.body),
        actor_as(Role.MEMBER, home.body, member=case.member),
    ):
        with pytest.raises(NotPermitted):
            access.require_letter(actor, case)
