"""The lists of sites as workbooks: the rows of the page in reach, by whom ledgers leave."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import TODAY, make_organisation, make_user
from tests.factories.closures import the_district
from tests.factories.formations import moment
from tests.factories.sites import see
from xgz.access import clock
from xgz.models import AuditEntry, RoleAssignment
from xgz.queries import site_sheet
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role
from xgz.rules.sites import BASICS, SiteItem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: moment()):
        yield


@pytest.fixture
def district():
    return the_district()


@pytest.fixture
def committee(district):
    return make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)


def get(client, user, page, **query):
    client.force_login(user)
    return client.get(reverse(page), query)


def lines(response):
    """Return the rows below the headings, and the line that says what the list holds."""
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=6)]
    return rows[3:], rows[1][0]


def names(response):
    return [row[1] for row in lines(response)[0]]


def test_it_holds_the_rows_of_the_page_with_what_is_missing(client, committee, district):
    values = {"guiding_body": district.qingping_office}
    partly = make_organisation(district.qingping, name="清平二支部", **values)
    make_organisation(district.qingping, name="清平三支部")
    see(partly, SiteItem.PLACE)
    page = get(client, committee, "site-list", q="二支部")
    address = f"{reverse('site-export')}?{page.context['export_query']}"
    assert f'href="{address.replace("&", "&amp;")}"' in page.text

    rows, head = lines(client.get(address))

    ((number, name, superior, guide, missing, seen),) = rows
    assert (number, name) == (1, "清平二支部")
    assert (superior, guide) == (district.qingping.name, district.qingping_office.name)
    assert "标牌" in missing
    assert "印章" in missing
    assert seen.date() == TODAY
    assert "条件：阵地未落实；二支部　导出人" in head
    assert head.count("导出时间") == 1
    entry = AuditEntry.objects.get(action="export.sites")
    assert entry.actor_label


def test_each_list_is_its_own_and_a_dissolved_one_has_no_site(client, committee, district):
    make_organisation(district.qingping, name="未落实支部")
    there = make_organisation(district.qingping, name="已落实支部")
    gone = {"state": OrgState.DISSOLVED, "dissolved_on": date(2026, 1, 5)}
    make_organisation(district.qingping, name="已撤销支部", **gone)
    for item in BASICS:
        see(there, item)

    def asked(which):
        return names(get(client, committee, "site-export", list=which))

    assert asked("lacking") == asked("no such list") == ["未落实支部"]
    assert asked("basics") == ["已落实支部"]
    assert sorted(asked("all")) == ["已落实支部", "未落实支部"]


def test_the_superior_narrows_and_one_that_is_none_does_not(client, district):
    make_organisation(district.qingping, name="清平支部")
    make_organisation(district.liuquan, name="柳泉支部")
    department = make_user(Role.ORG_DEPT, district.org_dept)

    def asked(superior):
        return get(client, department, "site-export", list="all", superior=superior)

    rows, head = lines(asked(district.liuquan.public_id))
    assert [row[1] for row in rows] == ["柳泉支部"]
    assert district.liuquan.name in head
    assert sorted(names(asked("x" * 12))) == ["柳泉支部", "清平支部"]


def test_another_townships_sites_are_not_in_it(client, committee, district):
    make_organisation(district.qingping, name="清平支部")
    make_organisation(district.liuquan, name="柳泉支部")

    assert names(get(client, committee, "site-export", list="all")) == ["清平支部"]


def test_it_is_read_in_pieces_and_numbered_through(client, committee, district, monkeypatch):
    monkeypatch.setattr(site_sheet, "_CHUNK", 2)
    for number in range(5):
        see(make_organisation(district.qingping, name=f"清平{number}支部"), SiteItem.PLACE)

    rows, _head = lines(get(client, committee, "site-export", list="all"))

    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
    assert len({row[1] for row in rows}) == 5
    assert all(row[5] for row in rows)


def test_who_exports_no_ledger_exports_none(client, district):
    make_organisation(district.qingping, guiding_body=district.qingping_office)
    guide = make_user(Role.INSTRUCTOR, district.qingping_office)

    assert get(client, guide, "site-export").status_code == 403
    assert reverse("site-export") not in get(client, guide, "site-list").text


def test_only_a_role_that_exports_reaches_what_leaves(client, committee, district):
    """Who is secretary elsewhere as well sees that site on the page, and does not take it along."""
    other = make_organisation(district.liuquan, name="柳泉支部")
    make_organisation(district.qingping, name="清平支部")
    since = date(2020, 1, 1)
    RoleAssignment.objects.create(
        user=committee, role=Role.BRANCH_SECRETARY, body=other.body, valid_from=since
    )

    page = get(client, committee, "site-list", list="all")
    assert {line.organisation.name for line in page.context["lines"]} == {"清平支部", "柳泉支部"}
    assert names(get(client, committee, "site-export", list="all")) == ["清平支部"]
