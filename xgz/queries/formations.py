"""Formations: the procedure of a day, what is found in a file, its units and people as rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from xgz.access.actor import Actor
from xgz.access.businesses import visible_businesses
from xgz.access.formations import (
    joinable_members,
    openable_businesses,
    reads_members,
    visible_formations,
)
from xgz.access.leads import assignable_instructors
from xgz.access.prepared import One, record
from xgz.access.reading import once
from xgz.access.transfers import proposable_members, visible_transfers
from xgz.models import (
    Business,
    Coverage,
    Formation,
    FormationDecision,
    FormationMember,
    FormationProcedure,
    FormationTalk,
    FormationUnit,
    InstructorLink,
    Member,
    MemberWorkplace,
    Transfer,
    User,
)
from xgz.models.dated import holds_on, not_ended
from xgz.queries.members import members_named
from xgz.queries.parameters import parameters_on
from xgz.rules.formation_checks import (
    ABOUT_MEMBERS,
    FileFacts,
    Finding,
    MemberFacts,
    Place,
    UnitFacts,
    findings,
    limits_of,
)
from xgz.rules.formation_procedures import DEFAULT_PRESET, PRESETS, Procedure
from xgz.rules.formations import Consent
from xgz.rules.masking import mask_name
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES, MemberClass
from xgz.rules.organisations import OrgState
from xgz.rules.registration import ENDED

_OFFERED = 50  # people or businesses offered for one search


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit with its talks, the newest first, and what is found of it.

    is_in_reach: whoever it is read for opens the business.
    """

    unit: FormationUnit
    facts: UnitFacts
    talks: Sequence[FormationTalk]
    is_in_reach: bool


@dataclass(frozen=True, slots=True)
class JoiningRow:
    """One person who is to join. name: as the actor may read it, in_clear or masked (RV-5).

    transfer: the open one of the person that the actor sees; is_under_way: there is one, seen or
    not; is_proposable: the actor may propose transfers from where the relation lies.
    """

    row: FormationMember
    name: str
    in_clear: bool
    facts: MemberFacts
    transfer: Transfer | None
    is_under_way: bool
    is_proposable: bool

    @property
    def member(self) -> Member:
        return self.row.member


@dataclass(frozen=True, slots=True)
class InstructorRow:
    """An instructor of an office serving the township. load: businesses, markets, organisations."""

    user: User
    station: str
    load: int
    is_named: bool


def procedure_on(day: date) -> Procedure:
    """Return the steps of cases opened on a day: the district's, else the default (FM-8, FM-9)."""
    begun = FormationProcedure.objects.filter(valid_from__lte=day, withdrawn_at__isnull=True)
    entered = begun.order_by("-valid_from").first()
    return entered.procedure if entered is not None else PRESETS[DEFAULT_PRESET]


def findings_of(case: Formation, today: date) -> list[Finding]:
    """Return everything found in a file, blockers first, whoever may know of it."""
    units = [row.facts for row in _units(case, today)]
    return _findings_in(case, today, units, member_facts(case))


def _findings_in(
    case: Formation, today: date, units: Sequence[UnitFacts], members: Sequence[MemberFacts]
) -> list[Finding]:
    load = instructor_load(case, today)
    file = FileFacts(units, members, has_room=bool(case.room), instructor_load=load)
    return findings(file, limits_of(parameters_on(today)), today)


def instructor_load(case: Formation, today: date) -> int | None:
    """Return how many the named instructor serves; None where nobody serving is named (FM-19)."""
    found = next((each for each in instructors(case, today) if each.is_named), None)
    return found.load if found else None


@once
def instructors(case: Formation, today: date) -> list[InstructorRow]:
    """Return who may be the instructor, the ones who serve fewest first; one query (FM-19).

    Whoever is named and holds no such seat any more is not among them.
    """
    if case.area is None:
        return []
    links = InstructorLink.objects.filter(holds_on(today), instructor=OuterRef("user"))
    counted = links.order_by().values("instructor").annotate(number=Count("pk")).values("number")
    seats = assignable_instructors(case.area, today).annotate(load=Coalesce(Subquery(counted), 0))
    rows = {
        seat.user_id: InstructorRow(
            user=seat.user,
            station=str(seat.body),
            load=seat.load,
            is_named=seat.user_id == case.instructor_id,
        )
        for seat in seats
    }
    return sorted(rows.values(), key=lambda each: each.load)


