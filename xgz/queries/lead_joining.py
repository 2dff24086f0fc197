"""What a lead has to do with forming: which formation its member is to join, and whether both have come (LD-18).

Nothing of it stands in the lead: whom the roster check names is sealed, and the formation is found
by that person (decision 0025).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from xgz.access.actor import Actor
from xgz.access.formations import may_name, visible_formations
from xgz.models import Formation, FormationMember, Lead, Member
from xgz.queries.lead_identity import found_member, found_members
from xgz.rules.formations import FormationState
from xgz.rules.leads import LeadState


@dataclass(frozen=True, slots=True)
class Joining:
    """The formation a lead's member is to join, or has joined. in_sight: the reader may open it."""

    formation: Formation
    in_sight: bool


def open_formation_of(lead: Lead) -> Formation | None:
    """Return the open formation the lead's member is to join; None without one; two queries."""
    member = found_member(lead)
    if member is None:
        return None
    rows = FormationMember.objects.filter(member=member, formation__closed_at__isnull=True)
    row = rows.select_related("formation").first()
    return row.formation if row else None


def joining_of(lead: Lead, actor: Actor) -> Joining | None:
    """Return the same for a page, a formation approved meanwhile among them."""
    member = found_member(lead)
    if member is None:
        return None
    rows = FormationMember.objects.filter(member=member).select_related("formation")
    live = [row.formation for row in rows.order_by("-pk") if row.formation.is_open]
    live += [row.formation for row in _approved([member])]
    if not live:
        return None
    seen = visible_formations(actor).filter(pk=live[0].pk).exists()
    return Joining(live[0], in_sight=seen)


def joinable_formations(lead: Lead, actor: Actor) -> list[Formation]:
    """Return the formations of the lead's township that are prepared and the actor names members of."""
    rows = visible_formations(actor).filter(state=FormationState.PREPARING, area=lead.area_id)
    return [
        case
        for case in rows.order_by("name", "pk")
        if may_name(actor, case) and not case.is_decided
    ]


def has_arrived(lead: Lead) -> bool:
    """Test whether the member's formation is approved and the relation lies in its township."""
    member = found_member(lead)
    return member is not None and _is_there(member, _approved([member]))


def arrived_leads() -> list[int]:
    """Return the row numbers of confirmed leads whose member has arrived, oldest first."""
    leads = list(Lead.objects.filter(state=LeadState.CONFIRMED).order_by("pk"))
    members = found_members(leads)
    approved: dict[int, list[FormationMember]] = {}
    for row in _approved(list(members.values())):
        approved.setdefault(row.member_id, []).append(row)
    found = [(lead.pk, members.get(lead.found_id)) for lead in leads]
    return [
        number
        for number, member in found
        if member and _is_there(member, approved.get(member.pk, []))
    ]


def _approved(members: Sequence[Member]) -> list[FormationMember]:
    rows = FormationMember.objects.filter(
        member__in=members, formation__state=FormationState.APPROVED
    )
    related = rows.select_related("formation__area", "member__formal_org__body")
    return list(related.order_by("-pk")) if members else []


def _is_there(member: Member, rows: Sequence[FormationMember]) -> bool:
    for row in rows:
        home, area = row.member.formal_org, row.formation.area
        if home is not None and area is not None and home.body.path.startswith(area.path):
            return row.member_id == member.pk
    return False
