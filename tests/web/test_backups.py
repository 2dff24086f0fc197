from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tests.factories import make_district, make_user
from xgz.access import clock
from xgz.models import Backup, Job
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)


@pytest.fixture
def page(client, settings, tmp_path):
    """Return what the page of backups says to the system administrator, at a fixed time."""
    settings.JOBS_AT_ONCE = False
    settings.BACKUPS = tmp_path
    client.force_login(make_user(Role.SYSTEM_ADMIN, make_district().administration))

    def shown():
        with clock.showing(lambda: NOW):
            return client.get(reverse("backup-list")).content.decode()

    return shown


def make_backup(tmp_path, hours, **values):
    made_at = NOW - timedelta(hours=hours)
    name = f"xgz-{made_at:%Y%m%d-%H%M%S}.xgzb"
    (tmp_path / name).write_bytes(b"x")
    given = {"made_at": made_at, "size": 2048, "digest": "0" * 64, "audit_number": 77} | values
    return Backup.objects.create(name=name, **given)


def test_without_a_backup_it_says_what_to_do(page):
    text = page()

    assert "备份文件夹里没有备份" in text
    assert "没有备份" in text


@pytest.mark.parametrize(("hours", "is_old"), [(3, False), (3.01, True)])
def test_an_old_backup_is_said_to_be_old(page, tmp_path, hours, is_old):
    make_backup(tmp_path, hours)

    assert ("超过 3 小时" in page()) is is_old


def test_a_backup_whose_file_is_gone_does_not_count(page, tmp_path):
    (tmp_path / make_backup(tmp_path, 1).name).unlink()

    text = page()
    assert "备份文件夹里没有备份" in text
    assert "在别的文件夹，或已移走" in text


def test_what_a_trial_found_is_told_in_english(client, page, tmp_path):
    make_backup(tmp_path, 1, tried_at=NOW, fault="chain")
    client.cookies["django_language"] = "en"

    assert "The audit trail failed its check" in page()


def test_trials_are_shown(page, tmp_path):
    make_backup(tmp_path, 1)
    assert "还没有试" in page()
    Backup.objects.update(tried_at=NOW)
    assert "通过" in page()
    Backup.objects.update(fault="counts")

    text = page()
    assert "恢复演练没有通过" in text
    assert "表的行数与备份时不一致" in text


def test_a_backup_is_asked_for_once(page, client):
    for _ in range(2):
        client.post(reverse("backup-make"))

    assert Job.objects.filter(kind="backup.make").count() == 1
    text = page()
    assert "已有备份在排队或进行" in text
    assert "disabled" in text


def test_nothing_is_to_be_downloaded(page, tmp_path):
    backup = make_backup(tmp_path, 1)

    text = page()
    assert backup.name in text
    assert f'{backup.name}"' not in text
    assert str(tmp_path) not in text
