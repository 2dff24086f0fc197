"""Who sees and makes which papers of a formation (PA-1, PA-5)."""

import pytest

from tests.factories import actor_as, make_user
from tests.factories.case_papers import make_issued, make_paper_case
from tests.factories.closures import the_district
from tests.factories.elections import make_election, moment
from tests.factories.formations import actor_of_party, take_as_somebody
from xgz.access.papers import hands_of, registered_bodies, visible_papers
from xgz.models import Formation
from xgz.rules.elections import ElectionState
from xgz.rules.formations import FormationAction
from xgz.rules.papers.kinds import Hand, PaperKind
from xgz.rules.roles import Role
from xgz.services import papers

pytestmark = pytest.mark.django_db
K = PaperKind


def again(case):
    return Formation.objects.get(pk=case.pk)


@pytest.fixture
def market_case():
    """Return a formation of the bureau's, approved by the township, with all its papers."""
    case = make_paper_case(opener=Role.BUREAU)
    make_issued(K.REQUEST, again(case), "preparer")
    make_issued(K.ROSTER, again(case), "roster")
    for action in (FormationAction.SEND, FormationAction.AGREE):
        take_as_somebody(again(case), action)
    make_issued(K.REPLY, again(case), "step_1")
    return again(case)


def seen(actor, case):
    return sorted(visible_papers(actor, case).values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("party", "kinds"),
    [
        ("preparer", [K.REPLY, K.REQUEST]),
        ("roster", [K.REPLY, K.REQUEST, K.ROSTER]),
        ("step_1", [K.REPLY, K.REQUEST, K.ROSTER]),
        ("step_2", [K.REPLY, K.REQUEST, K.ROSTER]),
        ("guide", []),
    ],
)
def test_each_party_sees_its_papers(market_case, party, kinds):
    assert seen(actor_of_party(market_case, party), market_case) == sorted(kinds)


def test_others_see_none(market_case):
    district = the_district()
    for role, body in (
        (Role.TOWNSHIP_COMMITTEE, district.liuquan),
        (Role.STATION_HEAD, district.liuquan_office),
        (Role.ASSOCIATION, district.association),
        (Role.SYSTEM_ADMIN, district.administration),
    ):
        assert seen(actor_as(role, body), market_case) == []


def test_drafts_of_another_body_are_not_the_market_lines():
    from tests.factories.case_papers import make_draft

    case = make_paper_case(opener=Role.BUREAU)
    for action in (FormationAction.SEND, FormationAction.AGREE):
        take_as_somebody(again(case), action)
    make_draft(K.REPLY, again(case), "step_1")

    assert seen(actor_of_party(case, "preparer"), case) == []


def test_the_market_line_makes_a_request_and_nothing_else(market_case):
    assert hands_of(actor_of_party(market_case, "preparer"), market_case) == {Hand.PREPARER}
    assert hands_of(actor_of_party(market_case, "guide"), market_case) == frozenset()


def test_somebody_of_both_lines_reads_by_the_role_that_may(market_case):
    """A second role of the market line does not open the roster, and does not close it."""
    from tests.factories.district import TODAY
    from xgz.access.actor import actor_for
    from xgz.models import RoleAssignment

    district = the_district()
    user = make_user(Role.BUREAU, district.bureau)
    RoleAssignment.objects.create(
        user=user, role=Role.TOWNSHIP_COMMITTEE, body=district.liuquan, valid_from=TODAY
    )

    assert seen(actor_for(user, TODAY), market_case) == [K.REPLY, K.REQUEST]


def test_each_body_reads_its_own_register_and_the_department_all(market_case):
    district = the_district()

    def names(role, body):
        return set(registered_bodies(actor_as(role, body)).values_list("name", flat=True))

    assert names(Role.TOWNSHIP_COMMITTEE, district.qingping) == {"清平镇党委"}
    assert names(Role.BUREAU, district.bureau) == {"县市场监督管理局"}
    assert names(Role.ORG_DEPT, district.org_dept) == {"清平镇党委", "县市场监督管理局"}
    assert names(Role.TOWNSHIP_COMMITTEE, district.liuquan) == set()
    assert names(Role.STATION_HEAD, district.qingping_office) == set()


def test_a_member_of_a_branch_does_not_read_what_it_wrote():
    case = make_election(state=ElectionState.REPORTED)
    branch = case.organisation.body
    secretary = actor_as(Role.BRANCH_SECRETARY, branch)
    paper = papers.make_paper(actor=secretary, case=case, kind=K.RESULT, now=moment())
    papers.issue_paper(actor=secretary, case=case, paper=paper, now=moment())

    assert registered_bodies(secretary).get() == branch
    somebody = case.organisation.members.first()
    assert not registered_bodies(actor_as(Role.MEMBER, branch, member=somebody)).exists()
