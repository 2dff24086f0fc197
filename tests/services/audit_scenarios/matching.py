"""Comparing roster and register: tasks, decisions, readings, and what time ends."""

from datetime import date, timedelta

from tests.factories import TODAY, make_member, make_organisation
from tests.factories.matching import NOW, PDF, make_owner, make_pair, make_task, make_tie
from tests.services.audit_scenarios.stage import Deed, Stage, newest, one
from xgz.models import MatchingTask, MatchPair, OwnerTie, SelfReportWindow
from xgz.rules.matching import Decision, MatchPurpose, OwnerList, TaskState, TieMistake
from xgz.rules.members import MembershipStatus
from xgz.rules.roles import Role
from xgz.services import matching
from xgz.services.matching import running
from xgz.services.matching.assessments import store_assessment

_PAST = TODAY - timedelta(days=1)


def _task(stage: Stage, **values: object) -> MatchingTask:
    area = stage.district.qingping
    SelfReportWindow.objects.get_or_create(
        area=area, opens_on=date(2026, 9, 1), closes_on=date(2026, 9, 30), entered_at=NOW
    )
    return make_task(area, **values)


def _pair(stage: Stage, decision: Decision = Decision.OPEN) -> MatchPair:
    village = make_organisation(stage.district.qingping)
    member = make_member(village, status=MembershipStatus.NORMAL)
    business = make_owner(stage.district.qingping)
    return make_pair(_task(stage), member, business, decision=decision)


def _tie(stage: Stage) -> OwnerTie:
    member = make_member(make_organisation(stage.district.qingping), status=MembershipStatus.NORMAL)
    return make_tie(member, make_owner(stage.district.qingping))


def _papers(stage: Stage) -> matching.TaskPapers:
    return matching.TaskPapers(legal_basis="条例第二十九条", areas=[stage.district.qingping])


def task_created(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: matching.create_task(actor=actor, papers=_papers(stage), now=NOW),
        actor,
        one("matching.create", "matching", lambda: newest(MatchingTask)),
    )


def task_edited(stage: Stage) -> Deed:
    actor, task = stage.department, _task(stage, state=TaskState.DRAFT)
    return Deed(
        lambda: matching.edit_task(actor=actor, task=task, papers=_papers(stage), now=NOW),
        actor,
        one("matching.edit", "matching", task.public_id),
    )


def comparison_started(stage: Stage) -> Deed:
    stage.settings.JOBS_AT_ONCE = False
    actor, task = stage.department, _task(stage, state=TaskState.READY)
    return Deed(
        lambda: matching.start_task(actor=actor, task=task, now=NOW),
        actor,
        one("matching.start", "matching", task.public_id),
    )


def comparison_cancelled(stage: Stage) -> Deed:
    actor, task = stage.department, _task(stage, state=TaskState.RUNNING)
    return Deed(
        lambda: matching.cancel_task(actor=actor, task=task, now=NOW),
        actor,
        one("matching.cancel", "matching", task.public_id),
    )


def comparison_finished(stage: Stage) -> Deed:
    actor, task = stage.department, _task(stage, state=TaskState.RUNNING)
    run = stage.queued(matching.RUN_JOB, actor, task.public_id)
    return Deed(
        lambda: running.compare(run=run, task=task),
        actor,
        one("matching.finish", "matching", task.public_id),
        kept=frozenset({"xgz_job"}),
    )


def comparison_failed(stage: Stage) -> Deed:
    actor, task = stage.department, _task(stage, state=TaskState.RUNNING)
    return Deed(
        lambda: running.fail_task(task=task, now=NOW),
        actor,
        one("matching.fail", "matching", task.public_id),
        by=(None,),
    )


def outcome_read(stage: Stage) -> Deed:
    actor, task = stage.department, _task(stage)
    return Deed(
        lambda: matching.read_outcome(actor=actor, task=task, purpose=MatchPurpose.FIND, now=NOW),
        actor,
        one("matching.read", "matching", task.public_id),
    )


