"""Plans of joint branches: made, worked out, changed by hand, proposed, and what time ends."""

from collections.abc import Callable
from datetime import timedelta

from tests.factories.plans import ASKED, make_site, moment
from tests.services.audit_scenarios.stage import Deed, Stage, newest, one
from tests.services.imports.worlds import NOW
from xgz.access.actor import Actor
from xgz.models import Formation, Job, Plan
from xgz.rules.planning.plans import CountSource, PlanOrigin, PlanState
from xgz.rules.roles import Role
from xgz.services import planning
from xgz.services.planning.running import fail_plan, run_queued


def _make(stage: Stage, actor: Actor) -> Plan:
    return planning.make_plan(
        actor=actor,
        asked=ASKED,
        source=CountSource.DECLARED,
        area=stage.district.qingping,
        now=NOW,
    )


def _plan(stage: Stage) -> tuple[Actor, Plan]:
    actor = stage.actor(Role.BUREAU)
    make_site(3, 3, town=stage.district.qingping)
    return actor, _make(stage, actor)


def _waiting(stage: Stage) -> tuple[Actor, Plan]:
    stage.settings.JOBS_AT_ONCE = False
    return _plan(stage)


def _one(deed: str, plan: Plan) -> Callable[[], list[tuple[str, str, str]]]:
    return one(f"planning.{deed}", "planning", plan.public_id)


def plan_made(stage: Stage) -> Deed:
    stage.settings.JOBS_AT_ONCE = False
    actor = stage.actor(Role.BUREAU)
    rows = one("planning.make", "planning", lambda: newest(Plan))
    return Deed(lambda: _make(stage, actor), actor, rows)


def plan_made_again(stage: Stage) -> Deed:
    actor, plan = _plan(stage)
    stage.settings.JOBS_AT_ONCE = False
    return Deed(
        lambda: planning.plan_again(actor=actor, plan=plan, origin=PlanOrigin.REPAIR, now=NOW),
        actor,
        one("planning.make", "planning", lambda: newest(Plan)),
    )


def plan_started(stage: Stage) -> Deed:
    actor, plan = _waiting(stage)
    Job.objects.all().delete()
    Plan.objects.update(state=PlanState.FAILED)
    plan.refresh_from_db()
    return Deed(
        lambda: planning.start_plan(actor=actor, plan=plan, now=NOW), actor, _one("start", plan)
    )


def plan_stopped(stage: Stage) -> Deed:
    actor, plan = _waiting(stage)
    return Deed(
        lambda: planning.stop_plan(actor=actor, plan=plan, now=NOW), actor, _one("stop", plan)
    )


def plan_put_aside(stage: Stage) -> Deed:
    actor, plan = _plan(stage)
    return Deed(
        lambda: planning.discard_plan(actor=actor, plan=plan, version=plan.version, now=NOW),
        actor,
        _one("discard", plan),
    )


def plan_finished(stage: Stage) -> Deed:
    actor, plan = _waiting(stage)
    Job.objects.all().delete()
    run = stage.queued(planning.RUN_JOB, actor, plan.public_id)
    return Deed(
        lambda: run_queued(run=run),
        actor,
        _one("finish", plan),
        kept=frozenset({"xgz_job"}),  # how far it has come is told beside the work
    )


def plan_failed(stage: Stage) -> Deed:
    actor, plan = _waiting(stage)
    return Deed(lambda: fail_plan(plan=plan, now=NOW), actor, _one("fail", plan), by=(None,))


def plan_deleted(stage: Stage) -> Deed:
    actor, plan = _plan(stage)
    Plan.objects.update(state=PlanState.DISCARDED, discarded_at=NOW - timedelta(days=300))
    return Deed(lambda: planning.sweep_plans(now=NOW), actor, _one("delete", plan), by=(None,))


def plan_changed(stage: Stage) -> Deed:
    actor, plan = _plan(stage)
    hand = planning.Hand(actor, plan, plan.version, moment())
    return Deed(
        lambda: planning.lock_groups(actor=actor, hand=hand, groups=["G00001"]),
        actor,
        _one("lock", plan),
    )


def plan_proposed(stage: Stage) -> Deed:
    actor, plan = _plan(stage)
    return Deed(
        lambda: planning.propose_groups(
            actor=actor, plan=plan, version=plan.version, groups=["G00001"], now=NOW
        ),
        actor,
        lambda: [
            ("formation.open", "formation", newest(Formation)),
            ("planning.propose", "planning", plan.public_id),
        ],
    )
