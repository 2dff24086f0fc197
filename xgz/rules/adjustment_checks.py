"""What is known of an organisation that may be adjusted: what speaks for each way, what bars it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xgz.rules.adjustments import PlanItem, Seals, Sort
from xgz.rules.calendar import add_months
from xgz.rules.organisation_warnings import OrgFacts
from xgz.rules.organisations import (
    MIN_FULL_MEMBERS,
    SUPERIOR_TYPES,
    FormationMode,
    OrgState,
    OrgType,
)


class Sign(StrEnum):
    """Why an organisation may need adjusting; only shown, nothing follows by itself (AD-10)."""

    DORMANT = "dormant"
    SHORT = "short"
    NO_SECRETARY = "no_secretary"
    TERM_LONG_OVER = "term_long_over"
    ALL_ENDED = "all_ended"


class Blocker(StrEnum):
    """What bars a merger, a revocation, or the end of a case, until it is seen to."""

    # of a merger (AD-5)
    TARGET_GONE = "target_gone"
    TARGET_FULL = "target_full"
    TARGET_BELOW = "target_below"
    BELOW_A_BRANCH = "below_a_branch"
    # of a revocation (AD-6)
    MEMBERS_LEFT = "members_left"
    OTHERS_LEFT = "others_left"
    SUBORDINATES_LEFT = "subordinates_left"
    SEALS_UNKNOWN = "seals_unknown"
    PAPERS_UNKNOWN = "papers_unknown"
    # of both: what would be left behind on an organisation that ended
    CASES_OPEN = "cases_open"
    TRANSFERS_OPEN = "transfers_open"
    # of the end
    STANDS = "stands"
    NOT_ACTIVE = "not_active"
    PLAN_OPEN = "plan_open"


class Point(StrEnum):
    """One thing that speaks for or against a way (AD-3)."""

    ENOUGH_FULL = "enough_full"
    FEW_FULL = "few_full"
    NOBODY = "nobody"
    UNITS_ALIVE = "units_alive"
    NO_UNIT_ALIVE = "no_unit_alive"
    SECRETARY = "secretary"
    NO_SECRETARY = "no_secretary"
    ROOM_NEARBY = "room_nearby"
    NO_ROOM_NEARBY = "no_room_nearby"
    MEMBERS_TO_MOVE = "members_to_move"
    UNITS_UNCOVERED = "units_uncovered"
    SUBORDINATES = "subordinates"


# What tells of other organisations' rosters: for the organization line alone (AD-9).
OF_OTHERS = frozenset({Point.ROOM_NEARBY, Point.NO_ROOM_NEARBY})

SIGN_LABELS: dict[Sign, str] = {
    Sign.DORMANT: "组织生活停滞",
    Sign.SHORT: "正式党员长期不足三名",
    Sign.NO_SECRETARY: "书记空缺",
    Sign.TERM_LONG_OVER: "届满未换届",
    Sign.ALL_ENDED: "覆盖单位全部退出",
}
# The rule each sign is read by; the lengths of time are AD-10's.
SIGN_RULES: dict[Sign, str] = {
    Sign.DORMANT: "OR-7",
    Sign.SHORT: "OR-1",
    Sign.NO_SECRETARY: "AD-10",
    Sign.TERM_LONG_OVER: "OR-4",
    Sign.ALL_ENDED: "OR-9",
}


@dataclass(frozen=True, slots=True)
class SignLimits:
    """After how long something becomes a sign: months, or days; the limit itself is none yet."""

    dormant_months: int
    short_months: int
    vacant_days: int
    term_days: int


@dataclass(frozen=True, slots=True)
class AdjustmentFacts:
    """What is known of the organisation a case is about.

    rolls: everybody on its rolls, people in development too; below: living organisations under it;
    vacant_since: first day without a secretary, None where one is there or nothing is known;
    has_secretary: somebody holds the post today; instructors: serving it today; recent_full: full
    members of today that belonged to it at any time within the months of SignLimits; nearby:
    organisations of the same township with room for its members; running: its open elections and
    what is open of setting it up; coming: open transfers into it.
    """

    figures: OrgFacts
    rolls: int
    below: int
    has_secretary: bool
    vacant_since: date | None
    instructors: int
    recent_full: int
    founded_on: date | None
    nearby: int = 0
    running: int = 0
    coming: int = 0

    @property
    def alive_units(self) -> int:
        """Units that have not ended; codes nobody knows may be some."""
        return self.figures.units - self.figures.closed + self.figures.to_verify

    @property
    def others(self) -> int:
        """People on the rolls who are no members."""
        return self.rolls - self.figures.members


@dataclass(frozen=True, slots=True)
class MergeFacts:
    """The organisation to merge into.

    room: members it may still take, None without a limit; crossing: open transfers into it out of
    the organisation that is merged.
    """

    state: OrgState
    org_type: OrgType
    room: int | None
    stands_below: bool
    units: int
    crossing: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """One blocker; count: of what it counts, 0 where nothing is counted."""

    blocker: Blocker
    count: int = 0


@dataclass(frozen=True, slots=True)
class Speaks:
    """One point for or against a way, with what it counts."""

    point: Point
    is_for: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class PlanFact:
    """One line of a revival: until when, whether it is so today."""

    item: PlanItem
    due_on: date
    is_so: bool


def signs_of(facts: AdjustmentFacts, today: date, limits: SignLimits) -> list[Sign]:
    """Return the signs an active organisation shows on a day; none for any other state (AD-10)."""
    figures = facts.figures
    if figures.state is not OrgState.ACTIVE:
        return []
    term_ends_on = figures.term_ends_on
    held = {
        Sign.DORMANT: _is_dormant(facts, today, limits),
        Sign.SHORT: _is_short(facts, today, limits),
        Sign.NO_SECRETARY: facts.vacant_since is not None
        and facts.vacant_since + timedelta(days=limits.vacant_days) < today,
        Sign.TERM_LONG_OVER: term_ends_on is not None
        and term_ends_on + timedelta(days=limits.term_days) < today,
        Sign.ALL_ENDED: 0 < figures.closed == figures.units + figures.to_verify,
    }
    return [sign for sign, holds in held.items() if holds]


def points_of(facts: AdjustmentFacts) -> Mapping[Sort, list[Speaks]]:
    """Return what speaks for and against each way, both in a fixed order (AD-3)."""
    return {
        Sort.REVIVE: _on_reviving(facts),
        Sort.MERGE: _on_merging(facts),
        Sort.REVOKE: _on_revoking(facts),
    }


def merge_blockers(facts: AdjustmentFacts, target: MergeFacts | None) -> list[Found]:
    """Return what bars merging into the organisation chosen (AD-5)."""
    if target is None or target.state is not OrgState.ACTIVE:
        return [Found(Blocker.TARGET_GONE)]
    found = []
    if target.stands_below:
        found.append(Found(Blocker.TARGET_BELOW))
    members = facts.figures.members
    if target.room is not None and members > target.room:
        found.append(Found(Blocker.TARGET_FULL, members - target.room))
    if facts.below and target.org_type not in SUPERIOR_TYPES:
        found.append(Found(Blocker.BELOW_A_BRANCH, facts.below))
    return found + _left_open(facts, target.crossing)


def revoke_blockers(facts: AdjustmentFacts, seals: Seals, *, has_papers: bool) -> list[Found]:
    """Return what bars dissolving the organisation (AD-6)."""
    counted = {
        Blocker.MEMBERS_LEFT: facts.figures.members,
        Blocker.OTHERS_LEFT: facts.others,
        Blocker.SUBORDINATES_LEFT: facts.below,
    }
    found = [Found(blocker, count) for blocker, count in counted.items() if count]
    if seals is Seals.UNKNOWN:
        found.append(Found(Blocker.SEALS_UNKNOWN))
    if not has_papers:
        found.append(Found(Blocker.PAPERS_UNKNOWN))
    return found + _left_open(facts)


def plan_facts(
    plan: Mapping[PlanItem, date], facts: AdjustmentFacts, decided_on: date
) -> list[PlanFact]:
    """Return the lines of a revival as they stand; a meeting counts from the decision on (AD-7)."""
    life = facts.figures.last_life_on
    so = {
        PlanItem.SECRETARY: facts.has_secretary,
        PlanItem.MEMBERS: facts.figures.full >= MIN_FULL_MEMBERS,
        PlanItem.MEETING: life is not None and life >= decided_on,
        PlanItem.INSTRUCTOR: facts.instructors > 0,
    }
    return [PlanFact(item, plan[item], so[item]) for item in PlanItem if item in plan]


def is_bare(facts: AdjustmentFacts, *, people_went: bool) -> bool:
    """Test whether a closure leaves an organisation too little to go on as it is (AD-8).

    No unit is left that has not ended; or people of it went elsewhere and fewer than three full
    members are left in a branch that holds relations.
    """
    if facts.figures.state is not OrgState.ACTIVE:
        return False
    return not facts.alive_units or (people_went and _is_few(facts))


def _left_open(facts: AdjustmentFacts, crossing: int = 0) -> list[Found]:
    """Transfers out of it to other places go on with its successor's member (AD-13, TR-9)."""
    counted = {
        Blocker.CASES_OPEN: facts.running,
        Blocker.TRANSFERS_OPEN: facts.coming + crossing,
    }
    return [Found(blocker, count) for blocker, count in counted.items() if count]


