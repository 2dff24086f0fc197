"""What a formation lacks before anything is sent, each finding with its rule (FM-2 to FM-7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xgz.rules.calendar import add_months
from xgz.rules.formations import Consent
from xgz.rules.organisations import MIN_FULL_MEMBERS


class Check(StrEnum):
    FEW_FULL = "few_full"
    TRANSFER_OPEN = "transfer_open"
    TRANSFER_NEEDED = "transfer_needed"
    NO_MEMBER = "no_member"
    TOO_MANY_MEMBERS = "too_many_members"
    NO_UNIT = "no_unit"
    UNIT_ENDED = "unit_ended"
    UNIT_ELSEWHERE = "unit_elsewhere"
    UNITS_OVER_LIMIT = "units_over_limit"
    MANY_UNITS = "many_units"
    UNIT_COVERED = "unit_covered"
    OWNER_NOT_ASKED = "owner_not_asked"
    OWNER_WORRIED = "owner_worried"
    NO_ROOM = "no_room"
    NO_SECRETARY = "no_secretary"
    SECRETARY_NOT_FULL = "secretary_not_full"
    SECRETARY_STANDING = "secretary_standing"
    NO_SUCCESSOR = "no_successor"
    NO_INSTRUCTOR = "no_instructor"
    INSTRUCTOR_FULL = "instructor_full"


RULE_OF_CHECK: dict[Check, str] = {
    Check.FEW_FULL: "FM-2",
    Check.TRANSFER_OPEN: "FM-3",
    Check.TRANSFER_NEEDED: "FM-3",
    Check.NO_MEMBER: "FM-2",
    Check.TOO_MANY_MEMBERS: "FM-4",
    Check.NO_UNIT: "FM-5",
    Check.UNIT_ENDED: "FM-5",
    Check.UNIT_ELSEWHERE: "FM-5",
    Check.UNITS_OVER_LIMIT: "FM-5",
    Check.MANY_UNITS: "FM-5",
    Check.UNIT_COVERED: "FM-5",
    Check.OWNER_NOT_ASKED: "FM-6",
    Check.OWNER_WORRIED: "FM-6",
    Check.NO_ROOM: "FM-7",
    Check.NO_SECRETARY: "FM-12",
    Check.SECRETARY_NOT_FULL: "FM-12",
    Check.SECRETARY_STANDING: "FM-12",
    Check.NO_SUCCESSOR: "FM-18",
    Check.NO_INSTRUCTOR: "FM-19",
    Check.INSTRUCTOR_FULL: "FM-19",
}
CHECK_LABELS: dict[Check, str] = {
    Check.FEW_FULL: "组织关系已在本地的正式党员不足三名",
    Check.TRANSFER_OPEN: "转接尚未接收的党员",
    Check.TRANSFER_NEEDED: "组织关系在外、还没有提出转接的党员",
    Check.NO_MEMBER: "已不在册或不是党员的人员",
    Check.TOO_MANY_MEMBERS: "党员人数超过上限",
    Check.NO_UNIT: "没有列入单位",
    Check.UNIT_ENDED: "已退出的单位",
    Check.UNIT_ELSEWHERE: "不在同一乡镇（街道）的单位",
    Check.UNITS_OVER_LIMIT: "单位数量超过本区上限",
    Check.MANY_UNITS: "单位数量较多",
    Check.UNIT_COVERED: "已由其他党组织覆盖的单位",
    Check.OWNER_NOT_ASKED: "还没有与负责人谈话的单位",
    Check.OWNER_WORRIED: "负责人有顾虑的单位",
    Check.NO_ROOM: "没有落实活动场所",
    Check.NO_SECRETARY: "没有书记人选",
    Check.SECRETARY_NOT_FULL: "书记人选不是组织关系已在本地的正式党员",
    Check.SECRETARY_STANDING: "书记人选转正不满规定时间，或转正日期不详",
    Check.NO_SUCCESSOR: "除书记人选外，没有第二名可以接续的正式党员",
    Check.NO_INSTRUCTOR: "没有落实党建指导员",
    Check.INSTRUCTOR_FULL: "指导员联系的单位已较多",
}
# What tells of people: read by those alone who may know of the members of the case (FM-13).
ABOUT_MEMBERS = frozenset(
    {
        Check.FEW_FULL,
        Check.TRANSFER_OPEN,
        Check.TRANSFER_NEEDED,
        Check.NO_MEMBER,
        Check.TOO_MANY_MEMBERS,
        Check.NO_SECRETARY,
        Check.SECRETARY_NOT_FULL,
        Check.SECRETARY_STANDING,
        Check.NO_SUCCESSOR,
    }
)


class Place(StrEnum):
    """Where the relation of somebody who is to join lies."""

    HERE = "here"  # under the committee of the township
    COMING = "coming"  # elsewhere, with an open transfer into the township
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class FormationLimits:
    """What the district sets: persons, units, months. Every limit is still allowed itself."""

    members_max: int
    units_warn: int
    units_max: int
    secretary_months: int
    instructor_max: int


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """One unit. has_ended: by the register; is_here: in the township of the case."""

    has_ended: bool
    is_here: bool
    is_covered: bool
    consent: Consent


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """One person who is to join. is_member: on the rolls, full or probationary."""

    is_member: bool
    is_full: bool
    place: Place
    full_on: date | None = None
    is_secretary: bool = False
    born_on: date | None = None

    @property
    def counts(self) -> bool:
        """Test whether the person counts towards the three full members today (FM-2, FM-3)."""
        return self.is_member and self.is_full and self.place is Place.HERE


@dataclass(frozen=True, slots=True)
class FileFacts:
    """instructor_load: how many the instructor serves; None where nobody serving is named."""

    units: Sequence[UnitFacts]
    members: Sequence[MemberFacts]
    has_room: bool
    instructor_load: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. count: of persons or units, 0 where nothing is counted.

    is_blocker: nothing is sent while it stands; else it only warns.
    """

    check: Check
    count: int = 0
    is_blocker: bool = True

    @property
    def rule(self) -> str:
        return RULE_OF_CHECK[self.check]


