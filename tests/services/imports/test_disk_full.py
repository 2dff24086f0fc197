"""An import that meets a full disk: it waits, says why, goes on by itself, and counts the same."""

import errno
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from tests.factories import make_district, make_user
from tests.services.imports.worlds import HEADERS, NOW, business
from xgz.access.actor import actor_for
from xgz.models import Business, Job, StagedBusiness
from xgz.rules.imports.states import ImportKind, ImportState
from xgz.rules.jobs import NO_ROOM, ROOM_SECONDS, JobState
from xgz.rules.roles import Role
from xgz.rules.storage import RESERVE_NAME
from xgz.services.imports import opening, registry, staging
from xgz.services.imports.background import apply_in_background, stage_in_background
from xgz.services.jobs import claim, run_job

KIND = ImportKind.REGISTRY
SOON = NOW + timedelta(seconds=ROOM_SECONDS - 1)
LATER = NOW + timedelta(seconds=ROOM_SECONDS)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(settings):
    settings.JOBS_AT_ONCE = False
    return make_user(Role.BUREAU, make_district().bureau)


@pytest.fixture
def clerk(person):
    return actor_for(person, NOW.date())


@pytest.fixture
def source(clerk, tmp_path):
    path, headers = tmp_path / "file.csv", HEADERS[KIND]
    rows = [business(number) for number in range(4)]
    lines = [",".join(headers), *(",".join(str(r.get(h, "")) for h in headers) for r in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with path.open("rb") as stream:
        made = opening.upload(actor=clerk, kind=KIND, stream=stream, file_name="f.csv", now=NOW)
    stage_in_background(actor=clerk, source=made, now=NOW)
    return made


def full_disk(*_arguments, **_options):
    raise OSError(errno.ENOSPC, "No space left on device")


def full_database(*_arguments, **_options):
    cause = type("OperationalError", (Exception,), {"__module__": "sqlite3"})
    raise OperationalError("database or disk is full") from cause("database or disk is full")


def work(now=NOW):
    job = claim(worker="w", now=now)
    if job is not None:
        run_job(job, lambda: now)
    return job


@pytest.mark.parametrize("full", [full_disk, full_database])
def test_reading_waits_for_room_and_begins_again(source, monkeypatch, full):
    with monkeypatch.context() as patched:
        patched.setattr(staging, "_preview", full)
        work()
    source.refresh_from_db()
    job = Job.objects.get(subject=source.public_id)

    assert (source.state, job.state, job.fault, job.failures) == (
        ImportState.STAGING,
        JobState.QUEUED,
        NO_ROOM,
        0,
    )
    assert work(SOON) is None
    work(LATER)
    source.refresh_from_db()
    assert (source.state, source.rows) == (ImportState.STAGED, 4)
    assert StagedBusiness.objects.count() == 4


@pytest.mark.parametrize("full", [full_disk, full_database])
def test_writing_waits_for_room_and_leaves_nothing_by_halves(source, clerk, monkeypatch, full):
    work()
    apply_in_background(actor=clerk, source=source, now=NOW)
    with monkeypatch.context() as patched:
        patched.setitem(staging.WRITERS, KIND, _writes_then(full))
        work()
    source.refresh_from_db()

    assert source.state == ImportState.APPLYING
    assert not Business.objects.exists()
    work(LATER)
    source.refresh_from_db()
    assert (source.state, source.created) == (ImportState.APPLIED, 4)
    assert Business.objects.count() == 4
    assert Job.objects.filter(state=JobState.DONE).count() == 2


def _writes_then(full):
    def write(*arguments, **options):
        registry.apply(*arguments, **options)
        full()

    return write


def test_the_reserve_is_given_back(source, settings, tmp_path, monkeypatch):
    held = settings.HOME / RESERVE_NAME
    held.touch()
    monkeypatch.setattr(staging, "_preview", full_disk)
    work()

    assert not held.exists()


def test_the_page_of_the_import_says_why_it_waits(source, person, monkeypatch):
    monkeypatch.setattr(staging, "_preview", full_disk)
    work()
    browser = Client()
    browser.force_login(person)
    page = browser.get(reverse("import-detail", args=[source.public_id])).text

    assert "存储空间已满" in page
    assert "自动继续" in page
