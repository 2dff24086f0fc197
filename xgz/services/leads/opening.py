"""Opening a lead, unless the person said no, is protected, or has one already (LD-1 to LD-4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError

from xgz.access.actor import Actor, Origin
from xgz.access.leads import require_opening
from xgz.models import Body, Business, Lead, Market
from xgz.queries.held_back import HeldBack, held_back
from xgz.queries.lead_identity import (
    LeadIdentity,
    have_leads,
    is_held_back,
    lead_digests,
    same_leads,
)
from xgz.rules.bodies import BodyKind
from xgz.rules.leads import FIELD_SOURCES, LeadParty, LeadSource
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.rules.words import visible_words
from xgz.services.cases import CaseAct, open_case
from xgz.services.leads.refusals import DayNotPossible, NoTownship, OtherTownship
from xgz.services.leads.turns import turn_to_find
from xgz.services.transactions import unit, unit_of_work

_OPENED = "登记线索"


@dataclass(frozen=True, slots=True)
class LeadDraft:
    """What is known of where a member may be found. area: a township.

    note: where to look; for sources of the organization line also why, which the market line does
    not read (LD-3). capacity: in which the person belongs to the business.
    """

    source: LeadSource
    source_on: date
    area: Body
    business: Business | None = None
    market: Market | None = None
    name: str = ""
    phone: str = ""
    id_number: str = ""
    note: str = ""
    capacity: str = ""


@unit_of_work
def open_lead(actor: Actor, draft: LeadDraft, *, now: datetime) -> Lead | None:
    """Open a lead for the township committee of its area; write the case and its first event.

    None where the person said no before, is protected, or the same lead is kept already (LD-4):
    callers behave the same either way. Raises NotPermitted, NoTownship, OtherTownship or
    DayNotPossible.
    """
    require_opening(actor, draft.area)
    turn_to_find()
    if draft.area.kind != BodyKind.TOWNSHIP:
        raise NoTownship(draft.area.public_id)
    _check_place(draft)
    if draft.source_on > actor.today:
        raise DayNotPossible(draft.source_on.isoformat())
    identity = identity_in(draft)
    digests = lead_digests(identity, draft.source)
    if is_held_back(identity, draft.business) or same_leads(digests).exists():
        return None
    lead = _lead(draft, digests)
    if lead.is_inside:  # the request it came from would tell whether a comparison made it
        actor = replace(actor, origin=Origin())
    seats: dict[str, Seat] = {LeadParty.TOWNSHIP: Seat(Role.TOWNSHIP_COMMITTEE, draft.area.pk)}
    try:
        with unit():
            open_case(lead, CaseAct.of(actor, now), seats, _OPENED)
    except IntegrityError:
        if same_leads(digests).exists():
            return None
        raise
    return lead


def without_known(drafts: Sequence[LeadDraft]) -> list[LeadDraft]:
    """Return the drafts but for people known to have said no, to be protected or to have a lead.

    Five queries for all of them. open_lead looks once more at those that are left.
    """
    held = held_back()
    digests = [lead_digests(identity_in(draft), draft.source) for draft in drafts]
    return [
        draft
        for draft, has_lead in zip(drafts, have_leads(digests), strict=True)
        if not (has_lead or _is_known_in(held, draft))
    ]


def _is_known_in(held: HeldBack, draft: LeadDraft) -> bool:
    place = draft.business or draft.market
    return held.holds(
        name=draft.name,
        phone=draft.phone,
        id_number=draft.id_number,
        place=place.public_id if place else "",
    )


def _check_place(draft: LeadDraft) -> None:
    """Raise OtherTownship where business or market are known to lie elsewhere than the lead."""
    for place in (draft.business, draft.market):
        if place is not None and place.township_id not in (None, draft.area.pk):
            raise OtherTownship(place.public_id)


def identity_in(draft: LeadDraft) -> LeadIdentity:
    """Return what the person of a draft is known by."""
    place = draft.business or draft.market
    return LeadIdentity.of(
        name=draft.name,
        phone=draft.phone,
        id_number=draft.id_number,
        place=place.public_id if place else "",
    )


def _lead(draft: LeadDraft, digests: dict[str, str]) -> Lead:
    lead = Lead(
        area=draft.area,
        business=draft.business,
        market=draft.market,
        source_on=draft.source_on,
        is_inside=draft.source not in FIELD_SOURCES,
        **digests,
    )
    lead.source_sealed = lead.sealed("source", draft.source)
    for column in ("name", "phone", "id_number", "note", "capacity"):
        words = visible_words(getattr(draft, column))
        setattr(lead, f"{column}_sealed", lead.sealed(column, words))
    return lead
