"""Jobs that rest as failed: tried again or given up by the system administrator alone."""

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.factories import actor_as, make_district
from xgz.access.actor import NotPermitted
from xgz.models import AuditEntry, Job
from xgz.rules.jobs import MAX_ATTEMPTS, JobState
from xgz.rules.roles import Role
from xgz.services.jobs import AlreadyQueued, claim
from xgz.services.jobs.resting import NotResting, dismiss_job, retry_job

NOW = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return actor_as(Role.SYSTEM_ADMIN, make_district().administration)


def resting(**fields):
    values = {"kind": "imports.sweep", "state": JobState.FAILED, "failures": MAX_ATTEMPTS}
    values |= {
        "requested_at": NOW,
        "finished_at": NOW,
        "attempt": MAX_ATTEMPTS,
        "fault": "KeyError",
    }
    return Job.objects.create(**values | fields)


def test_a_job_tried_again_has_all_its_attempts(administrator):
    job = resting()
    retry_job(actor=administrator, job=job, now=NOW)

    assert (job.state, job.failures, job.finished_at) == (JobState.QUEUED, 0, None)
    assert claim(worker="w", now=NOW).pk == job.pk
    assert AuditEntry.objects.get(action="job.retry").subject_id == job.public_id


def test_a_job_given_up_is_no_longer_failed(administrator):
    job = resting()
    dismiss_job(actor=administrator, job=job, now=NOW)

    assert (job.state, job.fault) == (JobState.CANCELLED, "KeyError")
    assert claim(worker="w", now=NOW) is None
    assert AuditEntry.objects.get(action="job.dismiss").subject_id == job.public_id


@pytest.mark.parametrize("step", [retry_job, dismiss_job])
@pytest.mark.parametrize("state", sorted(set(JobState) - {JobState.FAILED}))
def test_only_a_job_that_rests_is_taken_up(administrator, step, state):
    job = resting(state=state)
    with pytest.raises(NotResting):
        step(actor=administrator, job=job, now=NOW)
    job.refresh_from_db()

    assert job.state == state
    assert not AuditEntry.objects.filter(subject_type="job").exists()


def test_a_job_whose_subject_is_worked_on_again_must_wait(administrator):
    job = resting(subject="aaaabbbbcccc")
    Job.objects.create(kind="imports.sweep", subject="aaaabbbbcccc", requested_at=NOW)
    with pytest.raises(AlreadyQueued):
        retry_job(actor=administrator, job=job, now=NOW)
    job.refresh_from_db()

    assert job.state == JobState.FAILED
    assert not AuditEntry.objects.filter(subject_type="job").exists()


@pytest.mark.parametrize("step", [retry_job, dismiss_job])
@pytest.mark.parametrize("role", [Role.ORG_DEPT, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_nobody_else_takes_it_up(step, role):
    district = make_district()
    body = district.org_dept if role is Role.ORG_DEPT else district.administration
    job = resting()
    with pytest.raises(NotPermitted):
        step(actor=actor_as(role, body), job=job, now=NOW)
    job.refresh_from_db()

    assert job.state == JobState.FAILED


@pytest.mark.django_db(transaction=True)
def test_race_of_two_administrators_has_one_winner(administrator):
    job, gate, ends = resting(), Barrier(2), []

    def take(step):
        try:
            gate.wait()
            step(actor=administrator, job=Job.objects.get(pk=job.pk), now=NOW)
            ends.append("done")
        except NotResting:
            ends.append("late")
        finally:
            connection.close()

    threads = [Thread(target=take, args=(step,)) for step in (retry_job, dismiss_job)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["done", "late"]
    assert AuditEntry.objects.filter(subject_type="job").count() == 1
