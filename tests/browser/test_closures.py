"""Station and committee walk a closed business to its end, each on a device of their own."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import TODAY, make_organisation, make_user
from tests.factories.closures import NOW, make_closure, make_worker, the_district
from xgz.access import clock
from xgz.rules.closures import ClosureOption, ClosureState
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
NAME = "欧阳方舟"


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def case():
    case = make_closure(name="清平商圈联合党支部")
    district = the_district()
    make_worker(case.organisation, case.business, name=NAME)
    case.station = make_user(Role.STATION_HEAD, district.qingping_office)
    case.committee = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    case.target = make_organisation(district.qingping, name="清平商会党支部")
    return case


def _wide(page):
    """Return the lists wider than their frame: on a phone nothing should have to be slid."""
    return page.eval_on_selector_all(
        ".x-scroll", "all => all.filter(each => each.scrollWidth > each.clientWidth).length"
    )


def _page_is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@DEVICES
def test_from_the_station_to_the_merger(case, signed_in_page, screenshot, axe, phone):
    suffix = "-phone" if phone else ""
    station = signed_in_page(case.station, reverse("closure-list"), phone=phone)
    screenshot(station, f"closures-station{suffix}")
    assert _wide(station) == 0 or not phone
    station.get_by_role("link", name=case.business.name).click()
    expect(station.get_by_text(NAME)).to_have_count(0)
    station.get_by_label("无不同意见").check()
    station.get_by_label("具体情况").fill("已停业，门锁着")
    screenshot(station, f"closure-station{suffix}", full_page=True)
    station.get_by_role("button", name="反馈").click()

    page = signed_in_page(case.committee, reverse("closure-list"), phone=phone)
    page.get_by_role("link", name=case.business.name).click()
    expect(page.get_by_text(NAME)).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="确认退出").click()
    page.get_by_role("button", name="确认退出").click()
    page.get_by_role("link", name="确定去留").click()
    page.get_by_label("并入其他党组织").check()
    page.get_by_label("查找去向党组织").fill("清平 商会")
    page.get_by_role("button", name="查找").click()
    page.get_by_label("去向党组织", exact=True).select_option(label="清平商会党支部（清平镇党委）")
    assert axe(page) == []
    screenshot(page, f"closure-decide{suffix}", full_page=True)
    page.get_by_role("button", name="确定去留").click()
    screenshot(page, f"closure{suffix}", full_page=True)
    assert _page_is_narrow(page)
    page.get_by_role("link", name="调整-2026-0001").click()
    page.get_by_role("link", name="确定合并").click()
    page.get_by_label("党委会议日期").fill(TODAY.isoformat())
    page.get_by_role("button", name="确定合并").click()
    page.get_by_role("link", name="合并党组织").click()
    page.get_by_label("合并日期").fill(TODAY.isoformat())
    page.get_by_role("button", name="合并党组织").click()
    page.get_by_role("button", name="确认合并党组织").click()
    page.get_by_role("link", name=case.number).click()
    page.get_by_role("link", name="办结", exact=True).click()
    page.get_by_role("button", name="办结").click()

    expect(page.get_by_text("已办结").first).to_be_visible()
    case.refresh_from_db()
    case.organisation.refresh_from_db()
    assert (case.state, case.option) == (ClosureState.DONE, ClosureOption.MERGE)
    assert case.organisation.state == OrgState.DISSOLVED


@DEVICES
def test_members_are_proposed_together(signed_in_page, screenshot, axe, phone):
    case = make_closure(state=ClosureState.CARRYING_OUT, option=ClosureOption.RE_HOME, workers=2)
    committee = make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
    page = signed_in_page(committee, reverse("closure-detail", args=[case.public_id]), phone=phone)

    page.get_by_role("link", name="提出党员转接").click()
    page.get_by_label("传递方式").select_option(label="党员自带")
    screenshot(page, "closure-transfers-phone" if phone else "closure-transfers", full_page=True)
    assert axe(page) == []
    page.get_by_role("button", name="提出党员转接").click()

    expect(page.get_by_text("还有 2 件转接没有办结")).to_be_visible()
    assert _page_is_narrow(page)
    assert _wide(page) == 0 or not phone
    screenshot(page, "closure-carrying-phone" if phone else "closure-carrying", full_page=True)
