"""Background work as pages show it: what waits for a subject, and how many wait before it."""

from collections.abc import Collection

from xgz.models import Import, Job
from xgz.rules.imports.states import ImportKind
from xgz.rules.jobs import WAITING


def waiting_job(subject: str) -> Job | None:
    """Return the job that waits or runs for a subject; there is one at most."""
    return Job.objects.filter(subject=subject, state__in=WAITING).first()


def waiting_jobs(subjects: Collection[str]) -> dict[str, Job]:
    """Return the jobs that wait or run for these subjects; one query."""
    rows = Job.objects.filter(subject__in=subjects, state__in=WAITING)
    return {job.subject: job for job in rows}


def newest_jobs(subjects: Collection[str]) -> dict[str, Job]:
    """Return the newest job of each subject, whatever became of it; one query."""
    return {job.subject: job for job in Job.objects.filter(subject__in=subjects).order_by("pk")}


def jobs_ahead(job: Job) -> int:
    """Return how many jobs were queued before this one and are not over.

    Imports of people and organisations are left out: the market line must not hear of them (PR-8).
    """
    before = Job.objects.filter(pk__lt=job.pk, state__in=WAITING)
    inside = Import.objects.filter(kind__in=(ImportKind.ROSTER, ImportKind.ORGANISATIONS))
    return before.exclude(subject__in=inside.values("public_id")).count()