def _is_few(facts: AdjustmentFacts) -> bool:
    return holds_relations(facts.figures) and facts.figures.full < MIN_FULL_MEMBERS


def holds_relations(figures: OrgFacts) -> bool:
    """Test whether three full members are asked of it: a branch that is no functional one (OR-1)."""
    is_branch = figures.org_type in {OrgType.BRANCH, OrgType.UNKNOWN}
    return is_branch and figures.formation_mode is not FormationMode.FUNCTIONAL


def _is_dormant(facts: AdjustmentFacts, today: date, limits: SignLimits) -> bool:
    """Where nothing is known of its life, it counts from the day it was founded, if that is known."""
    last = facts.figures.last_life_on or facts.founded_on
    return last is None or last < add_months(today, -limits.dormant_months)


def _is_short(facts: AdjustmentFacts, today: date, limits: SignLimits) -> bool:
    founded = facts.founded_on
    is_old = founded is None or founded < add_months(today, -limits.short_months)
    return is_old and _is_few(facts) and facts.recent_full < MIN_FULL_MEMBERS


def _on_reviving(facts: AdjustmentFacts) -> list[Speaks]:
    figures = facts.figures
    enough = figures.full >= MIN_FULL_MEMBERS or not holds_relations(figures)
    return [
        Speaks(Point.ENOUGH_FULL if enough else Point.FEW_FULL, enough, figures.full),
        _on_units(facts),
        Speaks(Point.SECRETARY if facts.has_secretary else Point.NO_SECRETARY, facts.has_secretary),
    ]


