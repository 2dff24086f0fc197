"""Pages of markets: counts of stalls, cover, scope, constant queries."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_organisation,
    make_stall,
    make_user,
)
from xgz.models import InstructorLink
from xgz.queries.markets import StallCounts
from xgz.rules.organisations import FormationMode
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def bureau(district):
    return make_user(Role.BUREAU, district.bureau)


def _get(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def _market_with_stalls(district, name="清平农贸市场"):
    """Make a market of three stalls: two operate, one of them covered; and a stall given up."""
    market = make_market(name=name, township=district.qingping)
    covered, open_stall, closed, left = (
        make_business(township=district.qingping, office=district.qingping_office) for _ in range(4)
    )
    make_coverage(make_organisation(district.qingping), business=covered)
    closed.status = "cancelled"
    closed.save()
    for business in (covered, open_stall, closed):
        make_stall(market, business)
    make_stall(market, left, valid_to=date(2024, 1, 1))
    return market


def test_list_counts_the_stalls_of_today(client, district, bureau):
    _market_with_stalls(district)

    response = _get(client, bureau, "market-list")

    (row,) = response.context["rows"]
    assert row.counts == StallCounts(stalls=3, operating=2, covered=1)
    assert "未覆盖" in response.content.decode()


def test_list_filters_by_name_township_and_cover(client, district, bureau):
    covered = make_market(name="清平小商品城", township=district.qingping)
    make_market(name="柳泉茶城", township=district.liuquan)
    make_coverage(
        make_organisation(district.qingping, formation_mode=FormationMode.MARKET), market=covered
    )

    def names(**query):
        rows = _get(client, bureau, "market-list", **query).context["rows"]
        return [row.market.name for row in rows]

    assert names(q="商品") == ["清平小商品城"]
    assert names(township=district.liuquan.public_id) == ["柳泉茶城"]
    assert names(coverage="covered") == ["清平小商品城"]
    assert names(coverage="not_covered") == ["柳泉茶城"]
    assert names(q="查无此处") == []


@pytest.mark.parametrize("sort", ["stalls", "operating"])
def test_list_sorts_by_counts(client, district, bureau, sort):
    make_market(name="空市场", township=district.qingping)
    _market_with_stalls(district)

    rows = _get(client, bureau, "market-list", sort=f"-{sort}").context["rows"]

    assert [row.market.name for row in rows] == ["清平农贸市场", "空市场"]


def test_list_asks_the_same_queries_for_one_row_and_for_three(client, district, bureau):
    def count_queries():
        with CaptureQueriesContext(connection) as queries:
            assert _get(client, bureau, "market-list").status_code == 200
        return len(queries)

    _market_with_stalls(district, "一号市场")
    count_queries()
    one = count_queries()
    _market_with_stalls(district, "二号市场")
    _market_with_stalls(district, "三号市场")
    three = count_queries()

    assert one == three
    assert three <= 30


def test_detail_lists_the_stalls_in_reach(client, district, bureau):
    market = _market_with_stalls(district)
    branch = make_organisation(district.qingping, guiding_body=district.bureau)
    make_coverage(branch, market=market)

    response = _get(client, bureau, "market-detail", market.public_id)

    page = response.content.decode()
    assert response.context["listing"].total == 3
    assert response.context["hidden_stalls"] == 0
    assert "2 / 3" in page
    assert reverse("organisation-detail", args=[branch.public_id]) in page


def test_detail_counts_stalls_out_of_reach_without_naming_them(client, district):
    market = _market_with_stalls(district)
    user = make_user(Role.INSTRUCTOR, district.qingping_office)
    InstructorLink.objects.create(
        instructor=user,
        station=district.qingping_office,
        market=market,
        valid_from=date(2026, 1, 1),
    )

    response = _get(client, user, "market-detail", market.public_id)

    assert response.context["listing"].total == 0
    assert "另有 3 户不在您的管理范围内" in response.content.decode()


def test_hidden_market_is_not_found(client, district):
    market = make_market(township=district.liuquan)
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    assert _get(client, user, "market-detail", market.public_id).status_code == 404


def test_administrator_is_refused(client, district):
    market = make_market(township=district.liuquan)
    user = make_user(Role.SYSTEM_ADMIN, district.administration)

    assert _get(client, user, "market-list").status_code == 403
    assert _get(client, user, "market-detail", market.public_id).status_code == 403


def test_market_without_township_says_so(client, bureau):
    market = make_market(name="游动市场")

    pages = [
        _get(client, bureau, "market-list").content.decode(),
        _get(client, bureau, "market-detail", market.public_id).content.decode(),
    ]

    assert ["未写明乡镇" in page for page in pages] == [True, True]
