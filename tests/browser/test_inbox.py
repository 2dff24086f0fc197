"""The inbox and the page of a case, on the desk and on the phone, by mouse and by keyboard."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_district, make_user
from tests.factories.closures import make_closure
from tests.factories.transfers import make_transfer
from tests.services.cases.kinds import holder
from xgz.access import clock
from xgz.access.cases import reviews_of
from xgz.models import Closure, Notice, Transfer
from xgz.rules.notices import NoticeKind
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.rules.transfers import TransferState
from xgz.services.cases.owning import urge

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def cases(district):
    """Closures overdue, due today and calm, letters to issue, one of the closures urged."""
    today, now = clock.today(), clock.now()
    closures = [make_closure(today=today, now=now, workers=1) for _ in range(3)]
    for case, days in zip(closures, (-6, 0, 30), strict=True):
        Closure.objects.filter(pk=case.pk).update(due_on=today + timedelta(days=days))
    letters = [make_transfer(state=TransferState.DRAFT, today=today) for _ in range(2)]
    Transfer.objects.filter(pk=letters[0].pk).update(due_on=today + timedelta(days=1))
    above = holder(Seat(Role.ORG_DEPT, district.org_dept.pk), today)
    make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    urge(
        actor=above, case=Closure.objects.get(pk=closures[0].pk), now=now, text="请本周内核实去向。"
    )
    return closures


def test_inbox_on_the_desk(district, cases, signed_in_page, axe, screenshot):
    township = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    page = signed_in_page(township, reverse("home"))
    screenshot(page, "inbox-home-desk")
    page.get_by_role("link", name="待办 5 超期 1").click()
    expect(page.get_by_role("heading", name="待办事项")).to_be_visible()
    screenshot(page, "inbox-desk")
    assert axe(page) == []

    page.get_by_role("navigation", name="按状态灯看").get_by_role("link", name="超期").click()
    expect(page.locator(".x-inbox li")).to_have_count(1)
    expect(page.locator(".x-inbox li")).to_contain_text("已催办 1 次")
    page.locator(".x-inbox .x-todo-t").click()
    expect(page.get_by_text("当前责任方")).to_be_visible()
    screenshot(page, "case-desk", full_page=True)
    assert axe(page) == []

    page.goto(page.url.split("/closures/")[0] + reverse("inbox-unread"))
    screenshot(page, "inbox-unread-desk")
    assert axe(page) == []
    page.get_by_role("button", name="签收", exact=False).last.click()
    expect(page.get_by_text("已签收 1 条")).to_be_visible()
    assert Notice.objects.get(kind=NoticeKind.URGED, subject_id="").signed_by == township


def test_inbox_on_the_phone_leads_to_the_answer_of_a_sub_step(
    district, cases, signed_in_page, axe, screenshot
):
    head = make_user(Role.STATION_HEAD, district.qingping_office)
    page = signed_in_page(head, reverse("inbox"), phone=True)
    screenshot(page, "inbox-phone")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.locator(".x-inbox .x-todo-t").first.click()
    expect(page.get_by_role("heading", name="请清平所反馈")).to_be_visible()
    screenshot(page, "case-phone", full_page=True)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("有不同意见").check()
    page.get_by_label("具体情况").fill("门店已经搬空，房东说上月退租。")
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_text("已提交反馈")).to_be_visible()

    page.get_by_role("navigation", name="手机导航").get_by_role("link", name="待办").click()
    expect(page.locator(".x-inbox li")).to_have_count(2)
    page.get_by_role("link", name="已办").click()
    expect(page.locator(".x-inbox li")).to_have_count(1)
    screenshot(page, "inbox-done-phone")
    page.get_by_role("navigation", name="手机导航").get_by_role("link", name="待阅").click()
    expect(page.get_by_role("heading", name="待阅", exact=True)).to_be_visible()
    screenshot(page, "inbox-unread-phone")
    assert axe(page) == []
    assert sum(bool(each.closed_at) for case in cases for each in reviews_of(case)) == 1


def test_inbox_is_walked_by_keyboard(district, cases, signed_in_page):
    township = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    page = signed_in_page(township, reverse("inbox"))

    page.locator(".x-inbox .x-todo-t").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("当前责任方")).to_be_visible()
    page.get_by_role("link", name="无须处理").focus()
    page.keyboard.press("Enter")
    page.get_by_label("意见或理由").focus()
    page.keyboard.type("核实后仍在营业，登记有误。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("已办理：无须处理")).to_be_visible()
