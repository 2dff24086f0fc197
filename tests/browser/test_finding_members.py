"""From a poster's code to a member who belongs somewhere: one person's phone and three accounts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.measures import fits
from tests.factories import TODAY, make_district, make_organisation, make_user
from tests.factories.leads import a_number, make_known_member
from tests.factories.self_reports import code_on
from tests.factories.transfers import moment
from xgz.access import clock
from xgz.models import Lead, Member, Poster
from xgz.rules import riddles
from xgz.rules.leads import LeadState, Placement
from xgz.rules.roles import Role
from xgz.web.self_reports.store import SiteStore

pytestmark = pytest.mark.django_db(transaction=True)
NAME, PHONE, NUMBER = "方柏梁", "13800006021", a_number()


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: moment(TODAY)):
        yield


@pytest.fixture
def district():
    district = make_district()
    make_organisation(district.qingping, name="清平老街联合党支部")
    return district


@pytest.fixture
def member(district):
    home = make_organisation(district.liuquan, name="石桥村党支部")
    return make_known_member(name=NAME, id_number=NUMBER, phone=PHONE, formal_org=home)


def _reports_by_the_poster(desk, phone):
    desk.get_by_role("link", name="制作海报").click()
    desk.get_by_label("张贴位置").fill("老街便民服务点")
    desk.get_by_role("button", name="制作").click()
    expect(desk.get_by_role("heading", name="扫码登记")).to_be_visible()
    page = phone(reverse("self-report", args=[code_on(Poster.objects.get())]), phone=True)
    page.get_by_label("姓名").fill(NAME)
    page.get_by_label("手机号").fill(PHONE)
    page.get_by_label("组织关系现在在哪里").fill("柳泉石桥村")
    token = page.locator("input[name=riddle]").get_attribute("value")
    page.get_by_label("验证：填写图中的四个数字").fill(
        riddles._digits(SiteStore().mac(f"riddle|{token}"))
    )
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="提交登记").click()
    expect(page.get_by_role("heading", name="已收到")).to_be_visible()


def _is_verified(desk):
    desk.goto(desk.url.split("/self")[0] + reverse("self_report-list"))
    desk.get_by_role("link", name="方*").click()
    desk.get_by_label("怎么核实的").select_option(label="电话联系本人核对")
    desk.get_by_role("button", name="核实属实").click()
    expect(desk.get_by_text("已核实。")).to_be_visible()


def _is_sent(desk, lead, instructor):
    desk.goto(desk.url.split("/self")[0] + reverse("lead-detail", args=[lead.public_id]))
    desk.get_by_role("link", name="分派走访", exact=True).click()
    desk.get_by_label("指导员").select_option(value=instructor.public_id)
    desk.get_by_role("button", name="分派走访").click()
    expect(desk.get_by_text("已办理：分派走访。")).to_be_visible()


def _visits(phone):
    phone.locator(".x-lead-cards a").click()
    assert NAME not in phone.content()
    assert PHONE not in phone.content()
    phone.get_by_role("link", name="查看手机号").click()
    phone.get_by_label("事由").select_option(label="联系本人")
    phone.get_by_label("具体说明").fill("约定上门走访的时间")
    phone.get_by_role("button", name="查看", exact=True).click()
    expect(phone.locator("[data-reveal]")).to_have_text(PHONE)
    assert fits(phone)
    phone.go_back()
    phone.goto(phone.url)


def _is_found_in_the_roster(department, member):
    department.get_by_role("link", name="核对名册").click()
    department.get_by_label("公民身份号码").fill(NUMBER)
    department.get_by_role("button", name="查找").click()
    department.locator(f"input[value='{member.public_id}']").check()
    department.get_by_role("button", name="记录核对结果").click()
    expect(department.get_by_text("名册中有此人")).to_be_visible()


def _is_placed(desk):
    desk.get_by_role("link", name="核实为党员", exact=True).click()
    desk.get_by_role("button", name="核实为党员").click()
    desk.get_by_role("link", name="纳入管理", exact=True).click()
    desk.get_by_label("登记为流动党员，参加所在地组织生活").check()
    desk.get_by_label("查找接纳的党组织").fill("老街")
    desk.get_by_role("button", name="查找").click()
    desk.get_by_label("接纳的党组织", exact=True).select_option(
        label="清平老街联合党支部（清平镇党委）"
    )
    desk.get_by_role("button", name="纳入管理").click()
    expect(desk.get_by_text("已办理：纳入管理。")).to_be_visible()


def test_from_the_poster_to_a_placed_member_with_three_accounts(
    district, member, signed_in_page, anonymous_page, screenshot, axe
):
    committee = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    instructor = make_user(Role.INSTRUCTOR, district.qingping_office)
    desk = signed_in_page(committee, reverse("poster-list"))
    _reports_by_the_poster(desk, anonymous_page)
    _is_verified(desk)
    lead = Lead.objects.get()
    _is_sent(desk, lead, instructor)

    phone = signed_in_page(instructor, reverse("lead-list"), phone=True)
    _visits(phone)
    detail = reverse("lead-detail", args=[lead.public_id])
    site = desk.url.removesuffix(detail)
    phone.goto(site + detail)
    phone.get_by_role("link", name="记录走访", exact=True).click()
    phone.get_by_label("见到本人").check()
    phone.get_by_role("button", name="记录走访").click()
    expect(phone.get_by_text("已办理：记录走访。")).to_be_visible()

    department = signed_in_page(make_user(Role.ORG_DEPT, district.org_dept), detail)
    _is_found_in_the_roster(department, member)
    screenshot(department, "lead", full_page=True)
    assert axe(department) == []

    desk.goto(site + detail)
    _is_placed(desk)
    screenshot(desk, "lead-placed", full_page=True)
    assert axe(desk) == []
    lead.refresh_from_db()
    assert (lead.state, lead.placement) == (LeadState.PLACED, Placement.FLOATING)
    placed = Member.objects.get(pk=member.pk)
    assert placed.activity_org.name == "清平老街联合党支部"
    assert placed.formal_org.name == "石桥村党支部"
