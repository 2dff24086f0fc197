from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_district,
    make_member,
    make_organisation,
    make_user,
    seat_of,
)
from xgz.access import clock
from xgz.access.actor import NotPermitted, actor_for, shell_operator
from xgz.models import AuditEntry, RoleAssignment
from xgz.rules.roles import Role, roles_with
from xgz.services import accounts

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
OPERATOR = shell_operator(TODAY)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def clerk(district):
    return make_user(Role.BUREAU, district.bureau)


def end(user, body, last_day=TODAY, role=Role.BUREAU, actor=OPERATOR):
    return accounts.end_role(
        actor=actor, user=user, role=role, body=body, last_day=last_day, now=NOW
    )


def test_an_ended_role_holds_to_its_last_day(district, clerk):
    assert end(clerk, district.bureau) == 1

    assert actor_for(clerk, TODAY).roles == {Role.BUREAU}
    assert actor_for(clerk, TODAY + timedelta(days=1)).roles == frozenset()
    assert [entry.action for entry in AuditEntry.objects.all()] == ["role.end"]


def test_a_role_ends_once_but_an_end_to_come_may_be_brought_forward(district, clerk):
    end(clerk, district.bureau, TODAY + timedelta(days=30))
    end(clerk, district.bureau)

    with pytest.raises(accounts.RoleNotHeld):
        end(clerk, district.bureau)
    assert RoleAssignment.objects.get().valid_to == TODAY


def test_only_the_role_at_that_body_ends(district, clerk):
    with pytest.raises(accounts.RoleNotHeld):
        end(clerk, district.qingping_office)
    with pytest.raises(accounts.RoleNotHeld):
        end(clerk, district.bureau, role=Role.INSTRUCTOR)

    assert RoleAssignment.objects.get().valid_to is None


def test_a_role_cannot_end_before_it_began(district, clerk):
    began = RoleAssignment.objects.get().valid_from

    with pytest.raises(accounts.RoleNotHeld):
        end(clerk, district.bureau, began - timedelta(days=1))
    assert end(clerk, district.bureau, began) == 1


def test_a_reset_password_opens_the_account_to_a_change_only(client, clerk):
    client.force_login(clerk)

    accounts.reset_password(
        actor=OPERATOR, user=clerk, password="a long first one", now=clock.now()
    )

    assert client.get("/").status_code == 302  # the old session ended
    assert client.login(username=clerk.username, password="a long first one")
    assert client.get("/").headers["Location"] == reverse("password-change")
    assert AuditEntry.objects.get().action == "account.reset_password"


def test_a_disabled_person_is_cut_off_at_the_next_request(client, clerk):
    client.force_login(clerk)
    assert client.get(reverse("worklists")).status_code == 200

    accounts.set_account_open(actor=OPERATOR, user=clerk, is_open=False, now=NOW)

    refused = client.get(reverse("worklists"))
    assert (refused.status_code, refused.headers["Location"].split("?")[0]) == (
        302,
        reverse("sign-in"),
    )
    accounts.set_account_open(actor=OPERATOR, user=clerk, is_open=True, now=NOW)
    client.force_login(clerk)
    assert client.get(reverse("worklists")).status_code == 200
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [
        "account.disable",
        "account.enable",
    ]


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in roles_with("role.change")], ids=str
)
def test_only_the_security_administrator_changes_accounts(role, district, clerk):
    links = {
        Role.OWNER: lambda: {"business": make_business()},
        Role.MEMBER: lambda: {"member": make_member(None)},
    }.get(role, dict)()
    branch = make_organisation(district.qingping)
    body = branch.body if role is Role.BRANCH_SECRETARY else seat_of(role, district)
    actor = actor_as(role, body, **links)

    with pytest.raises(NotPermitted):
        end(clerk, district.bureau, actor=actor)
    with pytest.raises(NotPermitted):
        accounts.reset_password(actor=actor, user=clerk, password="x" * 14, now=NOW)
    with pytest.raises(NotPermitted):
        accounts.set_account_open(actor=actor, user=clerk, is_open=False, now=NOW)
    assert not AuditEntry.objects.exists()
