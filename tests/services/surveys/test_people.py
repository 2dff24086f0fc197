"""A person to look for: a sealed lead for the township, nothing in the row, the same answer always."""

import pytest

from tests.factories import actor_as
from tests.factories.surveys import NOW, make_survey
from xgz.access.actor import NotPermitted
from xgz.access.leads import visible_leads
from xgz.models import AuditEntry, Business, Lead, SurveyRow
from xgz.rules.leads import LeadSource, LeadState
from xgz.rules.roles import Role
from xgz.services.surveys.people import Hint, look_for

pytestmark = pytest.mark.django_db
HINT = Hint("老街口修鞋的师傅，下午在", name="甄示例", phone="13800006021")


@pytest.fixture
def survey():
    return make_survey()


@pytest.fixture
def row(survey):
    return survey.rows()[0]


def test_a_hint_becomes_a_lead_of_the_township_about_the_shop(survey, row):
    look_for(actor=survey.actor(), row=row, hint=HINT, now=NOW)

    lead = Lead.objects.get()
    assert (lead.source, lead.state) == (LeadSource.SURVEY, LeadState.NEW)
    assert (lead.area, lead.business) == (survey.round.area, row.business)
    assert (lead.name, lead.phone, lead.note) == (HINT.name, HINT.phone, HINT.note)
    assert lead.owner_body == survey.round.area
    assert lead in visible_leads(survey.runner)


def test_a_shop_that_moved_to_another_township_since_is_not_the_leads(survey, row):
    Business.objects.filter(pk=row.business_id).update(township=survey.district.liuquan)
    moved = SurveyRow.objects.get(pk=row.pk)

    look_for(actor=survey.actor(), row=moved, hint=HINT, now=NOW)

    lead = Lead.objects.get()
    assert (lead.area, lead.business) == (survey.round.area, None)


def test_the_row_and_its_audit_tell_nothing_of_it(survey, row):
    before = SurveyRow.objects.filter(pk=row.pk).values().get()

    look_for(actor=survey.actor(), row=row, hint=HINT, now=NOW)

    assert SurveyRow.objects.filter(pk=row.pk).values().get() == before
    assert not AuditEntry.objects.filter(subject_type="survey_row").exists()


def test_the_answer_is_the_same_whether_a_lead_was_opened(survey, row):
    answers = [look_for(actor=survey.actor(), row=row, hint=HINT, now=NOW) for _ in range(2)]

    assert answers == [None, None]
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "place", "may"),
    [
        (Role.ORG_DEPT, "org_dept", True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", True),
        (Role.STATION_HEAD, "qingping_office", True),
        (Role.TOWNSHIP_COMMITTEE, "liuquan", False),
        (Role.INSTRUCTOR, "qingping_office", False),
        (Role.BUREAU, "bureau", False),
    ],
)
def test_who_may_enter_the_row_may_hand_on_a_hint(survey, row, role, place, may):
    actor = actor_as(role, getattr(survey.district, place))

    if may:
        look_for(actor=actor, row=row, hint=HINT, now=NOW)
    else:
        with pytest.raises(NotPermitted):
            look_for(actor=actor, row=row, hint=HINT, now=NOW)

    assert Lead.objects.count() == may
