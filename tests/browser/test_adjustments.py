"""A dormant branch: suggested by its station, decided by the committee, carried out and filed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import TODAY, make_coverage, make_member, make_user
from tests.factories.adjustments import hand_in, make_adjustment, make_branch, moment, plan_for
from tests.factories.closures import make_shop, the_district
from xgz.access import clock
from xgz.models import Adjustment
from xgz.rules.adjustments import AdjustmentState, Sort
from xgz.rules.organisations import OrgState, OrgType
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
NAME = "欧阳方舟"


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: moment()):
        yield


@pytest.fixture
def branch():
    branch = make_branch(
        name="个私协会清平分会党支部",
        founded_on=date(2012, 3, 1),
        last_life_on=date(2025, 9, 30),
        term_ends_on=date(2025, 12, 31),
    )
    for name in (NAME, "施远帆"):
        make_member(branch, name=name)
    make_coverage(branch, business=make_shop(the_district(), name="清平纽扣店"))
    make_branch(name="清平商会党支部", org_type=OrgType.BRANCH)
    return branch


def _is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def _wide(page):
    return page.eval_on_selector_all(
        ".x-scroll", "all => all.filter(each => each.scrollWidth > each.clientWidth).length"
    )


@DEVICES
def test_from_the_suggestion_to_the_filing(branch, signed_in_page, screenshot, axe, phone):
    suffix = "-phone" if phone else ""
    district = the_district()
    station = make_user(Role.STATION_HEAD, district.qingping_office)
    committee = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    department = make_user(Role.ORG_DEPT, district.org_dept)

    page = signed_in_page(station, reverse("adjustment-candidates"), phone=phone)
    screenshot(page, f"adjustment-candidates{suffix}", full_page=True)
    assert axe(page) == []
    assert _is_narrow(page)
    row = page.get_by_role("row").filter(has_text=branch.name)
    row.get_by_role("link", name="提出组织调整").click()
    page.get_by_label("情况和建议").fill("一年多没有活动")
    screenshot(page, f"adjustment-new{suffix}", full_page=True)
    page.get_by_role("button", name="提出").click()
    expect(page.get_by_text("已提出建议")).to_be_visible()
    expect(page.get_by_text(NAME)).to_have_count(0)
    screenshot(page, f"adjustment-station{suffix}", full_page=True)
    assert axe(page) == []

    page = signed_in_page(committee, reverse("adjustment-list"), phone=phone)
    screenshot(page, f"adjustments{suffix}")
    page.get_by_role("link", name=branch.name).click()
    page.get_by_role("link", name="受理").click()
    page.get_by_role("button", name="受理").click()
    page.get_by_role("link", name="提请研究").click()
    page.get_by_label("并入其他党组织").check()
    screenshot(page, f"adjustment-submit{suffix}", full_page=True)
    assert axe(page) == []
    page.get_by_role("button", name="提请研究").click()
    screenshot(page, f"adjustment-deciding{suffix}", full_page=True)
    assert _is_narrow(page)
    assert axe(page) == []
    page.get_by_role("link", name="确定合并").click()
    page.get_by_label("党委会议日期").fill(TODAY.isoformat())
    page.get_by_label("并入的党组织", exact=True).select_option(index=1)
    screenshot(page, f"adjustment-merge{suffix}", full_page=True)
    assert axe(page) == []
    page.get_by_role("button", name="确定合并").click()
    page.get_by_role("link", name="合并党组织").click()
    page.get_by_role("button", name="合并党组织").click()
    screenshot(page, f"adjustment-confirm{suffix}", full_page=True)
    page.get_by_role("button", name="确认合并党组织").click()
    expect(page.get_by_text("报备中").first).to_be_visible()

    case = Adjustment.objects.get()
    address = reverse("adjustment-detail", args=[case.public_id])
    page = signed_in_page(department, address, phone=phone)
    page.get_by_role("link", name="已备案，办结").click()
    page.get_by_role("button", name="已备案，办结").click()
    screenshot(page, f"adjustment-done{suffix}", full_page=True)

    case.refresh_from_db()
    branch.refresh_from_db()
    assert (case.state, branch.state) == (AdjustmentState.DONE, OrgState.DISSOLVED)


@DEVICES
def test_what_bars_a_revocation_stands_first(branch, signed_in_page, screenshot, axe, phone):
    suffix = "-phone" if phone else ""
    case = make_adjustment(state=AdjustmentState.CARRYING_OUT, organisation=branch)
    committee = make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
    address = reverse("adjustment-detail", args=[case.public_id])
    page = signed_in_page(committee, address, phone=phone)

    expect(page.get_by_text("还有 2 名党员的组织关系在本组织")).to_be_visible()
    screenshot(page, f"adjustment-revoking{suffix}", full_page=True)
    assert axe(page) == []
    assert _is_narrow(page)
    assert _wide(page) == 0 or not phone
    page.get_by_role("link", name="提出党员转接").click()
    screenshot(page, f"adjustment-transfers{suffix}", full_page=True)
    assert axe(page) == []
    page.go_back()
    page.get_by_role("link", name="登记印章和档案").click()
    page.get_by_label("已收缴").check()
    page.get_by_label("收缴日期").fill(TODAY.isoformat())
    page.get_by_label("收缴单位").select_option(label="清平镇党委")
    page.get_by_label("档案存放处").fill("镇党委档案室")
    screenshot(page, f"adjustment-seals{suffix}", full_page=True)
    assert axe(page) == []
    page.get_by_role("button", name="登记印章和档案").click()
    expect(page.get_by_text("没有登记印章")).to_have_count(0)


@DEVICES
def test_a_plan_of_revival_shows_what_is_so(branch, signed_in_page, screenshot, axe, phone):
    case = make_adjustment(
        state=AdjustmentState.CARRYING_OUT, sort=Sort.REVIVE, organisation=branch
    )
    plan_for(case, TODAY + timedelta(days=60))
    hand_in(case)
    committee = make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
    address = reverse("adjustment-detail", args=[case.public_id])
    page = signed_in_page(committee, address, phone=phone)

    expect(page.get_by_text("恢复计划还有 4 项没有做到")).to_be_visible()
    screenshot(page, "adjustment-plan-phone" if phone else "adjustment-plan", full_page=True)
    assert axe(page) == []
    assert _is_narrow(page)
