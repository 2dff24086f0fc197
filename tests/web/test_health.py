"""Health: what machines are told, and what the system administrator sees and does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_district, make_user
from xgz.access import clock
from xgz.models import Job
from xgz.models.keyring import KeyRingMissing
from xgz.queries import health as queries
from xgz.rules.jobs import LEASE_SECONDS, JobState
from xgz.rules.roles import Role
from xgz.rules.storage import (
    LONGEST_QUIET_MINUTES,
    LONGEST_WAIT_MINUTES,
    RESERVE_BYTES,
    WAL_ALARM_BYTES,
)

pytestmark = pytest.mark.django_db
CHECKS = {"database", "schema", "keys", "worker", "disk"}


def ago(**span):
    return clock.now() - timedelta(**span)


def job(**fields):
    values = {"kind": "imports.sweep", "requested_at": ago(hours=5), "attempt": 1}
    return Job.objects.create(**values | fields)


@pytest.fixture
def worked():
    """Let a worker have ended a job a minute ago."""
    return job(state=JobState.DONE, finished_at=ago(minutes=1))


@pytest.fixture
def administrator(client):
    body = make_district().administration
    client.force_login(make_user(Role.SYSTEM_ADMIN, body))
    return body


def answer(client):
    page = client.get("/health/ready")
    return page.status_code, page.json()


def test_a_living_process_says_so_without_the_database(client):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get("/health/live")

    assert (page.status_code, page.json()) == (200, {"status": "live"})
    assert len(asked) == 0


def test_a_site_in_order_is_ready(client, worked):
    status, said = answer(client)

    assert (status, said["status"]) == (200, "ready")
    assert said["checks"] == dict.fromkeys(CHECKS, True)


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_probes_need_no_name_no_https_and_no_session(settings, worked, path):
    settings.ALLOWED_HOSTS = ["xgz.district.example"]
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)$"]
    page = Client().get(path, headers={"host": "10.1.2.3:8000"})

    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert not page.cookies
    assert "Location" not in page


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_probes_only_read(client, path):
    assert client.post(path).status_code == 405


def test_strangers_learn_no_versions_and_nothing_of_anybody(client, worked):
    with CaptureQueriesContext(connection) as asked:
        text = client.get("/health/ready").text
    tables = ("xgz_member", "xgz_business", "xgz_user", "django_session", "xgz_organisation")

    assert set(client.get("/health/ready").json()) == {"status", "checks"}
    assert not any(character.isdigit() for character in text)
    assert [q["sql"] for q in asked if any(table in q["sql"] for table in tables)] == []
    assert len(asked) <= 6


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("database", "_is_writable"),
        ("schema", "_is_schema_current"),
    ],
)
def test_what_does_not_hold_is_named(client, worked, monkeypatch, name, broken):
    monkeypatch.setattr(queries, broken, lambda: False)
    status, said = answer(client)

    assert (status, said["status"]) == (503, "not ready")
    assert said["checks"] == dict.fromkeys(CHECKS, True) | {name: False}


def test_a_database_that_is_away_is_not_ready(client, monkeypatch):
    def away():
        raise queries.Error

    monkeypatch.setattr(queries, "_is_writable", away)
    status, said = answer(client)

    assert status == 503
    assert not any(said["checks"][name] for name in ("database", "schema", "worker"))


def test_a_database_that_only_reads_is_not_ready(client, worked):
    off, on = {
        "sqlite": ("PRAGMA query_only=ON", "PRAGMA query_only=OFF"),
        "postgresql": ("SET transaction_read_only=on", "SET transaction_read_only=off"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(off)
    status, said = answer(client)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(on)

    assert (status, said["checks"]["database"]) == (503, False)


def test_a_schema_older_than_the_program_is_not_ready(client, worked, monkeypatch):
    known = queries.known_migrations()
    monkeypatch.setattr(queries, "known_migrations", lambda: known | {"xgz.9999_to_come"})

    assert answer(client)[1]["checks"]["schema"] is False


def test_missing_keys_are_not_ready(client, worked, monkeypatch):
    def missing():
        raise KeyRingMissing

    monkeypatch.setattr(queries, "key_ring", missing)

    assert answer(client)[1]["checks"]["keys"] is False


@pytest.mark.parametrize(("free", "holds"), [(RESERVE_BYTES, True), (RESERVE_BYTES - 1, False)])
def test_a_disk_without_the_reserve_is_not_ready(client, worked, monkeypatch, free, holds):
    monkeypatch.setattr(queries, "free_bytes", lambda _folder: free)

    assert answer(client)[1]["checks"]["disk"] is holds


def test_a_site_that_never_had_a_worker_is_not_ready(client):
    job(attempt=0, requested_at=clock.now())

    assert answer(client)[1]["checks"]["worker"] is False


@pytest.mark.parametrize(
    ("quiet", "waits", "seen"),
    [
        (LONGEST_QUIET_MINUTES - 1, 0, True),
        (LONGEST_QUIET_MINUTES + 1, 0, False),
        (LONGEST_WAIT_MINUTES + 2, LONGEST_WAIT_MINUTES - 1, True),
        (LONGEST_WAIT_MINUTES + 2, LONGEST_WAIT_MINUTES + 1, False),
        (LONGEST_WAIT_MINUTES - 1, LONGEST_WAIT_MINUTES + 1, True),
    ],
)
@pytest.mark.parametrize("when", ["requested_at", "run_after"])
def test_a_worker_is_missed(quiet, waits, seen, when):
    now = clock.now()
    job(state=JobState.DONE, finished_at=now - timedelta(minutes=quiet))
    if waits:
        job(
            attempt=0,
            **{when: now - timedelta(minutes=waits)}
            | ({"requested_at": now - timedelta(minutes=waits)}),
        )

    assert queries.is_worker_seen(queries.work(now), now) is seen


def test_a_worker_busy_with_something_long_is_seen_by_its_lease():
    now = clock.now()
    job(state=JobState.RUNNING, lease_until=now + timedelta(seconds=LEASE_SECONDS - 10))
    job(attempt=0, requested_at=now - timedelta(hours=1))
    known = queries.work(now)

    assert known.seen_at == now - timedelta(seconds=10)
    assert queries.is_worker_seen(known, now)


def test_work_for_later_does_not_wait():
    now = clock.now()
    job(attempt=0, run_after=now + timedelta(hours=1))

    assert queries.work(now).oldest_due is None


def test_the_page_tells_each_check_and_the_database(client, administrator, worked):
    page = client.get(reverse("system-status")).text
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]

    assert kind in page
    for name in (
        "数据库",
        "数据库结构",
        "密钥文件",
        "存储空间",
        "预留空间",
        "后台进程",
        "任务队列",
    ):
        assert name in page
    assert "没有未完成的任务" in page


def test_the_page_says_what_to_do(client, administrator, monkeypatch):
    monkeypatch.setattr(queries, "free_bytes", lambda _folder: 0)
    page = client.get(reverse("system-status")).text

    assert "存储空间已满" in page
    assert "xgz worker" in page


@pytest.mark.parametrize(("size", "alarm"), [(WAL_ALARM_BYTES, False), (WAL_ALARM_BYTES + 1, True)])
def test_a_large_log_of_writes_is_an_alarm(client, administrator, monkeypatch, size, alarm):
    engine = queries.Engine("SQLite", "3.53.4", "WAL", 1, size)
    monkeypatch.setattr(queries, "engine_state", lambda: engine)

    assert ("预写日志超过" in client.get(reverse("system-status")).text) is alarm


def test_failed_jobs_are_listed_and_tried_again(client, administrator):
    resting = job(state=JobState.FAILED, finished_at=ago(days=1), failures=5, fault="KeyError")
    page = client.get(reverse("system-status")).text
    assert "KeyError" in page
    assert "清理导入文件" in page

    said = client.post(reverse("job-retry", args=[resting.public_id]), follow=True).text
    resting.refresh_from_db()

    assert resting.state == JobState.QUEUED
    assert "任务已重新排队" in said
    assert "没有未完成的任务" in said
    assert client.post(reverse("job-retry", args=[resting.public_id])).status_code == 404


def test_a_failed_job_is_given_up(client, administrator):
    resting = job(state=JobState.FAILED, finished_at=ago(days=1))
    said = client.post(reverse("job-dismiss", args=[resting.public_id]), follow=True).text
    resting.refresh_from_db()

    assert resting.state == JobState.CANCELLED
    assert "不再处理" in said


def test_a_job_whose_subject_is_busy_stays(client, administrator):
    resting = job(state=JobState.FAILED, finished_at=ago(days=1), subject="aaaabbbbcccc")
    job(subject="aaaabbbbcccc", attempt=0)
    said = client.post(reverse("job-retry", args=[resting.public_id]), follow=True).text
    resting.refresh_from_db()

    assert resting.state == JobState.FAILED
    assert "等它结束后再试" in said


def test_the_menu_leads_the_administrator_there_and_nobody_else(client, administrator):
    assert reverse("system-status") in client.get(reverse("home")).text
    client.force_login(make_user(Role.SECURITY_ADMIN, administrator))

    assert f'href="{reverse("system-status")}"' not in client.get(reverse("home")).text


def test_the_page_asks_few_questions(client, administrator):
    for _ in range(40):
        job(state=JobState.FAILED, finished_at=ago(days=1))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("system-status"))

    assert len(asked) <= 30