def findings_for(case: Formation, actor: Actor) -> list[Finding]:
    """Return what is found in a file as far as the actor may know of it (FM-13)."""
    units = [row.facts for row in unit_rows(case, actor)]
    if reads_members(actor, case):
        members = [row.facts for row in joining_rows(case, actor)]
        return _findings_in(case, actor.today, units, members)
    found = _findings_in(case, actor.today, units, member_facts(case))
    return [each for each in found if each.check not in ABOUT_MEMBERS]


def unit_rows(case: Formation, actor: Actor) -> list[UnitRow]:
    """Return the units of a case the actor was already found to see, as they were added."""
    return _units(case, actor.today, actor)


def member_facts(case: Formation) -> list[MemberFacts]:
    """Return what counts of everybody who is to join, whoever may know of it."""
    return [each.facts for each in _members(case)]


def joining_rows(case: Formation, actor: Actor) -> list[JoiningRow]:
    """Return who is to join, as the actor may read it; nobody to those who may not (FM-13)."""
    if not reads_members(actor, case):
        return []
    return [
        JoiningRow(
            row=each.row,
            name=each.row.member.name if each.in_clear else mask_name(each.row.member.name),
            in_clear=each.in_clear,
            facts=each.facts,
            transfer=each.transfer if each.sees_transfer else None,
            is_under_way=each.transfer is not None,
            is_proposable=each.is_proposable,
        )
        for each in _members(case, actor)
    ]


def nearby_members(case: Formation, actor: Actor, text: str) -> list[Member]:
    """Return whom the actor may name as joining: who works at a unit, and who is found by name.

    text: part of a name, "" for none. Who has joined already is left out; at most 50.
    """
    able = joinable_members(actor).filter(
        status__in=ON_ROLLS, member_class__in=PARTY_CLASSES, formal_org__isnull=False
    )
    able = able.exclude(pk__in=FormationMember.objects.filter(formation=case).values("member"))
    shops = FormationUnit.objects.filter(formation=case).values("business")
    there = MemberWorkplace.objects.filter(not_ended(actor.today), business__in=shops)
    found = list(able.filter(pk__in=there.values("member")).order_by("pk")[:_OFFERED])
    if text.strip():
        known = {member.pk for member in found}
        named = members_named(able, text.strip()).order_by("pk")[:_OFFERED]
        found += [member for member in named if member.pk not in known]
    return found[:_OFFERED]


def business_numbered(actor: Actor, text: str) -> list[Business]:
    """Return the businesses the actor may plan with that have this number or exact name."""
    words = text.strip()
    if not words:
        return []
    same = Q(credit_code=words.upper()) | Q(registration_number=words) | Q(name=words)
    return list(openable_businesses(actor).filter(same).select_related("township")[:_OFFERED])


def standing_decisions(case: Formation) -> QuerySet[FormationDecision]:
    """Return the steps of a case that are passed and not given back, in their order (FM-11)."""
    rows = FormationDecision.objects.filter(formation=case, withdrawn_at__isnull=True)
    return rows.select_related("body").order_by("step")


def formations_of_businesses(actor: Actor, businesses: Iterable[int]) -> dict[int, Formation]:
    """Return business number → the formation that holds it (FM-15), of those the actor sees."""
    rows = FormationUnit.objects.filter(
        business__in=list(businesses), is_held=True, formation__in=visible_formations(actor)
    )
    return {row.business_id: row.formation for row in rows.select_related("formation")}


def formation_at(actor: Actor, public_id: str) -> Formation | None:
    """Return the case of that address with all its page shows, None where it is out of sight."""
    return record(_at_address, actor.bare, One(public_id))


