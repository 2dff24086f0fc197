"""Which businesses each role reaches, what of them it may read, and what it may choose from."""

from datetime import date

import pytest

from tests.factories import (
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_organisation,
    make_user,
    seat_of,
)
from xgz.access import businesses as access
from xgz.access.actor import actor_for, shell_operator
from xgz.models import InstructorLink, RoleAssignment
from xgz.rules.roles import DECLARED_OWNERS, Resource, Role, Scope, scope_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def here(district):
    return make_business(township=district.qingping, office=district.qingping_office)


@pytest.fixture
def elsewhere(district):
    return make_business(township=district.liuquan, office=district.liuquan_office)


def _linked_actor(role, district, business):
    """Return an actor of `role` in Qingping who is tied to `business` where the role needs a tie."""
    bodies = {
        Role.ORG_DEPT: district.org_dept,
        Role.SOCIAL_WORK_DEPT: district.social_work,
        Role.BUREAU: district.bureau,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
        Role.STATION_HEAD: district.qingping_office,
        Role.INSTRUCTOR: district.qingping_office,
        Role.ASSOCIATION: district.association,
    }
    body = bodies.get(role, district.administration)
    if role is Role.ASSOCIATION:
        make_coverage(make_organisation(district.qingping, guiding_body=body), business=business)
    if role is Role.BRANCH_SECRETARY:
        organisation = make_organisation(district.qingping)
        make_coverage(organisation, business=business)
        body = organisation.body
    if role is Role.OWNER:
        return actor_as(role, district.qingping, business=business)
    user = make_user(role if role is not Role.MEMBER else Role.AUDIT_ADMIN, body)
    if role is Role.INSTRUCTOR:
        InstructorLink.objects.create(
            instructor=user, station=body, business=business, valid_from=date(2026, 11, 23)
        )
    return actor_for(user, TODAY)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MEMBER])
def test_role_sees_the_businesses_of_its_scope(role, district, here, elsewhere):
    actor = _linked_actor(role, district, here)

    seen = set(access.visible_businesses(actor))

    scope = scope_of(role, Resource.BUSINESS)
    expected = {None: set(), Scope.DISTRICT: {here, elsewhere}}.get(scope, {here})
    assert seen == expected


def test_instructor_loses_a_business_the_day_after_the_link_ends(district, here):
    user = make_user(Role.INSTRUCTOR, district.qingping_office)
    InstructorLink.objects.create(
        instructor=user,
        station=district.qingping_office,
        business=here,
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 11, 23),
    )

    assert list(access.visible_businesses(actor_for(user, date(2026, 11, 23)))) == [here]
    assert list(access.visible_businesses(actor_for(user, date(2026, 11, 24)))) == []


def test_contact_stays_with_the_role_that_carries_it(district, here, elsewhere):
    user = make_user(Role.INSTRUCTOR, district.qingping_office)
    InstructorLink.objects.create(
        instructor=user,
        station=district.qingping_office,
        business=here,
        valid_from=date(2026, 1, 1),
    )
    RoleAssignment.objects.create(
        user=user,
        role=Role.SOCIAL_WORK_DEPT,
        body=district.social_work,
        valid_from=date(2026, 1, 1),
    )
    actor = actor_for(user, TODAY)

    assert set(access.visible_businesses(actor)) == {here, elsewhere}
    assert set(access.contact_businesses(actor)) == {here}
    assert set(access.exportable_businesses(actor)) == {here, elsewhere}
    assert set(access.businesses_reached_as(actor, DECLARED_OWNERS)) == set()


def test_shell_operator_reaches_everything(here, elsewhere):
    actor = shell_operator(TODAY)

    assert set(access.contact_businesses(actor)) == {here, elsewhere}


@pytest.mark.parametrize(
    ("role", "sees_contact"),
    [
        (Role.ORG_DEPT, True),
        (Role.SOCIAL_WORK_DEPT, False),
        (Role.BUREAU, True),
        (Role.ASSOCIATION, False),
    ],
)
def test_may_see_contact_follows_the_permission_table(role, sees_contact, district):
    actor = actor_as(role, seat_of(role, district))

    assert access.may_see_contact(actor) is sees_contact


def test_choices_of_townships_stay_in_reach(district, here, elsewhere):
    everywhere = [district.qingping, district.liuquan]

    assert list(access.townships_in_reach(actor_as(Role.BUREAU, district.bureau))) == everywhere
    township = actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan)
    assert list(access.townships_in_reach(township)) == [district.liuquan]
    assert list(access.offices_in_reach(township)) == [district.liuquan_office]
    station = actor_as(Role.STATION_HEAD, district.qingping_office)
    assert list(access.townships_in_reach(station)) == [district.qingping]
    owner = actor_as(Role.OWNER, district.qingping, business=elsewhere)
    assert list(access.townships_in_reach(owner)) == [district.liuquan]


def test_markets_follow_the_same_scopes(district):
    near = make_market(township=district.qingping)
    far = make_market(township=district.liuquan)

    def seen(role, body):
        return set(access.visible_markets(actor_as(role, body)))

    assert seen(Role.ORG_DEPT, district.org_dept) == {near, far}
    assert seen(Role.TOWNSHIP_COMMITTEE, district.qingping) == {near}
    assert seen(Role.STATION_HEAD, district.liuquan_office) == {far}
    assert seen(Role.SYSTEM_ADMIN, district.administration) == set()
