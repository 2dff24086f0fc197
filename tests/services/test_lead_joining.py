"""A confirmed member comes into a formation, and is placed by itself when both have come (LD-18)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.factories import TODAY, make_organisation, make_user
from tests.factories.closures import the_district
from tests.factories.formations import make_formation, moment
from tests.factories.leads import give_proof, let_arrive, make_known_member, make_lead, party_actor
from tests.services.cases.kinds import audit_of, events_of
from xgz.access import clock
from xgz.access.actor import NotPermitted, actor_for, clock_actor
from xgz.models import AuditEntry, Formation, Lead, Member
from xgz.queries.lead_joining import joinable_formations, joining_of
from xgz.queries.parameters import workdays
from xgz.rules.cases import StepNotAllowed
from xgz.rules.formations import FormationState, Origin
from xgz.rules.leads import LeadState, Placement
from xgz.rules.roles import Role
from xgz.services import formations, leads

pytestmark = pytest.mark.django_db
NOW = moment()


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def lead():
    """A confirmed lead of a shop of 清平镇; its person is on the roster of the other township."""
    lead = make_lead(state=LeadState.CONFIRMED)
    give_proof(lead, make_known_member(name=lead.name, full_on=date(2010, 1, 1)))
    return Lead.objects.get(pk=lead.pk)


@pytest.fixture
def committee(lead):
    return party_actor(lead, "township")


@pytest.fixture
def formation():
    return make_formation(procedure=None, complete=False)


def put(lead, actor, formation=None):
    found = leads.join_formation(
        case=Lead.objects.get(pk=lead.pk), actor=actor, now=NOW, formation=formation
    )
    lead.refresh_from_db()
    return found


def member_of(lead):
    return Member.objects.get(public_id=lead.found_id)


def come(lead, case, *, approved=True, here=True):
    """Let the formation be approved and the relation come, without the steps between."""
    if approved:
        Formation.objects.filter(pk=case.pk).update(
            state=FormationState.APPROVED,
            owner_role="",
            owner_body=None,
            due_on=None,
            closed_at=NOW,
        )
    if here:
        home = make_organisation(the_district().qingping)
        Member.objects.filter(pk=member_of(lead).pk).update(formal_org=home)


def test_into_one_that_is_prepared(lead, committee, formation):
    put(lead, committee, formation)

    assert [row.member for row in formation.members.all()] == [member_of(lead)]
    assert (lead.state, lead.due_on) == (LeadState.CONFIRMED, workdays().add(TODAY, 90))
    assert events_of(lead, action="join").count() == 1
    assert audit_of(lead, action="lead.join").count() == 1
    assert joining_of(lead, committee).formation == formation


def test_into_a_new_one_of_the_own_business_that_says_nothing_of_a_lead(lead, committee):
    case = put(lead, committee)

    assert [row.business for row in case.units.all()] == [lead.business]
    assert (case.origin, case.is_shared) == (Origin.BY_HAND, False)
    told = [str(value) for value in Formation.objects.filter(pk=case.pk).values_list().get()]
    assert lead.public_id not in told
    assert lead.number not in " ".join(told)
    written = AuditEntry.objects.filter(subject_id=case.public_id).values_list("fields", flat=True)
    assert lead.public_id not in str(list(written))


def test_it_is_placed_once_both_have_come(lead, committee, formation):
    put(lead, committee, formation)
    assert leads.place_arrived(now=NOW) == 0
    come(lead, formation, here=False)
    assert leads.place_arrived(now=NOW) == 0
    come(lead, formation)

    assert leads.place_arrived(now=NOW) == 1
    assert leads.place_arrived(now=NOW) == 0

    lead.refresh_from_db()
    assert (lead.state, lead.placement) == (LeadState.PLACED, Placement.JOINT)
    assert events_of(lead, action="arrive").get().actor is None


def test_a_relation_that_came_without_approval_places_nobody(lead, committee, formation):
    put(lead, committee, formation)
    come(lead, formation, approved=False)

    assert leads.place_arrived(now=NOW) == 0
    with pytest.raises(leads.NotFormedYet):
        leads.ACTIONS["arrive"](case=lead, actor=clock_actor(TODAY), now=NOW)


def test_nobody_but_time_lets_it_arrive():
    lead = make_lead(state=LeadState.CONFIRMED)
    let_arrive(lead)

    with pytest.raises(NotPermitted):
        leads.ACTIONS["arrive"](case=lead, actor=party_actor(lead, "township"), now=NOW)


def test_while_it_is_formed_it_is_no_suggestion(lead, committee, formation):
    put(lead, committee, formation)
    given = {"actor": committee, "now": NOW, "place": leads.Place(Placement.JOINT)}

    with pytest.raises(leads.NotFormedYet):
        leads.place(case=lead, **given)

    Formation.objects.filter(pk=formation.pk).update(
        state=FormationState.REFUSED, owner_role="", owner_body=None, due_on=None, closed_at=NOW
    )
    formation.members.update(is_held=False)
    assert joining_of(lead, committee) is None
    leads.place(case=lead, **given)
    assert Lead.objects.get(pk=lead.pk).state == LeadState.PLACED


def test_what_is_refused(lead, committee, formation):
    put(lead, committee, formation)
    with pytest.raises(formations.AlreadyIn):
        put(lead, committee, formation)
    with pytest.raises(formations.MemberTaken):
        put(lead, committee, make_formation(procedure=None, complete=False))

    outside = make_lead(state=LeadState.CONFIRMED)
    with pytest.raises(leads.MemberNotEntered):
        put(outside, committee, formation)
    early = make_lead(state=LeadState.VISITED)
    with pytest.raises(StepNotAllowed):
        put(early, committee, formation)
    nowhere = make_lead(state=LeadState.CONFIRMED)
    give_proof(nowhere, make_known_member(name=nowhere.name))
    Lead.objects.filter(pk=nowhere.pk).update(business=None)
    with pytest.raises(leads.BusinessMissing):
        put(nowhere, committee)


@pytest.mark.parametrize(
    ("role", "seat"),
    [
        (Role.TOWNSHIP_COMMITTEE, "liuquan"),
        (Role.BUREAU, "bureau"),
        (Role.STATION_HEAD, "qingping_office"),
        (Role.SOCIAL_WORK_DEPT, "social_work"),
    ],
)
def test_nobody_else_puts_anybody_in(role, seat, lead, committee, formation):
    actor = actor_for(make_user(role, getattr(the_district(), seat)), TODAY)

    with pytest.raises(NotPermitted):
        put(lead, actor, formation)


def test_offered_are_those_of_the_township_that_wait_for_people(lead, committee, formation):
    make_formation(procedure=None, state=FormationState.STEP_1)

    assert joinable_formations(lead, committee) == [formation]


def test_the_page_offers_it_and_the_lead_leads_to_it(client, lead, committee, formation):
    client.force_login(committee.user)
    page = client.get(reverse("lead-detail", args=[lead.public_id])).text
    address = reverse("lead-join", args=[lead.public_id])
    assert address in page
    form = client.get(address)
    assert [key for key, _label in form.context["form"].fields["formation"].choices] == [
        formation.public_id,
        "new",
    ]

    given = {"formation": formation.public_id, "version": lead.version}
    page = client.post(address, given, follow=True).text

    assert reverse("formation-detail", args=[formation.public_id]) in page
    assert address not in page
    detail = client.get(reverse("formation-detail", args=[formation.public_id])).text
    assert lead.number not in detail
    assert reverse("lead-detail", args=[lead.public_id]) not in detail
    again = client.post(address, given)
    assert "刚才有人办理过" in again.text


def test_a_lead_that_is_not_confirmed_is_409(client):
    lead = make_lead(state=LeadState.VISITED)
    client.force_login(party_actor(lead, "township").user)

    assert client.get(reverse("lead-join", args=[lead.public_id])).status_code == 409


def test_the_market_line_reads_nothing_of_it(client, lead, committee, formation):
    put(lead, committee, formation)
    client.force_login(make_user(Role.STATION_HEAD, the_district().qingping_office))

    page = client.get(reverse("lead-detail", args=[lead.public_id])).text

    assert "列入组建事项" not in page
    assert formation.number not in page


def test_it_runs_again_after_a_day_without_harm(lead, committee, formation):
    put(lead, committee, formation)
    come(lead, formation)
    for days in range(3):
        leads.place_arrived(now=NOW + timedelta(days=days))

    assert events_of(lead, action="arrive").count() == 1
