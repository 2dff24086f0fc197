"""The funnel of finding members per office: known, confirmed, under management, transferred (LD-15)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor, NotPermitted
from xgz.access.leads import FUNNEL, visible_leads
from xgz.access.scopes import offices_under, with_roles
from xgz.models import Body, Lead, LeadTally
from xgz.rules.bodies import BodyKind
from xgz.rules.leads import FunnelStep, LeadState, Placement, funnel_counts, rounded
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferState

NO_OFFICE = "none"  # stands for the line of townships that no office serves
_INSIDE = frozenset({Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE})
_OUTSIDE = frozenset({Role.BUREAU, Role.STATION_HEAD})


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """One office with the townships it serves that the actor sees; counts are exact.

    office: None for townships that no office serves. deleted: how many of those known are gone.
    """

    office: Body | None
    townships: list[Body]
    counts: dict[FunnelStep, int]
    deleted: int


@dataclass(frozen=True, slots=True)
class GivenRow:
    """How many leads one station was given, rounded; None where it is too few to be told."""

    office: Body
    given: int | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """rows and total for the organization line; given for the market line, without any total."""

    rows: list[FunnelRow] = field(default_factory=list)
    total: dict[FunnelStep, int] | None = None
    given: list[GivenRow] = field(default_factory=list)


def funnel(actor: Actor) -> Funnel:
    """Return the funnel as the actor may read it (LD-15); five queries at most.

    Each role reads its own part: exact figures of the areas of the organization line's roles, and
    what the stations of the market line's were given.
    """
    townships = _townships(with_roles(actor, _INSIDE), whole=actor.is_operator)
    rows = _rows(townships) if townships else []
    total = {step: sum(row.counts[step] for row in rows) for step in FunnelStep}
    return Funnel(rows, total if rows else None, _given(with_roles(actor, _OUTSIDE)))


def furthest(lead: Lead) -> FunnelStep:
    """Return the furthest step of the funnel a lead came to; its transfer is read with it.

    As `reached` asks the database.
    """
    if lead.state == LeadState.PLACED:
        is_moved = lead.transfer is not None and lead.transfer.state == TransferState.ACCEPTED
        by_transfer = lead.placement == Placement.TRANSFER and is_moved
        return FunnelStep.TRANSFERRED if by_transfer else FunnelStep.MANAGED
    if lead.confirmed_on is not None:
        return FunnelStep.CONFIRMED
    return FunnelStep.KNOWN


def reached(step: FunnelStep) -> Q:
    """Return the condition that a lead came to a step of the funnel or beyond it."""
    placed = Q(state=LeadState.PLACED)
    moved = Q(placement=Placement.TRANSFER, transfer__state=TransferState.ACCEPTED)
    return {
        FunnelStep.KNOWN: Q(),
        FunnelStep.CONFIRMED: placed | Q(confirmed_on__isnull=False),
        FunnelStep.MANAGED: placed,
        FunnelStep.TRANSFERRED: placed & moved,
    }[step]


def funnel_leads(
    actor: Actor, step: FunnelStep, office: str | None
) -> tuple[list[Body], QuerySet[Lead]] | None:
    """Return the townships of a line of the funnel, and the leads in sight behind one figure of it.

    office: public id of the line's office, NO_OFFICE for townships no office serves, None for the
    total. Deleted leads are in the figure and in no list. None where the funnel has no such line;
    raises NotPermitted for whoever reads no exact figures.
    """
    townships = _townships(with_roles(actor, _INSIDE), whole=actor.is_operator)
    if not townships:
        raise NotPermitted(FUNNEL)
    if office is not None:
        offices = _offices_of(townships)
        named = {each.pk: offices[each.pk].public_id for each in townships if each.pk in offices}
        townships = [each for each in townships if named.get(each.pk, NO_OFFICE) == office]
    if not townships:
        return None
    return townships, visible_leads(actor).filter(reached(step), area__in=townships)


def _townships(actor: Actor, *, whole: bool) -> list[Body]:
    rows = Body.objects.filter(kind=BodyKind.TOWNSHIP).order_by("path")
    if whole or Role.ORG_DEPT in actor.roles:
        return list(rows)
    return list(rows.filter(pk__in=[grant.body_id for grant in actor.grants]))


def _rows(townships: list[Body]) -> list[FunnelRow]:
    """Count what is kept, and of what was deleted that it was known."""
    steps: dict[int, list[FunnelStep]] = defaultdict(list)
    leads = Lead.objects.filter(area__in=townships).select_related("transfer")
    for lead in leads.only("area", "state", "placement", "confirmed_on", "transfer__state"):
        steps[lead.area_id or 0].append(furthest(lead))
    deleted: dict[int, int] = defaultdict(int)
    tallies = LeadTally.objects.filter(area__in=townships).values_list("area", "count")
    for area, count in tallies:
        steps[area] += [FunnelStep.KNOWN] * count
        deleted[area] += count
    offices = _offices_of(townships)
    grouped: dict[int, list[Body]] = defaultdict(list)
    for township in townships:
        office = offices.get(township.pk)
        grouped[office.pk if office else 0].append(township)
    by_number = {office.pk: office for office in offices.values()}
    return [
        FunnelRow(
            by_number.get(number),
            group,
            funnel_counts(_all(steps, group)),
            sum(deleted[township.pk] for township in group),
        )
        for number, group in sorted(grouped.items(), key=lambda pair: (pair[0] == 0, pair[0]))
    ]


def _all(steps: dict[int, list[FunnelStep]], group: Iterable[Body]) -> list[FunnelStep]:
    return [step for township in group for step in steps.get(township.pk, [])]


def _offices_of(townships: list[Body]) -> dict[int, Body]:
    """Return township → the office that serves it, the first of several in the tree."""
    links = Body.area.through.objects.filter(to_body__in=townships).order_by("-from_body__path")
    pairs = links.values_list("to_body", "from_body")
    found = dict(pairs)
    offices = Body.objects.in_bulk(set(found.values()))
    return {township: offices[office] for township, office in found.items()}


def _given(actor: Actor) -> list[GivenRow]:
    numbers = {
        office.pk: office
        for grant in actor.grants
        for office in offices_under(grant).order_by("path")
    }
    if not numbers:
        return []
    counts: dict[int, int] = defaultdict(int)
    for (station,) in Lead.objects.filter(station__in=numbers).values_list("station"):
        counts[station or 0] += 1
    return [GivenRow(office, rounded(counts[number])) for number, office in numbers.items()]
