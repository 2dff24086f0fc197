"""Formations: the procedure of a day, what is found in a file, its units and people as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.formations import (
    joinable_members,
    openable_businesses,
    reads_members,
    visible_formations,
)
from xgz.access.leads import assignable_instructors
from xgz.access.prepared import One, record
from xgz.access.reading import once
from xgz.access.scopes import within
from xgz.access.transfers import visible_transfers
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
    """One unit with its talks, the newest first, and what is found of it."""

    unit: FormationUnit
    facts: UnitFacts
    talks: Sequence[FormationTalk]


@dataclass(frozen=True, slots=True)
class JoiningRow:
    """One person who is to join. name: as the actor may read it, in_clear or masked (RV-5).

    transfer: the open one of the person that the actor sees.
    """

    row: FormationMember
    name: str
    in_clear: bool
    facts: MemberFacts
    transfer: Transfer | None

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
    members = [facts for _row, facts in _members(case)]
    load = instructor_load(case, today)
    file = FileFacts(units, members, has_room=bool(case.room), instructor_load=load)
    return findings(file, limits_of(parameters_on(today)), today)


def instructor_load(case: Formation, today: date) -> int | None:
    """Return how many the named instructor serves; None where nobody serving is named (FM-19)."""
    found = next((each for each in instructors(case, today) if each.is_named), None)
    return found.load if found else None


@once
def instructors(case: Formation, today: date) -> list[InstructorRow]:
    """Return who may be the instructor, the ones who serve fewest first; two queries (FM-19).

    Whoever is named and holds no such seat any more is not among them.
    """
    if case.area is None:
        return []
    seats = list(assignable_instructors(case.area, today))
    links = InstructorLink.objects.filter(
        holds_on(today), instructor__in=[seat.user_id for seat in seats]
    )
    counted = links.order_by().values_list("instructor").annotate(number=Count("pk"))
    loads = dict(counted)
    rows = {
        seat.user_id: InstructorRow(
            user=seat.user,
            station=str(seat.body),
            load=loads.get(seat.user_id, 0),
            is_named=seat.user_id == case.instructor_id,
        )
        for seat in seats
    }
    return sorted(rows.values(), key=lambda each: each.load)


def findings_for(case: Formation, actor: Actor) -> list[Finding]:
    """Return what is found in a file as far as the actor may know of it (FM-13)."""
    found = findings_of(case, actor.today)
    if reads_members(actor, case):
        return found
    return [each for each in found if each.check not in ABOUT_MEMBERS]


def unit_rows(case: Formation, actor: Actor) -> list[UnitRow]:
    """Return the units of a case the actor was already found to see, as they were added."""
    return _units(case, actor.today)


def member_facts(case: Formation) -> list[MemberFacts]:
    """Return what counts of everybody who is to join, whoever may know of it."""
    return [facts for _row, facts in _members(case)]


def joining_rows(case: Formation, actor: Actor) -> list[JoiningRow]:
    """Return who is to join, as the actor may read it; nobody to those who may not (FM-13)."""
    if not reads_members(actor, case):
        return []
    found = _members(case)
    numbers = [row.member_id for row, _facts in found]
    clear = set(joinable_members(actor).filter(pk__in=numbers).values_list("pk", flat=True))
    seen = visible_transfers(actor).filter(member__in=numbers, closed_at__isnull=True)
    transfers = {transfer.member_id: transfer for transfer in seen}
    return [
        JoiningRow(
            row=row,
            name=row.member.name if row.member_id in clear else mask_name(row.member.name),
            in_clear=row.member_id in clear,
            facts=facts,
            transfer=transfers.get(row.member_id),
        )
        for row, facts in found
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


def formation_at(actor: Actor, public_id: str) -> Formation | None:
    """Return the case of that address with all its page shows, None where it is out of sight."""
    return record(_at_address, actor.bare, One(public_id))


def _at_address(actor: Actor, public_id: str) -> QuerySet[Formation]:
    rows = visible_formations(actor).select_related(
        "area", "owner_body", "assignee", "secretary", "instructor"
    )
    return rows.filter(public_id=public_id)


@once
def _units(case: Formation, today: date) -> list[UnitRow]:
    """Return the units with what the register and the owners say; two queries."""
    listed = Coverage.objects.filter(
        holds_on(today), business=OuterRef("business"), organisation__state=OrgState.ACTIVE
    )
    rows = FormationUnit.objects.filter(formation=case).select_related("business__township")
    units = list(rows.annotate(listed=Exists(listed)).order_by("pk"))
    talks: dict[int, list[FormationTalk]] = {}
    held = FormationTalk.objects.filter(unit__formation=case).select_related("recorded_by")
    for talk in held.order_by("-talked_on", "-pk"):
        talks.setdefault(talk.unit_id, []).append(talk)
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
        )
        for unit in units
    ]


@once
def _members(case: Formation) -> list[tuple[FormationMember, MemberFacts]]:
    """Return who is to join with where the relation lies; two queries."""
    path = case.area.path if case.area else ""
    rows = FormationMember.objects.filter(formation=case)
    joining = list(rows.select_related("member__formal_org__body").order_by("pk"))
    coming = Transfer.objects.filter(
        within(path, "to_org__body__path") if path else Q(pk__in=[]),
        member__in=[row.member_id for row in joining],
        closed_at__isnull=True,
    )
    numbers = set(coming.values_list("member", flat=True))
    return [(row, _facts(row.member, case, path, numbers)) for row in joining]


def _facts(member: Member, case: Formation, path: str, coming: set[int]) -> MemberFacts:
    home = member.formal_org.body.path if member.formal_org else ""
    place = Place.COMING if member.pk in coming else Place.AWAY
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
