"""A long list: offered, made beside, followed on the page, taken; desk and phone."""

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.factories import make_business, make_district, make_user
from xgz.access import clock
from xgz.rules import jobs as rules
from xgz.rules.roles import Role
from xgz.services.jobs import claim, run_job

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_long_list_is_made_beside_and_taken(signed_in_page, axe, settings, monkeypatch, tmp_path):
    clerk = make_user(Role.BUREAU, make_district().bureau)
    for _ in range(3):
        make_business()
    monkeypatch.setattr(rules, "BACKGROUND_ROWS", 2)
    settings.JOBS_AT_ONCE = False
    page = signed_in_page(clerk, reverse("business-list"))

    page.get_by_role("link", name="导出全部").click()
    expect(page.get_by_role("heading", name="共 3 行，在后台生成")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="在后台生成").click()
    expect(page.get_by_text("排队中")).to_be_visible()
    assert axe(page) == []
    run_job(claim(worker="w", now=clock.now()), clock.now)

    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    download.value.save_as(tmp_path / "report.xlsx")

    assert len(list(load_workbook(tmp_path / "report.xlsx").active.values)) == 6


def test_a_report_can_be_cancelled_on_a_phone(signed_in_page, axe, settings, monkeypatch):
    clerk = make_user(Role.BUREAU, make_district().bureau)
    make_business()
    monkeypatch.setattr(rules, "BACKGROUND_ROWS", 0)
    settings.JOBS_AT_ONCE = False
    page = signed_in_page(clerk, reverse("business-export"), phone=True)
    assert axe(page) == []

    page.get_by_role("button", name="在后台生成").click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="取消").click()

    expect(page.get_by_text("已取消")).to_be_visible()
