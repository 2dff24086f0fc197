"""Power is given by two people; what takes it away one does at once (AC-10)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import TODAY, actor_as, make_district, make_user
from tests.services.sign_in_races import at_once
from xgz.access.actor import NotPermitted, actor_for, shell_operator
from xgz.access.users import is_set_up
from xgz.models import AuditEntry, RoleAssignment, RoleRequest
from xgz.rules.grants import EXPIRES_DAYS, RequestKind, RequestState
from xgz.rules.roles import Role, RoleMisplaced
from xgz.services import bodies, grants

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
OPERATOR = shell_operator(TODAY)
pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def clerk(district):
    return make_user(Role.BUREAU, district.bureau)


@pytest.fixture
def system(district):
    return actor_as(Role.SYSTEM_ADMIN, district.administration)


@pytest.fixture
def security(district):
    return actor_as(Role.SECURITY_ADMIN, district.administration)


@pytest.fixture
def another(district):
    return actor_as(Role.SECURITY_ADMIN, district.administration)


def wish(district, role=Role.STATION_HEAD, body=None):
    return grants.RoleWish(role=role, body=body or district.qingping_office, day=TODAY)


def ask(actor, user, district, **given):
    return grants.propose(
        actor=actor,
        kind=RequestKind.GRANT,
        user=user,
        wish=wish(district, **given),
        reason="岗位调整",
        now=NOW,
    )


def roles(user):
    return actor_for(user, TODAY).roles


def test_a_proposal_gives_nothing_before_it_is_confirmed(district, clerk, system, security):
    request = ask(system, clerk, district)
    assert roles(clerk) == {Role.BUREAU}

    grants.confirm(actor=security, request=request, now=NOW)

    assert roles(clerk) == {Role.BUREAU, Role.STATION_HEAD}
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.reason) == (
        RequestState.CONFIRMED,
        security.user,
        "岗位调整",
    )
    assert [entry.action for entry in AuditEntry.objects.order_by("number")] == [
        "grant.propose",
        "grant.confirm",
        "role.grant",
    ]


def test_nobody_confirms_what_he_proposed(district, clerk, security, another):
    request = ask(security, clerk, district)

    with pytest.raises(grants.OwnRequest):
        grants.confirm(actor=security, request=request, now=NOW)
    assert roles(clerk) == {Role.BUREAU}
    grants.confirm(actor=another, request=request, now=NOW)
    assert Role.STATION_HEAD in roles(clerk)


def test_nobody_asks_or_decides_for_the_own_account(district, system, security, another):
    with pytest.raises(grants.OwnRequest):
        ask(system, system.user, district, role=Role.AUDIT_ADMIN, body=district.administration)
    reset = grants.propose(actor=system, kind=RequestKind.RESET, user=security.user, now=NOW)
    with pytest.raises(grants.OwnRequest):
        grants.confirm(actor=security, request=reset, now=NOW)
    assert grants.confirm(actor=another, request=reset, now=NOW)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.BUREAU], ids=str)
def test_only_a_security_administrator_confirms_and_refuses(role, district, clerk, security):
    request = ask(security, clerk, district)
    body = district.bureau if role is Role.BUREAU else district.administration
    actor = actor_as(role, body)

    for decide in (grants.confirm, grants.refuse):
        with pytest.raises(NotPermitted):
            decide(actor=actor, request=request, now=NOW)


def test_the_shell_confirms_nothing(district, clerk, system):
    request = ask(system, clerk, district)

    for decide in (grants.confirm, grants.refuse, grants.withdraw):
        with pytest.raises(NotPermitted):
            decide(actor=OPERATOR, request=request, now=NOW)


@pytest.mark.parametrize("role", [Role.AUDIT_ADMIN, Role.BUREAU, Role.ORG_DEPT], ids=str)
def test_others_propose_nothing(role, district, clerk):
    bodies_of = {Role.BUREAU: district.bureau, Role.ORG_DEPT: district.org_dept}
    actor = actor_as(role, bodies_of.get(role, district.administration))

    with pytest.raises(NotPermitted):
        ask(actor, clerk, district)
    assert not RoleRequest.objects.exists()


def test_what_was_decided_stays_decided(district, clerk, system, security, another):
    request = ask(system, clerk, district)
    grants.refuse(actor=security, request=request, now=NOW)

    for decide, actor in ((grants.confirm, another), (grants.withdraw, system)):
        with pytest.raises(grants.RequestDecided):
            decide(actor=actor, request=request, now=NOW)
    assert roles(clerk) == {Role.BUREAU}


def test_the_proposer_alone_withdraws(district, clerk, system, security):
    request = ask(system, clerk, district)

    with pytest.raises(NotPermitted):
        grants.withdraw(actor=security, request=request, now=NOW)
    grants.withdraw(actor=system, request=request, now=NOW)
    request.refresh_from_db()
    assert request.state == RequestState.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_of_two_confirmers_at_once_one_wins(district, clerk, system, security, another):
    request = ask(system, clerk, district)
    actors = [security, another]

    def confirm(thread):
        try:
            grants.confirm(actor=actors[thread], request=request, now=NOW)
        except grants.RequestDecided:
            return "too late"
        return "won"

    assert sorted(at_once(2, confirm)) == ["too late", "won"]
    assert RoleAssignment.objects.filter(user=clerk, role=Role.STATION_HEAD).count() == 1


def test_a_request_runs_out_after_fourteen_days(district, clerk, system, security):
    request = ask(system, clerk, district)
    limit = NOW + timedelta(days=EXPIRES_DAYS)

    assert grants.expire_requests(today=TODAY, now=limit) == 0
    assert grants.expire_requests(today=TODAY, now=limit + timedelta(seconds=1)) == 1
    with pytest.raises(grants.RequestDecided):
        grants.confirm(actor=security, request=request, now=limit)
    assert AuditEntry.objects.order_by("-number").first().actor_label == "clock"


def test_the_same_wish_waits_once(district, clerk, system, security):
    ask(system, clerk, district)

    with pytest.raises(grants.AlreadyProposed):
        ask(security, clerk, district)
    ask(system, clerk, district, role=Role.INSTRUCTOR)


def test_a_role_out_of_place_is_refused_before_anybody_confirms_it(district, clerk, system):
    with pytest.raises(RoleMisplaced):
        ask(system, clerk, district, role=Role.ORG_DEPT)


def test_an_administrator_gets_no_other_role(district, system, security, another):
    request = ask(
        security, system.user, district, role=Role.AUDIT_ADMIN, body=district.administration
    )
    clerks = ask(security, system.user, district)

    for asked in (request, clerks):
        with pytest.raises(bodies.AdministratorAlready):
            grants.confirm(actor=another, request=asked, now=NOW)
        asked.refresh_from_db()
        assert asked.state == RequestState.PROPOSED
    assert roles(system.user) == {Role.SYSTEM_ADMIN}


def test_a_confirmed_reset_gives_a_first_password(district, clerk, system, security):
    request = grants.propose(actor=system, kind=RequestKind.RESET, user=clerk, now=NOW)

    password = grants.confirm(actor=security, request=request, now=NOW)

    clerk.refresh_from_db()
    assert clerk.check_password(password)
    assert (clerk.must_change_password, clerk.password_changed_at) == (True, NOW)


def test_a_closed_account_is_opened_by_two(district, clerk, system, security):
    clerk.is_active = False
    clerk.save()
    request = grants.propose(actor=system, kind=RequestKind.OPEN, user=clerk, now=NOW)
    clerk.refresh_from_db()
    assert not clerk.is_active

    grants.confirm(actor=security, request=request, now=NOW)
    clerk.refresh_from_db()
    assert clerk.is_active


@pytest.mark.parametrize("kind", [RequestKind.END, RequestKind.CLOSE], ids=str)
def test_what_takes_power_away_is_not_proposed(kind, clerk, system):
    with pytest.raises(ValueError, match=kind):
        grants.propose(actor=system, kind=kind, user=clerk, now=NOW)


def test_the_shell_grants_alone_until_two_administrators_hold_office(district, clerk):
    make_user(Role.SECURITY_ADMIN, district.administration)
    assert grants.grant_or_propose(
        actor=OPERATOR, user=clerk, wish=wish(district, Role.INSTRUCTOR), now=NOW
    )
    make_user(Role.SYSTEM_ADMIN, district.administration)

    assert not grants.grant_or_propose(actor=OPERATOR, user=clerk, wish=wish(district), now=NOW)
    assert roles(clerk) == {Role.BUREAU, Role.INSTRUCTOR}


def test_without_a_security_administrator_nobody_could_confirm(district):
    for role in (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN):
        make_user(role, district.administration)
    assert not is_set_up(TODAY)

    make_user(Role.SECURITY_ADMIN, district.administration)
    assert is_set_up(TODAY)


def test_a_role_handed_over_ends_at_once_and_waits_for_its_successor(
    district, clerk, system, security
):
    after = make_user(Role.INSTRUCTOR, district.qingping_office)

    held = grants.hand_over(
        actor=OPERATOR,
        user=clerk,
        successor=after,
        role=Role.BUREAU,
        body=district.bureau,
        first_day=TODAY + timedelta(days=1),
        now=NOW,
    )

    assert not held
    assert clerk.role_assignments.get().valid_to == TODAY
    request = RoleRequest.objects.get()
    grants.confirm(actor=security, request=request, now=NOW)
    assert after.role_assignments.get(role=Role.BUREAU).valid_from == TODAY + timedelta(days=1)