def _on_merging(facts: AdjustmentFacts) -> list[Speaks]:
    figures = facts.figures
    points = []
    if figures.members and figures.full < MIN_FULL_MEMBERS and holds_relations(figures):
        points.append(Speaks(Point.FEW_FULL, True, figures.full))
    if not figures.members:
        points.append(Speaks(Point.NOBODY, False))
    room = Point.ROOM_NEARBY if facts.nearby else Point.NO_ROOM_NEARBY
    points.append(Speaks(room, bool(facts.nearby), facts.nearby))
    if facts.below:
        points.append(Speaks(Point.SUBORDINATES, False, facts.below))
    return points


def _on_revoking(facts: AdjustmentFacts) -> list[Speaks]:
    points = []
    if not facts.figures.members:
        points.append(Speaks(Point.NOBODY, True))
    else:
        points.append(Speaks(Point.MEMBERS_TO_MOVE, False, facts.figures.members))
    if facts.alive_units:
        points.append(Speaks(Point.UNITS_UNCOVERED, False, facts.alive_units))
    else:
        points.append(Speaks(Point.NO_UNIT_ALIVE, True))
    if facts.below:
        points.append(Speaks(Point.SUBORDINATES, False, facts.below))
    return points


def _on_units(facts: AdjustmentFacts) -> Speaks:
    alive = facts.alive_units
    return Speaks(Point.UNITS_ALIVE if alive else Point.NO_UNIT_ALIVE, bool(alive), alive)
