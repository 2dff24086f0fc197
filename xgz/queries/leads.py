"""Reads of leads: list rows and one lead as the actor may read it, whom to send, whom the roster knows."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.businesses import reaches, visible_businesses, visible_markets
from xgz.access.cases import reads_private_whole
from xgz.access.leads import assignable_instructors, visible_leads
from xgz.access.members import visible_members
from xgz.models import (
    Body,
    Business,
    CaseEvent,
    InstructorLink,
    Lead,
    LeadVisit,
    Market,
    Member,
    RoleAssignment,
    sealing,
)
from xgz.models.dated import holds_on
from xgz.queries.cases import HistoryLine
from xgz.queries.deadlines import deadlines_on
from xgz.queries.inbox import lies_with
from xgz.queries.lead_identity import found_member, protected_members
from xgz.queries.members import members_named
from xgz.rules.bodies import BodyKind
from xgz.rules.lead_names import names_differ
from xgz.rules.leads import CheckResult as Result
from xgz.rules.leads import (
    LeadAction,
    LeadProof,
    LeadState,
    is_whole,
    missing_proof,
    name_key,
    number_key,
)
from xgz.rules.leads import StatementSays as Says
from xgz.rules.masking import mask_id_number, mask_name, mask_phone
from xgz.rules.reveals import street_of
from xgz.rules.workdays import Standing

MOST_FOUND = 5
MOST_PLACES = 50  # businesses, and markets, offered for one search
# Events that write a proof down or take one back, or put right what the person reported.
_KEPT_INSIDE = frozenset({"statement", "statement_back", "roster_check", "corrected", "join"})
_RELATED = ("business", "market", "area", "station", "instructor", "owner_body", "assignee")


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One line of a list. name: in full or 张*, "" where nobody told it; street: of the business."""

    lead: Lead
    name: str
    street: str
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class LeadSheet:
    """One lead as the actor may read it (LD-3).

    whole: as the organization line reads it. source, note, capacity, id_number, statement_kind, says,
    words, result, check_words and found are "" or None for whoever may not read them; phone, id_number
    and found_number are masked always; has_phone: there is one to be looked at. name_differs: the
    roster's name is another one than the lead's (LD-7). missing: proofs, for the organization line.
    """

    lead: Lead
    whole: bool
    name: str
    street: str
    source: str
    note: str
    capacity: str
    phone: str
    has_phone: bool
    id_number: str
    statement_kind: str
    says: str
    words: str
    result: str
    check_words: str
    found: Member | None
    found_number: str
    name_differs: bool
    may_open_found: bool
    may_open_business: bool
    missing: tuple[LeadProof, ...]
    visits: tuple[LeadVisit, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the roster who may be the person; number: masked."""

    member: Member
    name: str
    number: str
    organisation: str


@dataclass(frozen=True, slots=True)
class RosterQuery:
    """By what the roster is asked (LD-7): a whole ID number, or name with birth, with the lead's

    phone, or with branch and the last four characters of the number.
    """

    number: str = ""
    name: str = ""
    born_on: date | None = None
    branch: str = ""
    last_four: str = ""
    phone: str = ""

    @property
    def is_enough(self) -> bool:
        """Test whether it names one person as the rule asks for."""
        by_branch = bool(self.branch) and len(self.last_four) == 4
        beside = self.born_on is not None or by_branch or is_whole(number_key(self.phone))
        return bool(self.number) or bool(self.name) and beside

    @property
    def term(self) -> str:
        """What the trail keeps the keyed digest of."""
        parts = (self.number, self.name, str(self.born_on or ""), self.branch, self.last_four)
        return "|".join([*parts, *([self.phone] if self.phone else [])])


def lead_at(actor: Actor, public_id: str) -> Lead | None:
    """Return the lead of that address with all its page shows, None where it is out of sight."""
    rows = visible_leads(actor).select_related(*_RELATED, "host_org")
    return rows.filter(public_id=public_id).first()


def listed_leads(actor: Actor) -> QuerySet[Lead]:
    """Return the leads in sight, each with what its line of a list shows."""
    return visible_leads(actor).select_related(*_RELATED)


def my_leads(actor: Actor, leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """Return those of `leads` that are open and lie with the actor."""
    return leads.filter(lies_with(actor, private=True), closed_at__isnull=True)


def sendable(leads: Iterable[Lead], actor: Actor) -> frozenset[int]:
    """Return the keys of those among `leads` that lie with the actor and wait for an instructor."""
    waiting = [lead.pk for lead in leads if lead.state == LeadState.NEW]
    if not waiting:
        return frozenset()
    mine = my_leads(actor, visible_leads(actor))
    return frozenset(mine.filter(pk__in=waiting).values_list("pk", flat=True))


def leads_to_send(actor: Actor, ids: Sequence[str]) -> list[Lead]:
    """Return the leads of these public ids that lie with the actor and wait for an instructor."""
    rows = my_leads(actor, listed_leads(actor)).filter(public_id__in=ids, state=LeadState.NEW)
    return list(rows.order_by("due_on", "pk"))


def open_leads_of(actor: Actor) -> dict[int, int]:
    """Return key of an instructor → how many open leads in the actor's sight that person was given."""
    rows = visible_leads(actor).filter(closed_at__isnull=True, instructor__isnull=False)
    counted = rows.order_by().values_list("instructor").annotate(Count("pk"))
    return dict(counted)


def leads_named(actor: Actor, *, name: str, phone: str) -> list[Lead]:
    """Return the leads in sight of a whole name, a whole phone, or both, the newest first.

    Only for whoever reads names in full (LD-2). Name and phone are sealed: each lead is read.
    """
    asked = (name_key(name), number_key(phone))
    if not any(asked):
        return []
    rows = visible_leads(actor).order_by("-opened_at", "-pk")
    found = []
    for lead in rows.only("pk", "public_id", "name_sealed", "phone_sealed").iterator():
        told = (name_key(lead.name), number_key(lead.phone))
        if all(not wanted or wanted == known for wanted, known in zip(asked, told, strict=True)):
            found.append(lead.pk)
        if len(found) == MOST_PLACES:
            break
    named = {lead.pk: lead for lead in listed_leads(actor).filter(pk__in=found)}
    return [named[key] for key in found]


def townships_of(leads: QuerySet[Lead], asked: str = "") -> QuerySet[Body]:
    """Return the townships these leads lie in, for the filter.

    asked: public id of the one that is asked for, which is a choice also where no lead lies: whoever
    follows its link is to find an empty list, not everybody else's.
    """
    with_leads = Q(pk__in=leads.order_by().values("area"))
    wanted = Q(kind=BodyKind.TOWNSHIP, public_id=asked)
    return Body.objects.filter(with_leads | wanted).order_by("path")


def lead_rows(leads: Sequence[Lead], actor: Actor) -> list[LeadRow]:
    """Return list rows of leads in sight; no query beside the calendar's."""
    deadlines = deadlines_on(actor.today)
    return [LeadRow(lead, _name(lead, actor), _street(lead), deadlines.of(lead)) for lead in leads]


def lead_sheet(lead: Lead, actor: Actor) -> LeadSheet:
    """Return one lead in sight as the actor may read it; at most five queries."""
    whole = reads_private_whole(actor, lead)
    reads_why = whole or not lead.is_inside
    found = found_member(lead) if whole else None
    return LeadSheet(
        lead=lead,
        whole=whole,
        name=_name(lead, actor),
        street=_street(lead),
        source=lead.source if reads_why else "",
        note=lead.note if reads_why else "",
        capacity=lead.capacity if whole else "",
        phone=mask_phone(lead.phone) if whole else "",
        has_phone=bool(lead.phone_sealed),
        id_number=mask_id_number(lead.id_number) if whole else "",
        statement_kind=lead.statement_kind if whole else "",
        says=lead.statement_says if whole else "",
        words=lead.statement if whole else "",
        result=lead.check_result if whole else "",
        check_words=lead.check_words if whole else "",
        found=found,
        found_number=mask_id_number(found.id_number) if found else "",
        name_differs=found is not None and names_differ(lead.name, found.name),
        may_open_found=found is not None and visible_members(actor).filter(pk=found.pk).exists(),
        may_open_business=lead.business is not None and reaches(actor, lead.business),
        missing=tuple(proof_missing(lead)) if whole else (),
        visits=tuple(lead.visits.select_related("by", "body").order_by("visited_on", "pk")),
    )


def is_told(lead: Lead, actor: Actor) -> Callable[[CaseEvent], bool]:
    """Return which events of a lead in sight the actor learns of.

    The market line learns of statements and roster checks that its own body wrote down alone: one
    before the first visit would say that the person reported (LD-3). Of a formation it learns nothing
    from a lead (LD-18).
    """
    own = {grant.body_id for grant in actor.grants}
    whole = reads_private_whole(actor, lead)
    return lambda event: whole or event.action not in _KEPT_INSIDE or event.body_id in own


def told_as(lead: Lead, actor: Actor) -> Callable[[HistoryLine], HistoryLine]:
    """Return how the actor reads a line of the history of a lead in sight.

    That somebody took a self-report back the market line reads as a refusal that the committee wrote
    down: a line of nobody would say that the person reported (LD-3), or came by a formation (LD-18).
    """
    whole = reads_private_whole(actor, lead)

    def read(line: HistoryLine) -> HistoryLine:
        if whole or line.event.action not in {LeadAction.WITHDRAW, LeadAction.ARRIVE}:
            return line
        event = copy(line.event)
        event.body = lead.area
        return replace(line, event=event)

    return read


def proof_missing(lead: Lead) -> list[LeadProof]:
    """Return what a confirmation of the lead lacks (LD-8)."""
    says, result = lead.statement_says, lead.check_result
    return missing_proof(Says(says) if says else None, Result(result) if result else None)


def places_named(actor: Actor, lead: Lead, text: str) -> list[Business | Market]:
    """Return businesses, then markets of the lead's township in reach that bear the name or code."""
    here = Q(township=lead.area_id) | Q(township__isnull=True)
    businesses = visible_businesses(actor).filter(
        here, Q(name__icontains=text) | Q(credit_code=text.upper())
    )
    markets = visible_markets(actor).filter(here, name__icontains=text)
    found: list[Business | Market] = list(businesses.order_by("name", "pk")[:MOST_PLACES])
    return [*found, *markets.order_by("name", "pk")[:MOST_PLACES]]


def instructor_seats(lead: Lead, today: date) -> list[RoleAssignment]:
    """Return the seats of those who may be sent, whoever serves the business or market first (LD-5)."""
    if lead.area is None:
        return []
    seats = list(assignable_instructors(lead.area, today))
    served = Q(pk__in=[])
    if lead.business_id is not None:
        served |= Q(business=lead.business_id)
    if lead.market_id is not None:
        served |= Q(market=lead.market_id)
    links = InstructorLink.objects.filter(served, holds_on(today)).values_list("instructor")
    linked = {number for (number,) in links}
    return sorted(seats, key=lambda seat: seat.user_id not in linked)


def seats_for(leads: Iterable[Lead], today: date) -> list[RoleAssignment]:
    """Return one seat of everybody who may be sent to any of these leads (LD-5)."""
    areas = {lead.area_id: lead.area for lead in leads if lead.area is not None}
    found: dict[int, RoleAssignment] = {}
    for area in areas.values():
        for seat in assignable_instructors(area, today):
            found.setdefault(seat.user_id, seat)
    return list(found.values())


def suggested_instructor(lead: Lead, today: date) -> RoleAssignment | None:
    """Return the seat of the linked instructor among those who may be sent, None without one."""
    seats = instructor_seats(lead, today)
    links = InstructorLink.objects.filter(
        holds_on(today), instructor__in=[s.user_id for s in seats]
    )
    linked = links.filter(
        Q(business=lead.business_id, business__isnull=False)
        | Q(market=lead.market_id, market__isnull=False)
    )
    users = set(linked.values_list("instructor", flat=True))
    return next((seat for seat in seats if seat.user_id in users), None)


def roster_candidates(query: RosterQuery) -> list[Candidate]:
    """Return the people of the whole roster who answer the query, without protected ones (LD-14).

    Ask only for an actor who may compare a lead with the roster, and count the search first (RV-4).
    """
    if not query.is_enough:
        return []
    found = [member for member in _asked_for(query) if _answers(member, query)]
    hidden = protected_members(member.public_id for member in found)
    return [
        Candidate(
            member,
            member.name,
            mask_id_number(member.id_number),
            member.formal_org.name if member.formal_org else "",
        )
        for member in found
        if member.public_id not in hidden
    ][:MOST_FOUND]


def _asked_for(query: RosterQuery) -> QuerySet[Member, Any]:
    rows = Member.objects.select_related("formal_org").order_by("pk")
    if query.number:
        key = sealing.digest("member.key", f"id|{number_key(query.number)}")
        return rows.filter(key_digest=key)
    rows = members_named(rows, "".join(query.name.split()))
    if query.born_on is not None:
        rows = rows.filter(born_on=query.born_on)
    if query.phone:
        rows = rows.filter(phone_digest=sealing.digest("member.phone", number_key(query.phone)))
    if query.branch:
        named = Q(formal_org__name__icontains=query.branch)
        rows = rows.filter(named | Q(activity_org__name__icontains=query.branch))
    return rows


def _answers(member: Member, query: RosterQuery) -> bool:
    if query.number:
        return True
    if name_key(member.name) != name_key(query.name):
        return False
    return not query.last_four or member.id_number.upper().endswith(query.last_four.upper())


def _name(lead: Lead, actor: Actor) -> str:
    return lead.name if reads_private_whole(actor, lead) else mask_name(lead.name)


def _street(lead: Lead) -> str:
    return street_of(lead.business.address) if lead.business else ""
