"""Matching tasks: what they rest on, when they may start, cancelling and expiry (MT-1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from xgz.access import actor as access
from xgz.access import matching as matching_access
from xgz.access.actor import Actor, clock_actor
from xgz.access.clock import day_of
from xgz.models import Body, MatchingTask
from xgz.queries.jobs import waiting_job
from xgz.queries.matching import missing_now
from xgz.rules.matching import (
    EDITABLE,
    MatchPurpose,
    TaskAction,
    TaskState,
    TaskStepNotAllowed,
    assessment_kept_until,
    state_after,
)
from xgz.rules.words import visible_words
from xgz.services import audit
from xgz.services.jobs import AlreadyQueued, NotCancellable, cancel, enqueue
from xgz.services.matching.assessments import remove_assessment, store_assessment
from xgz.services.matching.faults import TaskChanged, TaskIncomplete
from xgz.services.transactions import unit_of_work

RUN_JOB = "matching.run"


@dataclass(frozen=True, slots=True)
class TaskPapers:
    """What a person states of a task; each may still be missing. assessment: bytes of the file."""

    legal_basis: str = ""
    document_number: str = ""
    purpose: MatchPurpose | None = None
    expires_on: date | None = None
    areas: Collection[Body] = ()
    assessment: bytes = b""


@unit_of_work
def create_task(*, actor: Actor, papers: TaskPapers, now: datetime) -> MatchingTask:
    """Write down a task with what is known of it; nothing runs yet (MT-1).

    Raises NotPermitted, AssessmentRefused.
    """
    access.require(actor, matching_access.RUN)
    task = MatchingTask(created_by=access.require_person(actor), created_at=now)
    task.save(force_insert=True)
    _write(task, papers, actor, now, "matching.create")
    return task


@unit_of_work
def edit_task(*, actor: Actor, task: MatchingTask, papers: TaskPapers, now: datetime) -> None:
    """Replace what a task rests on, as long as it has not run; no file keeps the one there is.

    Raises NotPermitted, AssessmentRefused, TaskChanged.
    """
    matching_access.require_task(actor, task)
    if task.state not in EDITABLE:
        raise TaskChanged(task.public_id)
    _write(task, papers, actor, now, "matching.edit")


@unit_of_work
def start_task(*, actor: Actor, task: MatchingTask, now: datetime) -> None:
    """Queue the comparison of a task that has everything it needs (MT-1).

    Raises NotPermitted, TaskIncomplete (with all that is missing), TaskChanged.
    """
    matching_access.require_task(actor, task)
    missing = missing_now(task, day_of(now))
    if missing:
        raise TaskIncomplete(missing)
    move(task, TaskAction.START)
    _record(actor, task, "matching.start", now, {"purpose": task.purpose})
    try:
        enqueue(
            kind=RUN_JOB,
            subject=task.public_id,
            requested_by=access.require_person(actor),
            now=now,
        )
    except AlreadyQueued:  # the one cancelled before has not ended yet
        raise TaskChanged(task.public_id) from None


@unit_of_work
def cancel_task(*, actor: Actor, task: MatchingTask, now: datetime) -> None:
    """Stop a running comparison; it may be started again. Raises NotPermitted, TaskChanged."""
    matching_access.require_task(actor, task)
    move(task, TaskAction.CANCEL)
    job = waiting_job(task.public_id)
    if job is not None:
        try:
            cancel(job, now=now)
        except NotCancellable:
            raise TaskChanged(task.public_id) from None
    _record(actor, task, "matching.cancel", now)


def move(task: MatchingTask, action: TaskAction, **columns: Any) -> None:
    """Take one step of a task by compare-and-set, inside the caller's work. Raises TaskChanged."""
    try:
        after = state_after(TaskState(task.state), action)
    except TaskStepNotAllowed:
        raise TaskChanged(task.public_id) from None
    same = MatchingTask.objects.filter(pk=task.pk, state=task.state, version=task.version)
    if not same.update(state=after, version=task.version + 1, **columns):
        raise TaskChanged(task.public_id)
    task.refresh_from_db()


@unit_of_work
def expire_task(*, task: MatchingTask, now: datetime) -> None:
    """End a task whose time is over, with all its pairs (MT-8). Raises TaskChanged."""
    move(task, TaskAction.EXPIRE)
    task.pairs.all().delete()
    _record(clock_actor(day_of(now)), task, "matching.expire", now)


def _write(
    task: MatchingTask, papers: TaskPapers, actor: Actor, now: datetime, action: str
) -> None:
    columns: dict[str, Any] = {
        "legal_basis": visible_words(papers.legal_basis),
        "document_number": visible_words(papers.document_number),
        "purpose": papers.purpose or "",
        "expires_on": papers.expires_on,
        "assessment_kept_until": assessment_kept_until(day_of(now), papers.expires_on),
    }
    before = task.assessment_name
    if papers.assessment:
        columns["assessment_name"] = store_assessment(papers.assessment)
        transaction.on_commit(lambda: remove_assessment(before))
    if task.state == TaskState.READY:
        move(task, TaskAction.REOPEN)
    same = MatchingTask.objects.filter(pk=task.pk, state=task.state, version=task.version)
    if not same.update(version=task.version + 1, **columns):
        raise TaskChanged(task.public_id)
    task.areas.set(papers.areas)
    task.refresh_from_db()
    if not missing_now(task, day_of(now)):
        move(task, TaskAction.COMPLETE)
    fields = {name: value for name, value in columns.items() if name != "assessment_kept_until"}
    _record(actor, task, action, now, fields)


def _record(
    actor: Actor,
    task: MatchingTask,
    action: str,
    now: datetime,
    fields: Mapping[str, object] | None = None,
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="matching",
        subject_id=task.public_id,
        now=now,
        fields=fields,
    )
