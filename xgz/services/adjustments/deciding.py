"""The steps of a case: people take up, submit, decide, finish and file; time only lets a plan lapse."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from xgz.access import cases as access
from xgz.access.actor import Actor, clock_actor
from xgz.access.adjustments import merge_targets
from xgz.models import Adjustment, AdjustmentLine, Organisation
from xgz.queries.adjustments import missing_of, wished_target
from xgz.rules.adjustment_checks import Found
from xgz.rules.adjustments import (
    DEED_LABELS,
    SORT_LABELS,
    SORT_OF,
    AdjustmentAction,
    AdjustmentState,
    Deed,
    Origin,
    PlanItem,
    Sort,
    check_meeting_day,
    check_plan,
)
from xgz.rules.cases import StepNotAllowed
from xgz.services.cases import CaseAct, ChangedMeanwhile, hold, hold_anew, record_event, take_step
from xgz.services.one_by_one import one_by_one
from xgz.services.transactions import unit_of_work

_UNDECIDED: dict[str, Any] = {
    "sort": "",
    "target_org": None,
    "met_on": None,
    "decided_on": None,
    "carry_out_by": None,
}


class NotCarriedOut(Exception):
    """What was decided is not a fact yet; `missing` says what (AD-6, AD-7)."""

    def __init__(self, missing: list[Found]) -> None:
        super().__init__(", ".join(each.blocker for each in missing))
        self.missing = missing


class TargetNotPossible(Exception):
    """The organisation to merge into is not active, is below, or is not the actor's to change."""


