"""Every exact figure of the funnel opens exactly its leads; rounded ones open nothing (LD-15)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_user
from tests.factories.closures import the_district
from tests.factories.leads import (
    give_proof,
    make_known_member,
    make_lead,
    make_transferred,
    party_actor,
)
from tests.factories.transfers import take
from tests.services.cases.kinds import moment
from xgz.access import clock
from xgz.models import Body, Lead, RoleAssignment
from xgz.queries.lead_funnel import furthest, reached
from xgz.rules.bodies import BodyKind
from xgz.rules.leads import FunnelStep, LeadState, Placement
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferAction
from xgz.services import leads
from xgz.services.leads import sweep_leads

pytestmark = pytest.mark.django_db
NOW = moment()


@pytest.fixture(autouse=True)
def at_noon():
    with clock.showing(lambda: NOW):
        yield


def client_as(*seats):
    user = make_user(*seats[0])
    for role, body in seats[1:]:
        RoleAssignment.objects.create(user=user, role=role, body=body, valid_from=NOW.date())
    client = Client()
    client.force_login(user)
    return client


def by_transfer(*, accepted):
    member, lead = make_known_member(), make_lead(state=LeadState.CONFIRMED)
    give_proof(lead, member)
    make_transferred(lead, member)
    actor, way = party_actor(lead, "township"), leads.Place(Placement.TRANSFER)
    leads.place(case=lead, actor=actor, now=NOW, place=way)
    if accepted:
        take(lead.transfer, TransferAction.ACCEPT)
    return lead


def a_funnel():
    """Leads of every state here, two there, one where no office serves, and one that is deleted."""
    make_lead(state=LeadState.RULED_OUT)
    sweep_leads(now=NOW + timedelta(days=30))
    for state in LeadState:
        make_lead(state=state)
    by_transfer(accepted=False)
    by_transfer(accepted=True)
    make_lead(place="liuquan", state=LeadState.CONFIRMED)
    make_lead(place="liuquan")


def figures_of(page):
    """Return every figure: those of the lines, then the totals."""
    lines = [figure for _row, figures in page.context["lines"] for figure in figures]
    return [*lines, *page.context["totals"]]


@pytest.mark.parametrize("place", ["org_dept", "qingping", "liuquan"])
def test_every_figure_opens_exactly_its_rows(place):
    a_funnel()
    role = Role.ORG_DEPT if place == "org_dept" else Role.TOWNSHIP_COMMITTEE
    client = client_as((role, getattr(the_district(), place)))
    page = client.get(reverse("lead-funnel"))
    linked = re.findall(r'href="([^"]*/funnel/[a-z]+/[^"]*)"', page.text)

    figures = figures_of(page)

    assert sorted(linked) == sorted(figure.url for figure in figures if figure.listed)
    for figure in figures:
        listed = client.get(figure.url)
        assert listed.context["listing"].total == figure.listed
        assert len(listed.context["rows"]) == figure.listed
    known = [figure for figure in figures if "/known/" in figure.url]
    assert any(figure.listed == figure.count - 1 for figure in known) is (place != "liuquan")
    assert sum(figure.count for figure in figures) > 0


def test_a_township_of_a_line_opens_its_open_leads_and_none_of_others():
    """Also one where nobody is looked for, which the list's own choices do not name."""
    district = the_district()
    for state in (LeadState.NEW, LeadState.CONFIRMED, LeadState.RULED_OUT):
        make_lead(state=state)
    client = client_as((Role.ORG_DEPT, district.org_dept))
    page = client.get(reverse("lead-funnel")).text

    def listed(township):
        (address,) = re.findall(rf'href="([^"]*township={township.public_id})"', page)
        return client.get(address.replace("&amp;", "&")).context

    here, elsewhere = listed(district.qingping), listed(district.liuquan)
    assert {row.lead.area for row in here["rows"]} == {district.qingping}
    assert here["listing"].total == 2
    assert elsewhere["listing"].total == 0
    assert not elsewhere["form"].errors


