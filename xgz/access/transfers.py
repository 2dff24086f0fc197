"""Which transfers an actor sees, whom the actor may propose, and which committee acts for whom.

Transfers are the organization line's own: the market line, the association and owners see none
(PR-8). Steps are permitted by the parties of a case, see access/cases.py.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from xgz.access.actor import Actor, NotPermitted, may
from xgz.access.cases import parties_of, parties_played, visible_cases
from xgz.access.scopes import NOTHING, with_action, with_roles, within
from xgz.models import Body, Member, Organisation, Transfer
from xgz.rules.bodies import BodyKind
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Resource, Role, scope_of
from xgz.rules.seats import Seat
from xgz.rules.transfers import TransferParty

OPEN = "transfer.open"
_LINE = frozenset(role for role in Role if scope_of(role, Resource.MEMBER) is not None)


def visible_transfers(actor: Actor) -> QuerySet[Transfer]:
    """Return the transfers the actor sees by a role of the organization line; a member the own."""
    line = with_roles(actor, _LINE)
    if not line.grants and not line.is_operator:
        return Transfer.objects.none()
    return visible_cases(line, Transfer)


def proposable_members(actor: Actor) -> QuerySet[Member]:
    """Return whose transfer the actor may propose, by where the relation lies.

    A secretary those of the own organisation, a township those below it, the department all.
    """
    placed = Member.objects.filter(formal_org__isnull=False)
    if actor.is_operator:
        return placed
    condition = NOTHING
    for grant in with_action(actor, OPEN).grants:
        if grant.role is Role.ORG_DEPT:
            return placed
        if grant.role is Role.BRANCH_SECRETARY:
            condition |= Q(formal_org__body=grant.body_id)
        else:
            condition |= within(grant.path, "formal_org__body__path")
    return placed.filter(condition)


def require_proposable(actor: Actor, member: Member) -> None:
    """Raise NotPermitted unless the actor may propose this member's transfer."""
    if not proposable_members(actor).filter(pk=member.pk).exists():
        raise NotPermitted(OPEN)


def target_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations a transfer may go to: every active one of the district.

    Within the organization line the names of organisations are no secret.
    """
    if not may(actor, OPEN):
        return Organisation.objects.none()
    return Organisation.objects.filter(state=OrgState.ACTIVE)


def arrival_organisations(case: Transfer) -> QuerySet[Organisation]:
    """Return where the receiving committee may place the member: active organisations it leads.

    Empty for a transfer out of the district (TR-8).
    """
    seat = parties_of(case).get(TransferParty.RECEIVER)
    if seat is None:
        return Organisation.objects.none()
    return Organisation.objects.filter(led_by(seat), state=OrgState.ACTIVE)


def may_print_letter(actor: Actor, case: Transfer) -> bool:
    """Test whether the actor takes the letter out: it names the member with the ID number.

    The sending committee does; the receiving one gets it from the member.
    """
    return TransferParty.SENDER in parties_played(actor, case)


def require_letter(actor: Actor, case: Transfer) -> None:
    """Raise NotPermitted unless the actor may take the letter out."""
    if not may_print_letter(actor, case):
        raise NotPermitted("transfer.letter")


def committee_of(organisation: Organisation) -> Seat:
    """Return the seat that sends and receives for an organisation (TR-8).

    The nearest township committee above it, else the organization department.
    """
    own = Body.objects.filter(pk=organisation.body_id, path__startswith=OuterRef("path"))
    above = Body.objects.filter(Exists(own), kind=BodyKind.TOWNSHIP)
    township = above.order_by("-path").first()
    if township is not None:
        return Seat(Role.TOWNSHIP_COMMITTEE, township.pk)
    department = Body.objects.filter(kind=BodyKind.ORG_DEPT).order_by("path")[:1].get()
    return Seat(Role.ORG_DEPT, department.pk)


def leads(seat: Seat, organisation: Organisation) -> bool:
    """Test whether a committee acts for this organisation, as led_by says of many (TR-8)."""
    committee = committee_of(organisation)
    if seat.role == Role.TOWNSHIP_COMMITTEE:
        return committee == seat
    return committee.role == seat.role


def led_by(seat: Seat) -> Q:
    """Return the condition that a committee acts for an organisation (TR-8)."""
    if seat.role == Role.TOWNSHIP_COMMITTEE:
        path = Body.objects.values_list("path", flat=True).get(pk=seat.body_id)
        return within(path, "body__path")
    townships = Body.objects.filter(kind=BodyKind.TOWNSHIP).values_list("path", flat=True)
    below = NOTHING
    for path in townships:
        below |= within(path, "body__path")
    return ~below