def limits_of(values: Mapping[str, int]) -> FormationLimits:
    """Return the limits among the parameters of a day."""
    return FormationLimits(
        members_max=values["formation.members_max"],
        units_warn=values["formation.units_warn"],
        units_max=values["formation.units_max"],
        secretary_months=values["formation.secretary_months"],
        instructor_max=values["formation.instructor_max"],
    )


def findings(file: FileFacts, limits: FormationLimits, today: date) -> list[Finding]:
    """Return what is found, blockers first (FM-2 to FM-7, FM-12, FM-18, FM-19)."""
    found = _of_members(file.members, limits) + _of_units(file.units, limits)
    found += _of_owners(file.units) + _of_secretary(file.members, limits, today)
    if not file.has_room:
        found.append(Finding(Check.NO_ROOM))
    found += _of_instructor(file.instructor_load, limits)
    return sorted(found, key=lambda each: not each.is_blocker)


def full_members_missing(members: Sequence[MemberFacts]) -> int:
    """Return how many full members are missing to three; transfers under way count for nothing."""
    return max(0, MIN_FULL_MEMBERS - sum(each.counts for each in members))


def has_standing(full_on: date | None, today: date, months: int) -> bool:
    """Test whether a full member has so many months' standing; the anniversary itself will do."""
    return full_on is not None and today >= add_months(full_on, months)


def may_lead(member: MemberFacts, today: date, months: int) -> bool:
    """Test whether a person could be the secretary: a full member who is there, of standing (FM-12)."""
    return member.counts and has_standing(member.full_on, today, months)


def has_room_for_more(load: int, limits: FormationLimits) -> bool:
    """Test whether an instructor who serves so many takes one more; the limit itself is full (FM-19)."""
    return load < limits.instructor_max


def _of_members(members: Sequence[MemberFacts], limits: FormationLimits) -> list[Finding]:
    missing = full_members_missing(members)
    real = [each for each in members if each.is_member]
    open_ = sum(each.place is Place.COMING for each in real)
    away = sum(each.place is Place.AWAY for each in real)
    over = len(real) - limits.members_max
    # While three are not there, whoever still has to arrive stops the file; later it only waits.
    counted = [
        Finding(Check.FEW_FULL, missing),
        Finding(Check.TRANSFER_OPEN, open_, is_blocker=missing > 0),
        Finding(Check.TRANSFER_NEEDED, away, is_blocker=missing > 0),
        Finding(Check.NO_MEMBER, len(members) - len(real)),
        Finding(Check.TOO_MANY_MEMBERS, over),
    ]
    return [each for each in counted if each.count > 0]


def _of_units(units: Sequence[UnitFacts], limits: FormationLimits) -> list[Finding]:
    if not units:
        return [Finding(Check.NO_UNIT)]
    over = len(units) - limits.units_max
    many = len(units) - limits.units_warn if over <= 0 else 0
    counted = [
        Finding(Check.UNIT_ENDED, sum(each.has_ended for each in units)),
        Finding(Check.UNIT_ELSEWHERE, sum(not each.is_here for each in units)),
        Finding(Check.UNITS_OVER_LIMIT, over),
        Finding(Check.MANY_UNITS, many, is_blocker=False),
        Finding(Check.UNIT_COVERED, sum(each.is_covered for each in units), is_blocker=False),
    ]
    return [each for each in counted if each.count > 0]


def _of_owners(units: Sequence[UnitFacts]) -> list[Finding]:
    unasked = sum(each.consent is Consent.NOT_ASKED for each in units)
    worried = sum(each.consent is Consent.WORRIED for each in units)
    counted = [
        Finding(Check.OWNER_NOT_ASKED, unasked),
        Finding(Check.OWNER_WORRIED, worried, is_blocker=False),
    ]
    return [each for each in counted if each.count > 0]


def _of_secretary(
    members: Sequence[MemberFacts], limits: FormationLimits, today: date
) -> list[Finding]:
    chosen = next((each for each in members if each.is_secretary), None)
    if chosen is None:
        return [Finding(Check.NO_SECRETARY)]
    if not chosen.counts:
        return [Finding(Check.SECRETARY_NOT_FULL)]
    months = limits.secretary_months
    if not has_standing(chosen.full_on, today, months):
        return [Finding(Check.SECRETARY_STANDING)]
    others = (each for each in members if each is not chosen)
    if not any(may_lead(each, today, months) for each in others):
        return [Finding(Check.NO_SUCCESSOR, is_blocker=False)]
    return []


def _of_instructor(load: int | None, limits: FormationLimits) -> list[Finding]:
    if load is None:
        return [Finding(Check.NO_INSTRUCTOR, is_blocker=False)]
    if not has_room_for_more(load, limits):
        return [Finding(Check.INSTRUCTOR_FULL, load, is_blocker=False)]
    return []
