"""The lists of cases as workbooks: the rows of the page, nothing of members, by whom ledgers leave."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import make_user
from tests.factories.adjustments import make_adjustment
from tests.factories.closures import NOW, the_district
from tests.factories.elections import make_branch, make_election
from tests.factories.establishing import make_establishing
from tests.factories.formations import make_formation, shops_of
from xgz.access import clock
from xgz.models import AuditEntry, Member
from xgz.rules.adjustments import AdjustmentState
from xgz.rules.formations import FormationState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db

NEW, OLD = "新街联合党支部", "旧桥党支部"


def _of_branch(make):
    return lambda name: make(branch=make_branch(name=name))


# What makes an open case of an organisation with this name.
MAKERS = {
    "formation": lambda name: make_formation(procedure=None, name=name),
    "election": _of_branch(make_election),
    "establishing": lambda name: make_establishing(name=name),
    "adjustment": lambda name: make_adjustment(organisation=make_branch(name=name)),
}
KIND = pytest.mark.parametrize("noun", MAKERS)


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def department():
    return make_user(Role.ORG_DEPT, the_district().org_dept)


def get(client, user, page, **query):
    client.force_login(user)
    return client.get(reverse(page), query)


def rows(response):
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def told(response):
    return "\n".join(str(cell) for row in rows(response) for cell in row if cell is not None)


@KIND
def test_it_holds_the_rows_of_the_page_and_nobodys_name(noun, client, department):
    case, other = MAKERS[noun](NEW), MAKERS[noun](OLD)
    page = get(client, department, f"{noun}-list", list="open", q="新街")
    address = f"{reverse(f'{noun}-export')}?{page.context['export_query']}"
    assert f'href="{address.replace("&", "&amp;")}"' in page.text

    text = told(client.get(address))

    assert case.number in text
    assert NEW in text
    assert other.number not in text
    assert "新街" in text.splitlines()[1]
    names = {member.name for member in Member.objects.all()}
    assert names
    assert not any(name in text for name in names)
    assert AuditEntry.objects.filter(action__startswith="export.").count() == 1


def test_a_formation_names_its_units(client, department):
    case = make_formation(procedure=None, name=NEW)

    text = told(get(client, department, "formation-export", list="open"))

    assert all(shop.name in text for shop in shops_of(case))


def test_each_list_is_its_own(client, department):
    make_formation(procedure=None, name=OLD, state=FormationState.WITHDRAWN)

    assert OLD in told(get(client, department, "formation-export", list="closed"))
    assert OLD not in told(get(client, department, "formation-export", list="open"))


def test_the_state_narrows_as_on_the_page_and_an_unknown_one_does_not(client, department):
    case = make_adjustment(organisation=make_branch(name=NEW))
    other = next(state for state in AdjustmentState if state != case.state)

    def asked(state):
        return told(get(client, department, "adjustment-export", list="open", state=state))

    assert case.number in asked(case.state)
    assert case.number not in asked(other)
    assert case.number in asked("no such state")


def test_a_word_that_stands_in_two_units_names_their_case_once(client, department):
    case = make_formation(procedure=None, name=NEW)
    shops = shops_of(case)
    shared = next(sign for sign in shops[0].name if sign in shops[1].name)

    found = rows(get(client, department, "formation-export", list="open", q=shared))

    assert [row[1] for row in found].count(case.number) == 1


@KIND
def test_who_exports_no_ledger_exports_none(noun, client):
    MAKERS[noun](NEW)
    guide = make_user(Role.INSTRUCTOR, the_district().qingping_office)

    assert get(client, guide, f"{noun}-export").status_code == 403
    assert reverse(f"{noun}-export") not in get(client, guide, f"{noun}-list").text
