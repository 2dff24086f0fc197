"""Confirming a lead and its ends: both proofs or none, and everybody may say no (LD-8, LD-13)."""

from datetime import date, datetime

from xgz.access import cases as access
from xgz.access.actor import Actor, clock_actor
from xgz.access.clock import day_of
from xgz.models import Lead
from xgz.queries.lead_identity import known_as, leads_of
from xgz.rules.leads import CheckResult, LeadAction, LeadState, StatementSays, check_proof
from xgz.services.cases import CaseAct, hold, take_step
from xgz.services.leads.erasing import erase
from xgz.services.leads.keeping_away import keep_away
from xgz.services.leads.turns import turn_to_leave_alone
from xgz.services.transactions import unit_of_work


@unit_of_work
def confirm(
    *, case: Lead, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Confirm that the person is a member: by the own statement and by the roster check (LD-8).

    Raises NotPermitted, StepNotAllowed, ProofMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, LeadAction.CONFIRM)
    case.KIND.step(case.state, LeadAction.CONFIRM)
    hold(case)
    says, result = case.statement_says, case.check_result
    check_proof(StatementSays(says) if says else None, CheckResult(result) if result else None)
    act = CaseAct.of(actor, now, opinion, version)
    take_step(case, LeadAction.CONFIRM, act, confirmed_on=actor.today)


@unit_of_work
def reconsider(
    *, case: Lead, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Take a confirmation back, with the reason; statement and check stay and may be made anew.

    Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, LeadAction.RECONSIDER)
    act = CaseAct.of(actor, now, opinion, version)
    take_step(case, LeadAction.RECONSIDER, act, confirmed_on=None)


@unit_of_work
def refuse(
    *, case: Lead, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Record that the person does not want to be asked: never opened again, gone in 24 hours.

    Other open leads of the person end too (LD-13).
    Raises NotPermitted, StepNotAllowed or ChangedMeanwhile.
    """
    access.require_step(actor, case, LeadAction.REFUSE)
    turn_to_leave_alone()
    take_step(case, LeadAction.REFUSE, CaseAct.of(actor, now, opinion, version))
    _leave_alone(case, actor.today, now)


@unit_of_work
def rule_out(
    *, case: Lead, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Close the lead: the person is no member, or nobody is there. Deleted after 30 days.

    Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, LeadAction.RULE_OUT)
    take_step(case, LeadAction.RULE_OUT, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def move_away(
    *, case: Lead, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Close the lead: the person has moved away. Deleted after 30 days.

    Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, LeadAction.MOVE_AWAY)
    take_step(case, LeadAction.MOVE_AWAY, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def withdraw(
    *, case: Lead, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Close the lead because the person took the self-report back; a step of the clock.

    As after a refusal nothing of it is left in 24 hours. Raises NotPermitted, StepNotAllowed or
    ChangedMeanwhile.
    """
    access.require_step(actor, case, LeadAction.WITHDRAW)
    turn_to_leave_alone()
    take_step(case, LeadAction.WITHDRAW, CaseAct.of(actor, now, opinion, version))
    _leave_alone(case, actor.today, now)


@unit_of_work
def close_as_withdrawn(lead: Lead, *, now: datetime) -> None:
    """Close the lead of a self-report that the person took back; an ended one is deleted at once.

    One that was placed stays: the person is under management by then. Nothing is done where the
    lead is gone already. Raises ChangedMeanwhile.
    """
    turn_to_leave_alone()
    actor = clock_actor(day_of(now))
    if not Lead.objects.filter(pk=lead.pk).exists():
        return
    lead.refresh_from_db()
    if lead.is_open:
        withdraw(case=lead, actor=actor, now=now)
    elif lead.state in (LeadState.RULED_OUT, LeadState.MOVED_AWAY):
        keep_away(lead, actor.today)
        erase(lead, actor, now)


def _leave_alone(case: Lead, today: date, now: datetime) -> None:
    """Keep that the person said no, and close what else was opened for that person."""
    keep_away(case, today)
    others = leads_of(known_as(case))
    if case.found_digest:
        others |= Lead.objects.filter(found_digest=case.found_digest)
    for number in list(others.filter(closed_at__isnull=True).values_list("pk", flat=True)):
        other = Lead.objects.get(pk=number)
        if other.is_open:
            withdraw(case=other, actor=clock_actor(today), now=now)
