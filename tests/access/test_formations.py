"""Who sees a formation, and who reads of its people (FM-13)."""

import pytest

from tests.factories import TODAY, actor_as, make_business, make_member
from tests.factories.closures import the_district
from tests.factories.formations import LONG, actor_of_party, make_formation
from xgz.access.actor import NotPermitted, shell_operator
from xgz.access.cases import parties_of
from xgz.access.formations import (
    NAMES_MEMBERS,
    PREPARES,
    TALKS,
    may_file,
    reads_members,
    require_filing,
    require_namer,
    visible_formations,
)
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
PEOPLE = [
    # role, seat, sees a shared one, sees one inside, reads the people of the shared one
    (Role.ORG_DEPT, "org_dept", True, True, True),
    (Role.SOCIAL_WORK_DEPT, "social_work", True, True, True),
    (Role.TOWNSHIP_COMMITTEE, "qingping", True, True, True),
    (Role.TOWNSHIP_COMMITTEE, "liuquan", False, False, False),
    (Role.BUREAU, "bureau", True, False, True),
    (Role.STATION_HEAD, "qingping_office", True, False, False),
    (Role.STATION_HEAD, "liuquan_office", False, False, False),
    (Role.INSTRUCTOR, "qingping_office", False, False, False),
    (Role.ASSOCIATION, "association", False, False, False),
    (Role.MEMBER, "qingping", False, False, False),
    (Role.OWNER, "qingping", False, False, False),
    (Role.SYSTEM_ADMIN, "administration", False, False, False),
]


def somebody(role, body):
    links = {Role.MEMBER: {"member": make_member(None)}, Role.OWNER: {"business": make_business()}}
    return actor_as(role, body, **links.get(role, {}))


@pytest.mark.parametrize(("role", "seat", "shared", "inside", "reads"), PEOPLE)
def test_who_sees_and_who_reads(role, seat, shared, inside, reads):
    actor = somebody(role, getattr(the_district(), seat))
    case = make_formation(procedure=None)
    hidden = make_formation(procedure=None, opener=Role.TOWNSHIP_COMMITTEE)

    seen = visible_formations(actor)

    assert seen.filter(pk=case.pk).exists() is shared
    assert seen.filter(pk=hidden.pk).exists() is inside
    assert (shared and reads_members(actor, case)) is reads


def test_a_step_of_the_market_line_shows_it_the_case_and_not_the_people():
    case = make_formation(procedure=LONG, opener=Role.TOWNSHIP_COMMITTEE)
    for party in ("step_3", "beside_1_1", "beside_1_2"):
        actor = actor_of_party(case, party)

        assert visible_formations(actor).filter(pk=case.pk).exists()
        assert not reads_members(actor, case)


def test_the_shell_reads_all():
    assert reads_members(shell_operator(TODAY), make_formation(procedure=None))


@pytest.mark.parametrize(
    ("party", "allowed"),
    [
        ("preparer", {PREPARES, TALKS, NAMES_MEMBERS}),
        ("roster", {TALKS, NAMES_MEMBERS}),
        ("guide", {TALKS}),
        ("step_2", set()),
    ],
)
def test_who_changes_what_of_the_file(party, allowed):
    case = make_formation(procedure=None)
    for other in ("preparer", "roster", "guide"):
        actor_of_party(case, other)  # nobody answers for an empty seat
    actor = actor_of_party(case, party)

    for parties in (PREPARES, TALKS, NAMES_MEMBERS):
        if parties in allowed:
            require_filing(actor, case, parties)
            continue
        with pytest.raises(NotPermitted):
            require_filing(actor, case, parties)


@pytest.mark.parametrize(
    ("opener", "party", "names"),
    [
        (Role.BUREAU, "preparer", False),
        (Role.BUREAU, "roster", True),
        (Role.BUREAU, "guide", False),
        (Role.TOWNSHIP_COMMITTEE, "preparer", True),
        (Role.ORG_DEPT, "preparer", True),
    ],
)
def test_people_are_named_by_a_role_that_reads_their_names(opener, party, names):
    case = make_formation(procedure=None, opener=opener)
    for other in ("preparer", "roster", "step_1"):
        if other in parties_of(case):
            actor_of_party(case, other)  # nobody answers for an empty seat
    actor = actor_of_party(case, party)

    assert may_file(actor, case, NAMES_MEMBERS) is names
    if names:
        require_namer(actor, case)
        return
    with pytest.raises(NotPermitted):
        require_namer(actor, case)
