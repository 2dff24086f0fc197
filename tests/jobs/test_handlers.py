"""The handlers: every kind that is queued has one, and each calls its service with the day's time."""

from datetime import UTC, datetime

import pytest

from tests.factories import make_import
from xgz.models import Job, Snapshot
from xgz.rules.jobs import JOB_KIND_LABELS, SCHEDULES, JobState
from xgz.services.imports import background
from xgz.services.jobs import claim, enqueue, queue_due_slots, run_job, running
from xgz.services.reports import asking

NOW = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
KINDS = {schedule.kind for schedule in SCHEDULES}
ASKED_FOR = {background.STAGE, background.APPLY, asking.MAKE}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _by_a_worker(settings):
    settings.JOBS_AT_ONCE = False


def test_every_kind_of_job_has_its_handler():
    assert set(running._HANDLERS) >= KINDS | ASKED_FOR


def test_every_kind_of_job_has_words_for_the_failures_on_screen():
    assert set(JOB_KIND_LABELS) == {kind for kind in running._HANDLERS if "test" not in kind}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_the_clock_starts_runs_on_an_empty_district(kind):
    queue_due_slots(now=NOW)
    for other in Job.objects.exclude(kind=kind):
        other.delete()

    run_job(claim(worker="w", now=NOW), lambda: NOW)

    job = Job.objects.get()
    assert (job.state, job.fault) == (JobState.DONE, "")


def test_the_tasks_about_self_reports_hold_up_none_of_the_others(monkeypatch):
    names = ["handle_not_me", "sweep_reports", "sweep_requests", "sweep_consents"]
    names.append("forget_old_pieces")
    ran = []

    def broken(name):
        def task(**_given):
            ran.append(name)
            raise LookupError

        return task

    for name in names:
        monkeypatch.setattr(f"xgz.jobs.self_reports.{name}", broken(name))
    queue_due_slots(now=NOW)
    Job.objects.exclude(kind="self_reports.sweep").delete()

    run_job(claim(worker="w", now=NOW), lambda: NOW)

    assert ran == names
    assert Job.objects.get().fault == "LookupError"


def test_the_month_in_the_slot_is_the_month_of_the_snapshot():
    for moment in (datetime(2026, 9, 1, 8, tzinfo=UTC), datetime(2026, 12, 1, 8, tzinfo=UTC)):
        queue_due_slots(now=moment)
    Job.objects.exclude(kind="snapshot.monthly").delete()
    moment = datetime(2026, 12, 1, 8, tzinfo=UTC)
    while job := claim(worker="w", now=moment):
        run_job(job, lambda: moment)

    days = list(Snapshot.objects.order_by("as_at").values_list("as_at", flat=True))

    assert [str(day) for day in days] == ["2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30"]


def test_a_month_taken_twice_is_there_once():
    for _ in range(2):
        enqueue(kind="snapshot.monthly", arguments={"slot": "2026-10"}, requested_by=None, now=NOW)
        run_job(claim(worker="w", now=NOW), lambda: NOW)

    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("kind", [background.STAGE, background.APPLY])
@pytest.mark.parametrize("state", ["applied", "undone", "refused", "failed", "abandoned"])
def test_an_import_that_somebody_went_on_with_is_left_alone(kind, state):
    source = make_import(state=state)
    enqueue(kind=kind, subject=source.public_id, requested_by=None, now=NOW)

    run_job(claim(worker="w", now=NOW), lambda: NOW)

    source.refresh_from_db()
    assert (source.state, Job.objects.get(subject=source.public_id).state) == (state, "done")
