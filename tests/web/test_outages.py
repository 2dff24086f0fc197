"""A full disk, a locked or absent database: one plain page, nothing stored, nothing doubled."""

import errno
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone

from tests.factories import make_district, make_user
from xgz.models import User
from xgz.models.outage import Outage
from xgz.rules.roles import Role
from xgz.rules.storage import RESERVE_NAME
from xgz.services import storage
from xgz.web.health import outages
from xgz.web.health.outages import RETRY_SECONDS, ReadsAgain

pytestmark = pytest.mark.urls(__name__)
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="of SQLite alone")
on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="of PostgreSQL alone"
)
PASSWORD = "a long first password"
AT_MOST = 1_073_741_823  # pages of SQLite


def fails(request, how):
    if how == "disk":
        raise OSError(errno.ENOSPC, "No space left on device")
    if how == "ours":
        raise KeyError(how)
    sign = {"full": "database or disk is full", "busy": "database is locked"}.get(how)
    fault = type("OperationalError", (Exception,), {"__module__": "sqlite3"})
    raise OperationalError(sign or "gone") from (fault(sign) if sign else None)


handler500 = "xgz.web.health.outages.fault_page"
urlpatterns = [
    path("fails/<str:how>/", fails, name="fails"),
    path("", include("xgz.config.urls")),
]


@pytest.fixture
def browser():
    return Client(raise_request_exception=False)


@pytest.fixture
def clerk():
    user = make_user(Role.BUREAU, make_district().bureau)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def reserve(settings, tmp_path):
    settings.HOME = tmp_path
    held = tmp_path / RESERVE_NAME
    held.write_bytes(b"room")
    return held


def sign_in(browser, person):
    return browser.post(reverse("sign-in"), {"username": person.username, "password": PASSWORD})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "outage", "words"),
    [
        ("full", Outage.FULL, "存储空间已满"),
        ("disk", Outage.FULL, "存储空间已满"),
        ("busy", Outage.BUSY, "系统正忙"),
        ("away", Outage.AWAY, "数据库暂时连不上"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_outage_is_one_plain_page(browser, reserve, how, outage, words, method):
    page = getattr(browser, method)(reverse("fails", args=[how]))

    assert page.status_code == 503
    assert page["Retry-After"] == str(RETRY_SECONDS[outage])
    assert words in page.text
    assert page["X-Request-ID"] in page.text
    assert page["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert reserve.exists() is (outage is not Outage.FULL)


@pytest.mark.django_db
def test_a_fault_of_the_program_stays_one(browser, reserve):
    page = browser.get(reverse("fails", args=["ours"]))

    assert page.status_code == 500
    assert "Retry-After" not in page
    assert reserve.exists()


@pytest.mark.django_db
def test_whoever_changed_something_while_the_database_went_is_told_to_look(browser):
    assert "核对" in browser.post(reverse("fails", args=["away"])).text
    assert "核对" not in browser.get(reverse("fails", args=["away"])).text


@contextmanager
def full_database():
    """Let SQLite have no page and no gap left for another row, as on a full disk."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count={pages}")
    try:
        for size in (100_000, 3_000, 300, 30, 3):
            _fill(size)
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count={AT_MOST}")


def _fill(size):
    number = 0
    try:
        while True:
            Session.objects.create(
                session_key=f"filler{size}x{number}",
                session_data="x" * size,
                expire_date=timezone.now(),
            )
            number += 1
    except OperationalError:
        return


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_full_database_is_said_at_sign_in_and_reading_goes_on(browser, clerk, reserve):
    reader = Client()
    reader.force_login(clerk)
    with full_database():
        refused = sign_in(browser, clerk)
        read = reader.get(reverse("business-list"))

    assert refused.status_code == 503
    assert "存储空间已满" in refused.text
    assert not reserve.exists()
    assert read.status_code == 200
    assert sign_in(browser, clerk).status_code == 302  # without any restart


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_change_met_by_a_full_database_leaves_nothing(browser, clerk, reserve):
    before = User.objects.get(pk=clerk.pk).last_login
    with full_database():
        sign_in(browser, clerk)

    assert User.objects.get(pk=clerk.pk).last_login == before
    assert "_auth_user_id" not in browser.session


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_long_write_lock_is_said_and_reading_goes_on(browser, clerk):
    reader, other = Client(), connections.create_connection("default")
    reader.force_login(clerk)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=50")
    with other.cursor() as holding:
        holding.execute("BEGIN IMMEDIATE")
        refused = sign_in(browser, clerk)
        read = reader.get(reverse("business-list"))
        holding.execute("ROLLBACK")
    other.close()

    assert refused.status_code == 503
    assert "系统正忙" in refused.text
    assert read.status_code == 200
    assert sign_in(browser, clerk).status_code == 302
    connection.close()


def _end_connection():
    other = connections.create_connection("default")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [number])
    other.close()


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_page_is_read_once_more_where_the_server_dropped_the_connection(browser, clerk):
    browser.force_login(clerk)
    _end_connection()

    assert browser.get(reverse("business-list")).status_code == 200


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_change_is_not_sent_again_where_the_server_dropped_the_connection(browser, clerk):
    _end_connection()
    refused = sign_in(browser, clerk)
    connections.close_all()

    assert refused.status_code == 503
    assert refused["Retry-After"]
    assert sign_in(browser, clerk).status_code == 302


@pytest.mark.parametrize(
    ("method", "outage", "times"),
    [
        ("GET", Outage.AWAY, 2),
        ("HEAD", Outage.AWAY, 2),
        ("POST", Outage.AWAY, 1),
        ("GET", Outage.FULL, 1),
        ("GET", Outage.BUSY, 1),
        ("GET", None, 1),
    ],
)
def test_only_reads_are_tried_again_and_once(rf, monkeypatch, method, outage, times):
    seen = []
    monkeypatch.setattr(outages, "connections", _Connections())

    def answer(request):
        seen.append(request)
        if outage:
            request.outage = outage
        return HttpResponse(status=503 if outage else 200)

    page = ReadsAgain(answer)(rf.generic(method, "/"))

    assert len(seen) == times
    assert page.status_code == (503 if outage else 200)


class _Connections:
    def close_all(self):
        """Nothing is connected here."""


@pytest.mark.django_db
@pytest.mark.parametrize(("left", "status"), [(0, 503), (1 << 40, 200)])
def test_an_upload_is_refused_before_it_is_read(
    browser, clerk, monkeypatch, tmp_path, left, status
):
    browser.force_login(clerk)
    asked = []
    monkeypatch.setattr(storage, "free_bytes", lambda folder: asked.append(folder) or left)
    file = tmp_path / "empty.csv"
    Path(file).write_text("统一社会信用代码\n", encoding="utf-8")
    with file.open("rb") as stream:
        page = browser.post(reverse("import-upload"), {"kind": "", "file": stream})

    assert asked
    assert page.status_code == (400 if status == 200 else 503)
    assert ("存储空间已满" in page.text) is (status == 503)
