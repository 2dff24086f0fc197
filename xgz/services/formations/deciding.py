"""The steps of a formation: sent when nothing blocks it, passed once each, given back with words."""

from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import IntegrityError

from xgz.access import cases as access
from xgz.access.actor import Actor
from xgz.access.cases import parties_of
from xgz.models import Formation, FormationDecision
from xgz.queries.formations import findings_of, member_facts
from xgz.rules.cases import StepNotAllowed, Unit
from xgz.rules.formation_checks import Finding, full_members_missing
from xgz.rules.formation_procedures import Way
from xgz.rules.formations import RETURNS, STRAIGHT, FormationAction, step_number, step_party
from xgz.services.cases import CaseAct, ChangedMeanwhile, hold, hold_anew, take_step
from xgz.services.establishing.opening import open_for_formation
from xgz.services.formation_holds import release
from xgz.services.transactions import unit, unit_of_work

_A = FormationAction


class FileNotComplete(Exception):
    """Something blocks the file; `blockers` says what (FM-2 to FM-7, FM-12)."""

    def __init__(self, blockers: list[Finding]) -> None:
        super().__init__(", ".join(each.check for each in blockers))
        self.blockers = blockers


class FullMembersMissing(Exception):
    """Fewer than three full members are there by now; `missing` more are needed (FM-2)."""

    def __init__(self, missing: int) -> None:
        super().__init__(str(missing))
        self.missing = missing


class NotInThisProcedure(StepNotAllowed):
    """The procedure of this case has no such step from where it stands (FM-8)."""


