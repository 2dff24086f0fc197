"""Transfers a formation waits for: which may be proposed from it, which another office is asked for (FM-20)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Length, StrIndex

from xgz.access.actor import Actor, may
from xgz.access.formations import may_name, visible_formations
from xgz.access.members import members_in_clear
from xgz.access.scopes import within
from xgz.access.transfers import OPEN, proposable_members
from xgz.models import Body, Formation, FormationMember, Organisation, Transfer
from xgz.queries.formations import JoiningRow
from xgz.rules.formation_checks import Place
from xgz.rules.masking import mask_name
from xgz.rules.organisations import OrgState, OrgType

_LEADING_TYPES = (OrgType.COMMITTEE, OrgType.GENERAL_BRANCH)


@dataclass(frozen=True, slots=True)
class MovingRow:
    """Somebody who is to join, and what the actor may do for the transfer.

    home: where the relation lies, "" where the name is masked to the reader.
    """

    joining: JoiningRow
    home: str
    may_propose: bool
    may_ask: bool


@dataclass(frozen=True, slots=True)
class AskedRow:
    """Somebody whose transfer the actor is asked to propose. name: as the actor may read it."""

    row: FormationMember
    name: str
    in_clear: bool
    township: Body | None


def landing_of(case: Formation) -> Organisation | None:
    """Return where a relation is moved to before the organisation exists: the township's own (FM-20).

    The committee or general branch of the township, else its first active organisation; at
    acceptance the receiving committee places the member (TR-8). None where there is none.
    """
    if case.area is None:
        return None
    rank = Case(When(org_type__in=_LEADING_TYPES, then=Value(0)), default=Value(1))
    there = Organisation.objects.filter(within(case.area.path, "body__path"), state=OrgState.ACTIVE)
    return there.order_by(rank, Length("body__path"), "body__path").first()


def moving_rows(case: Formation, actor: Actor, rows: Sequence[JoiningRow]) -> list[MovingRow]:
    """Return who is to join with what the actor may do for each transfer."""
    waiting = {row.member.pk for row in rows if case.is_open and _waits(row)}
    mine = {row.member.pk for row in rows if row.is_proposable} if may(actor, OPEN) else set[int]()
    able = waiting & mine
    names = bool(waiting) and may_name(actor, case)
    return [
        MovingRow(
            joining=row,
            home=row.member.formal_org.name if row.in_clear and row.member.formal_org else "",
            may_propose=row.member.pk in able,
            may_ask=names and row.member.pk in waiting - able,
        )
        for row in rows
    ]


def asked_transfers(actor: Actor) -> QuerySet[FormationMember]:
    """Return whom the actor is asked to propose: asked for, still elsewhere, no transfer under way."""
    if not may(actor, OPEN):
        return FormationMember.objects.none()
    under_way = Transfer.objects.filter(member=OuterRef("member"), closed_at__isnull=True)
    rows = FormationMember.objects.filter(
        ~Exists(under_way),
        asked_at__isnull=False,
        formation__closed_at__isnull=True,
        member__in=proposable_members(actor),
    )
    home, area = "member__formal_org__body__path", "formation__area__path"
    # Whose relation has come since is asked for no longer.
    return rows.annotate(begins=StrIndex(home, area)).exclude(begins=1)


def asked_rows(actor: Actor) -> list[AskedRow]:
    """Return the same as rows, the oldest asking first; two queries."""
    found = list(
        asked_transfers(actor)
        .select_related("member", "formation__area")
        .order_by("asked_at", "pk")
    )
    clear = members_in_clear(actor).filter(pk__in=[row.member_id for row in found])
    numbers = set(clear.values_list("pk", flat=True)) if found else set()
    return [
        AskedRow(
            row=row,
            name=row.member.name if row.member_id in numbers else mask_name(row.member.name),
            in_clear=row.member_id in numbers,
            township=row.formation.area,
        )
        for row in found
    ]


def joining_at(actor: Actor, public_id: str) -> FormationMember | None:
    """Return somebody who is to join, of a case the actor sees or whom it is asked to propose."""
    seen = Q(formation__in=visible_formations(actor)) | Q(pk__in=asked_transfers(actor))
    rows = FormationMember.objects.filter(seen, public_id=public_id)
    return rows.select_related("formation__area", "member__formal_org").first()


def _waits(row: JoiningRow) -> bool:
    return row.facts.is_member and row.facts.place is Place.AWAY and not row.is_under_way
