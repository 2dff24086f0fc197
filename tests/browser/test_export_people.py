"""A list of people: asked for on a phone, approved at a desk, taken once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.factories import make_district, make_member, make_organisation, make_user
from tests.factories.export_approvals import ask_in_clear
from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.rules.roles import Role
from xgz.services.export_approvals import expire_approvals

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


def test_a_request_that_ran_out_says_so_to_both(signed_in_page, axe, page_faults):
    district = make_district()
    make_member(make_organisation(district.qingping))
    asker = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    decider = make_user(Role.ORG_DEPT, district.org_dept)
    case = ask_in_clear(actor_for(asker, clock.today()), clock.now())
    late = timedelta(days=(case.due_on - clock.today()).days + 1)

    with clock.showing(lambda: timezone.now() + late):
        desk = signed_in_page(decider, reverse("export_approval-detail", args=[case.public_id]))
        expire_approvals(today=clock.today(), now=clock.now())
        desk.get_by_role("link", name="批准导出").click()  # shown before it ran out
        expect(desk.get_by_text("现在的状态是“逾期未批”，不能办理这一步")).to_be_visible()
        assert [fault for fault in page_faults if "409" not in fault] == []
        page_faults.clear()
        desk.get_by_role("link", name="回事项页面").click()
        expect(desk.get_by_text("结束：逾期未批")).to_be_visible()
        expect(desk.get_by_role("link", name="批准导出")).to_have_count(0)

        phone = signed_in_page(asker, reverse("report-list"), phone=True)
        expect(phone.get_by_text("逾期未批")).to_be_visible()
        expect(phone.get_by_role("link", name="下载")).to_have_count(0)
        assert axe(phone) == []
