"""Working on a job: its handler, the heartbeat beside it, and what becomes of it afterwards."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from xgz.access.actor import Actor, NotPermitted, actor_for, clock_actor
from xgz.access.clock import day_of
from xgz.models import Job, User
from xgz.models.outage import Outage, outage_of
from xgz.rules.jobs import NO_ROOM, ROOM_SECONDS, JobState
from xgz.services.jobs import queue
from xgz.services.jobs.faults import (
    AlreadyQueued,
    JobCancelled,
    JobHopeless,
    JobPostponed,
    JobStopped,
    LeaseLost,
)
from xgz.services.jobs.heartbeat import Heartbeat
from xgz.services.storage import release_reserve

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]
Handler = Callable[["JobRun"], None]
_HANDLERS: dict[str, Handler] = {}
_FINAL = (JobHopeless, NotPermitted)


class JobRun:
    """What a handler gets: its job, the time, who asked, and the two ways to stay in step.

    A handler may be run again after any of its statements: what it did before must not count twice.
    """

    def __init__(self, job: Job, clock: Clock, heartbeat: Heartbeat | None = None) -> None:
        self.job = job
        self._clock = clock
        self._heartbeat = heartbeat

    def now(self) -> datetime:
        """Return the present moment."""
        return self._clock()

    @property
    def today(self) -> date:
        return day_of(self._clock())

    def actor(self) -> Actor:
        """Return who asked, with the roles of today; the clock for what nobody asked for.

        Raises NotPermitted where the account was closed meanwhile.
        """
        user = self.job.requested_by
        if user is None:
            return clock_actor(self.today)
        if not user.is_active:
            raise NotPermitted("job")
        return actor_for(user, self.today)

    def progress(self, done: int, total: int = 0) -> None:
        """Tell how far the work has come (total 0: unknown); call at least every few seconds.

        Raises JobCancelled, LeaseLost.
        """
        if self._heartbeat is not None:
            self._heartbeat.tell(done, total)
            return
        queue.note_progress(self.job, done=done, total=total, now=self.now())
        self.check()

    def check(self) -> None:
        """Raise JobCancelled where somebody asked for the job to end, by what the database says."""
        if Job.objects.filter(pk=self.job.pk, cancel_asked_at__isnull=False).exists():
            raise JobCancelled(self.job.public_id)

    def fence(self) -> None:
        """Call inside the last transaction of an effect. Raises LeaseLost, rolling it back."""
        queue.fence(self.job)

    def finish(self, **result: Any) -> None:
        """End the job as done; inside its last transaction it is the fence. Raises LeaseLost."""
        queue.finish(self.job, now=self.now(), **result)


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register a function of the room jobs as the handler of one kind of job."""

    def register(function: Handler) -> Handler:
        _HANDLERS[kind] = function
        return function

    return register


def enqueue(
    *,
    kind: str,
    subject: str = "",
    arguments: dict[str, Any] | None = None,
    requested_by: User | None,
    now: datetime,
    run_after: datetime | None = None,
    slot: str | None = None,
) -> Job | None:
    """Queue a job in the caller's transaction and return it; None where the slot was queued before.

    Under JOBS_AT_ONCE (tests) it is run before this returns. Raises AlreadyQueued where a job for
    the same subject waits or runs.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                subject=subject,
                arguments=arguments or {},
                requested_by=requested_by,
                requested_at=now,
                run_after=run_after,
                slot=slot,
            )
    except IntegrityError:
        if slot is not None:
            return None
        raise AlreadyQueued(subject) from None
    if settings.JOBS_AT_ONCE:
        _run_at_once(job, now)
    return job


def run_job(
    job: Job,
    clock: Clock,
    *,
    heartbeat: Heartbeat | None = None,
    during: AbstractContextManager[object] | None = None,
) -> None:
    """Run the handler of a claimed job and write down how it ended.

    during: entered around the handler alone; JobStopped is raised inside it only. Raises JobStopped
    after the job was handed back; faults of the handler are noted, not raised.
    """
    ending = _outcome(JobRun(job, clock, heartbeat), heartbeat, during)
    # Only now are the handler's frames gone, and with them rows half read: SQLite lets nobody
    # write who still reads an older state.
    # A new connection also forgets a transaction that was broken off while it ended.
    if ending.is_broken_off and heartbeat is not None:
        connection.close()
        connection.connect()
    _settle(job, ending.step)
    if ending.is_stop:
        raise JobStopped


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a handler ended: what is to be written of it; is_broken_off: not at its own end."""

    step: Callable[[], None]
    is_broken_off: bool = True
    is_stop: bool = False


def _outcome(
    run: JobRun, heartbeat: Heartbeat | None, during: AbstractContextManager[object] | None
) -> _Ending:
    """Run the handler and return how it ended, without any trace of its frames."""
    job = run.job
    try:
        with heartbeat or nullcontext(), during or nullcontext():
            _HANDLERS[job.kind](run)
    except JobStopped:
        return _Ending(partial(queue.hand_back, job), is_stop=True)
    except JobPostponed as postponed:
        later = run.now() + timedelta(seconds=postponed.seconds)
        return _Ending(partial(queue.hand_back, job, run_after=later))
    except JobCancelled:
        return _Ending(partial(queue.end_cancelled, job, now=run.now()))
    except LeaseLost:
        return _Ending(partial(queue.fence, job))  # which says so
    except Exception as fault:  # the worker goes on; what went wrong stands on the job
        return _fault_of(run, fault)
    if job.state == JobState.DONE:
        return _Ending(lambda: None, is_broken_off=False)
    return _Ending(run.finish, is_broken_off=False)


def _fault_of(run: JobRun, fault: Exception) -> _Ending:
    if outage_of(fault) is Outage.FULL:
        return _wait_for_room(run)
    # The text of a database fault may hold a row; its kind is enough to find the place.
    cause = fault.__cause__ if isinstance(fault, JobHopeless) and fault.__cause__ else fault
    name, is_final = type(cause).__name__, isinstance(fault, _FINAL)
    logger.error("job %s stopped: %s", run.job, name)
    return _Ending(partial(queue.fail, run.job, fault=name, now=run.now(), is_final=is_final))


def _wait_for_room(run: JobRun) -> _Ending:
    """Hand a job back that found the disk full: it goes on by itself when there is room (ST-2)."""
    logger.error("job %s waits for room on the disk", run.job)
    release_reserve()
    later = run.now() + timedelta(seconds=ROOM_SECONDS)
    return _Ending(partial(queue.hand_back, run.job, run_after=later, fault=NO_ROOM))


def _settle(job: Job, step: Callable[[], None]) -> None:
    try:
        step()
    except LeaseLost:
        logger.warning("job %s was taken over by another worker", job)


def _run_at_once(job: Job, now: datetime) -> None:
    Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
        state=JobState.RUNNING, attempt=1, worker="at once"
    )
    job.refresh_from_db()
    run_job(job, lambda: now)
    job.refresh_from_db()
