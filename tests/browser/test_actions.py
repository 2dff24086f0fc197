"""Buttons of an administrator on a phone: apart from each other, and what they warn of readable."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.measures import fits
from tests.factories import make_district, make_user
from xgz.access import clock
from xgz.models import Job
from xgz.rules.jobs import JobState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
APART = 8  # px between two buttons that do different things


@pytest.fixture
def district():
    return make_district()


def make_failed_job():
    now = clock.now()
    Job.objects.create(
        kind="backup.make",
        state=JobState.FAILED,
        requested_at=now,
        finished_at=now,
        failures=5,
        fault="PermissionError",
    )


def test_trying_again_and_giving_up_lie_apart(district, signed_in_page, axe, screenshot):
    make_failed_job()
    admin = make_user(Role.SYSTEM_ADMIN, district.administration)
    page = signed_in_page(admin, reverse("system-status"), phone=True)

    retry = page.get_by_role("button", name="再试一次").bounding_box()
    dismiss = page.get_by_role("button", name="不再处理").bounding_box()

    screenshot(page, "system-status-phone", full_page=True)
    across = dismiss["x"] - retry["x"] - retry["width"]
    down = dismiss["y"] - retry["y"] - retry["height"]
    assert max(across, down) >= APART
    assert axe(page) == []
    assert fits(page)


def test_what_closing_an_account_means_has_the_whole_line(
    district, signed_in_page, axe, screenshot
):
    clerk = make_user(Role.BUREAU, district.bureau)
    admin = make_user(Role.SECURITY_ADMIN, district.administration)
    page = signed_in_page(admin, reverse("account-detail", args=[clerk.public_id]), phone=True)

    page.get_by_text("停用账号", exact=True).click()
    warning = page.get_by_text("马上退出所有设备")
    expect(warning).to_be_visible()

    screenshot(page, "account-closing-phone", full_page=True)
    assert warning.bounding_box()["width"] > 300  # px of 390
    assert axe(page) == []
    assert fits(page)


@pytest.mark.parametrize("name", ["system-status", "audit-list", "account-detail"])
def test_paper_shows_nothing_to_click(name, district, signed_in_page):
    make_failed_job()
    clerk = make_user(Role.BUREAU, district.bureau)
    role = Role.AUDIT_ADMIN if name == "audit-list" else Role.SYSTEM_ADMIN
    role = Role.SECURITY_ADMIN if name == "account-detail" else role
    arguments = [clerk.public_id] if name == "account-detail" else []
    page = signed_in_page(make_user(role, district.administration), reverse(name, args=arguments))

    page.emulate_media(media="print")

    expect(page.locator("h1")).to_be_visible()
    acts = page.locator(".x-main").locator(".btn, form, .x-head-note a").all()
    assert acts
    assert [act.text_content() for act in acts if act.is_visible()] == []
    expect(page.get_by_role("columnheader", name="操作")).to_have_count(0)


def test_escape_closes_what_asks_a_second_time(district, signed_in_page):
    clerk = make_user(Role.BUREAU, district.bureau)
    admin = make_user(Role.SECURITY_ADMIN, district.administration)
    page = signed_in_page(admin, reverse("account-detail", args=[clerk.public_id]))
    question = page.get_by_text("停用账号", exact=True)
    question.click()
    expect(page.get_by_role("button", name="确认停用")).to_be_visible()

    page.get_by_role("button", name="确认停用").focus()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="确认停用")).to_be_hidden()
    expect(question).to_be_focused()
