"""Setting up writes organisation, units and guide at once; finishing needs every required line."""

from datetime import timedelta

import pytest

from tests.factories import TODAY, make_organisation
from tests.factories.closures import answer_reviews, the_district
from tests.factories.establishing import (
    guide_of,
    make_establishing,
    organisation_of,
    settle,
    take_as_township,
    township_of,
)
from tests.factories.formations import moment
from xgz.access.actor import NotPermitted
from xgz.access.cases import parties_of
from xgz.access.establishing import visible_establishings
from xgz.models import Business, Coverage, InstructorLink, Member, Organisation, SiteCheck
from xgz.rules.cases import OpinionMissing
from xgz.rules.establishing import EstablishingAction, EstablishingParty, EstablishingState, Line
from xgz.rules.organisations import FormationMode, OrgState, OrgType
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.services import establishing
from xgz.services.cases import ChangedMeanwhile
from xgz.services.organisations import NameTaken

pytestmark = pytest.mark.django_db
_A, _S = EstablishingAction, EstablishingState


def test_one_step_writes_organisation_units_and_guide():
    case = make_establishing()

    take_as_township(case, _A.SET_UP, TODAY, name=" 清平市场联合党支部 ")

    organisation = organisation_of(case)
    assert organisation.name == "清平市场联合党支部"
    assert organisation.body.parent == case.area
    assert organisation.founded_on == case.approved_on
    assert (organisation.org_type, organisation.state) == (OrgType.BRANCH, OrgState.ACTIVE)
    assert organisation.formation_mode == FormationMode.JOINT
    assert organisation.guiding_body == the_district().qingping_office
    assert organisation.coverages.count() == 2
    assert case.subject == "清平市场联合党支部"
    assert organisation.changes.get().note == case.formation.number


@pytest.mark.parametrize("action", [_A.SET_UP, _A.STOP])
def test_what_the_formation_held_is_let_go_by_setting_up_and_by_stopping(action):
    case = make_establishing()
    held = case.formation.units.values_list("is_held", flat=True)
    people = case.formation.members.values_list("is_held", flat=True)
    assert {*held, *people} == {True}

    take_as_township(case, action)

    assert {*held.all(), *people.all()} == {False}


def test_a_unit_that_ended_meanwhile_is_not_listed():
    case = make_establishing()
    gone = case.formation.units.order_by("pk")[0].business
    Business.objects.filter(pk=gone.pk).update(status=BusinessStatus.CANCELLED)

    take_as_township(case, _A.SET_UP)

    listed = organisation_of(case).coverages.values_list("business", flat=True)
    assert list(listed) == [case.formation.units.order_by("pk")[1].business_id]


@pytest.mark.parametrize("code", [None, "360999000001"])
def test_a_name_that_is_borne_is_refused_and_nothing_written(code):
    case = make_establishing()
    make_organisation(the_district().qingping, name="清平市场党支部", code=code)
    before = Organisation.objects.count()

    with pytest.raises((NameTaken, establishing.NameOfAnother)):
        take_as_township(case, _A.SET_UP, name="清平市场党支部")

    case.refresh_from_db()
    assert case.state == _S.SETTING_UP
    assert Organisation.objects.count() == before
    assert not Coverage.objects.filter(business__in=case.formation.units.values("business"))


def test_of_two_clicks_one_sets_up():
    case = make_establishing()
    second = type(case).objects.get(pk=case.pk)
    actor = township_of(case)
    before = Organisation.objects.count()
    establishing.set_up(case=case, actor=actor, now=moment())

    with pytest.raises(ChangedMeanwhile):
        establishing.set_up(case=second, actor=actor, now=moment(), name="另一个名称")

    assert Organisation.objects.count() == before + 1


def test_the_guide_has_no_hand_in_it():
    case = make_establishing()

    with pytest.raises(NotPermitted):
        establishing.set_up(case=case, actor=guide_of(case), now=moment())


