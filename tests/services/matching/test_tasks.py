"""Tasks: what each needs before it runs, who may touch it, what time ends (MT-1, MT-8)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import TODAY, actor_as, make_district, make_organisation
from tests.factories.matching import NOW, PDF, make_pair, make_task, make_twins
from xgz.access.actor import NotPermitted
from xgz.models import AuditEntry, Job, MatchingTask, MatchPair
from xgz.queries import matching as reads
from xgz.rules.jobs import JobState
from xgz.rules.matching import TASK_STEPS, MatchPurpose, Missing, TaskAction, TaskState
from xgz.rules.roles import Role
from xgz.services import matching
from xgz.services.matching import TaskPapers
from xgz.services.matching.assessments import assessments_folder
from xgz.services.matching.tasks import move

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def department(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


@pytest.fixture(autouse=True)
def windows(monkeypatch):
    """Let a test say which townships' self-report window is still open."""
    still_open = set()
    monkeypatch.setattr(
        "xgz.queries.matching.ended_among", lambda areas, today: set(areas) - still_open
    )
    return still_open


def papers(*areas, **values):
    whole = {
        "legal_basis": "条例第二十九条",
        "document_number": "清组发〔2026〕8号",
        "purpose": MatchPurpose.FIND,
        "expires_on": TODAY + timedelta(days=90),
        "areas": areas,
        "assessment": PDF,
    }
    return TaskPapers(**whole | values)


def test_a_task_with_every_paper_may_start(district, department):
    task = matching.create_task(actor=department, papers=papers(district.qingping), now=NOW)

    assert task.state == TaskState.READY
    assert reads.missing_now(task, TODAY) == ()


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [
        ({"legal_basis": " "}, Missing.BASIS),
        ({"document_number": ""}, Missing.DOCUMENT),
        ({"purpose": None}, Missing.PURPOSE),
        ({"expires_on": None}, Missing.EXPIRY),
        ({"expires_on": TODAY - timedelta(days=1)}, Missing.OVER),
        ({"assessment": b""}, Missing.ASSESSMENT),
        ({"areas": ()}, Missing.AREA),
    ],
)
def test_a_task_refuses_to_start_without_each_of_them(district, department, lacking, missing):
    task = matching.create_task(
        actor=department, papers=papers(district.qingping, **lacking), now=NOW
    )

    with pytest.raises(matching.TaskIncomplete) as refused:
        matching.start_task(actor=department, task=task, now=NOW)

    assert refused.value.missing == (missing,)
    task.refresh_from_db()
    assert task.state == TaskState.DRAFT
    assert not Job.objects.exists()


def test_the_last_day_is_still_good(district, department):
    task = matching.create_task(
        actor=department, papers=papers(district.qingping, expires_on=TODAY), now=NOW
    )

    assert task.state == TaskState.READY


def test_a_draft_becomes_ready_with_the_last_paper_and_keeps_its_file(district, department):
    task = matching.create_task(
        actor=department, papers=papers(district.qingping, document_number=""), now=NOW
    )
    stored = task.assessment_name

    matching.edit_task(
        actor=department,
        task=task,
        papers=papers(district.qingping, assessment=b""),
        now=NOW,
    )

    assert (task.state, task.assessment_name) == (TaskState.READY, stored)


def test_taking_a_paper_away_makes_it_a_draft_again(district, department):
    task = matching.create_task(actor=department, papers=papers(district.qingping), now=NOW)

    matching.edit_task(actor=department, task=task, papers=papers(), now=NOW)

    assert task.state == TaskState.DRAFT


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90 a program",
        b"%PDF-1.7 /JavaScript (app.alert(1))",
        b"PK\x03\x04 broken",
        b"%PDF-" + b"x" * (10 * 1024 * 1024),
    ],
    ids=["type", "active", "broken", "size"],
)
def test_an_assessment_that_is_no_plain_document_is_refused(district, department, data):
    with pytest.raises(matching.AssessmentRefused):
        matching.create_task(
            actor=department, papers=papers(district.qingping, assessment=data), now=NOW
        )

    assert not MatchingTask.objects.exists()


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in {Role.ORG_DEPT, Role.BRANCH_SECRETARY}]
)
def test_only_the_organization_department_runs_comparisons(district, role):
    from tests.factories import seat_of

    links = {}
    if role is Role.MEMBER:
        links = {"member": make_twins(make_organisation(district.qingping), district.qingping)[0]}
    if role is Role.OWNER:
        links = {"business": make_twins(None, district.qingping)[1]}
    other = actor_as(role, seat_of(role, district), **links)
    task = make_task(district.qingping, state=TaskState.READY)
    pair = make_pair(task, *make_twins(None, district.qingping))

    for deed in (
        lambda: matching.create_task(actor=other, papers=papers(), now=NOW),
        lambda: matching.edit_task(actor=other, task=task, papers=papers(), now=NOW),
        lambda: matching.start_task(actor=other, task=task, now=NOW),
        lambda: matching.cancel_task(actor=other, task=task, now=NOW),
        lambda: matching.read_outcome(actor=other, task=task, purpose="find", now=NOW),
        lambda: matching.carry_out(actor=other, task=task, purpose="find", now=NOW),
        lambda: matching.undo(actor=other, pair=pair, version=0, purpose="find", now=NOW),
        lambda: matching.take_assessment(actor=other, task=task, now=NOW),
    ):
        with pytest.raises(NotPermitted):
            deed()

    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("state", list(TaskState))
@pytest.mark.parametrize("action", list(TaskAction))
def test_every_state_and_step(district, state, action):
    task = make_task(district.qingping, state=state)
    after = TASK_STEPS.get((state, action))

    if after is None:
        with pytest.raises(matching.TaskChanged):
            move(task, action)
    else:
        move(task, action)

    task.refresh_from_db()
    assert task.state == (after or state)


