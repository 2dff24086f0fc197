"""The lists of cases as workbooks: the rows of the page, nothing of members, by whom ledgers leave."""

from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import make_user
from tests.factories.adjustments import make_adjustment
from tests.factories.closures import NOW, make_closure, the_district
from tests.factories.elections import make_branch, make_election
from tests.factories.establishing import make_establishing
from tests.factories.formations import make_formation, shops_of
from xgz.access import clock
from xgz.models import AuditEntry, Member, Report, RoleAssignment
from xgz.rules import jobs as rules
from xgz.rules.adjustments import AdjustmentState
from xgz.rules.formations import FormationState
from xgz.rules.roles import Role
from xgz.services.jobs import claim, run_job

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
    "closure": lambda name: make_closure(workers=1, name=name),
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


def test_only_what_a_role_with_the_right_to_export_sees_leaves(client, department):
    """A person of two roles reads by both, and takes out by the one that may."""
    case = make_election(branch=make_branch(name=NEW, guided=False))
    bureau = make_user(Role.BUREAU, the_district().bureau)
    RoleAssignment.objects.create(
        user=bureau,
        role=Role.BRANCH_SECRETARY,
        body=case.organisation.body,
        valid_from=NOW.date(),
    )
    assert case.number in get(client, bureau, "election-list", list="open").text

    assert case.number not in told(get(client, bureau, "election-export", list="open"))
    assert case.number in told(get(client, department, "election-export", list="open"))


def test_a_formation_names_its_units(client, department):
    case = make_formation(procedure=None, name=NEW)

    text = told(get(client, department, "formation-export", list="open"))

    assert all(shop.name in text for shop in shops_of(case))


def test_its_head_says_once_whose_rows_it_holds_by_which_conditions_and_when(client, department):
    make_formation(procedure=None, name=NEW)

    head = rows(get(client, department, "formation-export", list="open"))[1][0]
    narrowed = rows(get(client, department, "formation-export", list="open", q="新街"))[1][0]

    assert "条件：在办　导出人" in head
    assert "条件：在办；新街　导出人" in narrowed
    assert head.count("导出时间") == 1


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


def test_a_township_narrows_as_on_the_page_and_none_of_the_list_does_not(client, department):
    here, there = make_closure(), make_closure(place="liuquan")
    district = the_district()

    def asked(township):
        query = {"list": "open", "township": township}
        return told(get(client, department, "closure-export", **query))

    found = asked(district.liuquan.public_id)
    assert there.number in found
    assert here.number not in found
    assert district.liuquan.name in found.splitlines()[1]
    for other in (district.bureau.public_id, "x" * 12, "\x00"):
        found = asked(other)
        assert here.number in found
        assert there.number in found


def test_a_closure_is_found_by_the_whole_code_of_its_business_alone(client, department):
    case = make_closure()
    code = case.business.credit_code

    def asked(text):
        return told(get(client, department, "closure-export", list="open", q=text))

    assert case.business.name in asked(code.lower())
    assert f"{case.closed_on}" in asked(code)
    assert case.business.name not in asked(code[:-1])


def test_the_market_line_takes_no_closure_that_stays_inside(client):
    inside, shared = make_closure(with_branch=False), make_closure()
    bureau = make_user(Role.BUREAU, the_district().bureau)

    text = told(get(client, bureau, "closure-export", list="open"))

    assert shared.number in text
    assert inside.number not in text
    assert inside.business.name not in text


def test_a_long_list_is_made_beside_with_the_same_rows(client, department, monkeypatch, settings):
    here, there = make_closure(), make_closure(place="liuquan")
    monkeypatch.setattr(rules, "BACKGROUND_ROWS", 0)
    settings.JOBS_AT_ONCE = False
    asked = {"list": "open", "township": the_district().liuquan.public_id}
    address = f"{reverse('closure-export')}?{urlencode(asked)}"

    assert "在后台生成" in get(client, department, "closure-export", **asked).text
    assert client.post(address)["Location"] == reverse("report-list")
    run_job(claim(worker="w", now=clock.now()), clock.now)
    (report,) = Report.objects.all()
    text = told(client.get(reverse("report-download", args=[report.public_id])))

    assert there.number in text
    assert here.number not in text


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
