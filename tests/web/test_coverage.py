import re
from datetime import date, timedelta
from io import BytesIO
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_organisation,
    make_report,
    make_stall,
    make_user,
    seat_of,
)
from xgz.access.actor import actor_for
from xgz.models import AuditEntry, Body
from xgz.queries.coverage_report import TownshipRate, coverage_report
from xgz.queries.operating import Day
from xgz.rules.coverage import FIGURE_KINDS, CoverageClass, Figure, FigureKind, Part, Rate
from xgz.rules.organisations import FormationMode
from xgz.rules.registration import BusinessKind, BusinessStatus
from xgz.rules.roles import Role
from xgz.web.coverage.parts import township_chart

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


def workbook_of(response):
    """Read a streamed response to its end, which also closes it."""
    import openpyxl  # slow import

    return openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))


def sign_in(client, role, body, **links):
    user = make_user(role, body, **links)
    client.force_login(user)
    return user


def make_rows(district):
    for kind, mode, full, staff, township in product(
        (BusinessKind.SMALL_MICRO_ENTERPRISE, BusinessKind.INDIVIDUAL_BUSINESS),
        (None, FormationMode.JOINT, FormationMode.FLOATING),
        (None, 2, 3),
        (None, 2),
        (district.qingping, None),
    ):
        business = make_business(
            kind=kind, staff=staff, township=township, office=district.qingping_office
        )
        make_report(business, year=2024, full_members=full, members_declared=3)
        if mode:
            organisation = make_organisation(district.qingping, formation_mode=mode)
            make_coverage(organisation, business=business)
    for township in (district.liuquan, None):
        market = make_market(township=township)
        make_stall(market, make_business(township=township))
        make_coverage(
            make_organisation(district.liuquan, formation_mode=FormationMode.MARKET), market=market
        )


def shown(response):
    """Return the number of rows a rows page says it lists; for a sum that of both lists."""
    return response.context["total"]


def test_every_number_opens_exactly_its_rows(client, district):
    make_rows(district)
    user = sign_in(client, Role.ORG_DEPT, district.org_dept)
    today = timezone.localdate()
    report = coverage_report(actor_for(user, today), Day(today, today))
    url = reverse("coverage-rows")

    for figure in Figure:
        for kind in FIGURE_KINDS[figure]:
            rate = report.rate(figure, kind)
            found = {
                part: shown(client.get(url, {"figure": figure, "kind": kind, "part": part}))
                for part in Part
            }
            assert found == {
                Part.NUMERATOR: rate.numerator,
                Part.DENOMINATOR: rate.denominator,
                Part.UNKNOWN: rate.unknown,
                Part.GAP: rate.gap,
            }


def test_every_link_of_the_page_opens_as_many_rows_as_it_says(client, district):
    make_rows(district)
    sign_in(client, Role.ORG_DEPT, district.org_dept)
    page = client.get(reverse("coverage")).content.decode()
    links = re.findall(r'<a href="(/coverage/rows/[^"]+)">([\d,]+)</a>', page)

    assert len(links) > 50
    assert any(int(number) for _, number in links)
    for url, number in links:
        assert shown(client.get(url.replace("&amp;", "&"))) == int(number.replace(",", "")), url


def test_links_of_a_past_day_open_the_rows_of_that_day(client, district):
    business = make_business(established_on=date(2015, 1, 1), township=district.qingping)
    make_business(established_on=date(2025, 6, 1), township=district.qingping)
    make_coverage(make_organisation(district.qingping), business=business)
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    page = client.get(reverse("coverage"), {"as_at": "2024-06-30"})
    card = page.context["cards"][0]

    assert (card.rate.numerator, card.rate.denominator) == (1, 1)
    assert shown(client.get(card.denominator_url)) == 1
    assert "CV-8" in page.content.decode()


def test_a_figure_shows_formula_definition_and_day(client, district):
    make_rows(district)
    sign_in(client, Role.SOCIAL_WORK_DEPT, district.social_work)

    page = client.get(reverse("coverage")).content.decode()

    for words in ("占实体运营主体", "CV-1", "CV-2", "CV-4", "CV-6", "CV-7", "口径第 1 版"):
        assert words in page
    assert f"数字截至 {timezone.localdate():%Y-%m-%d}" in page


def test_a_figure_of_markets_is_of_markets_in_its_words_and_on_its_rows(client, district):
    make_rows(district)
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    cards = client.get(reverse("coverage")).context["cards"]

    of_markets = [card for card in cards if "占有摊位在运营的市场" in card.formula]
    assert [card.title for card in of_markets] == ["专业市场的组织覆盖率"]
    assert all("占" in card.formula for card in cards)
    for card, told in ((of_markets[0], "占有摊位在运营的市场"), (cards[0], "占实体运营主体")):
        assert told in client.get(card.denominator_url).context["formula"]


def test_an_empty_register_says_so_instead_of_zeros(client, district):
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    page = client.get(reverse("coverage")).content.decode()

    assert "还没有登记数据，请先导入" in page
    assert "x-fig-val" not in page


