from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_district,
    make_member,
    make_organisation,
    seat_of,
)
from xgz.access.actor import NotPermitted, actor_for, shell_operator
from xgz.models import AuditEntry, Body, RoleAssignment
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.roles import ADMINISTRATORS, BODY_KINDS_OF_ROLE, Role, RoleMisplaced, roles_with
from xgz.services import bodies

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
OPERATOR = shell_operator(TODAY)


@pytest.fixture
def district():
    return make_district()


def add(actor, name, parent=None, **values):
    return bodies.add_body(
        actor=actor,
        name=name,
        kind=BodyKind.TOWNSHIP,
        line=Line.ORGANIZATION,
        parent=parent,
        now=NOW,
        **values,
    )


def test_bodies_get_neighbouring_paths_below_their_parent():
    root = add(OPERATOR, "县委组织部")
    first, second = add(OPERATOR, "清平镇", root), add(OPERATOR, "柳泉镇", root)

    assert (root.path, first.path, second.path) == ("00001", "0000100001", "0000100002")


def test_a_full_branch_of_the_tree_is_refused(district):
    Body.objects.filter(pk=district.liuquan.pk).update(path="0000199998")

    with pytest.raises(bodies.TreeFull):
        add(OPERATOR, "第九万九千九百九十九镇", district.org_dept)


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_only_the_system_administrator_changes_bodies(role, district):
    branch = make_organisation(district.qingping)
    body = branch.body if role is Role.BRANCH_SECRETARY else seat_of(role, district)
    actor = actor_as(role, body, **_links(role))
    if role in roles_with("body.change"):
        add(actor, "新镇")
    else:
        with pytest.raises(NotPermitted):
            add(actor, "新镇")

    assert Body.objects.filter(name="新镇").exists() is (role is Role.SYSTEM_ADMIN)


def _links(role):
    if role is Role.OWNER:
        return {"business": make_business()}
    if role is Role.MEMBER:
        return {"member": make_member(None)}
    return {}


def grant(user, role, body, valid_from=TODAY, **links):
    return bodies.grant_role(
        actor=OPERATOR, user=user, role=role, body=body, valid_from=valid_from, now=NOW, **links
    )


def test_a_granted_role_counts_from_its_first_day(district):
    user = bodies.add_account(
        actor=OPERATOR, username="clerk", display_name="许一宁", password="x" * 14, now=NOW
    )
    bodies.grant_role(
        actor=OPERATOR,
        user=user,
        role=Role.BUREAU,
        body=district.bureau,
        valid_from=date(2026, 12, 1),
        now=NOW,
    )

    assert actor_for(user, date(2026, 11, 30)).roles == frozenset()
    assert actor_for(user, date(2026, 12, 1)).roles == {Role.BUREAU}
    assert [e.action for e in AuditEntry.objects.order_by("pk")] == ["account.add", "role.grant"]


def test_a_role_ends_after_its_last_day(district):
    actor = actor_as(Role.BUREAU, district.bureau)
    RoleAssignment.objects.filter(user=actor.user).update(valid_to=date(2026, 11, 23))

    assert actor_for(actor.user, date(2026, 11, 23)).roles == {Role.BUREAU}
    assert actor_for(actor.user, date(2026, 11, 24)).roles == frozenset()


def test_an_account_without_password_opens_nothing(district, client):
    bodies.add_account(
        actor=OPERATOR, username="zhidao", display_name="左明远", password=None, now=NOW
    )

    assert not client.login(username="zhidao", password="")


def test_administrator_roles_exclude_each_other(district):
    actor = actor_as(Role.SYSTEM_ADMIN, district.administration)

    for role in ADMINISTRATORS:
        with pytest.raises(bodies.AdministratorAlready):
            grant(actor.user, role, district.administration)


def test_an_administrator_changes_office_only_after_the_last_day(district):
    user = actor_as(Role.SYSTEM_ADMIN, district.administration).user
    RoleAssignment.objects.filter(user=user).update(valid_to=TODAY)

    with pytest.raises(bodies.AdministratorAlready):
        grant(user, Role.AUDIT_ADMIN, district.administration)
    grant(user, Role.AUDIT_ADMIN, district.administration, TODAY + timedelta(days=1))

    assert actor_for(user, TODAY + timedelta(days=1)).roles == {Role.AUDIT_ADMIN}


def test_the_database_too_keeps_administrators_apart(district):
    user = actor_as(Role.SYSTEM_ADMIN, district.administration).user

    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(
            user=user, role=Role.AUDIT_ADMIN, body=district.administration, valid_from=TODAY
        )


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_a_role_is_granted_only_where_it_belongs(role, district):
    places = [
        *(getattr(district, field.name) for field in fields(district)),
        make_organisation(district.qingping).body,
    ]
    user = bodies.add_account(
        actor=OPERATOR, username="clerk", display_name="许一宁", password=None, now=NOW
    )
    refused = []
    for place in places:
        try:
            with transaction.atomic():
                grant(user, role, place, **_links(role))
        except RoleMisplaced as misplaced:
            refused.append((misplaced.role, misplaced.kind))

    granted = set(user.role_assignments.values_list("body__kind", flat=True))
    assert granted == BODY_KINDS_OF_ROLE[role]
    assert set(refused) == {(role, kind) for kind in BodyKind if kind not in granted}


def test_an_instructor_gets_a_business_that_nobody_serves(district):
    business = make_business()
    instructors = [actor_as(Role.INSTRUCTOR, district.qingping_office).user for _ in range(2)]

    def link(user):
        return bodies.link_instructor(
            actor=actor_as(Role.BUREAU, district.bureau),
            instructor=user,
            station=district.qingping_office,
            business=business,
            valid_from=TODAY,
            now=NOW,
        )

    link(instructors[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        link(instructors[1])
