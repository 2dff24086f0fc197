"""Adjustments and papers in two worlds that differ in people alone: the market line sees no odds."""

import pytest
from django.urls import reverse

from tests.factories import actor_as, make_member, make_organisation, make_user
from tests.factories.adjustments import make_adjustment, make_branch, moment
from tests.factories.case_papers import make_issued, make_paper_case
from tests.factories.closures import the_district
from tests.factories.transfers import make_transfer
from tests.privacy.worlds import ask, signed_in
from xgz.access import clock
from xgz.models import RoleAssignment
from xgz.rules.adjustments import AdjustmentState, Sort
from xgz.rules.papers.kinds import PaperKind
from xgz.rules.roles import Role
from xgz.services import adjustments

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(moment):
        yield


@pytest.fixture(params=[Role.STATION_HEAD, Role.BUREAU, Role.INSTRUCTOR], ids=str)
def reader(request):
    district = the_district()
    bodies = {Role.BUREAU: district.bureau}
    return make_user(request.param, bodies.get(request.param, district.qingping_office))


def answers(reader, addresses):
    """Return what each page answers: status, headers, bytes and the shape of its queries."""
    client = signed_in(reader)
    return [ask(client, address) for address in addresses]


def lists(*names):
    found = [reverse("inbox"), *(reverse(name) for name in names)]
    return [
        *found,
        *(f"{reverse(name)}?list={part}" for name in names for part in ("open", "closed")),
    ]


@pytest.mark.parametrize("sort", list(Sort)[1:], ids=str)
def test_transfers_into_a_branch_that_is_to_end_tell_its_guide_nothing(reader, sort):
    case = make_adjustment(state=AdjustmentState.CARRYING_OUT, sort=sort, members=1)
    pages = [
        reverse("adjustment-detail", args=[case.public_id]),
        reverse("adjustment-carry-out", args=[case.public_id, "merge"]),
        *lists("adjustment-list"),
    ]
    plain = answers(reader, pages)

    make_transfer(to_org=case.organisation)
    if case.target_org is not None:
        make_transfer(from_org=make_branch(guiding_body=None), to_org=case.target_org)

    assert answers(reader, pages) == plain


def test_an_adjustment_kept_inside_is_nowhere_to_be_seen(reader):
    inside = make_organisation(the_district().qingping)
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
    pages = lists("adjustment-list", "organisation-list")
    plain = answers(reader, pages)

    case = adjustments.open_adjustment(actor=committee, organisation=inside, now=moment())
    pages.append(reverse("adjustment-detail", args=[case.public_id]))
    hidden = answers(reader, pages)
    none = ask(signed_in(reader), reverse("adjustment-detail", args=["x" * 12]))

    assert hidden[:-1] == plain
    assert hidden[-1].status == none.status
    assert hidden[-1].queries == none.queries


def test_papers_that_name_people_are_no_more_there_than_papers_that_are_not(reader):
    case = make_paper_case(opener=Role.BUREAU)
    pages = [
        reverse("formation-detail", args=[case.public_id]),
        reverse("paper-register"),
        *lists("formation-list"),
    ]
    plain = answers(reader, pages)

    inside = make_paper_case()
    for kind, of in ((PaperKind.ROSTER, inside), (PaperKind.REQUEST, inside)):
        _case, _paper, actor = make_issued(kind, of)
        RoleAssignment.objects.filter(user=actor.user).delete()
    make_member(make_organisation(the_district().qingping))

    assert answers(reader, pages) == plain
