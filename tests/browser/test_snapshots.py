"""A clerk keeps the figures of today, opens a number, compares it with later; desk and phone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_organisation,
    make_user,
)
from tests.factories.snapshots import make_monthly
from xgz.access import clock
from xgz.models import Snapshot
from xgz.rules.roles import Role
from xgz.rules.snapshots import last_month_end

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district():
    district = make_district()
    district.org_dept.clerk = make_user(Role.ORG_DEPT, district.org_dept)
    for number in range(4):
        make_business(name=f"清平镇第{number}店", township=district.qingping)
    return district


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_figures_are_kept_opened_and_compared(district, signed_in_page, screenshot, axe, phone):
    today, name = clock.today(), "snapshot-phone" if phone else "snapshot"
    covered = make_business(name="清平镇新街超市", township=district.qingping)
    page = signed_in_page(district.org_dept.clerk, reverse("snapshot-list"), phone=phone)
    page.get_by_label("说明").fill("季度例会用")
    page.get_by_role("button", name="生成快照").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"统计快照 {today.isoformat()}")
    expect(page.get_by_text("季度例会用")).to_be_visible()
    screenshot(page, name, full_page=True)

    make_coverage(make_organisation(district.qingping), business=covered)
    covered.delete()
    page.locator(".x-fig").first.get_by_role("link", name="5", exact=True).click()
    expect(page.get_by_role("cell", name="已删除")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name=today.isoformat()).click()
    make_coverage(
        make_organisation(district.qingping, name="清平镇一支部"),
        business=make_business(name="清平镇老街超市", township=district.qingping),
    )
    page.get_by_label("与哪一天比较").select_option("today")
    page.get_by_role("button", name="比较").click()
    expect(page.get_by_text("20.0 个百分点").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= (390 if phone else 1366)
    assert axe(page) == []


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_first_page_shows_the_change_and_leads_to_the_comparison(
    district, signed_in_page, axe, phone
):
    today = clock.today()
    make_monthly(last_month_end(today), today=today)
    make_coverage(
        make_organisation(district.qingping, name="清平镇一支部"),
        business=make_business(name="清平镇老街超市", township=district.qingping),
        valid_from=today - timedelta(days=1),
    )
    page = signed_in_page(district.org_dept.clerk, reverse("home"), phone=phone)
    expect(page.get_by_text("20.0 个百分点").first).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="20.0 个百分点").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("比较快照")
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_pages_of_snapshots_are_accessible(district, signed_in_page, axe, phone):
    today = clock.today()
    snapshot = make_monthly(last_month_end(today), today=today)
    addresses = [
        reverse("snapshot-list"),
        reverse("snapshot-detail", args=[snapshot.public_id]),
        reverse("snapshot-compare", args=[snapshot.public_id]),
    ]
    faults = {
        address: axe(signed_in_page(district.org_dept.clerk, address, phone=phone))
        for address in addresses
    }

    assert faults == dict.fromkeys(addresses, [])
