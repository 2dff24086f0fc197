"""What a line of an owner list says of its lead, and to whom (MT-9)."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_district, make_organisation, make_report, make_user
from tests.factories.leads import make_lead
from tests.factories.matching import NOW, make_owner, make_task, make_tie, make_twins
from xgz.access import clock
from xgz.models import Lead, MemberWorkplace, RoleAssignment, SealedList
from xgz.models.sealed_lists import DECLARED_OWNERS, sealed_ids
from xgz.rules.leads import LeadState
from xgz.rules.matching import LEAD_WITHIN, OwnerList
from xgz.rules.roles import Role
from xgz.services.matching import sweep_matching

pytestmark = pytest.mark.django_db
ASKED, DONE, BUTTON = "已提出，一天内转为线索", "已转为线索 2026-11-", ">转为线索</button>"


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: NOW + LEAD_WITHIN):
        yield


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def village(district):
    return make_organisation(district.qingping)


@pytest.fixture
def settled(district, village):
    """A member of 清平镇 who works at a shop there and is not registered with it."""
    return settle(village, district.qingping)


def settle(village, township):
    member, business = make_twins(village, township, name="石有余")
    MemberWorkplace.objects.create(member=member, business=business, valid_from=date(2026, 1, 1))
    return member, business


def client_as(role, body):
    client = Client()
    client.force_login(make_user(role, body))
    return client


def shown_to(client, which=OwnerList.SHOULD_MOVE):
    page = client.get(reverse("owner-list", args=[which]) + "?purpose=find")
    assert page.status_code == 200
    return re.sub(r"\s+", " ", page.content.decode())


def ask(client, member, business, which=OwnerList.SHOULD_MOVE):
    address = reverse("owner-list-lead", args=[which, business.public_id])
    data = {"purpose": "find"} | ({"member": member.public_id} if member else {})
    assert client.post(address, data).status_code == 302


def lead_of(member, business, **values):
    known = {"name": member.name, "phone": member.phone, "id_number": member.id_number}
    return make_lead(**known | {"business": business} | values)


@pytest.mark.parametrize("role", [Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE])
def test_a_line_says_that_a_lead_was_asked_for_and_then_opens_it(district, settled, role):
    body = district.org_dept if role is Role.ORG_DEPT else district.qingping
    client = client_as(role, body)
    first = shown_to(client)
    assert BUTTON in first
    assert not [words for words in (ASKED, DONE) if words in first]

    ask(client, *settled)

    waiting = shown_to(client_as(role, body))
    assert ASKED in waiting
    assert BUTTON not in waiting
    sweep_matching(now=NOW + 2 * LEAD_WITHIN)
    lead = Lead.objects.get()
    opened = shown_to(client)
    assert f'href="{reverse("lead-detail", args=[lead.public_id])}"' in opened
    assert f"已转为线索 {clock.day_of(lead.opened_at)}" in opened
    assert not [words for words in (ASKED, BUTTON) if words in opened]


def test_asking_comes_back_to_the_page_of_the_township_it_was_asked_on(district, village):
    settled = [settle(village, district.qingping) for _ in range(21)]
    client = client_as(Role.ORG_DEPT, district.org_dept)
    township = district.qingping.public_id
    query = f"purpose=find&township={township}&page=2&size=20"
    address = f"{reverse('owner-list', args=[OwnerList.SHOULD_MOVE])}?{query}"
    page = client.get(address).content.decode()
    (sent_to,) = re.findall(r'action="([^"]+/lead/)"', page)
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page.split(sent_to)[1])

    answer = client.post(sent_to, dict(fields))

    assert len(settled) == 21
    assert answer.headers["Location"] == address
    assert ASKED in client.get(address).content.decode()


@pytest.mark.parametrize("page", ["", "0", "x&purpose=move", "999"])
def test_a_page_that_is_none_leads_to_the_list_all_the_same(district, settled, page):
    member, business = settled
    client = client_as(Role.ORG_DEPT, district.org_dept)
    address = reverse("owner-list-lead", args=[OwnerList.SHOULD_MOVE, business.public_id])

    answer = client.post(
        address,
        {"purpose": "find", "member": member.public_id, "page": page},
        follow=True,
    )

    assert answer.status_code == 200
    assert ASKED in answer.content.decode()


def test_an_owner_whom_the_roster_does_not_know_says_the_same(district):
    make_task(district.qingping)
    owner = make_owner(district.qingping, owner_name="甘棠")
    row, _made = SealedList.objects.get_or_create(name=DECLARED_OWNERS)
    report = make_report(owner, owner_is_member="yes")
    row.value_sealed = sealed_ids(row.public_id, [report.pk])
    row.save()
    client = client_as(Role.ORG_DEPT, district.org_dept)
    assert BUTTON in shown_to(client, OwnerList.UNKNOWN)

    ask(client, None, owner, OwnerList.UNKNOWN)
    assert ASKED in shown_to(client, OwnerList.UNKNOWN)
    sweep_matching(now=NOW + 2 * LEAD_WITHIN)

    assert DONE in shown_to(client, OwnerList.UNKNOWN)


def test_a_line_without_that_step_names_the_lead_of_a_confirmed_owner(district, village):
    make_task(district.qingping)
    member, business = make_twins(village, district.qingping)
    make_report(business, owner_is_member="no")
    make_tie(member, business)
    client = client_as(Role.ORG_DEPT, district.org_dept)
    assert DONE not in shown_to(client, OwnerList.UNDECLARED)

    lead_of(member, business)

    shown = shown_to(client, OwnerList.UNDECLARED)
    assert DONE in shown
    assert "提醒据实申报" in shown


@pytest.mark.parametrize(
    ("values", "is_named"),
    [
        ({}, True),
        ({"state": LeadState.PLACED}, True),
        ({"state": LeadState.MOVED_AWAY}, False),
        ({"phone": "", "id_number": ""}, True),
        ({"phone": "", "id_number": "", "state": LeadState.RULED_OUT}, False),
        ({"phone": "", "id_number": "", "name": "别人"}, False),
    ],
    ids=["open", "placed", "moved", "by place", "by place, ended", "somebody else"],
)
def test_a_line_names_exactly_the_lead_that_keeps_another_from_being_opened(
    district, settled, values, is_named
):
    lead_of(*settled, **values)

    shown = shown_to(client_as(Role.ORG_DEPT, district.org_dept))

    assert (DONE in shown) is is_named
    assert (BUTTON in shown) is not is_named


def test_a_lead_out_of_sight_changes_nothing(district, village, settled):
    """A township reads nothing of the other's lead; nor does it as the station that was given it."""
    member, _business = settled
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    client = Client()
    client.force_login(user)
    before = shown_to(client)

    lead = lead_of(member, make_owner(district.liuquan), area=district.liuquan, place="liuquan")

    assert without_token(shown_to(client)) == without_token(before)
    department = client_as(Role.ORG_DEPT, district.org_dept)
    assert reverse("lead-detail", args=[lead.public_id]) in shown_to(department)
    Lead.objects.filter(pk=lead.pk).update(station=district.liuquan_office)
    RoleAssignment.objects.create(
        user=user,
        role=Role.STATION_HEAD,
        body=district.liuquan_office,
        valid_from=NOW.date() - timedelta(days=1),
    )
    assert client.get(reverse("lead-detail", args=[lead.public_id])).status_code == 200
    assert DONE not in shown_to(client)


def test_a_list_costs_the_same_however_many_leads(district, village):
    client = client_as(Role.ORG_DEPT, district.org_dept)
    counts = []
    for number in (1, 12):
        for _ in range(number):
            lead_of(*settle(village, district.qingping))
        shown_to(client)
        with CaptureQueriesContext(connection) as asked:
            shown_to(client)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 30


def without_token(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
