"""A list of leads on paper: all of it, counted like any look, no more than an hour allows (RV-5)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_user
from tests.factories.closures import the_district
from tests.factories.leads import an_instructor, give_proof, make_known_member, make_lead
from tests.services.cases.kinds import moment
from xgz.access import clock
from xgz.models import Sighting
from xgz.rules.leads import LeadState
from xgz.rules.reveals import MOST_PEOPLE
from xgz.rules.roles import Role
from xgz.web.leads import listing

pytestmark = pytest.mark.django_db
NOW = moment()
LIST = "lead-list"


@pytest.fixture(autouse=True)
def at_noon():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def department():
    client = Client()
    client.force_login(make_user(Role.ORG_DEPT, the_district().org_dept))
    return client


def printed(client, query=""):
    page = client.get(f"{reverse(LIST)}?list=open{query}&print=all")
    assert page.status_code == 200
    return page


def numbers(page):
    return [row.lead.number for row in page.context["rows"]]


def test_all_rows_stand_on_one_page_without_what_is_for_the_screen(department):
    for _ in range(21):
        make_lead()
    first = department.get(reverse(LIST) + "?list=open")
    assert len(numbers(first)) == 20
    assert f'href="{first.context["print_url"].replace("&", "&amp;")}"' in first.text
    assert "data-print" not in first.text

    page = department.get(reverse(LIST) + first.context["print_url"])

    assert len(numbers(page)) == 21
    assert "data-print" in page.text
    assert "打印全部" not in page.text
    assert not page.context["sendable"]
    assert Sighting.objects.values("lead").distinct().count() == 21


def test_what_was_asked_for_is_what_is_printed(department):
    here, there = make_lead(), make_lead(place="liuquan")
    township = the_district().liuquan.public_id

    page = department.get(f"{reverse(LIST)}?list=open&township={township}")
    printed_page = department.get(reverse(LIST) + page.context["print_url"])

    assert numbers(printed_page) == [there.number]
    assert set(numbers(printed(department))) == {here.number, there.number}


def test_nothing_is_offered_where_nothing_is_listed(department):
    page = department.get(reverse(LIST) + "?list=closed")

    assert "打印全部" not in page.text


@pytest.mark.parametrize(("rows", "is_told"), [(3, False), (4, True)])
def test_no_more_than_may_be_seen_in_an_hour(department, monkeypatch, rows, is_told):
    assert listing._PRINTED == (MOST_PEOPLE,)
    monkeypatch.setattr(listing, "_PRINTED", (3,))
    monkeypatch.setattr(listing, "MOST_PEOPLE", 3)
    for _ in range(rows):
        make_lead()

    page = printed(department)

    assert len(numbers(page)) == 3
    assert ("一次最多打印 3 条" in page.text) is is_told


def test_p07_an_instructor_prints_masked_names_of_the_own_leads():
    lead = make_lead(state=LeadState.ASSIGNED, name="柏长青")
    make_lead(state=LeadState.ASSIGNED, instructor=an_instructor(lead))
    lead.refresh_from_db()
    client = Client()
    client.force_login(lead.instructor)

    page = printed(client)

    assert numbers(page) == [lead.number]
    assert "柏*" in page.text
    assert "柏长青" not in page.text


def test_printing_costs_the_same_for_one_and_for_many(department):
    counts = []
    for number in (1, 12):
        for _ in range(number):
            give_proof(make_lead(state=LeadState.VISITED), make_known_member())
        printed(department)
        with CaptureQueriesContext(connection) as asked:
            printed(department)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 30
