"""A confirmed member into a formation, and placed by itself once both have come (LD-18)."""

from datetime import datetime

from xgz.access import cases as access
from xgz.access.actor import Actor, clock_actor
from xgz.access.clock import day_of
from xgz.models import Formation, Lead
from xgz.queries.lead_identity import found_member
from xgz.queries.lead_joining import arrived_leads, has_arrived
from xgz.rules.leads import LeadAction, LeadState, Placement
from xgz.services.cases import CaseAct, ChangedMeanwhile, hold, take_step
from xgz.services.formations import add_found_member, open_formation
from xgz.services.leads.recording import check_shown, write_down
from xgz.services.leads.refusals import BusinessMissing, MemberNotEntered, NotFormedYet
from xgz.services.one_by_one import one_by_one
from xgz.services.transactions import unit_of_work


@unit_of_work
def join_formation(
    *,
    case: Lead,
    actor: Actor,
    now: datetime,
    formation: Formation | None,
    version: int | None = None,
) -> Formation:
    """Put the member a confirmed lead found into a formation, None for a new one of the business.

    The lead stays confirmed and waits `lead.join_days` working days. Nothing in the formation says
    that there is a lead. Raises NotPermitted, StepNotAllowed, MemberNotEntered, BusinessMissing,
    ChangedMeanwhile, and the refusals of open_formation and add_found_member.
    """
    access.require_step(actor, case, LeadAction.PLACE)
    case.KIND.step(case.state, LeadAction.PLACE)
    act = CaseAct.of(actor, now, "", version)
    check_shown(case, act)
    hold(case)
    member = found_member(case)
    if member is None:
        raise MemberNotEntered(case.public_id)
    if formation is None:
        if case.business is None:
            raise BusinessMissing(case.public_id)
        formation = open_formation(actor=actor, units=[case.business], now=now)
    add_found_member(actor=actor, case=formation, member=member, now=now)
    due_on = act.calendar.add(act.today, act.days["lead.join_days"])
    write_down(case, act, "join", {"due_on": due_on})
    return formation


@unit_of_work
def arrive(
    *, case: Lead, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Place the member whose formation is approved and whose relation has come; time's own step.

    Raises NotPermitted, StepNotAllowed, NotFormedYet or ChangedMeanwhile.
    """
    access.require_step(actor, case, LeadAction.ARRIVE)
    case.KIND.step(case.state, LeadAction.ARRIVE)
    hold(case)
    if not has_arrived(case):
        raise NotFormedYet(case.public_id)
    act = CaseAct.of(actor, now, opinion, version)
    take_step(case, LeadAction.ARRIVE, act, placement=Placement.JOINT)


def place_arrived(*, now: datetime) -> int:
    """Place every confirmed lead whose member has arrived; return how many. It may run at any moment."""
    return one_by_one(lambda number: _arrive(number, now), arrived_leads())


def _arrive(number: int, now: datetime) -> int:
    lead = Lead.objects.filter(pk=number, state=LeadState.CONFIRMED).first()
    if lead is None:
        return 0
    try:
        arrive(case=lead, actor=clock_actor(day_of(now)), now=now)
    except (ChangedMeanwhile, NotFormedYet):
        return 0
    return 1
