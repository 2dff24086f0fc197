"""Opening a case: by the organization line, as a suggestion, or handed over by a closure (AD-1)."""

from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.access.adjustments import (
    OPEN,
    guide_of,
    is_inside,
    opening_grant,
    visible_adjustments,
)
from xgz.access.transfers import committee_of
from xgz.models import Adjustment, Body, Organisation
from xgz.queries.adjustments import open_case_of
from xgz.queries.responsibilities import bodies_for
from xgz.rules.adjustments import (
    DEED_LABELS,
    SORT_LABELS,
    AdjustmentParty,
    AdjustmentState,
    Deed,
    Origin,
    Sort,
)
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services.cases import CaseAct, open_case, record_event
from xgz.services.transactions import unit, unit_of_work


class AlreadyOpen(Exception):
    """The organisation has an open case already (AD-11)."""


class NotOpenNow(Exception):
    """No case is opened now, and the actor is not to know why (CS-6)."""


class OrganisationEnded(Exception):
    """Only an active organisation is adjusted."""


@unit_of_work
def open_adjustment(
    *,
    actor: Actor,
    organisation: Organisation,
    now: datetime,
    opinion: str = "",
    origin: Origin = Origin.BY_HAND,
) -> Adjustment:
    """Open a case: proposed by the organization line, suggested by the line that guides (AD-1).

    Raises NotPermitted, OrganisationEnded, AlreadyOpen, or NotOpenNow where the open case is out of
    the actor's sight.
    """
    access.require(actor, OPEN)
    grant = opening_grant(actor, organisation)
    if organisation.state != OrgState.ACTIVE:
        raise OrganisationEnded(organisation.public_id)
    seats = _seats(organisation)
    state = AdjustmentState.SUGGESTED
    if is_inside(grant.role):
        state = AdjustmentState.PROPOSED
        if grant.role is Role.BRANCH_SECRETARY:
            seats[AdjustmentParty.PROPOSER] = Seat(grant.role, grant.body_id)
    else:
        seats[AdjustmentParty.GUIDE] = Seat(grant.role, grant.body_id)
    case = Adjustment(organisation=organisation, origin=origin)
    try:
        _write(case, CaseAct.of(actor, now, opinion), seats, state)
    except AlreadyOpen:
        if visible_adjustments(actor).filter(organisation=organisation, closed_at=None).exists():
            raise
        raise NotOpenNow(organisation.public_id) from None
    return case


def hand_over(
    *, actor: Actor, organisation: Organisation, sort: Sort, target_org: Organisation | None,
    now: datetime,
) -> Adjustment | None:  # fmt: skip
    """Return the case by which a closure's decision is carried out, opened where none is (AD-8).

    It waits for the committee's meeting with what the closure decided as its wish; in the history
    of one that is open already the wish stands beside what others wish. Call inside the transaction
    of that decision. None where the organisation ended. Raises NotPermitted.
    """
    access.require(actor, OPEN)
    words = SORT_LABELS[sort] + (f"（{target_org.name}）" if target_org else "")
    act = CaseAct.of(actor, now, words)
    found = open_case_of(organisation)
    if found is not None:
        record_event(found, act, Deed.WISHED, DEED_LABELS[Deed.WISHED])
    if found is not None or organisation.state == OrgState.DISSOLVED:
        return found
    case = Adjustment(
        organisation=organisation, origin=Origin.CLOSURE, sort=sort, target_org=target_org
    )
    _write(case, act, _seats(organisation), AdjustmentState.DECIDING)
    return case


def open_left_bare(*, actor: Actor, organisation: Organisation, now: datetime) -> Adjustment:
    """Return the case of an organisation that a finished closure left too little (AD-8).

    Nothing is proposed by it. Call inside the transaction of the closure's step. Raises
    NotPermitted.
    """
    access.require(actor, OPEN)
    if (found := open_case_of(organisation)) is not None:
        return found
    case = Adjustment(organisation=organisation, origin=Origin.LEFT_BARE)
    _write(case, CaseAct.of(actor, now), _seats(organisation), AdjustmentState.PROPOSED)
    return case


def _write(case: Adjustment, act: CaseAct, seats: dict[str, Seat], at: StrEnum) -> None:
    """Two people may open at once: the table itself lets only one of them in."""
    township = seats[AdjustmentParty.TOWNSHIP]
    if township.role == Role.TOWNSHIP_COMMITTEE:
        case.area = Body.objects.get(pk=township.body_id)
    case.is_shared = AdjustmentParty.GUIDE in seats
    if open_case_of(case.organisation) is not None:
        raise AlreadyOpen(case.organisation.public_id)
    try:
        with unit():
            open_case(case, act, seats, DEED_LABELS[Deed.OPENED], at=at)
    except IntegrityError:
        if open_case_of(case.organisation) is not None:
            raise AlreadyOpen(case.organisation.public_id) from None
        raise


def _seats(organisation: Organisation) -> dict[str, Seat]:
    """Return party → seat: the committee proposes unless somebody else does, and decides."""
    township = committee_of(organisation)
    departments = bodies_for(Role.ORG_DEPT, None)
    department = Seat(Role.ORG_DEPT, departments[0].pk) if departments else township
    seats: dict[str, Seat] = {
        AdjustmentParty.PROPOSER: township,
        AdjustmentParty.TOWNSHIP: township,
        AdjustmentParty.DEPARTMENT: department,
    }
    guide = guide_of(organisation)
    if guide is not None:
        seats[AdjustmentParty.GUIDE] = guide
    return seats
