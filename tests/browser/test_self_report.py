"""From a poster's code to a verified claim: a phone without scripts, and the committee's desk."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.measures import fits
from tests.factories import TODAY, make_district, make_market, make_user
from tests.factories.self_reports import code_on, hang_poster, make_claim
from tests.factories.transfers import moment
from xgz.access import clock
from xgz.models import Lead, Poster, SelfReport, SelfReportRequest
from xgz.rules import riddles
from xgz.rules.roles import Role
from xgz.web.self_reports.store import SiteStore

pytestmark = pytest.mark.django_db(transaction=True)
NAME, PHONE = "方柏梁", "13800006021"


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: moment(TODAY)):
        yield


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def committee(district):
    return make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)


def _solve(page):
    token = page.locator("input[name=riddle]").get_attribute("value")
    page.get_by_label("验证：填写图中的四个数字").fill(
        riddles._digits(SiteStore().mac(f"riddle|{token}"))
    )


def _make_poster(page):
    page.get_by_role("link", name="制作海报").click()
    page.get_by_label("专业市场").select_option(index=1)
    page.get_by_label("张贴位置").fill("北门")
    page.get_by_role("button", name="制作").click()
    expect(page.get_by_role("heading", name="扫码登记")).to_be_visible()


def test_from_the_poster_to_a_verified_claim(
    district, committee, signed_in_page, anonymous_page, screenshot, axe
):
    make_market(name="清平农贸市场", township=district.qingping)
    desk = signed_in_page(committee, reverse("poster-list"))
    _make_poster(desk)
    screenshot(desk, "self-report-poster", full_page=True)
    assert axe(desk) == []
    with desk.expect_download() as download:
        desk.get_by_role("link", name="下载 PDF").click()
    assert download.value.suggested_filename.startswith("poster-")

    phone = anonymous_page(reverse("self-report", args=[code_on(Poster.objects.get())]), phone=True)
    expect(phone.get_by_text("填不填，由您自己决定")).to_be_visible()
    expect(phone.get_by_text("清平农贸市场 北门")).to_be_visible()
    expect(phone.get_by_role("checkbox")).not_to_be_checked()
    screenshot(phone, "self-report-phone", full_page=True)
    assert axe(phone) == []
    assert fits(phone)
    phone.get_by_label("姓名").fill(NAME)
    phone.get_by_label("手机号").fill(PHONE)
    phone.get_by_label("组织关系现在在哪里").fill("老家石桥村")
    _solve(phone)
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="提交登记").click()
    expect(phone.get_by_role("heading", name="已收到")).to_be_visible()
    receipt = phone.locator("output").inner_text()
    screenshot(phone, "self-report-receipt")
    assert axe(phone) == []

    desk.get_by_role("link", name="自主报到", exact=True).first.click()
    screenshot(desk, "self-reports", full_page=True)
    assert axe(desk) == []
    desk.get_by_role("link", name="方*").click()
    expect(desk.get_by_text("138****6021")).to_be_visible()
    desk.get_by_role("button", name="显示姓名和号码，联系本人核实").click()
    expect(desk.get_by_text(PHONE)).to_be_visible()
    screenshot(desk, "self-report", full_page=True)
    assert axe(desk) == []
    desk.get_by_label("怎么核实的").select_option(label="电话联系本人核对")
    desk.get_by_role("button", name="核实属实").click()
    expect(desk.get_by_text("已核实。")).to_be_visible()
    assert Lead.objects.get().name == NAME

    phone.get_by_role("link", name="查看、更正、撤回、投诉").click()
    phone.get_by_label("回执码").fill(receipt.lower())
    phone.get_by_label("登记的手机号末四位").fill("6021")
    _solve(phone)
    phone.get_by_role("button", name="查看").click()
    expect(phone.get_by_role("heading", name="已核实")).to_be_visible()
    screenshot(phone, "self-report-mine", full_page=True)
    assert axe(phone) == []
    assert fits(phone)
    phone.get_by_text("撤回并删除").first.click()
    phone.get_by_role("button", name="撤回并删除").click()
    expect(phone.get_by_role("heading", name="已撤回")).to_be_visible()
    assert not SelfReport.objects.exists()
    assert re.match(r"^/r/mine/$", phone.url.removeprefix(phone.url.split("/r/")[0]))


def test_a_phone_without_scripts_and_without_sight_of_the_picture(district, browser, live_server):
    poster = hang_poster(district.qingping)
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + reverse("self-report", args=[code_on(poster)]))
    page.get_by_text("看不到图？改答文字题").click()
    sentence = page.locator("details p").inner_text().split("：", 1)[1]
    numerals = "".join(mark for mark in sentence if mark in "一二三四五六七八九")
    page.get_by_label("姓名").fill(NAME)
    page.get_by_label("手机号").fill(PHONE)
    page.get_by_label("验证：填写图中的四个数字").fill(numerals)
    page.get_by_role("button", name="提交登记").click()
    expect(page.get_by_text("同意以后才能提交")).to_be_visible()  # nothing was ticked for anybody
    expect(page.get_by_label("姓名")).to_have_value(NAME)
    page.get_by_text("看不到图？改答文字题").click()
    sentence = page.locator("details p").inner_text().split("：", 1)[1]
    numerals = "".join(mark for mark in sentence if mark in "一二三四五六七八九")
    page.get_by_label("验证：填写图中的四个数字").fill(numerals)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="提交登记").click()

    expect(page.get_by_role("heading", name="已收到")).to_be_visible()
    assert SelfReport.objects.get().name == NAME
    assert context.cookies() == []
    context.close()


def test_a_complaint_is_answered_and_the_answer_read(
    district, committee, signed_in_page, anonymous_page, axe
):
    make_claim(hang_poster(district.qingping), receipt="ABCDEFGHJKMN")
    phone = anonymous_page(reverse("self-report-mine"), phone=True)
    phone.get_by_label("回执码").fill("ABCD EFGH JKMN")
    phone.get_by_label("登记的手机号末四位").fill("6021")
    _solve(phone)
    phone.get_by_role("button", name="查看").click()
    phone.locator("summary", has_text="投诉").click()
    phone.get_by_label("要说的话").fill("一直没有人联系")
    phone.get_by_role("button", name="提交投诉").click()
    expect(phone.get_by_text("2026-12-14 前答复")).to_be_visible()

    desk = signed_in_page(committee, reverse("inbox"))
    desk.get_by_role("link", name=re.compile("报诉-2026")).first.click()
    expect(desk.get_by_text("一直没有人联系")).to_be_visible()
    assert axe(desk) == []
    desk.get_by_role("link", name="答复", exact=True).click()
    desk.get_by_label("答复（本人会看到原文）").fill("今天已电话联系")
    desk.get_by_role("button", name="答复").click()
    expect(desk.get_by_text("已答复").first).to_be_visible()
    assert SelfReportRequest.objects.get().answer == "今天已电话联系"


def test_windows_on_the_desk(district, committee, signed_in_page, screenshot, axe):
    desk = signed_in_page(committee, reverse("self_report-windows"))
    desk.get_by_label("乡镇（街道）").select_option(label="清平镇党委")
    desk.get_by_role("button", name="设定").click()
    expect(desk.get_by_text("报到期已设定。")).to_be_visible()
    expect(desk.get_by_text("2026-12-22")).to_be_visible()
    screenshot(desk, "self-report-windows")
    assert axe(desk) == []
