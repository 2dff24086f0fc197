"""What an election lacks before it is sent on, each finding with its rule and its numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from xgz.rules.election_counts import (
    BallotFault,
    Ballots,
    Outcome,
    Race,
    Shift,
    ballot_faults,
    candidates_needed,
    committee_size,
    has_committee,
    has_standing,
    quorum,
    quorum_needed,
    shift_of,
    winners,
)
from xgz.rules.elections import BEGINS_TERM, Sort
from xgz.rules.organisations import OrgType, Post


class Check(StrEnum):
    ORGANISATION_GONE = "organisation_gone"
    NO_DAY = "no_day"
    DAY_PASSED = "day_passed"
    NO_PLACE = "no_place"
    TOO_EARLY = "too_early"
    EARLY_UNNAMED = "early_unnamed"
    TOO_LATE = "too_late"
    NO_REASON = "no_reason"
    NO_SEATS = "no_seats"
    COMMITTEE_CHANGED = "committee_changed"
    COMMITTEE_TOO_LARGE = "committee_too_large"
    COMMITTEE_UNUSUAL = "committee_unusual"
    NOBODY_ENTITLED = "nobody_entitled"
    NOT_COUNTED = "not_counted"
    FEW_CANDIDATES = "few_candidates"
    FEW_SPARE = "few_spare"
    POST_CLOSED = "post_closed"
    NO_SECRETARY = "no_secretary"
    CANDIDATE_GONE = "candidate_gone"
    SECRETARY_STANDING = "secretary_standing"
    NO_ATTENDANCE = "no_attendance"
    HELD_TOO_EARLY = "held_too_early"
    OTHER_DAY = "other_day"
    NO_QUORUM = "no_quorum"
    NO_COUNT = "no_count"
    OUT_NOT_ATTENDING = "out_not_attending"
    MORE_RETURNED = "more_returned"
    NOT_ADDING_UP = "not_adding_up"
    VOTES_OVER_VALID = "votes_over_valid"
    TOO_MANY_CHOICES = "too_many_choices"
    TIED = "tied"
    NOBODY_ELECTED = "nobody_elected"
    OPEN_SEATS = "open_seats"
    NO_OFFICER = "no_officer"
    TELLER_STANDS = "teller_stands"
    ELECTED_GONE = "elected_gone"


RULE_OF_CHECK: dict[Check, str] = {
    Check.ORGANISATION_GONE: "EL-15",
    Check.NO_DAY: "EL-1",
    Check.DAY_PASSED: "EL-1",
    Check.NO_PLACE: "EL-1",
    Check.TOO_EARLY: "EL-12",
    Check.EARLY_UNNAMED: "EL-12",
    Check.TOO_LATE: "EL-12",
    Check.NO_REASON: "EL-12",
    Check.NO_SEATS: "EL-5",
    Check.COMMITTEE_CHANGED: "EL-5",
    Check.COMMITTEE_TOO_LARGE: "EL-5",
    Check.COMMITTEE_UNUSUAL: "EL-5",
    Check.NOBODY_ENTITLED: "EL-3",
    Check.NOT_COUNTED: "EL-3",
    Check.FEW_CANDIDATES: "EL-6",
    Check.FEW_SPARE: "EL-6",
    Check.POST_CLOSED: "EL-5",
    Check.NO_SECRETARY: "EL-9",
    Check.CANDIDATE_GONE: "EL-3",
    Check.SECRETARY_STANDING: "EL-9",
    Check.NO_ATTENDANCE: "EL-4",
    Check.HELD_TOO_EARLY: "EL-11",
    Check.OTHER_DAY: "EL-1",
    Check.NO_QUORUM: "EL-4",
    Check.NO_COUNT: "EL-8",
    Check.OUT_NOT_ATTENDING: "EL-8",
    Check.MORE_RETURNED: "EL-8",
    Check.NOT_ADDING_UP: "EL-8",
    Check.VOTES_OVER_VALID: "EL-8",
    Check.TOO_MANY_CHOICES: "EL-8",
    Check.TIED: "EL-7",
    Check.NOBODY_ELECTED: "EL-7",
    Check.OPEN_SEATS: "EL-7",
    Check.NO_OFFICER: "EL-10",
    Check.TELLER_STANDS: "EL-8",
    Check.ELECTED_GONE: "EL-15",
}
# Told, but nothing waits for them.
WARNINGS = frozenset(
    {
        Check.TOO_LATE,
        Check.COMMITTEE_UNUSUAL,
        Check.NOT_COUNTED,
        Check.FEW_SPARE,
        Check.OTHER_DAY,
        Check.OPEN_SEATS,
    }
)
_OF_BALLOTS: dict[BallotFault, Check] = {fault: Check(fault.value) for fault in BallotFault}


@dataclass(frozen=True, slots=True)
class ElectionLimits:
    """What the district sets: months, and whether more than four fifths have to attend."""

    secretary_months: int
    leeway_months: int
    shift_months: int
    is_strict: bool


@dataclass(frozen=True, slots=True)
class CandidateFacts:
    """One person who stands. is_entitled: a full member of this roll with a vote."""

    post: Post
    is_entitled: bool
    full_on: date | None


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What is planned. full: full members of the roll; entitled: of these, with a vote counted.

    is_active: the organisation has not ended meanwhile.
    """

    sort: Sort
    org_type: OrgType
    term_ends_on: date | None
    day: date | None
    has_place: bool
    has_reason: bool
    as_committee: bool
    seats: Mapping[Post, int]
    full: int
    entitled: int
    candidates: Sequence[CandidateFacts]
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """What came out. entitled, attending, ballots: None until entered; races: with their votes.

    counted: every candidate's votes are entered; officers: posts given to the elected; teller_stands:
    somebody who counted also stood; too_early: as rules/elections.is_too_early has it; elected_gone:
    elected people who are no full members of the roll any longer; is_active: as in PlanFacts.
    """

    planned_on: date | None
    held_on: date | None
    entitled: int | None
    attending: int | None
    ballots: Ballots | None
    races: Sequence[Race]
    counted: bool
    wants_secretary: bool
    has_secretary: bool
    teller_stands: bool
    too_early: bool = False
    elected_gone: int = 0
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is so. numbers: what its sentence counts, by name."""

    check: Check
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        return RULE_OF_CHECK[self.check]

    @property
    def is_blocker(self) -> bool:
        return self.check not in WARNINGS


def limits_of(values: Mapping[str, int]) -> ElectionLimits:
    """Return the limits among the parameters of a day."""
    return ElectionLimits(
        secretary_months=values["election.secretary_months"],
        leeway_months=values["election.leeway_months"],
        shift_months=values["election.shift_months"],
        is_strict=values["election.quorum_over"] > 0,
    )


def plan_findings(plan: PlanFacts, limits: ElectionLimits, today: date) -> list[Finding]:
    """Return what is found in a plan, blockers first (EL-3, EL-5, EL-6, EL-9, EL-12).

    Of an organisation that ended nothing else matters (EL-15).
    """
    if not plan.is_active:
        return [Finding(Check.ORGANISATION_GONE)]
    found = [
        *_about_the_day(plan, limits, today),
        *_about_seats(plan),
        *_about_candidates(plan, limits, today),
    ]
    return sorted(found, key=lambda each: not each.is_blocker)


def result_findings(result: ResultFacts, limits: ElectionLimits) -> list[Finding]:
    """Return what is found in a result, blockers first (EL-4, EL-7, EL-8, EL-10, EL-11, EL-15)."""
    found: list[Finding] = []
    if not result.is_active:
        return [Finding(Check.ORGANISATION_GONE)]
    if result.entitled is None or result.attending is None:
        return [Finding(Check.NO_ATTENDANCE)]
    if result.too_early:
        found.append(Finding(Check.HELD_TOO_EARLY))
    if result.held_on != result.planned_on:
        found.append(Finding(Check.OTHER_DAY))
    if not quorum(result.entitled, result.attending, strict=limits.is_strict):
        numbers = {
            "entitled": result.entitled,
            "attending": result.attending,
            "needed": quorum_needed(result.entitled, strict=limits.is_strict),
        }
        return [Finding(Check.NO_QUORUM, numbers), *found]
    found += _about_the_count(result, result.attending)
    return sorted(found, key=lambda each: not each.is_blocker)


def outcomes(races: Sequence[Race], attending: int) -> list[tuple[Race, Outcome]]:
    """Return who is elected in each race."""
    return [(race, winners(race, attending)) for race in races]


def stands(result: ResultFacts, limits: ElectionLimits) -> bool:
    """Test whether a result is sound as far as the meeting goes: it is reported, not given up.

    That a committee has not chosen its secretary yet, or a day was entered wrong, takes nothing
    away.
    """
    later = {Check.NO_OFFICER, Check.TELLER_STANDS, Check.HELD_TOO_EARLY}
    return all(
        not each.is_blocker or each.check in later for each in result_findings(result, limits)
    )


def _about_the_day(plan: PlanFacts, limits: ElectionLimits, today: date) -> Iterator[Finding]:
    if not plan.has_place:
        yield Finding(Check.NO_PLACE)
    if plan.day is None:
        yield Finding(Check.NO_DAY)
        return
    if plan.day < today:
        yield Finding(Check.DAY_PASSED)
    if plan.sort in (Sort.TERM, Sort.EARLY):
        yield from _about_the_term(plan, plan.day, limits)


def _about_the_term(plan: PlanFacts, day: date, limits: ElectionLimits) -> Iterator[Finding]:
    shift = shift_of(plan.term_ends_on, day, leeway=limits.leeway_months, limit=limits.shift_months)
    if shift is Shift.TOO_EARLY:
        yield Finding(Check.TOO_EARLY, {"months": limits.shift_months})
    elif shift is Shift.TOO_LATE:
        yield Finding(Check.TOO_LATE, {"months": limits.shift_months})
    elif shift is Shift.EARLY and plan.sort is Sort.TERM:
        yield Finding(Check.EARLY_UNNAMED, {"months": limits.leeway_months})
    needs_reason = plan.sort is Sort.EARLY or shift in (Shift.LATE, Shift.TOO_LATE)
    if needs_reason and not plan.has_reason:
        yield Finding(Check.NO_REASON)


def _about_seats(plan: PlanFacts) -> Iterator[Finding]:
    total = sum(plan.seats.values())
    if not total or (plan.sort in BEGINS_TERM and not plan.seats.get(Post.SECRETARY)):
        yield Finding(Check.NO_SEATS)
    if plan.sort not in BEGINS_TERM:
        return
    if plan.as_committee is not has_committee(plan.org_type, plan.full):
        yield Finding(Check.COMMITTEE_CHANGED, {"full": plan.full})
    elif plan.as_committee:
        size = committee_size(plan.org_type)
        numbers = {"seats": total, "least": size.least, "most": size.most, "ceiling": size.ceiling}
        if total > size.ceiling:
            yield Finding(Check.COMMITTEE_TOO_LARGE, numbers)
        elif not size.least <= total <= size.most:
            yield Finding(Check.COMMITTEE_UNUSUAL, numbers)


def _about_candidates(plan: PlanFacts, limits: ElectionLimits, today: date) -> Iterator[Finding]:
    if not plan.entitled:
        yield Finding(Check.NOBODY_ENTITLED)
    if plan.full > plan.entitled:
        yield Finding(Check.NOT_COUNTED, {"count": plan.full - plan.entitled})
    yield from _too_few(plan)
    closed = sum(not plan.seats.get(each.post) for each in plan.candidates)
    if closed:
        yield Finding(Check.POST_CLOSED, {"count": closed})
    gone = sum(not each.is_entitled for each in plan.candidates)
    if gone:
        yield Finding(Check.CANDIDATE_GONE, {"count": gone})
    first = [each for each in plan.candidates if each.post is Post.SECRETARY]
    if plan.seats.get(Post.SECRETARY) and not first:
        yield Finding(Check.NO_SECRETARY)
    day = plan.day or today
    if any(not has_standing(each.full_on, day, limits.secretary_months) for each in first):
        yield Finding(Check.SECRETARY_STANDING, {"months": limits.secretary_months})


def _too_few(plan: PlanFacts) -> Iterator[Finding]:
    """A committee needs a fifth more candidates; a post by itself as many as it has seats (EL-6)."""
    if plan.as_committee:
        total, given = sum(plan.seats.values()), len(plan.candidates)
        needed = candidates_needed(total)
        if given < needed:
            yield Finding(Check.FEW_CANDIDATES, {"seats": total, "needed": needed, "given": given})
        return
    for post, number in plan.seats.items():
        given = sum(each.post is post for each in plan.candidates)
        if given < number:
            numbers = {"seats": number, "needed": number, "given": given}
            yield Finding(Check.FEW_CANDIDATES, numbers)
        elif post is Post.COMMITTEE_MEMBER and number and given < candidates_needed(number):
            numbers = {"seats": number, "needed": candidates_needed(number), "given": given}
            yield Finding(Check.FEW_SPARE, numbers)


def _about_the_count(result: ResultFacts, attending: int) -> list[Finding]:
    if result.ballots is None or not result.counted:
        return [Finding(Check.NO_COUNT)]
    ballots = result.ballots
    numbers = {
        "attending": attending,
        "out": ballots.out,
        "returned": ballots.returned,
        "valid": ballots.valid,
        "invalid": ballots.invalid,
    }
    faults = ballot_faults(ballots, attending, result.races)
    if faults:
        return [Finding(_OF_BALLOTS[fault], numbers) for fault in faults]
    found = [Finding(Check.TELLER_STANDS)] if result.teller_stands else []
    return found + _about_the_elected(result, attending)


def _about_the_elected(result: ResultFacts, attending: int) -> list[Finding]:
    all_of_them = [outcome for _race, outcome in outcomes(result.races, attending)]
    tied = sum(len(each.tied) for each in all_of_them)
    if tied:
        return [Finding(Check.TIED, {"count": tied})]
    if not any(each.elected for each in all_of_them):
        return [Finding(Check.NOBODY_ELECTED, {"attending": attending})]
    found = []
    open_seats = sum(each.open_seats for each in all_of_them)
    if open_seats:
        found.append(Finding(Check.OPEN_SEATS, {"count": open_seats}))
    if result.elected_gone:
        found.append(Finding(Check.ELECTED_GONE, {"count": result.elected_gone}))
    if result.wants_secretary and not result.has_secretary:
        found.append(Finding(Check.NO_OFFICER))
    return found
