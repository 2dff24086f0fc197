"""The steps of a case: people verify, decide and finish; nothing is closed by itself (CB-1)."""

from dataclasses import replace
from datetime import datetime

from xgz.access import cases as access
from xgz.access.actor import Actor
from xgz.access.closures import target_organisations
from xgz.models import Adjustment, Closure, Organisation
from xgz.queries.adjustment_facts import adjustment_facts
from xgz.queries.closures import Missing, is_objected, missing_of
from xgz.rules.adjustment_checks import is_bare
from xgz.rules.cases import OpinionMissing, Step
from xgz.rules.closures import (
    BY_ADJUSTMENT,
    CARRYING_LABELS,
    OPTION_LABELS,
    Carrying,
    ClosureAction,
    ClosureOption,
    check_option,
)
from xgz.rules.words import visible_words
from xgz.services import adjustments
from xgz.services.cases.act import CaseAct
from xgz.services.cases.steps import hold, record_event, take_step
from xgz.services.transactions import unit_of_work


class ClosureNotCarriedOut(Exception):
    """What was decided is not a fact yet; `missing` says what (CB-4)."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__(", ".join(each.blocker for each in missing))
        self.missing = missing


class TargetNotPossible(Exception):
    """The organisation to go to is not active, is the one concerned, or may not be merged into."""


@unit_of_work
def confirm(
    *, case: Closure, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Confirm that the business has ended; people decide next.

    Against what the station found it needs words (CB-10). Raises NotPermitted, StepNotAllowed,
    OpinionMissing, ReviewsOpen or ChangedMeanwhile.
    """
    access.require_step(actor, case, ClosureAction.CONFIRM)
    step = _keep(case, ClosureAction.CONFIRM, version)
    if is_objected(case) and not visible_words(opinion):
        raise OpinionMissing(step.label)
    take_step(case, ClosureAction.CONFIRM, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def dismiss(
    *, case: Closure, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Close the case as needing nothing: the business goes on, or nothing hangs on it.

    Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, ClosureAction.DISMISS)
    take_step(case, ClosureAction.DISMISS, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def decide(
    *,
    case: Closure,
    actor: Actor,
    now: datetime,
    option: ClosureOption,
    target_org: Organisation | None = None,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Record what people decided (CB-3); nothing is carried out by it.

    Merging and revoking are handed over to a case of their own (AD-8). The option also stands in
    the history, so that a later decision does not hide it. Raises NotPermitted, StepNotAllowed, OptionNotPossible, TargetMissing, TargetNotPossible or
    ChangedMeanwhile.
    """
    access.require_step(actor, case, ClosureAction.DECIDE)
    _keep(case, ClosureAction.DECIDE, version)
    check_option(
        option,
        has_organisation=case.organisation_id is not None,
        has_target=target_org is not None,
    )
    if target_org is not None:
        _check_target(case, actor, option, target_org)
    act = CaseAct.of(actor, now, opinion, version)
    take_step(case, ClosureAction.DECIDE, act, option=option, target_org=target_org)
    _hand_over(case, act)
    words = OPTION_LABELS[option] + (f"（{target_org.name}）" if target_org else "")
    told = replace(act, opinion=words)
    record_event(case, told, Carrying.DECIDED, CARRYING_LABELS[Carrying.DECIDED])


@unit_of_work
def reconsider(
    *, case: Closure, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Go back to deciding; what was set going stays, the old decision stands in the history.

    A case it handed over is taken back (AD-8). Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, ClosureAction.RECONSIDER)
    act = CaseAct.of(actor, now, opinion, version)
    handed = case.adjustment
    take_step(case, ClosureAction.RECONSIDER, act, option="", target_org=None, adjustment=None)
    adjustments.let_go(handed, today=actor.today, now=now)


@unit_of_work
def finish(
    *, case: Closure, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Finish the case once what was decided is a fact (CB-4).

    An organisation left with too little has a case of its own opened (AD-8). Raises NotPermitted, StepNotAllowed, ClosureNotCarriedOut or ChangedMeanwhile.
    """
    access.require_step(actor, case, ClosureAction.FINISH)
    _keep(case, ClosureAction.FINISH, version)
    if missing := missing_of(case, actor.today):
        raise ClosureNotCarriedOut(missing)
    act = CaseAct.of(actor, now, opinion, version)
    take_step(case, ClosureAction.FINISH, act)
    _open_if_bare(case, act)


@unit_of_work
def retract(
    *, case: Closure, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Take the case back with the import that reported the closing; a step of the clock (CB-9).

    So is what it handed over (AD-8). Raises NotPermitted, StepNotAllowed or ChangedMeanwhile.
    """
    access.require_step(actor, case, ClosureAction.RETRACT)
    take_step(case, ClosureAction.RETRACT, CaseAct.of(actor, now, opinion, version))
    adjustments.let_go(case.adjustment, today=actor.today, now=now)


def _keep(case: Closure, action: ClosureAction, version: int | None) -> Step:
    """Keep the case before anything is checked: an old page is told first. Returns the step."""
    step = case.KIND.step(case.state, action)
    hold(case, shown=version)
    return step


def _check_target(case: Closure, actor: Actor, option: ClosureOption, target: Organisation) -> None:
    if not target_organisations(actor, case, option).filter(pk=target.pk).exists():
        raise TargetNotPossible(target.public_id)


def _hand_over(case: Closure, act: CaseAct) -> None:
    """Let a case of its own carry out what ends the organisation; call after the decision (AD-8)."""
    sort = BY_ADJUSTMENT.get(ClosureOption(case.option))
    if sort is None or case.organisation is None:
        return
    handed = adjustments.hand_over(
        actor=act.actor,
        organisation=case.organisation,
        sort=sort,
        target_org=case.target_org,
        now=act.now,
    )
    _point_to(case, handed, act)


def _open_if_bare(case: Closure, act: CaseAct) -> None:
    if case.organisation is None or case.option in BY_ADJUSTMENT:
        return
    case.organisation.refresh_from_db()
    facts = adjustment_facts(case.organisation, act.today)
    if is_bare(facts, people_went=case.option == ClosureOption.RE_HOME):
        opened = adjustments.open_left_bare(
            actor=act.actor, organisation=case.organisation, now=act.now
        )
        _point_to(case, opened, act)


def _point_to(case: Closure, adjustment: Adjustment | None, act: CaseAct) -> None:
    """Write where the organisation's own case is; the step just taken holds the row."""
    if adjustment is None:
        return
    Closure.objects.filter(pk=case.pk).update(adjustment=adjustment)
    case.refresh_from_db()
    told = replace(act, opinion=adjustment.number)
    label = CARRYING_LABELS[Carrying.HANDED_OVER]
    record_event(case, told, Carrying.HANDED_OVER, label)