@pytest.mark.parametrize("asked", ["x", "%00", "org_dept"])
def test_a_township_that_is_none_is_said_to_be_wrong(asked):
    make_lead()
    district = the_district()
    client = client_as((Role.ORG_DEPT, district.org_dept))
    named = district.org_dept.public_id if asked == "org_dept" else asked

    page = client.get(f"{reverse('lead-list')}?list=open&township={named}")

    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["township"]


def test_the_day_of_an_ended_lead_among_open_ones_is_not_read_as_its_limit():
    client = client_as((Role.ORG_DEPT, the_district().org_dept))
    known = reverse("lead-funnel-rows", args=["known"])
    make_lead(state=LeadState.CONFIRMED)
    assert "已结束" not in client.get(known).text

    make_lead(state=LeadState.REFUSED)

    day_of_end = r'\d{4}-\d\d-\d\d <small class="x-mute">已结束</small>'
    assert len(re.findall(day_of_end, client.get(known).text)) == 2  # the table, and the cards
    closed = client.get(f"{reverse('lead-list')}?list=closed").text
    assert not re.search(day_of_end, closed)


def test_a_line_without_an_office_has_its_rows_too():
    district = the_district()
    make_lead()
    apart = Body.objects.create(
        name="石门镇党委",
        short_name="石门",
        kind=BodyKind.TOWNSHIP,
        line=district.qingping.line,
        parent=district.qingping.parent,
    )
    lead = make_lead()
    Lead.objects.filter(pk=lead.pk).update(area=apart)
    client = client_as((Role.ORG_DEPT, district.org_dept))

    found = [figure for figure in figures_of(client.get(reverse("lead-funnel"))) if figure.listed]

    assert any("office=none" in figure.url for figure in found)
    for figure in found:
        assert client.get(figure.url).context["listing"].total == figure.listed


def test_the_condition_and_the_furthest_step_say_the_same():
    a_funnel()
    order = list(FunnelStep)
    rows = Lead.objects.select_related("transfer")

    for step in FunnelStep:
        beyond = {row.pk for row in rows if order.index(furthest(row)) >= order.index(step)}
        assert set(rows.filter(reached(step)).values_list("pk", flat=True)) == beyond
        assert beyond


def test_a_township_opens_no_line_of_another_and_no_made_up_step():
    a_funnel()
    district = the_district()
    client = client_as((Role.TOWNSHIP_COMMITTEE, district.qingping))
    known = reverse("lead-funnel-rows", args=["known"])

    for query in (district.liuquan_office.public_id, "none", "x"):
        assert client.get(f"{known}?office={query}").status_code == 404
    assert client.get(reverse("lead-funnel-rows", args=["furthest"])).status_code == 404
    assert client.get(f"{known}?office={district.qingping_office.public_id}").status_code == 200


@pytest.mark.parametrize(
    ("role", "place"), [(Role.BUREAU, "bureau"), (Role.STATION_HEAD, "qingping_office")]
)
def test_p05_the_market_lines_rounded_figures_open_nothing(role, place):
    a_funnel()
    client = client_as((role, getattr(the_district(), place)))

    assert "/funnel/known" not in client.get(reverse("lead-funnel")).text
    assert client.get(reverse("lead-funnel-rows", args=["known"])).status_code == 403


def test_who_holds_both_roles_opens_the_leads_of_the_own_township_alone():
    a_funnel()
    district = the_district()
    client = client_as(
        (Role.TOWNSHIP_COMMITTEE, district.qingping), (Role.STATION_HEAD, district.liuquan_office)
    )

    page = client.get(reverse("lead-funnel-rows", args=["known"]))

    assert {row.lead.area for row in page.context["rows"]} == {district.qingping}


def test_a_figures_page_costs_the_same_for_one_and_for_many():
    client = client_as((Role.ORG_DEPT, the_district().org_dept))
    counts = []
    for number in (1, 12):
        for _ in range(number):
            make_lead(state=LeadState.CONFIRMED)
        address = reverse("lead-funnel-rows", args=["confirmed"])
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 29
