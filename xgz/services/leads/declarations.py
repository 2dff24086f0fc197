"""Leads made from what businesses declared (LD-16)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.access.leads import CHECK
from xgz.models import Body, Business
from xgz.queries.lead_declarations import declared_owners, declared_staff
from xgz.queries.lead_identity import is_held_back, lead_digests
from xgz.rules.leads import LeadSource
from xgz.services.leads.opening import LeadDraft, identity_in, open_lead, without_known

MOST_AT_ONCE = 200  # so that a committee is not flooded by one click
_OWNER = "经营者"
_OWNER_NOTE = "年报填报经营者为党员，名册里没有其在该处的记录"
_STAFF_NOTE = "年报填报有党员，没有党组织覆盖"


@dataclass(frozen=True, slots=True)
class PlannedLeads:
    """How many leads declarations would make in a township: of owners, and of businesses with staff."""

    area: Body
    owners: int
    staff: int

    @property
    def total(self) -> int:
        return self.owners + self.staff


def leads_from_declarations(*, actor: Actor, now: datetime, most: int = MOST_AT_ONCE) -> int:
    """Open leads for declared members whom no roster row and no organisation covers; return how many.

    Each is a piece of work of its own; what is kept away or open already is passed over. What is
    asked grows with the leads that are opened, not with the businesses that are looked at. Raises
    NotPermitted.
    """
    access.require(actor, CHECK)
    opened = 0
    for draft in chain(_in_question(_owners(actor)), _in_question(_staff(actor))):
        if opened >= most:
            break
        opened += open_lead(actor, draft, now=now) is not None
    return opened


def planned_from_declarations(*, actor: Actor, most: int = MOST_AT_ONCE) -> list[PlannedLeads]:
    """Return what leads_from_declarations would open now, by township; writes nothing (LD-16).

    Who is kept away or open already is left out as there; what is asked grows with the leads that
    are planned, not with the businesses that are looked at. Raises NotPermitted.
    """
    access.require(actor, CHECK)
    counts: Counter[tuple[Body, LeadSource]] = Counter()
    seen: set[str] = set()
    for draft in chain(_in_question(_owners(actor)), _in_question(_staff(actor))):
        if counts.total() >= most:
            break
        if _would_open(draft, seen):
            counts[draft.area, draft.source] += 1
    return [
        PlannedLeads(
            area, counts[area, LeadSource.UNMATCHED_OWNER], counts[area, LeadSource.ANNUAL_REPORT]
        )
        for area in sorted({area for area, _source in counts}, key=lambda body: body.path)
    ]


def _would_open(draft: LeadDraft, seen: set[str]) -> bool:
    """Test whether a lead in question would be opened; seen: digests of those before, which grow."""
    identity = identity_in(draft)
    own = {digest for digest in lead_digests(identity, draft.source).values() if digest}
    if own & seen or is_held_back(identity, draft.business):
        return False
    seen |= own
    return True


def _in_question(drafts: Iterator[LeadDraft]) -> Iterator[LeadDraft]:
    """Yield those that may become leads, looked up many at a time."""
    while part := list(islice(drafts, MOST_AT_ONCE)):
        yield from without_known(part)


def _owners(actor: Actor) -> Iterator[LeadDraft]:
    for business in list(declared_owners(actor, CHECK)):
        draft = _draft(business, actor, LeadSource.UNMATCHED_OWNER, _OWNER_NOTE)
        yield replace(
            draft,
            name=business.owner_name,
            phone=business.phone,
            id_number=business.owner_id_number,
            capacity=_OWNER,
        )


def _staff(actor: Actor) -> Iterator[LeadDraft]:
    for business in list(declared_staff(actor, CHECK)):
        yield _draft(business, actor, LeadSource.ANNUAL_REPORT, _STAFF_NOTE)


def _draft(business: Business, actor: Actor, source: LeadSource, note: str) -> LeadDraft:
    if business.township is None:
        raise ValueError("a business without a township has no committee to look after it")
    return LeadDraft(
        source=source,
        source_on=actor.today,
        area=business.township,
        business=business,
        note=note,
    )
