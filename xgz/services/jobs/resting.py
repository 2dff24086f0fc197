"""Jobs that rest as failed: tried once more, or given up, by who runs the system (JB-2)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Job
from xgz.rules.jobs import JobState
from xgz.services import audit
from xgz.services.jobs.faults import AlreadyQueued
from xgz.services.transactions import unit_of_work


class NotResting(Exception):
    """The job does not rest as failed: somebody else was quicker, or the clock took it up again."""


@unit_of_work
def retry_job(*, actor: Actor, job: Job, now: datetime) -> None:
    """Queue a failed job again, with all its attempts before it.

    Raises NotPermitted, NotResting, and AlreadyQueued where another one for its subject waits.
    """
    access.require(actor, "job.retry")
    try:
        with transaction.atomic():
            _leave(job, state=JobState.QUEUED, failures=0, run_after=None, finished_at=None)
    except IntegrityError:
        raise AlreadyQueued(job.subject) from None
    _note(actor, job, "job.retry", now)


@unit_of_work
def dismiss_job(*, actor: Actor, job: Job, now: datetime) -> None:
    """Give a failed job up: it leaves the list of those that rest. Raises NotPermitted, NotResting."""
    access.require(actor, "job.retry")
    _leave(job, state=JobState.CANCELLED)
    _note(actor, job, "job.dismiss", now)


def _leave(job: Job, **fields: object) -> None:
    if not Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(**fields):
        raise NotResting(job.public_id)
    job.refresh_from_db()


def _note(actor: Actor, job: Job, action: str, now: datetime) -> None:
    audit.record(actor=actor, action=action, subject_type="job", subject_id=job.public_id, now=now)
