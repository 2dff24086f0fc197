"""Who opens a case, in which state, behind which seats; one open case an organisation (AD-1, AD-11)."""

import pytest

from tests.factories import TODAY, actor_as, make_organisation
from tests.factories.adjustments import make_adjustment, make_branch, moment, opening_actor
from tests.factories.closures import the_district
from xgz.access.actor import NotPermitted, shell_operator
from xgz.access.cases import parties_of
from xgz.models import Adjustment, CaseEvent, Notice
from xgz.rules.adjustments import AdjustmentParty, AdjustmentState, Origin
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services import adjustments

pytestmark = pytest.mark.django_db
P, S = AdjustmentParty, AdjustmentState


def _open(actor, organisation, **given):
    return adjustments.open_adjustment(
        actor=actor, organisation=organisation, now=moment(), **given
    )


@pytest.mark.parametrize(
    ("opener", "state"),
    [
        (Role.STATION_HEAD, S.SUGGESTED),
        (Role.BUREAU, S.SUGGESTED),
        (Role.TOWNSHIP_COMMITTEE, S.PROPOSED),
        (Role.ORG_DEPT, S.PROPOSED),
        (Role.BRANCH_SECRETARY, S.PROPOSED),
    ],
)
def test_the_organization_line_proposes_and_the_market_line_suggests(opener, state):
    case = make_adjustment(opener=opener)

    assert (case.state, case.area) == (state, the_district().qingping)
    proposer = (
        Seat(Role.BRANCH_SECRETARY, case.organisation.body_id)
        if opener is Role.BRANCH_SECRETARY
        else Seat(Role.TOWNSHIP_COMMITTEE, the_district().qingping.pk)
    )
    guide = the_district().bureau if opener is Role.BUREAU else the_district().qingping_office
    assert parties_of(case) == {
        P.PROPOSER: proposer,
        P.TOWNSHIP: Seat(Role.TOWNSHIP_COMMITTEE, the_district().qingping.pk),
        P.DEPARTMENT: Seat(Role.ORG_DEPT, the_district().org_dept.pk),
        P.GUIDE: Seat(Role.BUREAU if opener is Role.BUREAU else Role.STATION_HEAD, guide.pk),
    }


@pytest.mark.parametrize(
    ("role", "seat"),
    [
        (Role.SOCIAL_WORK_DEPT, "social_work"),
        (Role.ASSOCIATION, "association"),
        (Role.INSTRUCTOR, "qingping_office"),
        (Role.TOWNSHIP_COMMITTEE, "liuquan"),
        (Role.STATION_HEAD, "liuquan_office"),
        (Role.SYSTEM_ADMIN, "administration"),
    ],
)
def test_nobody_else_opens_one(role, seat):
    branch = make_branch()
    with pytest.raises(NotPermitted):
        _open(actor_as(role, getattr(the_district(), seat)), branch)
    assert not Adjustment.objects.exists()


def test_the_shell_opens_none():
    branch = make_branch()
    with pytest.raises(NotPermitted):
        _open(shell_operator(TODAY), branch)


def test_why_stands_in_the_history_and_where_from_on_the_case():
    branch = make_branch()
    actor = opening_actor(Role.TOWNSHIP_COMMITTEE, branch)

    case = _open(actor, branch, opinion="半年没有开过会", origin=Origin.LISTED)

    assert CaseEvent.objects.get().opinion == "半年没有开过会"
    assert case.origin == Origin.LISTED


@pytest.mark.parametrize(
    ("guide", "shared"),
    [
        ("qingping_office", True),
        ("bureau", True),
        ("association", True),
        ("social_work", False),
        (None, False),
    ],
)
def test_the_line_that_guides_knows_of_it_and_no_other(guide, shared):
    district = the_district()
    branch = make_branch(guiding_body=getattr(district, guide) if guide else None)

    case = _open(opening_actor(Role.TOWNSHIP_COMMITTEE, branch), branch)

    assert case.is_shared is shared
    assert case.number.startswith("调整-" if shared else "调整内-")
    assert (P.GUIDE in parties_of(case)) is shared
    told = set(Notice.objects.values_list("role", flat=True))
    assert told == {Role.SOCIAL_WORK_DEPT}


def test_outside_a_township_the_department_has_it():
    branch = make_organisation(the_district().org_dept)

    case = _open(opening_actor(Role.ORG_DEPT, branch), branch)

    assert (case.owner_role, case.area) == (Role.ORG_DEPT, None)


@pytest.mark.parametrize("state", [OrgState.DISSOLVED, OrgState.UNCONFIRMED])
def test_only_an_active_organisation_is_adjusted(state):
    branch = make_branch()
    actor = opening_actor(Role.TOWNSHIP_COMMITTEE, branch)
    branch.state, branch.dissolved_on = state, TODAY
    branch.save()

    with pytest.raises(NotPermitted):
        _open(actor, branch)


def test_there_is_one_open_case_of_an_organisation():
    case = make_adjustment(opener=Role.TOWNSHIP_COMMITTEE)
    actor = opening_actor(Role.TOWNSHIP_COMMITTEE, case.organisation)

    with pytest.raises(adjustments.AlreadyOpen):
        _open(actor, case.organisation)
    adjustments.drop(case=case, actor=actor, now=moment(), opinion="恢复了活动")

    assert _open(actor, case.organisation).is_open


@pytest.mark.parametrize(
    ("opener", "told"),
    [
        (Role.TOWNSHIP_COMMITTEE, adjustments.AlreadyOpen),
        (Role.BRANCH_SECRETARY, adjustments.NotOpenNow),
    ],
)
def test_that_one_is_open_is_told_to_whoever_sees_it(opener, told):
    case = make_adjustment(opener=Role.TOWNSHIP_COMMITTEE)

    with pytest.raises(told):
        _open(opening_actor(opener, case.organisation), case.organisation)