@unit_of_work
def send(
    *, case: Formation, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Send the file into the first step of its procedure; nothing may block it.

    Raises NotPermitted, StepNotAllowed, FileNotComplete, ReviewsOpen or ChangedMeanwhile.
    """
    access.require_step(actor, case, _A.SEND)
    case.KIND.step(case.state, _A.SEND)
    hold_anew(case, version)
    _check_fits(case, _A.SEND)
    _check_complete(case, actor)
    act = CaseAct.of(actor, now, opinion, version)
    take_step(case, _A.SEND, act, **_dates(case, 1, act))


@unit_of_work
def mend(
    *, case: Formation, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Ask the preparer for more papers; the approvals before this step stand (FM-17).

    Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, _A.MEND)
    act = CaseAct.of(actor, now, opinion, version)
    _check_fits(case, _A.MEND)
    hold(case)
    number = step_number(case.state)
    take_step(case, _A.MEND, act, back_to=number, **_dates(case, 0, act))


@unit_of_work
def send_straight(
    action: FormationAction,
    *,
    case: Formation,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Send a mended file straight to the step that asked for it (FM-17).

    Nothing may block it, unless the organisation is approved already: then there are filings only,
    and what is found is told. Raises NotPermitted, StepNotAllowed, FileNotComplete or ChangedMeanwhile.
    """
    access.require_step(actor, case, action)
    act = CaseAct.of(actor, now, opinion, version)
    hold_anew(case, version)
    _check_fits(case, action)
    if not case.is_decided:
        _check_complete(case, actor)
    take_step(case, action, act, back_to=0, **_dates(case, STRAIGHT[action], act))


@unit_of_work
def agree(
    *, case: Formation, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Pass a step that others follow: approve it, or file it (FM-11).

    Raises NotPermitted, StepNotAllowed, FullMembersMissing, ReviewsOpen or ChangedMeanwhile.
    """
    access.require_step(actor, case, _A.AGREE)
    act = CaseAct.of(actor, now, opinion, version)
    _check_fits(case, _A.AGREE)
    number = step_number(case.state)
    _pass(case, act)
    take_step(case, _A.AGREE, act, **_dates(case, number + 1, act))


@unit_of_work
def conclude(
    *, case: Formation, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Pass the last step: the organisation is approved, and its setting up begins (ES-1).

    Units and people stay held until it is set up or given up (FM-15). Raises as agree.
    """
    access.require_step(actor, case, _A.CONCLUDE)
    act = CaseAct.of(actor, now, opinion, version)
    _check_fits(case, _A.CONCLUDE)
    _pass(case, act)
    take_step(case, _A.CONCLUDE, act)
    open_for_formation(case, replace(act, opinion="", version=None))


@unit_of_work
def give_back(
    action: FormationAction,
    *,
    case: Formation,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Give the case back to an earlier step or to its preparer; approvals from there on fall (FM-14).

    Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, action)
    act = CaseAct.of(actor, now, opinion, version)
    _check_fits(case, action)
    back = RETURNS[action]
    hold(case)
    fallen = FormationDecision.objects.filter(formation=case, step__gte=max(back, 1))
    fallen.filter(withdrawn_at__isnull=True).update(withdrawn_at=now)
    take_step(case, action, act, **_dates(case, back, act))


@unit_of_work
def refuse(
    *, case: Formation, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Refuse the organisation, with words that say why.

    Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, _A.REFUSE)
    act = CaseAct.of(actor, now, opinion, version)
    _check_fits(case, _A.REFUSE)
    hold(case)
    release(case.pk)
    take_step(case, _A.REFUSE, act)


@unit_of_work
def withdraw(
    *, case: Formation, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Take the case back before the organisation is approved. Raises as refuse."""
    access.require_step(actor, case, _A.WITHDRAW)
    act = CaseAct.of(actor, now, opinion, version)
    _check_fits(case, _A.WITHDRAW)
    hold(case)
    release(case.pk)
    take_step(case, _A.WITHDRAW, act, back_to=0)


ACTIONS: dict[FormationAction, Any] = {
    _A.SEND: send,
    _A.AGREE: agree,
    _A.CONCLUDE: conclude,
    _A.MEND: mend,
    _A.REFUSE: refuse,
    _A.WITHDRAW: withdraw,
    **{action: partial(give_back, action) for action in RETURNS},
    **{action: partial(send_straight, action) for action in STRAIGHT},
}


def _check_complete(case: Formation, actor: Actor) -> None:
    if blockers := [each for each in findings_of(case, actor.today) if each.is_blocker]:
        raise FileNotComplete(blockers)


def _check_fits(case: Formation, action: FormationAction) -> None:
    case.KIND.step(case.state, action)
    if not case.fits(action):
        raise NotInThisProcedure(f"{case.KIND.name}: {action} from {case.state}")


def _pass(case: Formation, act: CaseAct) -> None:
    """Write that the present step is passed; the database itself lets it stand once (FM-11)."""
    step = case.step_of(case.state)
    if step is None:
        raise NotInThisProcedure(case.public_id)
    hold_anew(case, act.version)
    if step.way is Way.APPROVE and (missing := full_members_missing(member_facts(case))):
        raise FullMembersMissing(missing)
    number = step_number(case.state)
    decision = FormationDecision(
        formation=case,
        step=number,
        way=step.way,
        body_id=parties_of(case)[step_party(number)].body_id,
        decided_by=act.actor.user,
        decided_at=act.now,
    )
    try:
        with unit():
            decision.save(force_insert=True)
    except IntegrityError:
        raise ChangedMeanwhile(case.public_id) from None


def _dates(case: Formation, number: int, act: CaseAct) -> dict[str, Any]:
    """Return the due dates of a step of the procedure; none of those of preparing."""
    if number == 0:
        return {"step_due_on": None, "beside_due_on": None}
    step = case.procedure[number - 1]
    beside = act.calendar.add(act.today, step.beside_days) if step.beside else None
    if step.unit is Unit.WORKING:
        return {"step_due_on": act.calendar.add(act.today, step.days), "beside_due_on": beside}
    due_on = date.fromordinal(act.today.toordinal() + step.days)
    return {"step_due_on": due_on, "beside_due_on": beside}
