"""Which lines of an owner list are leads already, or wait to become one (MT-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xgz.access.actor import Actor
from xgz.access.cases import reads_private_whole
from xgz.access.leads import visible_leads
from xgz.models import Business, Lead, Member
from xgz.models.sealed_lists import WAITING_LEADS, find_list, read_rows
from xgz.queries.lead_identity import LeadIdentity, kept_leads, lead_digests
from xgz.queries.owner_lists import ListedRow
from xgz.rules.leads import LeadSource


@dataclass(frozen=True, slots=True)
class WaitingLead:
    """business, member, by: public ids; member "" where the roster knows nobody.

    owner: digest of the owner's name (models.matching.owner_digests). at: when it is to be opened,
    an ISO moment.
    """

    business: str
    member: str
    owner: str
    by: str
    at: str

    def is_due(self, now: datetime) -> bool:
        return datetime.fromisoformat(self.at) <= now


@dataclass(frozen=True, slots=True)
class LineLead:
    """What a line says of its lead. lead: None where none is in sight; is_waiting: asked for."""

    lead: Lead | None
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class PersonTold:
    """How a lead off a list names its person."""

    name: str
    phone: str
    id_number: str


def person_on(business: Business, member: Member | None) -> PersonTold:
    """Return whom a lead is about: the member, or where the roster knows nobody the owner."""
    return PersonTold(
        name=member.name if member else business.owner_name,
        phone=(member.phone if member else "") or business.phone,
        id_number=(member.id_number if member else "") or business.owner_id_number,
    )


def waiting_leads() -> list[WaitingLead]:
    """Return the leads that wait, in no order."""
    row = find_list(WAITING_LEADS)
    return [WaitingLead(*words) for words in read_rows(row)] if row else []


def leads_on(rows: Sequence[ListedRow], actor: Actor) -> list[LineLead]:
    """Return of each line the lead that keeps another from being opened, and whether one waits.

    Only leads that the actor reads as the organization line does; any other changes nothing here
    (decision 0012). Whoever has a line on the list sees the lead that is made of it. Two queries.
    """
    if not rows:
        return []
    waiting = {(each.business, each.member) for each in waiting_leads()}
    kept = kept_leads(visible_leads(actor), [_digests(row) for row in rows])
    return [
        LineLead(
            lead if lead is not None and reads_private_whole(actor, lead) else None,
            (row.business.public_id, row.member.public_id if row.member else "") in waiting,
        )
        for row, lead in zip(rows, kept, strict=True)
    ]


def _digests(row: ListedRow) -> dict[str, str]:
    told = person_on(row.business, row.member)
    identity = LeadIdentity.of(
        name=told.name,
        phone=told.phone,
        id_number=told.id_number,
        place=row.business.public_id,
    )
    return lead_digests(identity, LeadSource.MATCHING)
