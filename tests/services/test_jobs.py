"""The job table: leases, fencing, retries, cancelling, slots, and the heartbeat beside a handler."""

import errno
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, connections, transaction

from tests.factories import make_district, make_user
from xgz.access.actor import NotPermitted, actor_for
from xgz.models import AuditEntry, Job, Report
from xgz.rules.jobs import (
    HEARTBEAT_SECONDS,
    KEEP_DONE_DAYS,
    LEASE_SECONDS,
    MAX_ATTEMPTS,
    SCHEDULES,
    Cadence,
    JobState,
    retry_after,
)
from xgz.rules.roles import Role
from xgz.services import audit
from xgz.services.jobs import (
    AlreadyQueued,
    JobCancelled,
    JobHopeless,
    JobPostponed,
    JobStopped,
    LeaseLost,
    NotCancellable,
    ask_to_cancel,
    claim,
    enqueue,
    fail,
    fence,
    finish,
    hand_back,
    heartbeat,
    note_progress,
    queue_due_slots,
    renew,
    run_job,
    running,
    sweep_jobs,
)
from xgz.services.transactions import unit

NOW = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
LATER = NOW + timedelta(seconds=LEASE_SECONDS, microseconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _by_a_worker(settings):
    settings.JOBS_AT_ONCE = False


@pytest.fixture
def handle(monkeypatch):
    """Set the handler of the kind "t" for this test."""

    def put(function):
        monkeypatch.setitem(running._HANDLERS, "t", function)

    return put


def _queued(kind="t", now=NOW, **values):
    return enqueue(kind=kind, requested_by=None, now=now, **values)


def _claimed(now=NOW, worker="w", **values):
    _queued(**values)
    return claim(worker=worker, now=now)


def _run(job, now=NOW, **options):
    run_job(job, lambda: now, **options)
    job.refresh_from_db()
    return job


def test_a_job_goes_with_the_transaction_that_queued_it():
    @transaction.atomic
    def queue_and_fail():
        _queued()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        queue_and_fail()

    assert not Job.objects.exists()


def test_a_slot_is_queued_once():
    first = _queued(slot="t 2026-11-23")
    second = _queued(slot="t 2026-11-23")

    assert first is not None
    assert second is None
    assert Job.objects.count() == 1


def test_one_job_at_a_time_waits_for_a_subject():
    job = _claimed(subject="abc")

    with pytest.raises(AlreadyQueued):
        _queued("u", subject="abc")
    finish(job, now=NOW)

    assert _queued("u", subject="abc") is not None


def test_the_oldest_job_is_taken_first_and_only_once():
    first, second = _queued(), _queued()

    taken = [claim(worker="w", now=NOW) for _ in range(3)]

    assert [job and job.pk for job in taken] == [first.pk, second.pk, None]
    assert (taken[0].state, taken[0].attempt, taken[0].worker) == (JobState.RUNNING, 1, "w")


def test_a_job_for_later_waits_until_then():
    later = NOW + timedelta(minutes=1)
    _queued(run_after=later)

    assert claim(worker="w", now=later - timedelta(microseconds=1)) is None
    assert claim(worker="w", now=later) is not None


@pytest.mark.parametrize(
    ("seconds", "taken"),
    [(0, False), (LEASE_SECONDS, False), (LEASE_SECONDS + 0.001, True)],
    ids=str,
)
def test_a_lease_that_ran_out_is_taken_again_and_counts_a_failure(seconds, taken):
    _claimed()

    again = claim(worker="x", now=NOW + timedelta(seconds=seconds))

    assert (again is not None) is taken
    if again is not None:
        assert (again.attempt, again.failures, again.fault) == (2, 1, "WorkerLost")


def test_a_renewed_lease_is_kept():
    job = _claimed()
    renew(job, now=NOW + timedelta(seconds=HEARTBEAT_SECONDS))

    assert claim(worker="x", now=LATER) is None


def test_a_clock_set_back_an_hour_leaves_no_job_to_wait_for_it():
    _claimed()
    early = NOW - timedelta(hours=1)

    again = claim(worker="x", now=early)

    assert again.attempt == 2
    assert claim(worker="x", now=early) is None


def test_a_clock_set_back_does_not_delay_what_was_just_asked_for():
    _queued(now=NOW)

    assert claim(worker="w", now=NOW - timedelta(hours=1)) is not None


@pytest.mark.parametrize(
    "step",
    [
        lambda job: renew(job, now=LATER),
        lambda job: note_progress(job, done=1, total=2, now=LATER),
        lambda job: fence(job),
        lambda job: finish(job, now=LATER),
        lambda job: fail(job, fault="X", now=LATER),
        lambda job: hand_back(job),
    ],
    ids=["renew", "progress", "fence", "finish", "fail", "hand back"],
)
def test_whoever_lost_the_lease_changes_nothing(step):
    old = _claimed()
    new = claim(worker="x", now=LATER)

    with pytest.raises(LeaseLost):
        step(old)

    new.refresh_from_db()
    assert (new.state, new.attempt, new.worker, new.done) == (JobState.RUNNING, 2, "x", 0)


def test_the_fence_takes_back_what_an_old_worker_wrote():
    old = _claimed()
    claim(worker="x", now=LATER)

    @transaction.atomic
    def write_late():
        Report.objects.create(kind="t", title="t", made_for=_person(), asked_at=NOW)
        fence(old)

    with pytest.raises(LeaseLost):
        write_late()

    assert not Report.objects.exists()


def test_a_failure_is_tried_again_later_until_the_last():
    now, seen = NOW, []
    _queued()
    for number in range(1, MAX_ATTEMPTS + 1):
        job = claim(worker="w", now=now)
        fail(job, fault="OSError", now=now)
        job.refresh_from_db()
        seen.append((job.state, job.failures))
        assert claim(worker="w", now=now) is None
        if number < MAX_ATTEMPTS:
            assert job.run_after == now + retry_after(number)
            now = job.run_after

    assert seen[-1] == (JobState.FAILED, MAX_ATTEMPTS)
    assert seen[0] == (JobState.QUEUED, 1)
    assert claim(worker="w", now=now + timedelta(days=9)) is None


def test_a_job_that_kills_every_worker_rests_as_failed():
    _queued()
    now = NOW
    for _ in range(MAX_ATTEMPTS):
        assert claim(worker="w", now=now) is not None
        now += timedelta(seconds=LEASE_SECONDS + 1)

    assert claim(worker="w", now=now) is None
    job = Job.objects.get()
    assert (job.state, job.failures, job.fault) == (JobState.FAILED, MAX_ATTEMPTS, "WorkerLost")


def test_a_job_handed_back_counts_no_failure():
    for _ in range(MAX_ATTEMPTS + 2):
        job = _claimed() if not Job.objects.exists() else claim(worker="w", now=NOW)
        hand_back(job)

    job.refresh_from_db()
    assert (job.state, job.attempt, job.failures) == (JobState.QUEUED, MAX_ATTEMPTS + 2, 0)


def test_a_waiting_job_is_cancelled_at_once_a_running_one_is_asked():
    waiting = _queued(run_after=LATER)
    running_job = _claimed()
    for job in (waiting, running_job):
        ask_to_cancel(actor=_operator(), job=job, now=NOW)

    assert (waiting.state, waiting.finished_at) == (JobState.CANCELLED, NOW)
    assert (running_job.state, running_job.cancel_asked_at) == (JobState.RUNNING, NOW)


def test_a_job_that_is_over_cannot_be_cancelled():
    job = _claimed()
    finish(job, now=NOW)

    with pytest.raises(NotCancellable):
        ask_to_cancel(actor=_operator(), job=job, now=NOW)


def test_only_who_asked_for_a_job_cancels_it():
    asker, other = _person(), _person()
    job = enqueue(kind="t", requested_by=asker, now=NOW)

    with pytest.raises(NotPermitted):
        ask_to_cancel(actor=actor_for(other, NOW.date()), job=job, now=NOW)
    ask_to_cancel(actor=actor_for(asker, NOW.date()), job=job, now=NOW)

    assert job.state == JobState.CANCELLED


def test_a_handler_that_returns_ends_its_job(handle):
    handle(lambda run: run.progress(3, 7))

    job = _run(_claimed())

    assert (job.state, job.done, job.total, job.finished_at) == (JobState.DONE, 3, 7, NOW)


def test_a_handler_may_end_its_job_in_its_own_transaction(handle):
    def work(run):
        with transaction.atomic():
            run.finish(rows=3)

    handle(work)

    job = _run(_claimed())

    assert (job.state, job.result) == (JobState.DONE, {"rows": 3})


@pytest.mark.parametrize(
    ("fault", "state", "failures", "told"),
    [
        (ValueError("a secret"), JobState.QUEUED, 1, "ValueError"),
        (JobHopeless("x"), JobState.FAILED, 1, "JobHopeless"),
        (NotPermitted("x"), JobState.FAILED, 1, "NotPermitted"),
        (JobCancelled("x"), JobState.CANCELLED, 0, ""),
        (JobPostponed(3), JobState.QUEUED, 0, ""),
        (LeaseLost("x"), JobState.RUNNING, 0, ""),
        (OSError(errno.ENOSPC, "a secret"), JobState.QUEUED, 0, "StorageFull"),
        (OSError(errno.EACCES, "a secret"), JobState.QUEUED, 1, "PermissionError"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_how_a_job_ends(handle, fault, state, failures, told, caplog):
    def work(run):
        raise fault

    handle(work)

    job = _run(_claimed())

    assert (job.state, job.failures, job.fault) == (state, failures, told)
    assert "a secret" not in caplog.text


def test_the_kind_of_the_fault_behind_a_hopeless_job_is_kept(handle):
    def work(run):
        raise JobHopeless from OSError("a path")

    handle(work)

    assert _run(_claimed()).fault == "OSError"


def test_a_kind_nobody_handles_is_tried_again_by_a_newer_worker():
    job = _run(_claimed(kind="unknown"))

    assert (job.state, job.fault) == (JobState.QUEUED, "KeyError")


@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_stop_hands_its_job_back(handle):
    @contextmanager
    def stopping():
        yield
        raise JobStopped

    handle(lambda run: None)
    job = _claimed()

    with pytest.raises(JobStopped):
        run_job(job, lambda: NOW, during=stopping())

    job.refresh_from_db()
    assert (job.state, job.failures) == (JobState.QUEUED, 0)
    assert claim(worker="w", now=NOW).attempt == 2


def test_a_job_runs_with_the_roles_of_the_day_it_runs(handle):
    seen = []
    handle(lambda run: seen.append(run.actor().roles))
    person = _person()
    enqueue(kind="t", requested_by=person, now=NOW)
    person.role_assignments.all().delete()

    _run(claim(worker="w", now=NOW))

    assert seen == [frozenset()]


def test_the_job_of_a_closed_account_ends(handle):
    handle(lambda run: run.actor())
    person = _person()
    enqueue(kind="t", requested_by=person, now=NOW)
    type(person).objects.update(is_active=False)

    assert _run(claim(worker="w", now=NOW)).state == JobState.FAILED


def test_what_nobody_asked_for_runs_as_the_clock(handle):
    seen = []
    handle(lambda run: seen.append(run.actor()))
    _run(_claimed())

    assert seen[0].is_clock


def test_jobs_run_at_once_where_no_worker_is(settings, handle):
    settings.JOBS_AT_ONCE = True
    seen = []
    handle(lambda run: seen.append(run.now()))

    job = _queued()

    assert (seen, job.state) == ([NOW], JobState.DONE)


def test_the_schedule_is_queued_once_by_any_number_of_workers():
    queued = [queue_due_slots(now=NOW) for _ in range(3)]

    assert queued == [len(SCHEDULES), 0, 0]
    hourly = [schedule for schedule in SCHEDULES if schedule.cadence is Cadence.HOURLY]
    assert queue_due_slots(now=NOW + timedelta(hours=1)) == len(hourly)


def test_a_failed_month_is_tried_again_the_day_after():
    queue_due_slots(now=NOW)
    month = Job.objects.filter(kind="snapshot.monthly")
    month.update(state=JobState.FAILED, failures=5, finished_at=NOW)

    queue_due_slots(now=NOW + timedelta(days=1))
    before = month.get().state
    queue_due_slots(now=NOW + timedelta(days=1, seconds=1))

    assert (before, month.get().state, month.get().failures) == (JobState.FAILED, "queued", 0)


def test_jobs_long_over_are_deleted_but_for_months_and_reports():
    report = Report.objects.create(kind="t", title="t", made_for=_person(), asked_at=NOW)
    over = {"requested_at": NOW, "finished_at": NOW, "state": JobState.DONE}
    Job.objects.create(kind="t", **over)
    Job.objects.create(kind="t", subject=report.public_id, **over)
    Job.objects.create(kind="snapshot.monthly", slot="snapshot.monthly 2026-10", **over)
    Job.objects.create(kind="t", requested_at=NOW, state=JobState.RUNNING)

    kept = sweep_jobs(now=NOW + timedelta(days=KEEP_DONE_DAYS))
    gone = sweep_jobs(now=NOW + timedelta(days=KEEP_DONE_DAYS, seconds=1))

    assert (kept, gone, Job.objects.count()) == (0, 1, 3)


@pytest.mark.django_db(transaction=True)
def test_race_of_claimers_gives_each_job_to_one():
    jobs = [_queued().pk for _ in range(12)]
    start, taken = Barrier(4), []

    def work():
        start.wait()
        try:
            while job := claim(worker="w", now=NOW):
                taken.append(job.pk)
        finally:
            connections.close_all()

    _in_threads(4, work)

    assert sorted(taken) == jobs


@pytest.mark.django_db(transaction=True)
def test_race_for_a_slot_queues_it_once():
    start, queued = Barrier(4), []

    def work():
        start.wait()
        try:
            queued.append(queue_due_slots(now=NOW))
        finally:
            connections.close_all()

    _in_threads(4, work)

    assert sum(queued) == len(SCHEDULES) == Job.objects.count()


@pytest.mark.django_db(transaction=True)
def test_race_of_an_old_and_a_new_worker_has_one_effect(handle):
    """The old worker writes after the new one took over; its effect must not stay."""
    taken_over, overtaken = Event(), Event()

    def work(run):
        first = run.job.attempt == 1
        if first:
            taken_over.set()
            overtaken.wait(30)
        with unit():
            audit.record(
                actor=run.actor(), action="t", subject_type="t", subject_id="", now=run.now()
            )
            run.finish()

    handle(work)
    old = _claimed()

    def go_on_late():
        try:
            run_job(old, lambda: NOW)
        finally:
            connections.close_all()

    thread = Thread(target=go_on_late)
    thread.start()
    taken_over.wait(30)
    run_job(claim(worker="x", now=LATER), lambda: LATER)
    overtaken.set()
    thread.join()

    assert AuditEntry.objects.filter(action="t").count() == 1
    assert Job.objects.get().state == JobState.DONE


@pytest.fixture
def fast_beat(monkeypatch):
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.01)


def _with_heartbeat(job, clock=lambda: NOW):
    run_job(job, clock, heartbeat=heartbeat.Heartbeat(job, clock))
    job.refresh_from_db()
    return job


@pytest.mark.django_db(transaction=True)
def test_a_handler_broken_off_while_a_transaction_ended_is_handed_back_all_the_same(handle):
    def work(run):
        connection.in_atomic_block = True  # what is left where the end of one is interrupted
        raise JobStopped

    handle(work)
    job = _claimed()

    with pytest.raises(JobStopped):
        _with_heartbeat(job)

    job.refresh_from_db()
    assert job.state == JobState.QUEUED


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_writes_progress_and_renews_the_lease(handle, fast_beat):
    moment = [NOW]
    seen = []

    def work(run):
        run.progress(5, 9)
        _until(lambda: Job.objects.get().done == 5)
        moment[0] = NOW + timedelta(seconds=HEARTBEAT_SECONDS)
        _until(lambda: Job.objects.get().lease_until > NOW + timedelta(seconds=LEASE_SECONDS))
        seen.append(Job.objects.get().total)

    handle(work)

    job = _with_heartbeat(_claimed(), lambda: moment[0])

    assert (seen, job.state) == ([9], JobState.DONE)


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_hears_of_cancelling(handle, fast_beat):
    def work(run):
        ask_to_cancel(actor=_operator(), job=Job.objects.get(), now=NOW)
        while True:
            run.progress(1)

    handle(work)

    assert _with_heartbeat(_claimed()).state == JobState.CANCELLED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("fault", "state"),
    [(JobCancelled("x"), "cancelled"), (ValueError("x"), "queued"), (JobPostponed(1), "queued")],
    ids=["cancelled", "failed", "postponed"],
)
def test_rows_half_read_do_not_keep_the_end_from_being_written(handle, fast_beat, fault, state):
    """SQLite refuses a write to whoever still reads a state older than another's last write."""

    def work(run):
        rows = Job.objects.order_by("pk").iterator(chunk_size=1)
        next(rows)
        run.progress(1, 9)
        _until_beaten(run.job)
        raise fault

    handle(work)
    job = _claimed()
    for _ in range(3):
        _queued()

    assert _with_heartbeat(job).state == state


def _until_beaten(job):
    """Wait for the heartbeat's write, looking from a connection of one's own."""
    thread = Thread(target=_look_until_beaten, args=(job.pk,))
    thread.start()
    thread.join()


def _look_until_beaten(number):
    try:
        _until(lambda: Job.objects.get(pk=number).done == 1)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_ends_work_that_another_has_taken_over(handle, fast_beat):
    def work(run):
        Job.objects.update(attempt=2)
        number = 0
        while True:
            run.progress(number := number + 1)

    handle(work)

    job = _with_heartbeat(_claimed())

    assert (job.state, job.attempt) == (JobState.RUNNING, 2)


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_that_finds_the_database_locked_does_no_harm(handle, fast_beat, monkeypatch):
    monkeypatch.setattr(heartbeat, "_PATIENCE_MILLISECONDS", 1)
    missed = Event()
    monkeypatch.setattr(heartbeat.logger, "info", lambda *_words: missed.set())

    def work(run):
        if connection.vendor == "sqlite":
            with transaction.atomic():
                run.fence()
                run.progress(1)
                assert missed.wait(30)
        run.progress(2)

    handle(work)

    assert _with_heartbeat(_claimed()).state == JobState.DONE


def _until(is_so):
    pause = Event()
    for _ in range(3000):
        if is_so():
            return
        pause.wait(0.01)
    raise AssertionError


def _in_threads(count, work):
    threads = [Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _operator():
    from xgz.access.actor import shell_operator

    return shell_operator(NOW.date())


def _person():
    from xgz.models import Body

    bureau = Body.objects.filter(kind="bureau").first() or make_district().bureau
    return make_user(Role.BUREAU, bureau)
