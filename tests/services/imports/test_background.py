"""Imports whose worker died, stopped, was overtaken or was told to cancel: nothing lost or doubled."""

from contextlib import contextmanager, nullcontext
from datetime import timedelta

import pytest

from tests.factories import make_district, make_user
from tests.services.imports.worlds import HEADERS, NOW, business
from xgz.access.actor import actor_for
from xgz.models import AuditEntry, Business, Import, Job, RejectedRow, StagedBusiness
from xgz.rules.imports.states import ImportKind, ImportState
from xgz.rules.jobs import LEASE_SECONDS, MAX_ATTEMPTS
from xgz.rules.roles import Role
from xgz.services.imports import applying, background, folders, opening, registry, rejects, staging
from xgz.services.imports.background import apply_in_background, stage_in_background
from xgz.services.imports.locks import AlreadyUnderWay, turn
from xgz.services.imports.staged_businesses import BusinessStager
from xgz.services.imports.sweeping import sweep_imports
from xgz.services.jobs import JobRun, JobStopped, claim, run_job

KIND = ImportKind.REGISTRY
FAULTY = {"登记状态": "正常经营"}
LEASE = timedelta(seconds=LEASE_SECONDS + 1)

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Stands for kill -9: nothing is written any more, not even that it happened."""


@pytest.fixture
def clerk(settings):
    settings.JOBS_AT_ONCE = False
    return actor_for(make_user(Role.BUREAU, make_district().bureau), NOW.date())


@pytest.fixture
def take_in(clerk, tmp_path):
    """Upload rows and queue their reading."""

    def upload(*rows):
        path = tmp_path / "file.csv"
        headers = HEADERS[KIND]
        lines = [",".join(headers)]
        lines += [",".join(str(row.get(header, "")) for header in headers) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with path.open("rb") as stream:
            source = opening.upload(
                actor=clerk, kind=KIND, stream=stream, file_name=path.name, now=NOW
            )
        stage_in_background(actor=clerk, source=source, now=NOW)
        return source

    return upload


def _work(now=NOW):
    job = claim(worker="w", now=now)
    if job is not None:
        run_job(job, lambda: now)
    return job


def _killed(monkeypatch, target, name, after=0):
    """Let the worker die when `name` is called for the (after + 1)-th time."""
    real, calls = getattr(target, name), []

    def die(*args, **kwargs):
        calls.append(name)
        if len(calls) > after:
            raise Killed
        return real(*args, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(target, name, die)
        broken.setattr(staging, "fail_import", _nothing)
        with pytest.raises(Killed):
            _work()


def _nothing(*_arguments):
    raise Killed


def _rows(count):
    return [business(n) for n in range(1, count)] + [business(count, **FAULTY)]


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (staging, "stager_for"),
        (staging, "note_rows_read"),
        (staging, "_preview"),
        (background, "sweep_imports"),
    ],
    ids=["after the header", "between rows", "before the preview", "before reading"],
)
def test_a_reading_whose_worker_was_killed_is_begun_again(take_in, monkeypatch, target, name):
    source = take_in(*_rows(6))
    _killed(monkeypatch, target, name)

    assert _work() is None  # the lease still holds
    _work(NOW + LEASE)

    source.refresh_from_db()
    assert (source.state, source.rows, source.created, source.rejected) == ("staged", 6, 5, 1)
    assert StagedBusiness.objects.count() == 5
    assert RejectedRow.objects.count() == 1
    assert Job.objects.get().state == "done"


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("registry", "apply"),
        ("applying", "clear_staged_rows"),
        ("background", "remove_original"),
    ],
    ids=["writing", "before the end", "after the end"],
)
def test_a_writing_whose_worker_was_killed_is_done_once(take_in, clerk, monkeypatch, target, name):
    source = take_in(*_rows(6))
    _work()
    source.refresh_from_db()
    apply_in_background(actor=clerk, source=source, now=NOW)
    if target == "registry":
        monkeypatch.setitem(
            staging.WRITERS, KIND, lambda *args, **ready: registry.apply(*args, **ready)
        )
    modules = {"registry": registry, "applying": applying, "background": background}
    with monkeypatch.context() as broken:
        broken.setattr(applying, "fail_import", _nothing)
        _killed(broken, modules[target], name)

    _work(NOW + LEASE)

    source.refresh_from_db()
    assert (source.state, source.created, Business.objects.count()) == ("applied", 5, 5)
    assert AuditEntry.objects.filter(action="import.registry").count() == 1
    assert not StagedBusiness.objects.exists()
    assert not folders.upload_path(source).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", ["stage", "apply"])
def test_a_worker_told_to_end_hands_the_import_back(take_in, clerk, monkeypatch, action):
    source = take_in(*_rows(3))
    if action == "apply":
        _work()
        source.refresh_from_db()
        apply_in_background(actor=clerk, source=source, now=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(staging, "clear_staged_rows", _stop)
        broken.setattr(staging, "_preview", _stop)
        broken.setattr("xgz.services.imports.applying.clear_staged_rows", _stop)
        with pytest.raises(JobStopped):
            _work()
    job = Job.objects.order_by("pk").last()
    handed_back = (job.state, job.failures)

    _work()

    source.refresh_from_db()
    assert handed_back == ("queued", 0)
    assert source.state == {"stage": "staged", "apply": "applied"}[action]
    assert (source.created, source.rejected) == (2, 1)


def _stop(*_arguments, **_options):
    raise JobStopped


@contextmanager
def _overtaken(monkeypatch, target, name):
    """Let another worker take the job over, and finish it, when `name` is first called."""
    real, calls = getattr(target, name), []

    def call(*args, **kwargs):
        calls.append(name)
        if len(calls) == 1:
            _work(NOW + LEASE)
        return real(*args, **kwargs)

    with monkeypatch.context() as slow:
        slow.setattr(target, name, call)
        # As on two machines: each has its own turn.
        slow.setattr(background, "turn_now", nullcontext)
        yield


def test_race_of_a_slow_reader_and_the_one_that_took_over_stages_once(take_in, monkeypatch):
    source = take_in(*_rows(6))

    with _overtaken(monkeypatch, BusinessStager, "prepare"):
        _work()

    source.refresh_from_db()
    assert (source.state, source.rows_read, source.created) == ("staged", 6, 5)
    assert StagedBusiness.objects.count() == 5
    assert RejectedRow.objects.count() == 1
    assert len(list(rejects.gathered_rows(source))) == 2
    assert (Job.objects.get().state, Job.objects.get().attempt) == ("done", 2)


def test_race_of_a_slow_writer_and_the_one_that_took_over_writes_once(take_in, clerk, monkeypatch):
    source = take_in(*_rows(6))
    _work()
    source.refresh_from_db()
    apply_in_background(actor=clerk, source=source, now=NOW)

    with _overtaken(monkeypatch, applying, "roomy_cache"):
        _work()

    source.refresh_from_db()
    job = Job.objects.get(kind="import.apply")
    assert (source.state, source.created, Business.objects.count()) == ("applied", 5, 5)
    assert (job.state, job.attempt) == ("done", 2)
    assert AuditEntry.objects.filter(action="import.registry").count() == 1


def test_the_fence_takes_back_a_writing_whose_lease_was_lost(take_in, clerk, monkeypatch):
    source = take_in(*_rows(6))
    _work()
    source.refresh_from_db()
    apply_in_background(actor=clerk, source=source, now=NOW)
    job = claim(worker="w", now=NOW)
    Job.objects.filter(pk=job.pk).update(attempt=job.attempt + 1)

    run_job(job, lambda: NOW)

    source.refresh_from_db()
    assert (source.state, Business.objects.count()) == (ImportState.APPLYING, 0)
    assert StagedBusiness.objects.count() == 5


def test_an_import_that_kills_every_worker_ends_as_failed(take_in):
    source = take_in(*_rows(3))
    now = NOW
    for _ in range(MAX_ATTEMPTS):
        claim(worker="w", now=now)
        Import.objects.filter(pk=source.pk).update(state=ImportState.STAGING)
        now += LEASE

    assert claim(worker="w", now=now) is None
    sweep_imports(now)

    source.refresh_from_db()
    assert source.state == ImportState.FAILED


def test_a_fault_of_ours_ends_the_import_at_once_with_its_reason(take_in, monkeypatch, caplog):
    source = take_in(*_rows(3))

    def fail(_source, *_arguments):
        raise OSError("a secret path")

    monkeypatch.setattr(staging, "_preview", fail)
    _work()

    source.refresh_from_db()
    job = Job.objects.get()
    assert (source.state, job.state, job.fault) == ("failed", "failed", "OSError")
    assert not StagedBusiness.objects.exists()
    assert "a secret" not in caplog.text


def test_a_refused_file_is_no_fault_of_the_job(take_in):
    source = take_in()

    _work()

    source.refresh_from_db()
    assert (source.state, Job.objects.get().state) == ("refused", "done")


def test_an_import_waits_for_the_turn_of_another_one(take_in):
    source = take_in(*_rows(3))

    with turn():
        _work()
    job = Job.objects.get()
    waiting = (job.state, job.failures, job.run_after > NOW)
    _work(job.run_after)

    source.refresh_from_db()
    assert waiting == ("queued", 0, True)
    assert source.state == "staged"


def test_an_import_that_waits_is_not_taken_for_a_dead_one(take_in, monkeypatch):
    source = take_in(*_rows(3))
    claim(worker="w", now=NOW)
    Import.objects.filter(pk=source.pk).update(state=ImportState.STAGING)

    sweep_imports(NOW)

    source.refresh_from_db()
    assert source.state == ImportState.STAGING


def test_a_second_reading_or_giving_up_waits_for_the_first(take_in, clerk):
    source = take_in(*_rows(3))

    for step in (stage_in_background, apply_in_background, staging.abandon_import):
        with pytest.raises(AlreadyUnderWay):
            step(actor=clerk, source=source, now=NOW)


@pytest.mark.parametrize("dies", [False, True], ids=["in one go", "killed in between"])
def test_a_reading_cancelled_half_way_leaves_nothing(take_in, clerk, monkeypatch, dies):
    source = take_in(*_rows(6))
    real = JobRun.progress

    def progress(run, done, total=0):
        background.cancel_in_background(actor=clerk, source=Import.objects.get(), now=NOW)
        if dies:
            raise Killed
        real(run, done, total)

    monkeypatch.setattr(JobRun, "progress", progress)
    monkeypatch.setattr(staging, "fail_import", _nothing)
    if dies:
        with pytest.raises(Killed):
            _work()
    _work(NOW + LEASE if dies else NOW)

    source.refresh_from_db()
    assert (source.state, Job.objects.get().state) == ("abandoned", "cancelled")
    assert not StagedBusiness.objects.exists()
    assert not RejectedRow.objects.exists()
    assert not folders.upload_path(source).exists()
    assert not folders.spool_path(source).exists()