def test_whoever_is_named_to_guide_one_kept_inside_knows_of_it_from_then_on():
    case = make_establishing(opener=Role.TOWNSHIP_COMMITTEE, procedure=None)
    association = the_district().association

    take_as_township(case, _A.SET_UP, guide=association)

    case.refresh_from_db()
    assert parties_of(case)[EstablishingParty.GUIDE].body_id == association.pk
    assert case.is_shared
    assert organisation_of(case).guiding_body == association
    assert visible_establishings(guide_of(case)).filter(pk=case.pk).exists()


def test_one_kept_inside_stays_inside_without_a_guide():
    case = make_establishing(opener=Role.TOWNSHIP_COMMITTEE, procedure=None)

    take_as_township(case, _A.SET_UP)

    case.refresh_from_db()
    assert organisation_of(case).guiding_body is None
    assert not case.is_shared


def under_way():
    case = make_establishing(state=_S.RUNNING_IN)
    settle(case)
    answer_reviews(case)
    return case


def undo(line, organisation):
    """Let one required line be open again."""
    if line is Line.FULL_MEMBERS:
        one = Member.objects.filter(formal_org=organisation).order_by("pk")[0]
        Member.objects.filter(pk=one.pk).update(formal_org=None)
    elif line is Line.SECRETARY:
        organisation.posts.update(valid_to=TODAY)
    elif line is Line.INSTRUCTOR:
        InstructorLink.objects.filter(organisation=organisation).update(
            valid_from=TODAY - timedelta(days=9), valid_to=TODAY - timedelta(days=1)
        )
    elif line is Line.MEETING:
        Organisation.objects.filter(pk=organisation.pk).update(last_life_on=None)
    else:
        SiteCheck.objects.filter(organisation=organisation, item=line).update(is_there=False)


@pytest.mark.parametrize(
    "line",
    [
        Line.FULL_MEMBERS,
        Line.SECRETARY,
        Line.PLACE,
        Line.PLAQUE,
        Line.SEAL,
        Line.INSTRUCTOR,
        Line.MEETING,
    ],
)
def test_a_case_is_not_finished_while_a_required_line_is_open(line):
    case = under_way()
    undo(line, organisation_of(case))
    case = type(case).objects.get(pk=case.pk)

    with pytest.raises(establishing.LinesOpen) as refused:
        take_as_township(case, _A.FINISH)

    assert [each.line for each in refused.value.open_lines] == [line]
    case.refresh_from_db()
    assert case.state == _S.RUNNING_IN


def test_one_whose_organisation_ended_is_stopped_and_not_finished():
    case = under_way()
    Organisation.objects.filter(pk=case.organisation_id).update(
        state=OrgState.DISSOLVED, dissolved_on=TODAY
    )
    case = type(case).objects.get(pk=case.pk)

    with pytest.raises(establishing.LinesOpen) as refused:
        take_as_township(case, _A.FINISH)
    assert [each.line for each in refused.value.open_lines] == [Line.STANDS]
    take_as_township(case, _A.STOP, opinion="党组织已并入市场党总支")

    assert case.state == _S.STOPPED


def test_an_old_page_is_told_before_what_is_missing():
    case = make_establishing(state=_S.RUNNING_IN)
    shown = case.version
    type(case).objects.filter(pk=case.pk).update(version=shown + 1)
    case.refresh_from_db()

    with pytest.raises(ChangedMeanwhile):
        establishing.finish(case=case, actor=township_of(case), now=moment(), version=shown)
    with pytest.raises(establishing.LinesOpen):
        establishing.finish(case=case, actor=township_of(case), now=moment(), version=shown + 1)


def test_it_is_finished_once_all_is_there():
    case = under_way()

    take_as_township(case, _A.FINISH)

    assert case.state == _S.DONE


@pytest.mark.parametrize("state", [_S.SETTING_UP, _S.RUNNING_IN])
def test_ending_it_needs_words_and_leaves_the_organisation(state):
    case = make_establishing(state=state)
    with pytest.raises(OpinionMissing):
        take_as_township(case, _A.STOP, opinion=" ")

    take_as_township(case, _A.STOP, opinion="业主迁往外地，暂不设立")

    assert case.state == _S.STOPPED
    assert Organisation.objects.filter(establishing=case, state=OrgState.ACTIVE).exists() is (
        state == _S.RUNNING_IN
    )
