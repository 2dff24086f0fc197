"""What the clock starts by itself, and clearing away jobs that are long over (JB-3, JB-4)."""

from datetime import datetime, timedelta

from django.db.models import Q

from xgz.models import Job, Report
from xgz.rules.jobs import (
    KEEP_DONE_DAYS,
    SCHEDULES,
    WAITING,
    JobState,
    current_slot,
    slots_due,
)
from xgz.services.jobs.running import enqueue

_MADE_UP = tuple(schedule.kind for schedule in SCHEDULES if schedule.every_slot)
_AGAIN_AFTER = timedelta(days=1)


def queue_due_slots(*, now: datetime) -> int:
    """Queue what the schedule calls for by now and was never queued; return how many (JB-3).

    now: local time. Several workers may call this at once: a slot is queued by the first. A month's
    run that rests as failed is tried again a day later.
    """
    names = [current_slot(schedule, now).name for schedule in SCHEDULES]
    wanted = Q(slot__in=names) | Q(kind__in=_MADE_UP, slot__isnull=False)
    known = set(Job.objects.filter(wanted).values_list("slot", flat=True))
    queued = [
        enqueue(
            kind=slot.kind,
            arguments={"slot": slot.subject},
            requested_by=None,
            now=now,
            slot=slot.name,
        )
        for slot in slots_due(SCHEDULES, {name for name in known if name}, now)
    ]
    _try_failed_months_again(now)
    return sum(job is not None for job in queued)


def sweep_jobs(*, now: datetime) -> int:
    """Delete jobs that ended long ago, and return how many (JB-4).

    Those stay that a report names, and the slots of which each is made up: their names say what was
    taken already.
    """
    old = Job.objects.filter(finished_at__lt=now - timedelta(days=KEEP_DONE_DAYS))
    kept = Report.objects.filter(removed_at__isnull=True).values("public_id")
    over = old.exclude(state__in=WAITING).exclude(kind__in=_MADE_UP, slot__isnull=False)
    deleted, _ = over.exclude(subject__in=kept).delete()
    return deleted


def _try_failed_months_again(now: datetime) -> None:
    Job.objects.filter(
        kind__in=_MADE_UP,
        slot__isnull=False,
        state=JobState.FAILED,
        finished_at__lt=now - _AGAIN_AFTER,
    ).update(state=JobState.QUEUED, failures=0, run_after=None, finished_at=None)
