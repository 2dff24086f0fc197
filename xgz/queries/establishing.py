"""Approved organisations on their way: how each line stands, who joins, who could instruct."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Count,
    Exists,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from xgz.access.actor import Actor
from xgz.access.establishing import named_in_clear, reads_members, visible_establishings
from xgz.access.prepared import One, record
from xgz.access.reading import once
from xgz.access.transfers import visible_transfers
from xgz.models import (
    Body,
    Business,
    Establishing,
    FormationMember,
    FormationUnit,
    InstructorLink,
    Member,
    Organisation,
    RoleAssignment,
    Support,
    Transfer,
    User,
)
from xgz.models.dated import holds_on
from xgz.queries.parameters import parameters_on
from xgz.queries.secretaries import secretaries_on
from xgz.queries.sites import missing_keys
from xgz.queries.transfers import finished_alone
from xgz.rules.bodies import BodyKind
from xgz.rules.establishing import (
    ABOUT_MEMBERS,
    SettlingFacts,
    Standing,
    standings,
)
from xgz.rules.masking import mask_name
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES, MemberClass
from xgz.rules.organisations import OrgState
from xgz.rules.registration import ENDED
from xgz.rules.roles import Role

_WITH_INSTRUCTORS = (BodyKind.OFFICE.value, BodyKind.BUREAU.value)


@dataclass(frozen=True, slots=True)
class JoiningRow:
    """One of those the formation named. name: as the actor may read it, in_clear or masked.

    transfer: the open one of the person that the actor sees; is_under_way: there is one, seen or
    not; is_there: the relation lies with the organisation; is_ours: the transfer is into it.
    """

    member: Member
    name: str
    in_clear: bool
    is_there: bool
    is_under_way: bool
    is_ours: bool
    transfer: Transfer | None

    @property
    def is_on_rolls(self) -> bool:
        return _may_move(self.member)

    @property
    def may_propose(self) -> bool:
        """Test whether a transfer can be proposed: none is under way and one is needed."""
        return self.is_on_rolls and not (self.is_there or self.is_under_way)


@dataclass(frozen=True, slots=True)
class InstructorRow:
    """Somebody who could instruct; load: organisations served today, of at most `most`."""

    user: User
    load: int
    most: int

    @property
    def has_room(self) -> bool:
        return self.load < self.most


def standings_of(case: Establishing, today: date) -> list[Standing]:
    """Return how every line stands, whoever may know of it; none before the setting up (ES-2)."""
    return _standings_among(case, today, None)


@once
def _standings_among(case: Establishing, today: date, reader: Actor | None) -> list[Standing]:
    organisation = case.organisation
    if organisation is None:
        return []
    held = _held(organisation, today)
    named = [each for each in _named(case, reader) if _may_move(each.member)]
    away = [each for each in named if each.member.formal_org_id != organisation.pk]
    moving = sum(each.transfer is not None for each in away)
    facts = SettlingFacts(
        full_members=held.full_members,
        on_the_way=moving,
        not_proposed=len(away) - moving,
        has_secretary=held.has_secretary,
        site_missing=missing_keys(organisation, today),
        is_guided=station_of(organisation) is not None,
        has_instructor=bool(instructors_of(organisation, today)),
        supports=held.supports,
        has_met=has_met(case),
        is_active=organisation.state == OrgState.ACTIVE,
    )
    return standings(facts)


def standings_for(case: Establishing, actor: Actor) -> list[Standing]:
    """Return how every line stands as far as the actor may know of it (FM-13)."""
    if reads_members(actor, case):
        return _standings_among(case, actor.today, actor)
    found = standings_of(case, actor.today)
    return [each for each in found if each.line not in ABOUT_MEMBERS]


@once
def joining_rows(case: Establishing, actor: Actor) -> list[JoiningRow]:
    """Return who was to join, as the actor may read it; nobody to the market line (FM-13)."""
    if not reads_members(actor, case):
        return []
    home = case.organisation_id
    return [
        JoiningRow(
            member=each.member,
            name=each.member.name if each.in_clear else mask_name(each.member.name),
            in_clear=each.in_clear,
            is_there=home is not None and each.member.formal_org_id == home,
            is_under_way=each.transfer is not None,
            is_ours=home is not None and each.to_org_id == home,
            transfer=each.transfer if each.sees_transfer else None,
        )
        for each in _named(case, actor)
    ]


def own_transfers(case: Establishing) -> list[Transfer]:
    """Return the open transfers into the organisation of members its own committee leads.

    Sender and receiver are one committee, so it finishes them by itself (ES-3).
    """
    if case.organisation is None:
        return []
    named = FormationMember.objects.filter(formation=case.formation_id).values("member")
    rows = Transfer.objects.filter(to_org=case.organisation, member__in=named)
    return finished_alone(case.organisation, rows)


def units_of(case: Establishing) -> list[Business]:
    """Return the businesses the formation named, as they were added."""
    rows = FormationUnit.objects.filter(formation=case.formation_id)
    return [row.business for row in rows.select_related("business").order_by("pk")]


def units_going_on(case: Establishing) -> list[Business]:
    """Return those of them that have not ended: only these are listed as covered."""
    return [each for each in units_of(case) if each.status not in ENDED]


def station_of(organisation: Organisation) -> Body | None:
    """Return the office that guides an organisation and has instructors, None where none does."""
    guide = organisation.guiding_body
    return guide if guide is not None and guide.kind in _WITH_INSTRUCTORS else None


@once
def instructors_of(organisation: Organisation, today: date) -> Sequence[InstructorLink]:
    """Return who instructs an organisation on a day, both ends count; one query."""
    rows = InstructorLink.objects.filter(holds_on(today), organisation=organisation)
    return list(rows.select_related("instructor", "station").order_by("valid_from", "pk"))


def instructors_at(station: Body, today: date) -> list[InstructorRow]:
    """Return the instructors of an office, those with room first, the least burdened first (ES-6)."""
    most = parameters_on(today)["establishing.instructor_max"]
    held = RoleAssignment.objects.filter(holds_on(today), role=Role.INSTRUCTOR, body=station)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True)
    links = InstructorLink.objects.filter(holds_on(today), organisation__isnull=False)
    counted = links.order_by().values("instructor").annotate(number=Count("organisation"))
    loads = {row["instructor"]: row["number"] for row in counted}
    rows = [InstructorRow(each, loads.get(each.pk, 0), most) for each in people.order_by("pk")]
    return sorted(rows, key=lambda row: (not row.has_room, row.load, row.user.pk))


def has_met(case: Establishing) -> bool:
    """Test whether the life of the organisation has begun since it was approved (ES-7)."""
    held = case.organisation.last_life_on if case.organisation else None
    return held is not None and held >= case.approved_on


def case_of(organisation: Organisation, actor: Actor) -> Establishing | None:
    """Return the case that set up an organisation, where the actor sees it."""
    return visible_establishings(actor).filter(organisation=organisation).first()


def with_case(organisations: QuerySet[Organisation], actor: Actor) -> QuerySet[Any]:
    """Read organisations with the case that set each up; sees_case: the actor sees that one."""
    seen = visible_establishings(actor).filter(organisation=OuterRef("pk"))
    return organisations.select_related("establishing").annotate(sees_case=Exists(seen))


def case_after(formation: int, actor: Actor) -> Establishing | None:
    """Return the case that follows a formation, by row number, where the actor sees it."""
    return visible_establishings(actor).filter(formation=formation).first()


def establishing_at(actor: Actor, public_id: str) -> Establishing | None:
    """Return the case of that address with all its page shows, None where it is out of sight."""
    return record(_at_address, actor.bare, One(public_id))


def _at_address(actor: Actor, public_id: str) -> QuerySet[Establishing]:
    rows = visible_establishings(actor).select_related(
        "area", "owner_body", "assignee", "formation", "organisation__guiding_body"
    )
    return rows.filter(public_id=public_id)


@dataclass(frozen=True, slots=True)
class _Named:
    """One of those the formation named with the open transfer, and what the reader sees of it."""

    member: Member
    transfer: Transfer | None
    in_clear: bool
    sees_transfer: bool

    @property
    def to_org_id(self) -> int | None:
        return self.transfer.to_org_id if self.transfer is not None else None


@once
def _named(case: Establishing, reader: Actor | None) -> Sequence[_Named]:
    """Return whom the formation named, in that order; one query."""
    under_way = FilteredRelation(
        "member__transfers", condition=Q(member__transfers__closed_at__isnull=True)
    )
    rows = FormationMember.objects.filter(formation=case.formation_id)
    rows = rows.annotate(under_way=under_way).select_related("member__formal_org__body")
    rows = rows.select_related("under_way")  # type: ignore[misc]  # of this query alone
    if reader is not None:
        same = OuterRef("member")
        rows = rows.annotate(
            in_clear=Exists(named_in_clear(reader).filter(pk=same)),
            sees_transfer=Exists(visible_transfers(reader).filter(member=same, closed_at=None)),
        )
    return [
        _Named(
            member=row.member,
            transfer=getattr(row, "under_way", None),
            in_clear=getattr(row, "in_clear", False),
            sees_transfer=getattr(row, "sees_transfer", False),
        )
        for row in rows.order_by("pk")
    ]


@dataclass(frozen=True, slots=True)
class _Held:
    full_members: int
    has_secretary: bool
    supports: int


def _held(organisation: Organisation, today: date) -> _Held:
    """Return what an organisation has on a day, counted together; one query."""
    here = Member.objects.filter(
        formal_org=OuterRef("pk"), status__in=ON_ROLLS, member_class=MemberClass.FULL
    )
    given = Support.objects.filter(organisation=OuterRef("pk"), withdrawn_at__isnull=True)
    rows = Organisation.objects.filter(pk=organisation.pk).values_list(
        _counted(here, "formal_org"),
        Exists(secretaries_on(today).filter(organisation=OuterRef("pk"))),
        _counted(given, "organisation"),
    )
    full_members, has_secretary, supports = rows.get()
    return _Held(full_members or 0, has_secretary, supports or 0)


def _counted(rows: QuerySet[Any], key: str) -> Subquery:
    counted = rows.order_by().values(key).annotate(number=Count("pk")).values("number")
    return Subquery(counted, output_field=IntegerField())


def _may_move(member: Member) -> bool:
    return member.status in ON_ROLLS and member.member_class in PARTY_CLASSES
