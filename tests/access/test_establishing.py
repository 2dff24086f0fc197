"""Who sees an approved organisation being set up, and who reads of its people (FM-13)."""

import pytest

from tests.factories import TODAY, actor_as, make_organisation
from tests.factories.closures import the_district
from tests.factories.establishing import joining, make_establishing
from tests.factories.sites import make_photo
from xgz.access.actor import shell_operator
from xgz.access.establishing import may_assign_at, reads_members, visible_establishings
from xgz.access.sites import visible_photos
from xgz.queries.establishing import joining_rows, standings_for
from xgz.rules.establishing import ABOUT_MEMBERS, EstablishingState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
PEOPLE = [
    # role, seat, sees a shared one, sees one inside, reads the people of the shared one
    (Role.ORG_DEPT, "org_dept", True, True, True),
    (Role.SOCIAL_WORK_DEPT, "social_work", True, True, True),
    (Role.TOWNSHIP_COMMITTEE, "qingping", True, True, True),
    (Role.TOWNSHIP_COMMITTEE, "liuquan", False, False, False),
    (Role.BUREAU, "bureau", True, False, False),
    (Role.STATION_HEAD, "qingping_office", True, False, False),
    (Role.STATION_HEAD, "liuquan_office", False, False, False),
    (Role.INSTRUCTOR, "qingping_office", False, False, False),
    (Role.ASSOCIATION, "association", False, False, False),
    (Role.SYSTEM_ADMIN, "administration", False, False, False),
]


@pytest.mark.parametrize(("role", "seat", "shared", "inside", "reads"), PEOPLE)
def test_who_sees_and_who_reads(role, seat, shared, inside, reads):
    actor = actor_as(role, getattr(the_district(), seat))
    case = make_establishing(procedure=None, state=EstablishingState.RUNNING_IN)
    hidden = make_establishing(procedure=None, opener=Role.TOWNSHIP_COMMITTEE)

    seen = visible_establishings(actor)

    assert seen.filter(pk=case.pk).exists() is shared
    assert seen.filter(pk=hidden.pk).exists() is inside
    assert (shared and reads_members(actor, case)) is reads
    if shared:
        assert bool(joining_rows(case, actor)) is reads
        lines = {each.line for each in standings_for(case, actor)}
        assert bool(lines & ABOUT_MEMBERS) is reads


def test_the_social_work_department_reads_masked_names():
    case = make_establishing(procedure=None, state=EstablishingState.RUNNING_IN)
    social = actor_as(Role.SOCIAL_WORK_DEPT, the_district().social_work)
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)

    assert {row.name for row in joining_rows(case, committee)} == {"方柏梁"}
    assert {row.name for row in joining_rows(case, social)} == {"方*"}
    assert len(joining(case)) == 3


def test_the_shell_reads_all():
    assert reads_members(shell_operator(TODAY), make_establishing(procedure=None))


@pytest.mark.parametrize(
    ("role", "seat", "here", "there"),
    [
        (Role.STATION_HEAD, "qingping_office", True, False),
        (Role.BUREAU, "bureau", True, True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", False, False),
        (Role.ORG_DEPT, "org_dept", False, False),
    ],
)
def test_who_assigns_instructors_of_which_office(role, seat, here, there):
    district = the_district()
    actor = actor_as(role, getattr(district, seat))

    assert may_assign_at(actor, district.qingping_office) is here
    assert may_assign_at(actor, district.liuquan_office) is there
    assert not may_assign_at(actor, None)


def test_photos_are_seen_with_their_organisation():
    district = the_district()
    here = make_photo(make_organisation(district.qingping, guiding_body=district.qingping_office))
    there = make_photo(make_organisation(district.liuquan))

    for role, seat, seen in (
        (Role.ORG_DEPT, district.org_dept, {here, there}),
        (Role.TOWNSHIP_COMMITTEE, district.qingping, {here}),
        (Role.STATION_HEAD, district.qingping_office, {here}),
        (Role.ASSOCIATION, district.association, set()),
        (Role.SYSTEM_ADMIN, district.administration, set()),
    ):
        assert set(visible_photos(actor_as(role, seat))) == seen
