"""The page of bodies and the permission table: office-holders shown, private roles not."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    make_business,
    make_district,
    make_market,
    make_member,
    make_organisation,
    make_user,
    seat_of,
)
from xgz.models import InstructorLink, RoleAssignment
from xgz.rules.roles import ACTIONS, VIEWS, Resource, Role, Scope
from xgz.web.bodies.wording import ACTION_LABELS, RESOURCE_LABELS, SCOPE_LABELS, SCOPE_NOTES

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


def _get(client, user, name):
    client.force_login(user)
    return client.get(reverse(name))


def test_tree_shows_offices_with_holders_but_no_organisations(client, district):
    user = make_user(Role.BUREAU, district.bureau)
    secretary = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    branch = make_organisation(district.qingping, name="清平一支部")

    response = _get(client, user, "body-list")

    rows = {row.body.name: row for row in response.context["rows"]}
    assert branch.name not in rows
    assert [holder.name for holder in rows["清平镇党委"].holders] == [secretary.display_name]
    assert (rows["清平镇党委"].depth, rows["清平所"].area) == (1, ("清平镇党委",))


def test_private_roles_and_ended_ones_are_not_shown(client, district):
    viewer = make_user(Role.BUREAU, district.bureau)
    member = make_member(None)
    hidden = [
        make_user(Role.MEMBER, district.qingping, member=member),
        make_user(Role.OWNER, district.qingping, business=make_business()),
        make_user(Role.BRANCH_SECRETARY, make_organisation(district.qingping).body),
        make_user(Role.TOWNSHIP_COMMITTEE, district.qingping),
    ]
    RoleAssignment.objects.filter(user=hidden[-1]).update(valid_to=date(2021, 1, 1))

    response = _get(client, viewer, "body-list")

    names = {holder.name for row in response.context["rows"] for holder in row.holders}
    assert names == {viewer.display_name}


def test_instructors_show_their_loads_even_when_empty(client, district):
    busy = make_user(Role.INSTRUCTOR, district.qingping_office)
    idle = make_user(Role.INSTRUCTOR, district.liuquan_office)
    for link in (
        {"business": make_business()},
        {"business": make_business()},
        {"market": make_market()},
        {"organisation": make_organisation(district.qingping)},
        {"business": make_business(), "valid_to": date(2021, 1, 1)},
    ):
        InstructorLink.objects.create(
            instructor=busy,
            station=district.qingping_office,
            valid_from=date(2020, 1, 1),
            **link,
        )

    response = _get(client, busy, "body-list")

    loads = [
        (load.name, load.businesses, load.markets, load.organisations, load.total)
        for load in response.context["loads"]
    ]
    assert loads == [(busy.display_name, 2, 1, 1, 4), (idle.display_name, 0, 0, 0, 0)]


def test_tree_asks_the_same_queries_however_many_hold_roles(client, district):
    viewer = make_user(Role.BUREAU, district.bureau)

    def count_queries():
        with CaptureQueriesContext(connection) as queries:
            assert _get(client, viewer, "body-list").status_code == 200
        return len(queries)

    make_user(Role.INSTRUCTOR, district.qingping_office)
    count_queries()
    one = count_queries()
    for _ in range(3):
        make_user(Role.INSTRUCTOR, district.qingping_office)
        make_user(Role.STATION_HEAD, district.liuquan_office)
    three = count_queries()

    assert one == three
    assert three <= 30


def test_person_without_a_role_is_refused_the_tree(client, django_user_model):
    user = django_user_model.objects.create(username="no-role")

    assert _get(client, user, "body-list").status_code == 403


@pytest.mark.parametrize("role", [Role.BUREAU, Role.AUDIT_ADMIN])
def test_permission_table_prints_every_role_and_marks_ones_own(client, district, role):
    user = make_user(role, seat_of(role, district))

    response = _get(client, user, "permission-table")

    rows = response.context["rows"]
    assert len(rows) == len(Role)
    assert [row.is_own for row in rows] == [each is role for each in Role]
    assert "data-print" in response.content.decode()


def test_permission_table_shows_the_scope_the_rules_hold(client, district):
    user = make_user(Role.STATION_HEAD, district.qingping_office)

    response = _get(client, user, "permission-table")

    row = response.context["rows"][list(Role).index(Role.STATION_HEAD)]
    scopes = dict(zip(Resource, row.scopes, strict=True))
    assert (scopes[Resource.BUSINESS], scopes[Resource.MEMBER]) == ("本所辖区", "")
    assert "导出经营主体" in row.actions


def test_every_resource_scope_and_action_has_words():
    assert set(RESOURCE_LABELS) == set(Resource)
    assert set(SCOPE_LABELS) == set(SCOPE_NOTES) == set(Scope)
    assert set(ACTION_LABELS) == set().union(*ACTIONS.values())
    assert set(VIEWS) == set(Role)


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.BUREAU, "只限所指导的党组织"),
        (Role.STATION_HEAD, "只限所指导的党组织"),
        (Role.ASSOCIATION, "只限所指导的党组织"),
        (Role.INSTRUCTOR, "只限本人联系的党组织"),
    ],
)
def test_permission_table_says_what_guides_see_of_people(client, district, role, scope):
    user = make_user(Role.BUREAU, district.bureau)

    response = _get(client, user, "permission-table")

    row = response.context["rows"][list(Role).index(role)]
    assert row.readings == [
        scope,
        "姓名掩码（张*）和职务",
        "正式、预备党员人数和在此参加活动的人数",
        "平均年龄（人数过少的不显示），不含单个人的年龄",
    ]


def test_permission_table_says_what_a_member_and_the_township_read(client, district):
    user = make_user(Role.BUREAU, district.bureau)

    rows = _get(client, user, "permission-table").context["rows"]

    readings = {role: rows[list(Role).index(role)].readings for role in Role}
    assert readings[Role.MEMBER] == ["本人信息", "本组织任职人姓名"]
    assert readings[Role.TOWNSHIP_COMMITTEE][0] == "党员姓名"
    assert readings[Role.SOCIAL_WORK_DEPT][0] == "党员姓名掩码（张*）"
    assert readings[Role.SYSTEM_ADMIN] == []