def tie_read(stage: Stage) -> Deed:
    actor, tie = stage.department, _tie(stage)
    return Deed(
        lambda: matching.read_tie(actor=actor, tie=tie, purpose=MatchPurpose.FIND, now=NOW),
        actor,
        one("matching.read", "owner_tie", tie.public_id),
    )


def tie_ended(stage: Stage) -> Deed:
    actor, tie = stage.department, _tie(stage)
    return Deed(
        lambda: matching.untie_owner(
            actor=actor, tie=tie, mistake=TieMistake.SLIP, purpose=MatchPurpose.FIND, now=NOW
        ),
        actor,
        one("matching.untie", "owner_tie", tie.public_id),
    )


def list_after_a_comparison_read(stage: Stage) -> Deed:
    actor = stage.actor(Role.TOWNSHIP_COMMITTEE)
    _task(stage)
    return Deed(
        lambda: matching.read_list(
            actor=actor, which=OwnerList.UNKNOWN, purpose=MatchPurpose.FIND, now=NOW
        ),
        actor,
        one("matching.read_list", "matching", ""),
    )


def assessment_taken(stage: Stage) -> Deed:
    actor, task = stage.department, _task(stage, assessment_name=store_assessment(PDF))
    return Deed(
        lambda: matching.take_assessment(actor=actor, task=task, now=NOW),
        actor,
        one("matching.assessment", "matching", task.public_id),
    )


def pair_decided(stage: Stage) -> Deed:
    actor, pair = stage.department, _pair(stage)
    return Deed(
        lambda: matching.decide(
            actor=actor,
            pair=pair,
            decision=Decision.NO,
            version=0,
            purpose=MatchPurpose.FIND,
            now=NOW,
        ),
        actor,
        one("matching.decide", "match_pair", pair.public_id),
    )


def decision_taken_back(stage: Stage) -> Deed:
    actor, pair = stage.department, _pair(stage, Decision.LATER)
    return Deed(
        lambda: matching.undo(actor=actor, pair=pair, version=0, purpose="find", now=NOW),
        actor,
        one("matching.undo", "match_pair", pair.public_id),
    )


def decisions_carried_out(stage: Stage) -> Deed:
    actor, pair = stage.department, _pair(stage, Decision.NO)
    return Deed(
        lambda: matching.carry_out(actor=actor, task=pair.task, purpose=MatchPurpose.FIND, now=NOW),
        actor,
        one("matching.carry_out", "matching", pair.task.public_id),
    )


def comparison_expired(stage: Stage) -> Deed:
    actor, task = stage.department, _task(stage, expires_on=_PAST)
    return Deed(
        lambda: matching.sweep_matching(now=NOW),
        actor,
        one("matching.expire", "matching", task.public_id),
        by=(None,),
    )


def old_pairs_deleted(stage: Stage) -> Deed:
    actor, pair = stage.department, _pair(stage)
    MatchingTask.objects.update(pairs_until=_PAST)
    return Deed(
        lambda: matching.sweep_matching(now=NOW),
        actor,
        one("matching.delete_pairs", "matching", pair.task.public_id),
        by=(None,),
    )


def loose_ties_deleted(stage: Stage) -> Deed:
    actor, business = stage.department, make_owner(stage.district.qingping)
    member = make_member(make_organisation(stage.district.qingping))
    make_tie(member, business, expires_on=_PAST)
    return Deed(
        lambda: matching.sweep_matching(now=NOW),
        actor,
        one("matching.drop_ties", "matching", ""),
        by=(None,),
    )


def old_task_deleted(stage: Stage) -> Deed:
    actor = stage.department
    task = _task(stage, state=TaskState.EXPIRED, assessment_kept_until=_PAST)
    return Deed(
        lambda: matching.sweep_matching(now=NOW),
        actor,
        one("matching.delete", "matching", task.public_id),
        by=(None,),
    )
