# ruff: noqa: S608 (statements of a database administrator, of our own names)
"""The hourly comparison and anchor, and the check of every night (AU-3, AU-5)."""

import pytest

from tests.factories import TODAY, actor_as, make_district
from tests.factories.trail import NOON, TABLE, anchor_file, as_administrator, run, write_rows
from xgz.access.actor import NotPermitted, clock_actor, shell_operator
from xgz.models import AuditCheck, AuditEntry, AuditHead, Job
from xgz.queries.audit import alarm_now
from xgz.queries.audit_anchors import read_anchors
from xgz.rules.audit import ChainFault
from xgz.rules.jobs import JobState
from xgz.rules.roles import Role
from xgz.services.audit_checks import CHECK, ask_for_check
from xgz.services.jobs import AlreadyQueued, enqueue

pytestmark = pytest.mark.django_db
ANCHOR = "audit.anchor"


@pytest.fixture(autouse=True)
def trail():
    anchor_file().unlink(missing_ok=True)
    write_rows(5)
    yield
    anchor_file().unlink(missing_ok=True)


def work(kind):
    """Let the worker run a job of the clock; return it."""
    return enqueue(kind=kind, requested_by=None, now=NOON)


def errors(caplog):
    return [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]


def test_an_hour_that_is_well_leaves_an_anchor_and_no_more(caplog):
    for _ in range(2):
        assert work(ANCHOR).state == JobState.DONE

    assert [(a.line, a.number) for a in read_anchors().lines] == [(1, 5), (2, 6)]
    assert not AuditCheck.objects.exists()
    assert alarm_now(NOON) is None
    assert errors(caplog) == []
    assert f"value {AuditEntry.objects.get(number=5).mac}" in caplog.text  # for the log's server


def test_an_hour_tells_of_an_end_that_is_gone_until_a_whole_check_is_well(caplog):
    work(ANCHOR)
    write_rows(3, first=6)
    with as_administrator():
        run([f"DELETE FROM {TABLE} WHERE number = 9"])
    work(ANCHOR)

    check = AuditCheck.objects.get()
    assert check.faults == {"tail_missing": 9}
    assert alarm_now(NOON).faults == (ChainFault.TAIL_MISSING,)
    assert errors(caplog) == ["audit trail: tail_missing from number 9"]


def test_a_night_checks_what_an_hour_does_not():
    work(ANCHOR)
    with as_administrator():
        run([f"UPDATE {TABLE} SET subject_id = 'other' WHERE number = 2"])
    work(ANCHOR)
    assert not AuditCheck.objects.exists()

    assert work(CHECK).state == JobState.DONE
    assert AuditCheck.objects.get().faults == {"edited": 2}
    assert AuditCheck.objects.get().asked_by is None


def test_an_anchor_that_cannot_be_written_is_no_row_of_the_trail(settings, tmp_path):
    settings.AUDIT_ANCHORS = tmp_path / "file" / "audit.jsonl"
    (tmp_path / "file").write_text("a file where the folder should be")
    job = work(ANCHOR)

    assert (job.state, job.failures) == (JobState.QUEUED, 1)
    assert not AuditEntry.objects.filter(action=ANCHOR).exists()
    assert AuditHead.objects.get().number == 5


def test_only_the_auditor_asks_for_a_check_and_once(settings):
    settings.JOBS_AT_ONCE = False
    district = make_district()
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        with pytest.raises(NotPermitted):
            ask_for_check(actor=actor_as(role, district.administration), now=NOON)
    for nobody in (clock_actor(TODAY), shell_operator(TODAY)):
        with pytest.raises(NotPermitted):
            ask_for_check(actor=nobody, now=NOON)
    assert not Job.objects.exists()

    auditor = actor_as(Role.AUDIT_ADMIN, district.administration)
    ask_for_check(actor=auditor, now=NOON)
    with pytest.raises(AlreadyQueued):
        ask_for_check(actor=auditor, now=NOON)
    assert Job.objects.get().requested_by == auditor.user
