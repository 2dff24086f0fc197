"""The auditor's pages: the trail and its filters, one row, a check of the chain, an export."""

from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.measures import fits
from tests.factories import actor_as, make_district, make_user
from tests.factories.trail import TABLE, anchor_file, as_administrator, run
from xgz.access import clock
from xgz.models import AuditEntry
from xgz.rules.audit import Outcome
from xgz.rules.roles import Role
from xgz.services import audit
from xgz.services.audit_anchor import write_anchor
from xgz.services.jobs import claim, run_job
from xgz.services.transactions import unit

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
DONE = (
    ("member.status", "member"),
    ("transfer.issue", "transfer"),
    ("closure.decide", "closure"),
    ("organisation.appoint", "organisation"),
    ("account.disable", "user"),
)


@pytest.fixture
def auditor():
    """Return the auditor of a district where people of both lines have been at work for a day."""
    anchor_file().unlink(missing_ok=True)
    district = make_district()
    people = [
        actor_as(Role.ORG_DEPT, district.org_dept),
        actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping),
        actor_as(Role.SECURITY_ADMIN, district.administration),
    ]
    begin = clock.now() - timedelta(minutes=120)
    for number in range(60):
        action, subject = DONE[number % len(DONE)]
        is_refused = number % 7 == 3
        with unit():
            audit.record(
                actor=people[number % len(people)],
                action=action,
                subject_type=subject,
                subject_id=f"k3m7p9w2x{number:03}",
                now=begin + timedelta(minutes=number),
                outcome=Outcome.REFUSED if is_refused else Outcome.DONE,
                fields={"status": number, "reason": number},
            )
    write_anchor(today=clock.today(), now=clock.now())
    return make_user(Role.AUDIT_ADMIN, district.administration)


@DEVICES
def test_the_trail_is_narrowed_and_one_row_opened(auditor, signed_in_page, axe, screenshot, phone):
    page = signed_in_page(auditor, reverse("audit-list"), phone=phone)
    name = "phone" if phone else "desk"
    screenshot(page, f"audit-list-{name}")
    assert axe(page) == []
    assert fits(page)
    expect(page.get_by_role("row")).to_have_count(51)
    page.get_by_role("link", name="较早").click()
    expect(page.get_by_role("link", name="较新")).to_be_visible()

    page.goto(page.url.partition("?")[0])
    if phone:
        page.get_by_text("筛选", exact=True).click()
        screenshot(page, "audit-filter-phone")
        assert axe(page) == []
    page.get_by_label("类别").select_option(label="关系转接")
    page.get_by_label("结果").select_option(label="被拒绝")
    page.get_by_role("button", name="查询").click()

    rows = page.get_by_role("row")
    expect(rows).to_have_count(
        1 + AuditEntry.objects.filter(action="transfer.issue", outcome=Outcome.REFUSED).count()
    )
    expect(rows.nth(1)).to_contain_text("开具介绍信")
    screenshot(page, f"audit-filtered-{name}")
    rows.nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", name="开具介绍信")).to_be_visible()
    screenshot(page, f"audit-entry-{name}", full_page=True)
    assert axe(page) == []
    assert fits(page)


@DEVICES
def test_a_filter_without_rows_can_be_put_back(auditor, signed_in_page, axe, screenshot, phone):
    page = signed_in_page(auditor, reverse("audit-list") + "?who=nobody", phone=phone)

    expect(page.get_by_role("heading", name="没有符合条件的记录")).to_be_visible()
    screenshot(page, f"audit-nothing-{'phone' if phone else 'desk'}")
    assert axe(page) == []
    page.locator("main").get_by_role("link", name="重置").last.click()
    expect(page.get_by_role("row")).to_have_count(51)


@DEVICES
def test_the_chain_is_checked_and_a_fault_is_told(
    auditor, signed_in_page, axe, screenshot, settings, phone
):
    settings.JOBS_AT_ONCE = False
    name = "phone" if phone else "desk"
    page = signed_in_page(auditor, reverse("audit-list"), phone=phone)

    page.get_by_role("link", name="核验与锚点").click()
    expect(page.get_by_text("还没有核验过")).to_be_visible()
    page.get_by_role("button", name="立即核验").click()
    expect(page.get_by_text("已排队，马上开始")).to_be_visible()
    screenshot(page, f"audit-check-queued-{name}")
    assert axe(page) == []
    run_job(claim(worker="w", now=clock.now()), clock.now)
    page.get_by_role("link", name="刷新").click()

    expect(page.get_by_text("没有发现问题")).to_be_visible()
    screenshot(page, f"audit-check-whole-{name}", full_page=True)
    assert axe(page) == []
    assert fits(page)

    with as_administrator():
        run([f"UPDATE {TABLE} SET subject_id = 'other' WHERE number = 7"])  # noqa: S608
    page.get_by_role("button", name="立即核验").click()
    expect(page.get_by_text("已排队，马上开始")).to_be_visible()
    run_job(claim(worker="w", now=clock.now()), clock.now)
    page.get_by_role("link", name="刷新").click()

    expect(page.locator("main").get_by_role("alert")).to_contain_text("发现问题")
    expect(page.get_by_role("row").filter(has_text="第 7 起")).to_be_visible()
    screenshot(page, f"audit-check-fault-{name}", full_page=True)
    assert axe(page) == []
    assert fits(page)


@DEVICES
def test_a_period_is_taken_out_as_a_workbook(
    auditor, signed_in_page, axe, screenshot, tmp_path, phone
):
    page = signed_in_page(auditor, reverse("audit-list"), phone=phone)
    page.get_by_role("link", name="导出一段时间").click()
    expect(page.get_by_label("截止日期")).to_have_value(clock.today().isoformat())
    screenshot(page, f"audit-export-{'phone' if phone else 'desk'}", full_page=True)
    assert axe(page) == []
    page.get_by_label("起始日期").fill((clock.today() - timedelta(days=1)).isoformat())

    with page.expect_download() as download:
        page.get_by_role("button", name="导出").click()
    download.value.save_as(tmp_path / "trail.xlsx")

    rows = list(load_workbook(tmp_path / "trail.xlsx").active.iter_rows(values_only=True))
    assert len([row for row in rows if "transfer.issue" in row]) == 12
    assert AuditEntry.objects.filter(action="audit.export", actor=auditor).count() == 1


@DEVICES
def test_a_period_that_does_not_hold_says_why_beside_it(
    auditor, signed_in_page, axe, screenshot, phone
):
    page = signed_in_page(auditor, reverse("audit-export"), phone=phone)
    page.get_by_label("截止日期").fill("2020-01-01")
    page.get_by_role("button", name="导出").click()

    expect(page.get_by_role("alert")).to_have_text("截止日期不能早于起始日期。")
    expect(page.get_by_label("截止日期")).to_have_value("2020-01-01")
    screenshot(page, f"audit-export-refused-{'phone' if phone else 'desk'}", full_page=True)
    assert axe(page) == []
    assert not AuditEntry.objects.filter(action="audit.export").exists()
