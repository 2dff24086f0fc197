"""The job table: taking, keeping, ending and giving back work, each a single compare-and-set.

A worker is known by the job's attempt number: every statement of an attempt says which one it
belongs to, so whoever lost the lease meanwhile changes nothing (JB-1).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from xgz.access import jobs as access
from xgz.access.actor import Actor
from xgz.models import Job
from xgz.rules.jobs import LEASE_SECONDS, MAX_ATTEMPTS, JobState, lease_end, retry_after
from xgz.services.jobs.faults import LeaseLost, NotCancellable

_LOST = "WorkerLost"
_CANDIDATES = 50  # read at a time: other workers may be quicker with the first ones


def claim(*, worker: str, now: datetime) -> Job | None:
    """Take the oldest job that may be run and return it leased; None where nothing is to do.

    A job whose lease ran out counts one failure more, and rests as failed after the last (JB-2).
    """
    for job in _claimable(now).order_by("pk")[:_CANDIDATES]:
        lost = job.state == JobState.RUNNING
        if lost and job.failures + 1 >= MAX_ATTEMPTS:
            _unchanged(job).update(
                state=JobState.FAILED,
                failures=F("failures") + 1,
                fault=_LOST,
                finished_at=now,
                lease_until=None,
            )
            continue
        taken = _unchanged(job).update(
            state=JobState.RUNNING,
            attempt=job.attempt + 1,
            failures=job.failures + (1 if lost else 0),
            fault=_LOST if lost else job.fault,
            worker=worker,
            lease_until=lease_end(now),
            done=0,
            total=0,
        )
        if taken:
            return Job.objects.select_related("requested_by").get(pk=job.pk)
    return None


def renew(job: Job, *, now: datetime) -> None:
    """Hold the lease for another minute. Raises LeaseLost."""
    _keep(job, lease_until=lease_end(now))


def note_progress(job: Job, *, done: int, total: int, now: datetime) -> None:
    """Write how far the work has come (total 0: unknown) and renew the lease. Raises LeaseLost."""
    _keep(job, done=done, total=total, lease_until=lease_end(now))


def fence(job: Job) -> None:
    """Make sure, inside a transaction, that its effects are those of the worker that has the job.

    Raises LeaseLost, which rolls them back. The row stays locked until the transaction ends.
    """
    _keep(job, attempt=F("attempt"))


def finish(job: Job, *, now: datetime, **result: Any) -> None:
    """End a job as done; inside its last transaction this is the fence as well. Raises LeaseLost."""
    _keep(
        job,
        state=JobState.DONE,
        finished_at=now,
        lease_until=None,
        fault="",
        result=result,
    )
    job.state = JobState.DONE


def fail(job: Job, *, fault: str, now: datetime, is_final: bool = False) -> None:
    """Note that an attempt failed: it is tried again later, or rests as failed (JB-2).

    fault: the kind of what went wrong, never its text. Raises LeaseLost.
    """
    failures = job.failures + 1
    common: dict[str, Any] = {"failures": failures, "fault": fault[:80], "lease_until": None}
    if is_final or failures >= MAX_ATTEMPTS:
        _keep(job, state=JobState.FAILED, finished_at=now, **common)
    else:
        _keep(job, state=JobState.QUEUED, run_after=now + retry_after(failures), **common)


def hand_back(job: Job, *, run_after: datetime | None = None, fault: str = "") -> None:
    """Return a job to the queue without counting a failure. Raises LeaseLost.

    fault: what it waits for, where somebody has to do something about it.
    """
    _keep(job, state=JobState.QUEUED, run_after=run_after, lease_until=None, fault=fault)


def end_cancelled(job: Job, *, now: datetime) -> None:
    """End a running job because somebody asked for it. Raises LeaseLost."""
    _keep(job, state=JobState.CANCELLED, finished_at=now, lease_until=None)


def ask_to_cancel(*, actor: Actor, job: Job, now: datetime) -> None:
    """Stop a job: one that waits is over at once, one that runs ends at its next step.

    Raises NotPermitted, NotCancellable.
    """
    access.require_cancel(actor, job)
    cancel(job, now=now)


def cancel(job: Job, *, now: datetime) -> None:
    """Stop a job for somebody whose right another service asked for. Raises NotCancellable."""
    rows = Job.objects.filter(pk=job.pk)
    ended = rows.filter(state=JobState.QUEUED).update(
        state=JobState.CANCELLED, cancel_asked_at=now, finished_at=now
    )
    if not ended and not rows.filter(state=JobState.RUNNING).update(cancel_asked_at=now):
        raise NotCancellable(job.public_id)
    job.refresh_from_db()


def _claimable(now: datetime) -> QuerySet[Job]:
    """Queued jobs whose time has come, and running ones whose worker is gone.

    A lease that ends later than any taken now was taken before the clock was set back.
    """
    beyond = lease_end(now) + timedelta(seconds=LEASE_SECONDS)
    due = Q(run_after__isnull=True) | Q(run_after__lte=now)
    gone = Q(lease_until__lt=now) | Q(lease_until__gt=beyond)
    return Job.objects.filter(
        Q(state=JobState.QUEUED) & due | Q(state=JobState.RUNNING) & gone,
        state__in=[JobState.QUEUED, JobState.RUNNING],
    )


def _unchanged(job: Job) -> QuerySet[Job]:
    rows = Job.objects.filter(pk=job.pk, state=job.state, attempt=job.attempt)
    if job.lease_until is None:
        return rows.filter(lease_until__isnull=True)
    return rows.filter(lease_until=job.lease_until)


def _keep(job: Job, **columns: Any) -> None:
    rows = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    if not rows.update(**columns):
        raise LeaseLost(job.public_id)