def _at_address(actor: Actor, public_id: str) -> QuerySet[Formation]:
    rows = visible_formations(actor).select_related(
        "area", "owner_body", "assignee", "secretary", "instructor"
    )
    return rows.filter(public_id=public_id)


@once
def _units(case: Formation, today: date, reader: Actor | None = None) -> list[UnitRow]:
    """Return the units with what the register and the owners say; one query, a row for each talk."""
    listed = Coverage.objects.filter(
        holds_on(today), business=OuterRef("business"), organisation__state=OrgState.ACTIVE
    )
    rows = FormationUnit.objects.filter(formation=case).select_related("business__township")
    rows = rows.annotate(listed=Exists(listed), held=FilteredRelation("talks"))
    if reader is not None:
        opened = visible_businesses(reader).filter(pk=OuterRef("business"))
        rows = rows.annotate(is_in_reach=Exists(opened))
    units: dict[int, FormationUnit] = {}
    talks: dict[int, list[FormationTalk]] = {}
    rows = rows.select_related("held")  # type: ignore[misc]  # of this query alone
    for unit in rows.order_by("pk", "-held__talked_on", "-held__pk"):
        units.setdefault(unit.pk, unit)
        if (talk := getattr(unit, "held", None)) is not None:
            talks.setdefault(unit.pk, []).append(talk)
    return [
        UnitRow(
            unit,
            UnitFacts(
                has_ended=unit.business.status in ENDED,
                is_here=unit.business.township_id == case.area_id,
                is_covered=bool(getattr(unit, "listed", False)),
                consent=Consent(unit.consent),
            ),
            talks.get(unit.pk, []),
            is_in_reach=getattr(unit, "is_in_reach", False),
        )
        for unit in units.values()
    ]


@dataclass(frozen=True, slots=True)
class _Joining:
    """One person who is to join; what the reader may see of it, nothing where nobody reads."""

    row: FormationMember
    facts: MemberFacts
    transfer: Transfer | None
    in_clear: bool
    sees_transfer: bool
    is_proposable: bool


@once
def _members(case: Formation, reader: Actor | None = None) -> list[_Joining]:
    """Return who is to join, with the open transfer and where the relation lies; one query."""
    path = case.area.path if case.area else ""
    under_way = FilteredRelation(
        "member__transfers", condition=Q(member__transfers__closed_at__isnull=True)
    )
    rows = FormationMember.objects.filter(formation=case).annotate(under_way=under_way)
    rows = rows.select_related("member__formal_org__body")
    rows = rows.select_related("under_way__to_org__body")  # type: ignore[misc]  # of this query alone
    if reader is not None:
        same = OuterRef("member")
        rows = rows.annotate(
            in_clear=Exists(joinable_members(reader).filter(pk=same)),
            sees_transfer=Exists(visible_transfers(reader).filter(member=same, closed_at=None)),
            is_proposable=Exists(proposable_members(reader).filter(pk=same)),
        )
    return [_joining(row, case, path) for row in rows.order_by("pk")]


def _joining(row: FormationMember, case: Formation, path: str) -> _Joining:
    transfer: Transfer | None = getattr(row, "under_way", None)
    target = transfer.to_org if transfer is not None else None
    is_coming = target is not None and bool(path) and target.body.path.startswith(path)
    return _Joining(
        row=row,
        facts=_facts(row.member, case, path, is_coming=is_coming),
        transfer=transfer,
        in_clear=getattr(row, "in_clear", False),
        sees_transfer=getattr(row, "sees_transfer", False),
        is_proposable=getattr(row, "is_proposable", False),
    )


def _facts(member: Member, case: Formation, path: str, *, is_coming: bool) -> MemberFacts:
    home = member.formal_org.body.path if member.formal_org else ""
    place = Place.COMING if is_coming else Place.AWAY
    if path and home.startswith(path):
        place = Place.HERE
    return MemberFacts(
        is_member=member.status in ON_ROLLS and member.member_class in PARTY_CLASSES,
        is_full=member.member_class == MemberClass.FULL,
        place=place,
        full_on=member.full_on,
        is_secretary=member.pk == case.secretary_id,
        born_on=member.born_on,
    )
