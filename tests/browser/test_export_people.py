"""A list of people: asked for on a phone, approved at a desk, taken once."""

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.factories import make_district, make_member, make_organisation, make_user
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


def test_full_names_are_asked_for_approved_and_taken_once(signed_in_page, axe, tmp_path):
    district = make_district()
    make_member(make_organisation(district.qingping))
    asker = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    decider = make_user(Role.ORG_DEPT, district.org_dept)

    phone = signed_in_page(asker, reverse("member-list"), phone=True)
    phone.get_by_role("link", name="导出", exact=True).click()
    assert axe(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_label("用途").fill("核对党员名册，报县委组织部")
    phone.get_by_label("需要完整姓名和号码").check()
    phone.screenshot(path=tmp_path / "form.png", full_page=True)
    phone.get_by_role("button", name="申请导出").click()
    expect(phone.get_by_text("待审批")).to_be_visible()
    assert axe(phone) == []

    desk = signed_in_page(decider, reverse("export_approval-list"))
    desk.get_by_role("link", name="党员名册").click()
    assert axe(desk) == []
    desk.screenshot(path=tmp_path / "case.png", full_page=True)
    desk.get_by_role("link", name="批准导出").click()
    desk.get_by_role("button", name="批准导出").click()
    expect(desk.get_by_text("已批准").first).to_be_visible()

    phone.reload()
    phone.get_by_role("link", name="下载").click()
    assert axe(phone) == []
    phone.screenshot(path=tmp_path / "take.png", full_page=True)
    with phone.expect_download() as download:
        phone.get_by_role("button", name="下载").click()
    download.value.save_as(tmp_path / "people.xlsx")
    assert "方柏梁" in str(list(load_workbook(tmp_path / "people.xlsx").active.values))
    phone.get_by_role("button", name="下载").click()
    expect(phone.get_by_text("已下载过一次")).to_be_visible()
