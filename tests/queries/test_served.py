"""What an instructor's first page says of the businesses served, and in which order."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import (
    TODAY,
    make_business,
    make_coverage,
    make_district,
    make_organisation,
    make_report,
    make_user,
)
from xgz.access.actor import actor_for
from xgz.models import InstructorLink
from xgz.queries.served import Why, served_by
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def instructor(district):
    return make_user(Role.INSTRUCTOR, district.qingping_office)


@pytest.fixture
def serve(district, instructor):
    """Return a function that makes a business and gives it to the instructor."""

    def give(name, **values):
        business = make_business(name=name, **values)
        InstructorLink.objects.create(
            instructor=instructor,
            station=district.qingping_office,
            business=business,
            valid_from=date(2026, 1, 1),
        )
        return business

    return give


def test_rows_with_a_reason_come_first(district, instructor, serve):
    serve("甲 平常")
    covered = serve("乙 已覆盖")
    make_report(covered, full_members=3)
    make_coverage(make_organisation(district.qingping), business=covered)
    make_report(serve("丙 申报三名"), full_members=3)
    make_report(serve("丁 申报零名"), full_members=0, members_declared=0)
    serve("戊 未出现", missing_since=date(2026, 11, 1))
    serve("己 已注销", status="cancelled", status_on=date(2026, 10, 1))
    make_report(serve("庚 含预备"), members_declared=1)

    served = served_by(actor_for(instructor, TODAY))

    assert [(row.business.name[0], row.why) for row in served.rows[:4]] == [
        ("己", Why.CLOSED),
        ("戊", Why.MISSING),
        ("丙", Why.UNCOVERED),
        ("庚", Why.UNCOVERED),
    ]
    assert {(row.business.name[0], row.why) for row in served.rows[4:]} == {
        ("甲", Why.NOTHING),
        ("乙", Why.NOTHING),
        ("丁", Why.NOTHING),
    }
    assert (served.businesses, served.ended) == (7, 1)


def test_the_first_page_says_why(client, instructor, serve):
    serve("注销户", status="cancelled", status_on=date(2026, 10, 1))
    serve("注销户二", status="cancelled")
    serve("未出现户", missing_since=date(2026, 11, 1))
    make_report(serve("三名户"), full_members=3)
    make_report(serve("一名户"), members_declared=1)
    client.force_login(instructor)

    page = client.get(reverse("home")).content.decode()

    for sentence in (
        "主体已退出，状态日期 2026-10-01",
        "主体已退出，登记数据没有写明日期",
        "2026-11-01 的全量登记数据里没有这一户，待核实去向",
        "没有党组织覆盖，2025 年度申报正式党员 3 名",
        "没有党组织覆盖，2025 年度申报党员（含预备）1 名",
    ):
        assert sentence in page


def test_others_serve_nobody(district):
    user = make_user(Role.BUREAU, district.bureau)

    assert served_by(actor_for(user, TODAY)) is None
