"""Reading and writing imports beside the request: queued by a page, done by a worker.

A worker may die at any line. Reading begins again from the stored file, with what the dead one
staged cleared first; writing is one transaction and is begun again from the staged rows. Whoever
was only slow finds the import's version moved on, and leaves nothing.
"""

from datetime import datetime

from xgz.access import actor as access
from xgz.access.actor import Actor, NotPermitted, clock_actor
from xgz.models import Import
from xgz.queries.jobs import waiting_job
from xgz.rules.imports.reasons import FileRefused
from xgz.rules.imports.states import ImportState, ImportStepNotAllowed
from xgz.rules.jobs import JobState
from xgz.services import audit
from xgz.services.imports.applying import apply_import
from xgz.services.imports.locks import AlreadyUnderWay, TurnTaken, is_under_way, turn_now
from xgz.services.imports.recovery import recover_import, remove_original
from xgz.services.imports.staging import abandon_import, clear_away, stage_import
from xgz.services.imports.steps import ChangedMeanwhile
from xgz.services.imports.sweeping import sweep_imports
from xgz.services.jobs import (
    AlreadyQueued,
    JobCancelled,
    JobHopeless,
    JobPostponed,
    JobRun,
    LeaseLost,
    NotCancellable,
    cancel,
    enqueue,
)
from xgz.services.transactions import unit

STAGE, APPLY = "import.stage", "import.apply"
_TURN_SECONDS = 3  # until the next look whether another import of this machine is over
_TO_READ = (ImportState.UPLOADED, ImportState.MAPPED)
_TO_WRITE = (ImportState.STAGED, ImportState.APPLYING)
_ENDS_EARLY = (JobCancelled, LeaseLost, NotPermitted)
_MOVED_ON = (ChangedMeanwhile, ImportStepNotAllowed)


def stage_in_background(*, actor: Actor, source: Import, now: datetime) -> None:
    """Queue the reading of a file; the outcome will stand on the import.

    Raises NotPermitted, AlreadyUnderWay.
    """
    access.require(actor, f"import.{source.kind}")
    _queue(STAGE, actor, source, now)


def apply_in_background(*, actor: Actor, source: Import, now: datetime) -> None:
    """Queue the writing of the staged rows; the outcome will stand on the import.

    The original is deleted once they are written. Raises NotPermitted, AlreadyUnderWay.
    """
    access.require(actor, f"import.{source.kind}")
    _queue(APPLY, actor, source, now)


def cancel_in_background(*, actor: Actor, source: Import, now: datetime) -> None:
    """Stop what waits or runs for an import: a reading leaves nothing, a writing not yet begun.

    A writing that runs is one transaction and cannot be stopped. Raises NotPermitted,
    NotCancellable.
    """
    access.require(actor, f"import.{source.kind}")
    job = waiting_job(source.public_id)
    if job is None or (job.kind == APPLY and job.state == JobState.RUNNING):
        raise NotCancellable(source.public_id)
    with unit():
        cancel(job, now=now)
        audit.record(
            actor=actor,
            action="import.cancel",
            subject_type="import",
            subject_id=source.public_id,
            now=now,
        )
    if job.kind == STAGE and job.state == JobState.CANCELLED:
        abandon_import(actor=actor, source=source, now=now)


def is_busy(source: Import) -> bool:
    """Test whether a job waits or runs for an import, or the shell of this machine works on it."""
    return waiting_job(source.public_id) is not None or is_under_way(source)


def stage_queued(*, run: JobRun) -> None:
    """Read and check the file of the job's import, as far as no earlier attempt has.

    Raises JobCancelled after everything was cleared away; JobPostponed, JobHopeless, LeaseLost,
    NotPermitted.
    """
    source = Import.objects.get(public_id=run.job.subject)
    try:
        run.check()
        with turn_now():
            sweep_imports(run.now())
            _stage(run, source)
    except TurnTaken:
        raise JobPostponed(_TURN_SECONDS) from None
    except JobCancelled:
        source.refresh_from_db()
        if source.state != ImportState.ABANDONED:
            clear_away(source, by=clock_actor(run.today), now=run.now())
        raise


def apply_queued(*, run: JobRun) -> None:
    """Write the staged rows of the job's import, unless an earlier attempt has, and drop the file.

    Raises JobCancelled, JobPostponed, JobHopeless, LeaseLost, NotPermitted.
    """
    source = Import.objects.get(public_id=run.job.subject)
    if source.state in _TO_WRITE:
        try:
            with turn_now():
                _apply(run, source)
        except TurnTaken:
            raise JobPostponed(_TURN_SECONDS) from None
    if source.state == ImportState.APPLIED:
        remove_original(source)


def _stage(run: JobRun, source: Import) -> None:
    actor = run.actor()
    try:
        if source.state == ImportState.STAGING:
            recover_import(actor=actor, source=source)
        if source.state in _TO_READ:
            stage_import(actor=actor, source=source, today=run.today, progress=run.progress)
    except (FileRefused, *_MOVED_ON):
        return  # noted on the import, or somebody else went on with it
    except _ENDS_EARLY:
        raise
    except Exception as fault:
        raise JobHopeless(source.public_id) from fault


def _apply(run: JobRun, source: Import) -> None:
    if source.state == ImportState.STAGED:
        run.check()
    try:
        apply_import(
            actor=run.actor(),
            source=source,
            today=run.today,
            now=run.now(),
            resume=source.state == ImportState.APPLYING,
            fence=run.fence,
        )
    except _MOVED_ON:
        source.refresh_from_db()
    except _ENDS_EARLY:
        raise
    except Exception as fault:
        raise JobHopeless(source.public_id) from fault


def _queue(kind: str, actor: Actor, source: Import, now: datetime) -> None:
    if is_under_way(source):
        raise AlreadyUnderWay(source.public_id)
    try:
        enqueue(kind=kind, subject=source.public_id, requested_by=actor.user, now=now)
    except AlreadyQueued:
        raise AlreadyUnderWay(source.public_id) from None
