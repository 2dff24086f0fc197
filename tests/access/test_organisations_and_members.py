"""Every role against organisations and members in and out of its scope, and whose names are clear."""

from datetime import date

import pytest

from tests.factories import (
    actor_as,
    make_business,
    make_district,
    make_member,
    make_organisation,
    seat_of,
)
from xgz.access.actor import actor_for, shell_operator
from xgz.access.members import (
    changeable_members,
    guided_members,
    members_in_clear,
    visible_members,
)
from xgz.access.organisations import (
    changeable_organisations,
    guiding_bodies,
    organisations_in_clear,
    organisations_with_figures,
    organisations_with_people,
    superior_bodies,
    visible_organisations,
)
from xgz.models import InstructorLink
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)

# Four organisations: own township and guided by the office there; own township, guided by nobody;
# the other township, guided by the office there; the other township, guided by the association.
NEAR, NEAR_ALONE, FAR, FAR_ASSOCIATION = "near", "near_alone", "far", "far_association"
ALL = {NEAR, NEAR_ALONE, FAR, FAR_ASSOCIATION}

# role → organisations seen, organisations changed, members seen, names in clear
POLICY = {
    Role.ORG_DEPT: (ALL, ALL, ALL, ALL),
    Role.SOCIAL_WORK_DEPT: (ALL, set(), ALL, set()),
    Role.BUREAU: ({NEAR, FAR}, set(), set(), set()),
    Role.TOWNSHIP_COMMITTEE: (
        {NEAR, NEAR_ALONE},
        {NEAR, NEAR_ALONE},
        {NEAR, NEAR_ALONE},
        {NEAR, NEAR_ALONE},
    ),
    Role.STATION_HEAD: ({NEAR}, set(), set(), set()),
    Role.INSTRUCTOR: ({FAR}, set(), set(), set()),
    Role.ASSOCIATION: ({FAR_ASSOCIATION}, set(), set(), set()),
    Role.BRANCH_SECRETARY: ({NEAR}, set(), {NEAR}, {NEAR}),
    Role.MEMBER: ({NEAR}, set(), {NEAR}, {NEAR}),
    Role.OWNER: (set(), set(), set(), set()),
    Role.SYSTEM_ADMIN: (set(), set(), set(), set()),
    Role.SECURITY_ADMIN: (set(), set(), set(), set()),
    Role.AUDIT_ADMIN: (set(), set(), set(), set()),
}
WITH_PEOPLE = {role: POLICY[role][2] for role in Role} | {Role.MEMBER: set()}
FIGURES = {role: POLICY[role][0] for role in Role} | {Role.MEMBER: set()}


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def organisations(district):
    return {
        NEAR: make_organisation(district.qingping, guiding_body=district.qingping_office),
        NEAR_ALONE: make_organisation(district.qingping),
        FAR: make_organisation(district.liuquan, guiding_body=district.liuquan_office),
        FAR_ASSOCIATION: make_organisation(district.liuquan, guiding_body=district.association),
    }


@pytest.fixture
def members(organisations):
    return {key: make_member(organisation) for key, organisation in organisations.items()}


def _actor(role, district, organisations, members):
    near = organisations[NEAR]
    in_branch = role in {Role.BRANCH_SECRETARY, Role.MEMBER}
    body = near.body if in_branch else seat_of(role, district)
    links = {Role.MEMBER: {"member": members[NEAR]}}.get(role, {})
    if role is Role.OWNER:
        links = {"business": make_business()}
    actor = actor_as(role, body, **links)
    if role is Role.INSTRUCTOR:
        InstructorLink.objects.create(
            instructor=actor.user,
            station=district.qingping_office,
            organisation=organisations[FAR],
            valid_from=date(2025, 1, 1),
        )
    return actor


def _keys(rows, named):
    found = set(rows)
    return {key for key, row in named.items() if row in found}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_and_changes_its_own(role, district, organisations, members):
    actor = _actor(role, district, organisations, members)
    seen, changed, people, clear = POLICY[role]

    assert _keys(visible_organisations(actor), organisations) == seen
    assert _keys(changeable_organisations(actor), organisations) == changed
    assert _keys(visible_members(actor), members) == people
    assert _keys(changeable_members(actor), members) == changed
    assert _keys(members_in_clear(actor), members) == clear
    assert _keys(organisations_in_clear(actor), organisations) == clear
    assert _keys(organisations_with_figures(actor), organisations) == FIGURES[role]
    assert _keys(organisations_with_people(actor), organisations) == WITH_PEOPLE[role]


@pytest.mark.parametrize("role", list(Role))
def test_only_guiding_roles_get_the_masked_list_of_a_guided_branch(
    role, district, organisations, members
):
    actor = _actor(role, district, organisations, members)
    guides = {Role.BUREAU, Role.STATION_HEAD, Role.INSTRUCTOR, Role.ASSOCIATION}
    expected = POLICY[role][0] if role in guides else set()

    listed = {
        key
        for key, organisation in organisations.items()
        if guided_members(actor, organisation).exists()
    }

    assert listed == expected


def test_a_township_sees_guests_from_elsewhere_and_those_of_its_own_who_are_guests_there(
    district, organisations
):
    township = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)
    came = make_member(organisations[FAR], activity_org=organisations[NEAR])
    went = make_member(organisations[NEAR], activity_org=organisations[FAR])
    make_member(organisations[FAR])

    assert set(visible_members(township)) == {came, went}


def test_a_member_who_is_also_an_official_reads_only_the_own_branch_in_clear(
    district, organisations, members
):
    actor = _actor(Role.BUREAU, district, organisations, members)
    actor.user.role_assignments.create(
        role=Role.MEMBER,
        body=organisations[NEAR_ALONE].body,
        member=members[NEAR_ALONE],
        valid_from=date(2020, 1, 1),
    )
    both = actor_for(actor.user, TODAY)

    assert _keys(visible_organisations(both), organisations) == {NEAR, FAR, NEAR_ALONE}
    assert _keys(organisations_in_clear(both), organisations) == {NEAR_ALONE}
    assert _keys(organisations_with_figures(both), organisations) == {NEAR, FAR}
    assert _keys(visible_members(both), members) == {NEAR_ALONE}


def test_superiors_lie_in_reach_and_may_lead(district, organisations):
    township = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)
    department = actor_as(Role.ORG_DEPT, district.org_dept)

    assert set(superior_bodies(township)) == {district.qingping}
    assert set(superior_bodies(department)) == {
        district.org_dept,
        district.social_work,
        district.qingping,
        district.liuquan,
    }


def test_guides_are_offices_beside_the_organization_line(district):
    department = actor_as(Role.ORG_DEPT, district.org_dept)

    assert set(guiding_bodies(department)) == {
        district.bureau,
        district.qingping_office,
        district.liuquan_office,
        district.association,
        district.social_work,
    }


def test_the_shell_operator_reaches_everything(organisations, members):
    operator = shell_operator(TODAY)

    assert _keys(changeable_organisations(operator), organisations) == ALL
    assert _keys(changeable_members(operator), members) == ALL
