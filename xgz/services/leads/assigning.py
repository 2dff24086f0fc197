"""Sending an instructor, sending another one, and giving a lead back to the committee (LD-5)."""

from datetime import datetime

from django.db.models import QuerySet

from xgz.access import cases as access
from xgz.access.actor import Actor
from xgz.access.leads import assignable_instructors
from xgz.models import Body, CaseParty, Lead, SelfReport, User
from xgz.rules.leads import LeadAction, LeadParty, LeadSource
from xgz.rules.roles import Role
from xgz.rules.self_reports import NAMES_INSTRUCTORS
from xgz.services.cases import CaseAct, hold, take_step
from xgz.services.leads.refusals import NotAnInstructorHere, NotInNotice
from xgz.services.transactions import unit_of_work


@unit_of_work
def assign(
    *,
    case: Lead,
    actor: Actor,
    now: datetime,
    assignee: User,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Send an instructor of an office that serves the township; the office's head sees it too.

    Raises NotPermitted, StepNotAllowed, NotInNotice, NotAnInstructorHere or ChangedMeanwhile.
    """
    access.require_step(actor, case, LeadAction.ASSIGN)
    _send(case, LeadAction.ASSIGN, assignee, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def reassign(
    *,
    case: Lead,
    actor: Actor,
    now: datetime,
    assignee: User,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Send somebody else, or once more; whoever was sent before loses sight of the lead.

    Raises NotPermitted, StepNotAllowed, NotInNotice, NotAnInstructorHere or ChangedMeanwhile.
    """
    access.require_step(actor, case, LeadAction.REASSIGN)
    _send(case, LeadAction.REASSIGN, assignee, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def give_back(
    *, case: Lead, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Give the lead back to the committee, with the reason; the station loses sight of it.

    Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, LeadAction.GIVE_BACK)
    act = CaseAct.of(actor, now, opinion, version)
    take_step(case, LeadAction.GIVE_BACK, act, station=None, instructor=None)
    _station_rows(case).delete()


def _send(case: Lead, action: LeadAction, assignee: User, act: CaseAct) -> None:
    case.KIND.step(case.state, action)
    hold(case)
    _check_notice(case)
    station = _station_of(case, assignee, act)
    _station_rows(case).delete()
    CaseParty.objects.create(
        case_kind=case.KIND.name,
        case_id=case.public_id,
        party=LeadParty.STATION,
        role=Role.STATION_HEAD,
        body=station,
    )
    take_step(case, action, act, assignee=assignee, station=station, instructor=assignee)


def _check_notice(case: Lead) -> None:
    """Raise NotInNotice where the person reported and was never told that an instructor may come."""
    if case.source != LeadSource.SELF_REPORT:
        return
    agreed = list(SelfReport.objects.filter(lead=case).values_list("notice_version", flat=True))
    if agreed and max(agreed) < NAMES_INSTRUCTORS:
        raise NotInNotice(case.public_id)


def _station_of(case: Lead, assignee: User, act: CaseAct) -> Body:
    """Return the office at which the person instructs; the first of several."""
    if case.area is None:
        raise NotAnInstructorHere(case.public_id)
    seat = assignable_instructors(case.area, act.today).filter(user=assignee).first()
    if seat is None:
        raise NotAnInstructorHere(case.public_id)
    return seat.body


def _station_rows(case: Lead) -> QuerySet[CaseParty]:
    return CaseParty.objects.filter(
        case_kind=case.KIND.name, case_id=case.public_id, party=LeadParty.STATION
    )
