"""What time ends: pairs, tasks, papers that were kept long enough (MT-8)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from xgz.access.actor import clock_actor
from xgz.access.clock import day_of
from xgz.models import MatchingNotice, MatchingTask, MatchPair, NotSame
from xgz.queries.jobs import waiting_job
from xgz.queries.match_pairs import stale_pairs
from xgz.queries.matching import WAITING
from xgz.rules.calendar import add_months
from xgz.rules.matching import KEEP_ASSESSMENT_MONTHS, TaskState, draft_kept_from
from xgz.services import audit
from xgz.services.matching.assessments import SEALED_SUFFIX, assessments_folder, remove_assessment
from xgz.services.matching.faults import TaskChanged
from xgz.services.matching.handing_out import hand_out_leads
from xgz.services.matching.running import fail_task
from xgz.services.matching.tasks import expire_task
from xgz.services.matching.ties import drop_loose_ties
from xgz.services.transactions import unit

_CHUNK = 500
_STRAY_AFTER = timedelta(hours=1)  # a file whose task was being written
_BEFORE_END = (TaskState.DRAFT, TaskState.READY, TaskState.FAILED, TaskState.DONE)


def sweep_matching(*, now: datetime) -> None:
    """Do what is due: open leads, end tasks, delete pairs and loose ties, delete papers after three years."""
    today = day_of(now)
    left_alone = Q(
        state=TaskState.DRAFT,
        expires_on__isnull=True,
        assessment_kept_until__lt=draft_kept_from(today),
    )
    over = MatchingTask.objects.filter(Q(expires_on__lt=today, state__in=_BEFORE_END) | left_alone)
    for task in over.order_by("pk"):
        _unless_changed(expire_task, task, now)
    for task in MatchingTask.objects.filter(state=TaskState.RUNNING).order_by("pk"):
        if waiting_job(task.public_id) is None:
            _unless_changed(fail_task, task, now)
    hand_out_leads(now=now)
    drop_loose_ties(now=now)
    _delete_pairs(now)
    _delete_tasks(now)
    _remove_strays(now)


def _unless_changed(step: Callable[..., None], task: MatchingTask, now: datetime) -> None:
    try:
        step(task=task, now=now)
    except TaskChanged:
        return  # whoever was quicker knows better; the next hour looks again


def _delete_pairs(now: datetime) -> None:
    """Delete the pairs of runs whose sixty days are over, and those that can be shown no more.

    Their task stays readable.
    """
    today = day_of(now)
    for task in MatchingTask.objects.filter(pairs__isnull=False).distinct().order_by("pk"):
        is_over = task.pairs_until is not None and task.pairs_until < today
        gone = list(task.pairs.values_list("pk", flat=True)) if is_over else stale_pairs(task)
        if not gone:
            continue
        with unit():
            deleted = sum(_delete(gone[start : start + _CHUNK], is_over) for start in _steps(gone))
            audit.record(
                actor=clock_actor(today),
                action="matching.delete_pairs",
                subject_type="matching",
                subject_id=task.public_id,
                now=now,
                fields={"pairs": deleted},
            )


def _delete(numbers: Sequence[int], is_over: bool) -> int:
    """Delete pairs; before their time is over only those that nobody decided meanwhile."""
    rows = MatchPair.objects.filter(pk__in=numbers)
    return (rows if is_over else rows.filter(decision__in=WAITING)).delete()[0]


def _steps(numbers: Sequence[int]) -> range:
    return range(0, len(numbers), _CHUNK)


def _delete_tasks(now: datetime) -> None:
    """Delete tasks kept for three years with their assessments, and as old notices and denials."""
    today = day_of(now)
    before = add_months(today, -KEEP_ASSESSMENT_MONTHS)
    kept = Q(assessment_kept_until__gte=today)
    for task in MatchingTask.objects.filter(state=TaskState.EXPIRED).exclude(kept).order_by("pk"):
        with unit():
            MatchingTask.objects.filter(pk=task.pk).delete()
            audit.record(
                actor=clock_actor(today),
                action="matching.delete",
                subject_type="matching",
                subject_id=task.public_id,
                now=now,
            )
        remove_assessment(task.assessment_name)
    MatchingNotice.objects.filter(made_on__lt=before).delete()
    NotSame.objects.filter(decided_at__date__lt=before).delete()


def _remove_strays(now: datetime) -> None:
    known = set(MatchingTask.objects.values_list("assessment_name", flat=True))
    before = (now - _STRAY_AFTER).timestamp()
    for path in assessments_folder().glob(f"*{SEALED_SUFFIX}"):
        if path.name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