def test_of_two_who_move_a_task_one_does(district):
    task = make_task(district.qingping, state=TaskState.READY)
    seen_before = MatchingTask.objects.get(pk=task.pk)
    move(task, TaskAction.START)

    with pytest.raises(matching.TaskChanged):
        move(seen_before, TaskAction.START)


def test_a_task_that_ran_is_not_written_again(district, department):
    task = make_task(district.qingping)

    with pytest.raises(matching.TaskChanged):
        matching.edit_task(actor=department, task=task, papers=papers(), now=NOW)


def test_a_running_task_is_cancelled_with_its_job_and_starts_again(district, department, settings):
    settings.JOBS_AT_ONCE = False
    task = make_task(district.qingping, state=TaskState.READY, finished_at=None)
    matching.start_task(actor=department, task=task, now=NOW)
    matching.cancel_task(actor=department, task=task, now=NOW)

    assert task.state == TaskState.READY
    assert Job.objects.get().state == JobState.CANCELLED

    matching.start_task(actor=department, task=task, now=NOW)

    assert task.state == TaskState.RUNNING


def test_a_task_whose_job_was_lost_is_found_and_may_start_again(district, department, settings):
    settings.JOBS_AT_ONCE = False
    task = make_task(district.qingping, state=TaskState.READY, finished_at=None)
    matching.start_task(actor=department, task=task, now=NOW)
    matching.sweep_matching(now=NOW)
    task.refresh_from_db()
    assert task.state == TaskState.RUNNING  # its job still waits

    Job.objects.update(state=JobState.FAILED)
    matching.sweep_matching(now=NOW)

    task.refresh_from_db()
    assert task.state == TaskState.FAILED
    matching.start_task(actor=department, task=task, now=NOW)
    assert task.state == TaskState.RUNNING


@pytest.mark.parametrize(("days", "kept"), [(0, True), (1, False)])
def test_pairs_go_the_day_after_the_sixty_days(district, days, kept):
    task = make_task(district.qingping, pairs_until=TODAY)
    make_pair(task, *make_twins(None, district.qingping))

    matching.sweep_matching(now=NOW + timedelta(days=days))

    assert MatchPair.objects.exists() is kept
    task.refresh_from_db()
    assert task.state == TaskState.DONE


@pytest.mark.parametrize(("days", "state"), [(0, TaskState.DONE), (1, TaskState.EXPIRED)])
def test_a_task_ends_the_day_after_it_expires_with_its_pairs(district, days, state):
    task = make_task(district.qingping, expires_on=TODAY)
    make_pair(task, *make_twins(None, district.qingping))

    matching.sweep_matching(now=NOW + timedelta(days=days))

    task.refresh_from_db()
    assert task.state == state
    assert MatchPair.objects.exists() is (state is TaskState.DONE)


@pytest.mark.parametrize(
    ("day", "state"),
    [(date(2027, 5, 23), TaskState.DRAFT), (date(2027, 5, 24), TaskState.EXPIRED)],
)
def test_a_draft_without_a_day_of_expiry_ends_after_six_months(district, department, day, state):
    """Its impact assessment is kept three years and then deleted with it."""
    given = papers(district.qingping, expires_on=None)
    task = matching.create_task(actor=department, papers=given, now=NOW)

    matching.sweep_matching(now=datetime(day.year, day.month, day.day, 3, tzinfo=UTC))

    task.refresh_from_db()
    assert task.state == state
    path = assessments_folder() / task.assessment_name
    assert path.exists()
    matching.sweep_matching(now=datetime(2029, 11, 23, 3, tzinfo=UTC))
    assert path.exists()
    matching.sweep_matching(now=datetime(2029, 11, 24, 3, tzinfo=UTC))
    assert not path.exists()
    assert not MatchingTask.objects.exists()


@pytest.mark.parametrize(("last_day", "kept"), [(TODAY, True), (TODAY - timedelta(days=1), False)])
def test_the_assessment_is_kept_three_years(district, department, last_day, kept):
    task = matching.create_task(actor=department, papers=papers(district.qingping), now=NOW)
    MatchingTask.objects.update(
        state=TaskState.EXPIRED, assessment_kept_until=last_day, expires_on=date(2023, 1, 1)
    )

    matching.sweep_matching(now=NOW)

    assert MatchingTask.objects.filter(pk=task.pk).exists() is kept
    assert (assessments_folder() / task.assessment_name).exists() is kept


def test_the_assessment_lies_sealed_and_comes_back_whole(district, department):
    task = matching.create_task(actor=department, papers=papers(district.qingping), now=NOW)
    path = assessments_folder() / task.assessment_name

    assert b"impact" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    kind, blocks = matching.take_assessment(actor=department, task=task, now=NOW)
    assert (kind, b"".join(blocks)) == ("pdf", PDF)
    assert task.assessment_kept_until == date(2030, 2, 21)


@pytest.mark.parametrize("purpose", ["", "other", MatchPurpose.BELONG])
def test_an_outcome_is_not_read_for_another_purpose_and_the_refusal_is_kept(
    district, department, purpose
):
    task = make_task(district.qingping)

    with pytest.raises((matching.PurposeMissing, matching.OtherPurpose)):
        matching.read_outcome(actor=department, task=task, purpose=purpose, now=NOW)

    assert AuditEntry.objects.get().outcome == "refused"


def test_an_outcome_is_not_read_after_the_task_expired(district, department):
    task = make_task(district.qingping, expires_on=TODAY - timedelta(days=1))

    with pytest.raises(matching.OtherPurpose):
        matching.read_outcome(actor=department, task=task, purpose=MatchPurpose.FIND, now=NOW)
