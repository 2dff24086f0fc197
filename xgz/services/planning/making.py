"""Opening a plan, planning once more, repairing: each is a new plan that a job works out (PL-14)."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from xgz.access import actor as access
from xgz.access import planning as planning_access
from xgz.access.actor import Actor
from xgz.access.clock import local
from xgz.models import Body, Plan
from xgz.queries.jobs import waiting_job
from xgz.queries.parameters import parameters_on
from xgz.rules.planning.plans import (
    NAME_MAX,
    Asked,
    CountSource,
    PlanAction,
    PlanOrigin,
    PlanState,
    PlanStepNotAllowed,
    options_of,
    state_after,
)
from xgz.rules.responsibilities import line_of
from xgz.rules.words import visible_words
from xgz.services import audit
from xgz.services.jobs import AlreadyQueued, NotCancellable, cancel, enqueue
from xgz.services.planning.faults import PlanChanged
from xgz.services.transactions import unit_of_work

RUN_JOB = "planning.run"


@unit_of_work
def make_plan(
    *,
    actor: Actor,
    asked: Asked,
    source: CountSource,
    area: Body | None,
    now: datetime,
    name: str = "",
) -> Plan:
    """Write a plan down and queue its calculation. area: a township, None for the district.

    name: "" for one made from area and day. Raises NotPermitted.
    """
    access.require(actor, planning_access.PLAN)
    grant = planning_access.grant_for(actor, source, area)
    plan = Plan(
        name=visible_words(name)[:NAME_MAX] or _name_of(area, now),
        line=line_of(grant.role),
        role=grant.role,
        body_id=grant.body_id,
        area=area,
        source=source,
        origin=PlanOrigin.NEW,
        asked=asdict(asked),
    )
    _open(plan, actor, now)
    return plan


@unit_of_work
def plan_again(*, actor: Actor, plan: Plan, origin: PlanOrigin, now: datetime) -> Plan:
    """Queue a new plan after an older one, by the facts and parameters of today.

    origin AGAIN keeps the locked groups and leaves out who was left out by hand (PL-11); REPAIR
    also keeps every group that is still legal (PL-12). Raises NotPermitted, PlanChanged.
    """
    planning_access.require_plan(actor, plan)
    plan.refresh_from_db()
    if plan.state != PlanState.READY:
        raise PlanChanged(plan.public_id)
    planning_access.planner_of(actor, plan)
    later = Plan(
        name=plan.name,
        line=plan.line,
        role=plan.role,
        body_id=plan.body_id,
        area_id=plan.area_id,
        source=plan.source,
        origin=origin,
        parent=plan,
        asked=plan.asked,
    )
    _open(later, actor, now)
    return later


@unit_of_work
def start_plan(*, actor: Actor, plan: Plan, now: datetime) -> None:
    """Queue a plan once more that was not finished. Raises NotPermitted, PlanChanged."""
    planning_access.require_plan(actor, plan)
    move(plan, PlanAction.START)
    _queue(plan, actor, now)
    record_audit(actor, plan, "start", now)


@unit_of_work
def stop_plan(*, actor: Actor, plan: Plan, now: datetime) -> None:
    """Stop a calculation; it may be started again. Raises NotPermitted, PlanChanged."""
    planning_access.require_plan(actor, plan)
    move(plan, PlanAction.FAIL)
    job = waiting_job(plan.public_id)
    if job is not None:
        try:
            cancel(job, now=now)
        except NotCancellable:
            raise PlanChanged(plan.public_id) from None
    record_audit(actor, plan, "stop", now)


@unit_of_work
def discard_plan(*, actor: Actor, plan: Plan, version: int, now: datetime) -> None:
    """Put a plan aside: it stays readable and is changed no more. Raises NotPermitted, PlanChanged."""
    planning_access.require_plan(actor, plan)
    move(plan, PlanAction.DISCARD, version, discarded_at=now)
    record_audit(actor, plan, "discard", now)


def move(plan: Plan, action: PlanAction, version: int | None = None, **columns: Any) -> None:
    """Take one step of a plan by compare-and-set, inside the caller's work. Raises PlanChanged.

    version: the one the person saw; None for the one in hand.
    """
    try:
        after = state_after(PlanState(plan.state), action)
    except PlanStepNotAllowed:
        raise PlanChanged(plan.public_id) from None
    seen = plan.version if version is None else version
    same = Plan.objects.filter(pk=plan.pk, state=plan.state, version=seen)
    if not same.update(state=after, version=seen + 1, **columns):
        raise PlanChanged(plan.public_id)
    plan.refresh_from_db()


def record_audit(
    by: Actor,
    plan: Plan,
    deed: str,
    now: datetime,
    fields: Mapping[str, object] | None = None,
) -> None:
    """Write what was done to a plan into the trail: numbers and codes, nobody's name."""
    audit.record(
        actor=by,
        action=f"planning.{deed}",
        subject_type="planning",
        subject_id=plan.public_id,
        now=now,
        fields=fields,
    )


def _open(plan: Plan, actor: Actor, now: datetime) -> None:
    values, asked = parameters_on(actor.today), Asked(**plan.asked)
    plan.options = asdict(options_of(values, asked))
    plan.created_by, plan.created_at = access.require_person(actor), now
    plan.save(force_insert=True)
    record_audit(actor, plan, "make", now, {"origin": plan.origin, "source": plan.source})
    _queue(plan, actor, now)
    plan.refresh_from_db()


def _queue(plan: Plan, actor: Actor, now: datetime) -> None:
    try:
        enqueue(
            kind=RUN_JOB,
            subject=plan.public_id,
            requested_by=access.require_person(actor),
            now=now,
        )
    except AlreadyQueued:  # the one stopped before has not ended yet
        raise PlanChanged(plan.public_id) from None


def _name_of(area: Body | None, now: datetime) -> str:
    where = str(area).removesuffix("党委") if area else "全县"
    return f"{where}联合支部规划 {local(now):%Y-%m-%d}"
