"""Saying later at which business or market a lead is to be looked for (LD-17)."""

import pytest

from tests.factories import make_market
from tests.factories.closures import make_shop, the_district
from tests.factories.district import actor_as
from tests.factories.leads import instructor_of, make_draft, make_known_member, make_lead
from tests.factories.leads import party_actor as party
from tests.services.cases.kinds import moment, written
from xgz.access.actor import NotPermitted, clock_actor
from xgz.models import CaseEvent, Lead, MemberWorkplace
from xgz.rules.cases import StepNotAllowed
from xgz.rules.leads import LeadSource, LeadState, Placement
from xgz.rules.roles import Role
from xgz.services import leads
from xgz.services.cases import ChangedMeanwhile

pytestmark = pytest.mark.django_db
NOW = moment()


def amend(lead, place, actor=None, **values):
    actor = actor or party(lead, "township")
    leads.amend_place(case=lead, actor=actor, now=NOW, place=place, **values)


def reported(**values):
    return make_lead(business=None, source=LeadSource.SELF_REPORT, **values)


def test_the_committee_names_a_business_then_a_market():
    lead, shop = reported(), make_shop(the_district())
    market = make_market(township=lead.area)

    amend(lead, shop)
    assert (lead.business, lead.market, lead.subject) == (shop, None, shop.name)
    amend(lead, market)

    assert (lead.business, lead.market) == (None, market)
    labels = CaseEvent.objects.filter(case_id=lead.public_id).values_list("label", flat=True)
    assert list(labels).count("补充线索地点") == 2


def test_a_self_reported_lead_comes_to_a_joint_branch_by_it():
    lead = reported(state=LeadState.CONFIRMED)
    actor, how = party(lead, "township"), leads.Place(Placement.JOINT)
    with pytest.raises(leads.BusinessMissing):
        leads.place(case=lead, actor=actor, now=NOW, place=how)

    amend(lead, make_shop(the_district()))
    leads.place(case=lead, actor=actor, now=NOW, place=how)

    assert lead.state == LeadState.PLACED


def test_by_the_new_place_the_lead_is_known_again():
    lead, shop = reported(name="柏长青", phone=""), make_shop(the_district())
    amend(lead, shop)

    again = make_draft(business=shop, name="柏长青", phone="")
    assert leads.open_lead(clock_actor(NOW.date()), again, now=NOW) is None


def test_another_township_nothing_or_a_place_with_a_lead_of_the_person_is_refused():
    lead, district = reported(name="柏长青", phone=""), the_district()
    shop = make_shop(district)
    make_lead(business=shop, name="柏长青", phone="")
    before = written(lead)

    with pytest.raises(leads.OtherTownship):
        amend(lead, make_shop(district, place="liuquan"))
    with pytest.raises(leads.BusinessMissing):
        amend(lead, None)
    with pytest.raises(leads.PlaceTaken):
        amend(lead, shop)
    assert written(lead) == before


def test_nobody_is_led_to_where_a_protected_member_works():
    lead, shop = reported(name="柏长青"), make_shop(the_district())
    member = make_known_member(name="柏长青")
    department = actor_as(Role.ORG_DEPT, the_district().org_dept)
    leads.protect_member(actor=department, member=member, now=NOW)
    MemberWorkplace.objects.create(member=member, business=shop)

    with pytest.raises(leads.PlaceTaken):
        amend(lead, shop)


def test_only_the_organization_line_and_only_while_it_is_open_and_as_shown():
    lead, shop = reported(state=LeadState.ASSIGNED), make_shop(the_district())
    with pytest.raises(NotPermitted):
        amend(lead, shop, instructor_of(lead))
    with pytest.raises(ChangedMeanwhile):
        amend(lead, shop, version=lead.version - 1)
    ended = reported(state=LeadState.RULED_OUT)
    with pytest.raises(StepNotAllowed):
        amend(ended, shop)

    assert not Lead.objects.filter(business=shop).exists()