def test_every_column_of_the_township_table_has_its_head(client, district):
    make_rows(district)
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    page = client.get(reverse("coverage")).content.decode()
    table = page[page.index("分乡镇明细") :]
    head, body = table.split("</thead>")[0], table.split("</thead>")[1]
    first = body[: body.index("</tr>")]

    assert head.count("<th ") == first.count("<th ") + first.count("<td") == 6


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("未标明乡镇", "未标明乡镇"),
        ("一二三四五六七八九", "一二三四五六七八九"),
        ("一二三四五六七八九十", "一二三四五六七八…"),
        ("Township not stated", "Township not stated"),
        ("Township not stated yet", "Township not stat…"),
    ],
    ids=str,
)
def test_names_beside_the_bars_are_cut_to_their_room(name, label):
    place = TownshipRate(Body(name=name), Rate(0, 1))

    chart = township_chart(_Places([place]), Figure.ORGANISATION, FigureKind.ALL)

    assert chart.bars[0].label == label


class _Places:
    """Stands in for a report that has these townships alone."""

    day = Day(date(2026, 11, 23), date(2026, 11, 23))

    def __init__(self, places):
        self._places = places

    def by_township(self, figure, kind):
        return list(self._places)


def test_a_day_that_is_still_to_come_is_refused_in_words(client, district):
    make_business()
    sign_in(client, Role.ORG_DEPT, district.org_dept)
    tomorrow = timezone.localdate() + timedelta(days=1)

    page = client.get(reverse("coverage"), {"as_at": tomorrow.isoformat()})

    assert "截止日期不能晚于今天" in page.content.decode()
    assert page.context["day"].as_at == timezone.localdate()


@pytest.mark.parametrize("value", ["2024-13-01", "x", "' or 1=1"], ids=str)
def test_a_day_that_is_none_is_refused_in_words(value, client, district):
    make_business()
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    page = client.get(reverse("coverage"), {"as_at": value, "figure": value, "kind": value})

    assert page.status_code == 200
    assert "请按 2026-10-10 的样子填写日期" in page.content.decode()


def test_the_class_rows_name_only_that_class(client, district):
    make_rows(district)
    sign_in(client, Role.ORG_DEPT, district.org_dept)
    groups = client.get(reverse("coverage")).context["groups"]

    found = [shown(client.get(url)) for _, _, url in groups]

    assert found == [number for _, number, _ in groups]
    assert len(groups) == len(CoverageClass)


def test_a_township_sees_its_own_figures_and_no_chart(client, district):
    make_rows(district)
    make_business(township=district.liuquan)
    sign_in(client, Role.TOWNSHIP_COMMITTEE, district.liuquan)

    page = client.get(reverse("coverage"))

    assert page.context["chart"] is None
    assert page.context["cards"][0].rate.denominator == 3
    assert [row.name for row in page.context["townships"]] == [str(district.liuquan)]


def test_a_township_out_of_reach_narrows_nothing(client, district):
    make_business(township=district.liuquan)
    make_business(township=district.qingping)
    sign_in(client, Role.TOWNSHIP_COMMITTEE, district.liuquan)

    page = client.get(reverse("coverage-rows"), {"township": district.qingping.public_id})

    assert shown(page) == 1


@pytest.mark.parametrize("name", ["coverage", "coverage-rows", "ledger-export"], ids=str)
@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.ASSOCIATION, Role.SYSTEM_ADMIN], ids=str)
def test_people_without_figures_are_refused(name, role, client, district):
    sign_in(client, role, seat_of(role, district))

    assert client.get(reverse(name)).status_code == 403


def test_pages_need_a_signed_in_person(client):
    assert client.get(reverse("coverage")).status_code == 302


@pytest.mark.parametrize(
    "query",
    [{}, {"kind": FigureKind.MARKET}, {"sort": "-name"}, {"sort": "staff"}],
    ids=["all", "markets", "by name", "by staff"],
)
def test_queries_of_the_rows_do_not_grow(query, client, district, django_assert_num_queries):
    sign_in(client, Role.ORG_DEPT, district.org_dept)
    url = reverse("coverage-rows")
    make_rows(district)
    client.get(url)
    with django_assert_num_queries(len(_queries(client, url, query))):
        client.get(url, query)
    before = len(_queries(client, url, query))
    make_business(status=BusinessStatus.UNKNOWN)
    make_stall(make_market(), make_business())

    assert len(_queries(client, url, query)) == before <= 30


def _queries(client, url, query):
    with CaptureQueriesContext(connection) as queries:
        client.get(url, query)
        return list(queries.captured_queries)


def test_the_page_stays_within_thirty_queries(client, district):
    make_rows(district)
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    assert len(_queries(client, reverse("coverage"), {})) <= 30


def test_the_ledger_holds_what_the_filter_of_the_list_leaves(client, district):
    make_business(name="双喜干货行", township=district.qingping)
    make_business(name="双喜早餐店", township=district.liuquan)
    make_business(name="别家", township=district.qingping)
    user = sign_in(client, Role.BUREAU, district.bureau)
    query = {"q": "双喜", "township": district.qingping.public_id, "kind": "individual_business"}

    book = workbook_of(client.get(reverse("ledger-export"), query))

    rows = list(book.active.iter_rows(min_row=5, values_only=True))
    assert [row[4] for row in rows] == ["双喜干货行"]
    assert "双喜" in book.active["A2"].value
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("export.ledger", user)


def test_the_ledger_of_a_township_holds_its_own_rows(client, district):
    make_business(name="本镇", township=district.qingping)
    make_business(name="外镇", township=district.liuquan)
    sign_in(client, Role.TOWNSHIP_COMMITTEE, district.qingping)

    book = workbook_of(client.get(reverse("ledger-export")))

    assert [row[4] for row in book.active.iter_rows(min_row=5, values_only=True)] == ["本镇"]