@unit_of_work
def take_up(
    *, case: Adjustment, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Take up what the guiding line suggested; the committee gathers what is known.

    Raises NotPermitted, StepNotAllowed or ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.TAKE_UP)
    take_step(case, AdjustmentAction.TAKE_UP, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def submit(
    *,
    case: Adjustment,
    actor: Actor,
    now: datetime,
    sort: Sort = Sort.OPEN,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Put the case before the committee, perhaps with the way that is wanted (AD-3).

    Raises NotPermitted, StepNotAllowed or ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.SUBMIT)
    act = CaseAct.of(actor, now, opinion, version)
    take_step(case, AdjustmentAction.SUBMIT, act, sort=sort, target_org=None)


@unit_of_work
def decide_revive(
    *,
    case: Adjustment,
    actor: Actor,
    now: datetime,
    met_on: date,
    plan: Mapping[PlanItem, date],
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Record that the organisation is kept and lives again, by a plan with dates (AD-4, AD-7).

    plan: a day for every item; the last of them is the due date. Raises NotPermitted,
    StepNotAllowed, MeetingDayNotAllowed, PlanIncomplete, PlanDayNotAllowed or ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.DECIDE_REVIVE)
    _check_decision(case, actor, AdjustmentAction.DECIDE_REVIVE, met_on, version)
    act = CaseAct.of(actor, now, opinion, version)
    check_plan(plan, act.today, act.days["adjustment.revive_days"])
    _decide(case, act, AdjustmentAction.DECIDE_REVIVE, met_on, max(plan.values()))
    case.lines.all().delete()
    AdjustmentLine.objects.bulk_create(
        AdjustmentLine(adjustment=case, item=item, due_on=plan[item]) for item in PlanItem
    )


@unit_of_work
def decide_merge(
    *,
    case: Adjustment,
    actor: Actor,
    now: datetime,
    met_on: date,
    target_org: Organisation,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Record that the organisation is to be merged into another; nothing moves by it (AD-4, AD-5).

    Raises NotPermitted, StepNotAllowed, MeetingDayNotAllowed, TargetNotPossible or
    ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.DECIDE_MERGE)
    _check_decision(case, actor, AdjustmentAction.DECIDE_MERGE, met_on, version)
    act = CaseAct.of(actor, now, opinion, version)
    if not merge_targets(actor, case.organisation).filter(pk=target_org.pk).exists():
        raise TargetNotPossible(target_org.public_id)
    by = _within_limit(act)
    _decide(case, act, AdjustmentAction.DECIDE_MERGE, met_on, by, target_org)


@unit_of_work
def decide_revoke(
    *,
    case: Adjustment,
    actor: Actor,
    now: datetime,
    met_on: date,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Record that the organisation is to be revoked; its people have to go elsewhere first (AD-6).

    Where a closure wanted them to go stays as a wish for their transfers. Raises NotPermitted, StepNotAllowed, MeetingDayNotAllowed or ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.DECIDE_REVOKE)
    _check_decision(case, actor, AdjustmentAction.DECIDE_REVOKE, met_on, version)
    act = CaseAct.of(actor, now, opinion, version)
    wanted = (case.target_org if case.way is Sort.REVOKE else None) or wished_target(case)
    _decide(case, act, AdjustmentAction.DECIDE_REVOKE, met_on, _within_limit(act), wanted)


@unit_of_work
def give_back(
    *, case: Adjustment, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Give the case back to whoever proposed it, to say more.

    Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.RETURN)
    take_step(case, AdjustmentAction.RETURN, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def reconsider(
    *, case: Adjustment, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Go back to deciding; what was set going stays, the old decision stands in the history.

    Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.RECONSIDER)
    act = CaseAct.of(actor, now, opinion, version)
    take_step(case, AdjustmentAction.RECONSIDER, act, **_UNDECIDED)


@unit_of_work
def lapse(
    *, case: Adjustment, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Let a revival that did not come about by its last day be decided anew (AD-7); the clock's.

    Raises NotPermitted, StepNotAllowed (also before the day has passed, and where nothing is
    missing) or ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.LAPSE)
    case.KIND.step(case.state, AdjustmentAction.LAPSE)
    is_due = case.carry_out_by is not None and case.carry_out_by < actor.today
    if case.way is not Sort.REVIVE or not is_due or not missing_of(case, actor.today):
        raise StepNotAllowed(case.public_id)
    act = CaseAct.of(actor, now, opinion, version)
    take_step(case, AdjustmentAction.LAPSE, act, **_UNDECIDED)


@unit_of_work
def finish(
    *, case: Adjustment, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Send the case to be filed, once what was decided is a fact (AD-6, AD-7).

    Raises NotPermitted, StepNotAllowed, NotCarriedOut or ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.FINISH)
    case.KIND.step(case.state, AdjustmentAction.FINISH)
    hold_anew(case, version)
    if missing := missing_of(case, actor.today):
        raise NotCarriedOut(missing)
    take_step(case, AdjustmentAction.FINISH, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def file(
    *, case: Adjustment, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """File what was carried out; the case ends.

    Raises NotPermitted, StepNotAllowed or ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.FILE)
    take_step(case, AdjustmentAction.FILE, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def drop(
    *, case: Adjustment, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """End the case: the organisation is kept as it is, for the reason given.

    Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.DROP)
    take_step(case, AdjustmentAction.DROP, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def retract(
    *, case: Adjustment, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Take the case back with the closure that handed it over (AD-8); a step of the clock.

    Raises NotPermitted, StepNotAllowed or ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.RETRACT)
    take_step(case, AdjustmentAction.RETRACT, CaseAct.of(actor, now, opinion, version))


def let_go(case: Adjustment | None, *, today: date, now: datetime) -> None:
    """Take back what closures handed over, where no open closure leads to it any longer (AD-8).

    A case somebody opened by hand stays, and so does one that is carried out already. Call in the
    transaction in which the closure lets go of it.
    """
    if case is None or not case.is_open or case.origin != Origin.CLOSURE:
        return
    if case.state == AdjustmentState.FILING or case.closures.filter(closed_at=None).exists():
        return
    retract(case=case, actor=clock_actor(today), now=now)


def lapse_plans(*, today: date, now: datetime) -> int:
    """Let every revival whose last day has passed lapse; return how many (AD-7).

    One that somebody just decided or finished holds up no other.
    """
    rows = Adjustment.objects.filter(
        state=AdjustmentState.CARRYING_OUT, sort=Sort.REVIVE, carry_out_by__lt=today
    ).select_related("organisation__body")
    return one_by_one(lambda case: _lapsed(case, today, now), rows.order_by("pk"))


def _lapsed(case: Adjustment, today: date, now: datetime) -> int:
    if not missing_of(case, today):
        return 0
    try:
        lapse(case=case, actor=clock_actor(today), now=now)
    except ChangedMeanwhile:
        return 0
    return 1


def _check_decision(
    case: Adjustment,
    actor: Actor,
    action: AdjustmentAction,
    met_on: date,
    version: int | None,
) -> None:
    """Keep the case and check the decision's day; an old page is told first."""
    case.KIND.step(case.state, action)
    hold(case, shown=version)
    check_meeting_day(met_on, actor.today, case.organisation.founded_on)


def _within_limit(act: CaseAct) -> date:
    return act.today + timedelta(days=act.days["adjustment.carry_out_days"])


def _decide(
    case: Adjustment,
    act: CaseAct,
    action: AdjustmentAction,
    met_on: date,
    carry_out_by: date,
    target_org: Organisation | None = None,
) -> None:
    """Take the step; the way also stands in the history, so that a later one does not hide it."""
    sort = SORT_OF[action]
    take_step(
        case,
        action,
        act,
        sort=sort,
        target_org=target_org,
        met_on=met_on,
        decided_on=act.today,
        carry_out_by=carry_out_by,
    )
    words = SORT_LABELS[sort] + (f"（{target_org.name}）" if target_org else "")
    told = replace(act, opinion=f"{words}，{met_on.isoformat()} 会议研究")
    record_event(case, told, Deed.DECIDED, DEED_LABELS[Deed.DECIDED])
