"""Who sees an election, who reads of its people, who changes its file (EL-14)."""

import pytest

from tests.factories import actor_as, make_organisation
from tests.factories.closures import the_district
from tests.factories.elections import actor_of_party, make_branch, make_election
from xgz.access.elections import (
    COUNTS,
    PREPARES,
    may_file,
    openable_organisations,
    reads_people,
    visible_elections,
)
from xgz.rules.elections import ElectionState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return the_district()


def offices(district):
    return {
        Role.ORG_DEPT: district.org_dept,
        Role.SOCIAL_WORK_DEPT: district.social_work,
        Role.BUREAU: district.bureau,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
        Role.STATION_HEAD: district.qingping_office,
        Role.INSTRUCTOR: district.qingping_office,
        Role.ASSOCIATION: district.association,
    }


@pytest.mark.parametrize(
    ("guided", "seeing"),
    [
        (True, {Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE, Role.STATION_HEAD, Role.BUREAU}),
        (False, {Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE}),
    ],
)
def test_the_market_line_sees_the_case_where_it_guides_and_reads_of_nobody(
    district, guided, seeing
):
    case = make_election(guided=guided)
    actors = {role: actor_as(role, body) for role, body in offices(district).items()}

    assert {r for r, a in actors.items() if visible_elections(a).filter(pk=case.pk)} == seeing
    inside = {Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE}
    assert {r for r, a in actors.items() if reads_people(a, case)} == inside


def test_the_association_knows_of_elections_of_what_it_guides(district):
    case = make_election(branch=make_branch(guiding_body=district.association))

    assert visible_elections(actor_as(Role.ASSOCIATION, district.association)).get() == case
    assert not visible_elections(actor_as(Role.BUREAU, district.bureau)).exists()


def test_another_township_and_another_branch_see_nothing(district):
    make_election()
    other = make_organisation(district.qingping)

    for actor in (
        actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan),
        actor_as(Role.STATION_HEAD, district.liuquan_office),
        actor_as(Role.BRANCH_SECRETARY, other.body),
    ):
        assert not visible_elections(actor).exists()


def test_who_is_of_both_lines_reads_by_the_organization_line_alone(district):
    case = make_election()
    from_both = actor_as(Role.STATION_HEAD, district.qingping_office)
    assert not reads_people(from_both, case)

    assert reads_people(actor_of_party(case, "branch"), case)


def test_the_file_is_the_branch_s_and_its_committee_s_the_count_the_branch_s_alone():
    case = make_election(state=ElectionState.READY)
    branch = actor_of_party(case, "branch")
    committee = actor_of_party(case, "committee")
    guide = actor_of_party(case, "guide")

    assert [may_file(a, case, PREPARES) for a in (branch, committee, guide)] == [True, True, False]
    assert [may_file(a, case, COUNTS) for a in (branch, committee, guide)] == [True, False, False]


def test_elections_are_opened_within_the_own_reach(district):
    here, there = make_branch(), make_branch(place="liuquan")

    opens = {
        role: set(openable_organisations(actor_as(role, body)))
        for role, body in offices(district).items()
    }

    assert opens.pop(Role.ORG_DEPT) == {here, there}
    assert opens.pop(Role.TOWNSHIP_COMMITTEE) == {here}
    assert not any(opens.values())
    assert set(openable_organisations(actor_as(Role.BRANCH_SECRETARY, here.body))) == {here}
