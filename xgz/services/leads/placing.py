"""Where a confirmed member belongs from now on: transfer, floating registration, joint branch (LD-9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from xgz.access import cases as access
from xgz.access.actor import Actor
from xgz.access.organisations import changeable_organisations
from xgz.models import Lead, Organisation, Transfer
from xgz.queries.lead_identity import found_member
from xgz.queries.lead_joining import open_formation_of
from xgz.rules.leads import LeadAction, Placement
from xgz.rules.organisations import OrgState
from xgz.rules.transfers import TransferState
from xgz.services.cases import CaseAct, hold, take_step
from xgz.services.leads.refusals import (
    BusinessMissing,
    HostMissing,
    MemberNotEntered,
    NotFormedYet,
    TransferMissing,
)
from xgz.services.members import register_floating
from xgz.services.transactions import unit_of_work


@dataclass(frozen=True, slots=True)
class Place:
    """How the member is placed. host: the organisation that takes part in a floating member's life."""

    how: Placement
    host: Organisation | None = None


@unit_of_work
def place(
    *,
    case: Lead,
    actor: Actor,
    now: datetime,
    place: Place,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Close a confirmed lead by what was set going for the member.

    A transfer was opened before on its own page; floating registration marks a member of the roster
    as floating and lets the host take the member in; for a joint branch the business's township
    reads it among its proposals. Raises NotPermitted, StepNotAllowed, TransferMissing, HostMissing,
    MemberNotEntered, BusinessMissing, NotFormedYet, ChangedMeanwhile, and the refusals of register_floating.
    """
    access.require_step(actor, case, LeadAction.PLACE)
    case.KIND.step(case.state, LeadAction.PLACE)
    hold(case)
    act = CaseAct.of(actor, now, opinion, version)
    columns = _columns(case, place, act)
    take_step(case, LeadAction.PLACE, act, placement=place.how, **columns)


def _columns(case: Lead, place: Place, act: CaseAct) -> dict[str, Any]:
    if place.how is Placement.TRANSFER:
        return {"transfer": _transfer_of(case)}
    if place.how is Placement.FLOATING:
        return {"host_org": _host(case, place, act)}
    if open_formation_of(case) is not None:
        raise NotFormedYet(case.public_id)
    if case.business_id is None and case.market_id is None:
        raise BusinessMissing(case.public_id)
    return {}


def _transfer_of(case: Lead) -> Transfer:
    """Return the member's transfer that is open, or was accepted since the lead was opened."""
    rows = Transfer.objects.filter(member__public_id=case.found_id)
    standing = Q(closed_at__isnull=True)
    standing |= Q(state=TransferState.ACCEPTED, closed_at__gte=case.opened_at)
    found = rows.filter(standing).order_by("-opened_at", "-pk").first()
    if found is None:
        raise TransferMissing(case.public_id)
    return found


def _host(case: Lead, place: Place, act: CaseAct) -> Organisation:
    host = place.host
    reach = changeable_organisations(act.actor).filter(state=OrgState.ACTIVE)
    if host is None or not reach.filter(pk=host.pk).exists():
        raise HostMissing(case.public_id)
    member = found_member(case)
    if member is None:
        raise MemberNotEntered(case.public_id)
    register_floating(actor=act.actor, member=member, host=host, now=act.now)
    return host
