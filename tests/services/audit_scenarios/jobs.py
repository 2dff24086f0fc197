"""Background jobs and snapshots."""

from tests.factories import TODAY
from tests.services.audit_scenarios.stage import Deed, Stage, one
from tests.services.imports.worlds import NOW
from xgz.models import Job
from xgz.rules.jobs import JobState
from xgz.rules.roles import Role
from xgz.services import snapshots
from xgz.services.jobs import resting


def _failed_job() -> Job:
    return Job.objects.create(
        kind="imports.sweep", state=JobState.FAILED, requested_at=NOW, finished_at=NOW
    )


def job_retried(stage: Stage) -> Deed:
    actor, job = stage.actor(Role.SYSTEM_ADMIN), _failed_job()
    return Deed(
        lambda: resting.retry_job(actor=actor, job=job, now=NOW),
        actor,
        one("job.retry", "job", job.public_id),
    )


def job_dismissed(stage: Stage) -> Deed:
    actor, job = stage.actor(Role.SYSTEM_ADMIN), _failed_job()
    return Deed(
        lambda: resting.dismiss_job(actor=actor, job=job, now=NOW),
        actor,
        one("job.dismiss", "job", job.public_id),
    )


def snapshot_taken(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    return Deed(
        lambda: snapshots.take_snapshot(
            actor=actor, as_at=TODAY, now=NOW, public_id="abcdefghjkmn"
        ),
        actor,
        one("snapshot.take", "snapshot", "abcdefghjkmn"),
    )
