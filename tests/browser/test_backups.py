"""The system administrator's page of backups: what there is, whether it restores, one at once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.measures import fits
from tests.factories import make_district, make_user
from xgz.access import clock
from xgz.models import Backup, Job
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])


@pytest.fixture
def administrator(settings, tmp_path):
    settings.JOBS_AT_ONCE = False
    settings.BACKUPS = tmp_path / "backups"
    settings.BACKUPS.mkdir()
    return make_user(Role.SYSTEM_ADMIN, make_district().administration)


def make_backup(settings, hours, *, is_here=True, **values):
    made_at = clock.now() - timedelta(hours=hours)
    name = f"xgz-{made_at:%Y%m%d-%H%M%S}.xgzb"
    if is_here:
        (settings.BACKUPS / name).write_bytes(b"x")
    given = {"made_at": made_at, "size": 48_300_000, "digest": "0" * 64, "audit_number": 12_077}
    return Backup.objects.create(name=name, **given | values)


@DEVICES
def test_the_first_backup_is_asked_for(administrator, signed_in_page, axe, screenshot, phone):
    page = signed_in_page(administrator, reverse("backup-list"), phone=phone)
    name = "phone" if phone else "desk"

    expect(page.locator("main").get_by_role("alert")).to_contain_text("没有备份")
    screenshot(page, f"backups-none-{name}", full_page=True)
    assert axe(page) == []
    assert fits(page)
    page.get_by_role("button", name="立即备份").click()

    expect(page.get_by_text("备份已排队")).to_be_visible()
    expect(page.get_by_role("button", name="立即备份")).to_be_disabled()
    expect(page.get_by_text("正在排队或进行")).to_be_visible()
    screenshot(page, f"backups-queued-{name}", full_page=True)
    assert axe(page) == []
    assert Job.objects.filter(kind="backup.make").count() == 1


@DEVICES
def test_backups_and_their_trials_are_shown_and_none_can_be_taken(
    administrator, signed_in_page, axe, screenshot, settings, phone
):
    tried = clock.now() - timedelta(hours=5)
    make_backup(settings, 0.4)
    make_backup(settings, 1.4)
    make_backup(settings, 6, tried_at=tried)
    make_backup(settings, 30, tried_at=tried - timedelta(days=1), fault="counts")
    make_backup(settings, 54, is_here=False)
    page = signed_in_page(administrator, reverse("backup-list"), phone=phone)

    expect(page.get_by_role("row")).to_have_count(6)
    expect(page.locator("main").get_by_role("alert")).to_have_count(0)
    screenshot(page, f"backups-{'phone' if phone else 'desk'}", full_page=True)
    assert axe(page) == []
    assert fits(page)
    assert page.locator("main a[href*='xgzb'], main a[download]").count() == 0


@DEVICES
def test_a_trial_that_failed_is_said_above_the_list(
    administrator, signed_in_page, axe, screenshot, settings, phone
):
    make_backup(settings, 9, tried_at=clock.now() - timedelta(hours=5), fault="counts")
    page = signed_in_page(administrator, reverse("backup-list"), phone=phone)

    alerts = page.locator("main").get_by_role("alert")
    expect(alerts).to_have_count(2)  # too old, and it does not restore
    expect(alerts.last).to_contain_text("恢复演练没有通过")
    screenshot(page, f"backups-failed-{'phone' if phone else 'desk'}", full_page=True)
    assert axe(page) == []
    assert fits(page)
