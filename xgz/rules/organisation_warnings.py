"""What is wrong with an organisation, from its figures: one finding per rule it touches."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xgz.rules.organisations import (
    MIN_FULL_MEMBERS,
    Ageing,
    FormationMode,
    OrganisationLimits,
    OrgState,
    OrgType,
    age_at,
    dormant_before,
    hides_single_ages,
    judge_ageing,
    term_notice_on,
)

ADULT_AGE = 18  # OR-6: nobody is a member before, so a past average leaves children out


class OrgWarning(StrEnum):
    BELOW_MIN = "below_min"
    TOO_MANY_UNITS = "too_many_units"
    TOO_MANY_MEMBERS = "too_many_members"
    TERM_ENDING = "term_ending"
    TERM_OVER = "term_over"
    AGEING = "ageing"
    NO_LIFE = "no_life"
    DORMANT = "dormant"
    SOME_CLOSED = "some_closed"
    ALL_CLOSED = "all_closed"


WARNING_LABELS: dict[OrgWarning, str] = {
    OrgWarning.BELOW_MIN: "正式党员不足",
    OrgWarning.TOO_MANY_UNITS: "联合单位过多",
    OrgWarning.TOO_MANY_MEMBERS: "人数过多",
    OrgWarning.TERM_ENDING: "临近届满",
    OrgWarning.TERM_OVER: "届满未换届",
    OrgWarning.AGEING: "老龄化无接续",
    OrgWarning.NO_LIFE: "无组织生活记录",
    OrgWarning.DORMANT: "组织生活停滞",
    OrgWarning.SOME_CLOSED: "部分主体退出",
    OrgWarning.ALL_CLOSED: "主体全部退出",
}
WARNING_RULES: dict[OrgWarning, str] = {
    OrgWarning.BELOW_MIN: "OR-1",
    OrgWarning.TOO_MANY_UNITS: "OR-2",
    OrgWarning.TOO_MANY_MEMBERS: "OR-3",
    OrgWarning.TERM_ENDING: "OR-5",
    OrgWarning.TERM_OVER: "OR-4",
    OrgWarning.AGEING: "OR-6",
    OrgWarning.NO_LIFE: "OR-7",
    OrgWarning.DORMANT: "OR-7",
    OrgWarning.SOME_CLOSED: "OR-9",
    OrgWarning.ALL_CLOSED: "OR-9",
}


@dataclass(frozen=True, slots=True)
class OrgFacts:
    """What is known of one organisation. Members are those on its rolls by their formal link.

    born_on: known birth dates of full and probationary members; successors: activists and
    development targets; units: businesses and markets listed now; closed: businesses among them
    that have ended; to_verify: listed codes that the registry does not know.
    """

    state: OrgState
    org_type: OrgType
    formation_mode: FormationMode
    term_ends_on: date | None = None
    last_life_on: date | None = None
    full: int = 0
    probationary: int = 0
    successors: int = 0
    born_on: tuple[date, ...] = ()
    guests: int = 0  # take part here, their relation lies elsewhere
    units: int = 0
    closed: int = 0
    to_verify: int = 0

    @property
    def members(self) -> int:
        return self.full + self.probationary

    def ageing(self, as_at: date, limits: OrganisationLimits) -> Ageing | None:
        """Return the age figures of today's members as at a day (OR-6), or None without any.

        Whoever was under 18 on that day is left out.
        """
        adults = [day for day in self.born_on if age_at(day, as_at) >= ADULT_AGE]
        return judge_ageing(adults, self.successors, as_at, limits)

    def guarded_ageing(self, as_at: date, limits: OrganisationLimits) -> Ageing | None:
        """Return the figures for those who may not see the people behind them, or None.

        Only for the end of a year on which everybody was of age: from any other day the average
        and the count would tell single birthdays (PR-8); and never for a few people (PR-9).
        """
        ageing = self.ageing(as_at, limits)
        if not is_year_end(as_at) or ageing is None or ageing.count < len(self.born_on):
            return None
        return ageing if hides_single_ages(ageing.count) else None

    def shown_ageing(
        self, today: date, limits: OrganisationLimits, *, with_people: bool
    ) -> Ageing | None:
        """Return today's age figures as far as the reader may have them, or None (PR-9).

        with_people: whether the reader may see the people behind them.
        """
        ageing = self.ageing(today, limits)
        if ageing is None or with_people or hides_single_ages(ageing.count):
            return ageing
        return None


def is_year_end(day: date) -> bool:
    """Test whether this is 31 December."""
    return (day.month, day.day) == (12, 31)


def judge_organisation(
    facts: OrgFacts, today: date, limits: OrganisationLimits
) -> tuple[OrgWarning, ...]:
    """Return the findings on an active organisation as at `today`; none for any other state.

    limits: those that hold on that day.
    """
    if facts.state is not OrgState.ACTIVE:
        return ()
    return tuple(warning for warning in OrgWarning if _TESTS[warning](facts, today, limits))


def _is_branch(facts: OrgFacts) -> bool:
    return facts.org_type in {OrgType.BRANCH, OrgType.UNKNOWN}


def _is_below_min(facts: OrgFacts, today: date, limits: OrganisationLimits) -> bool:
    """A functional branch holds no relations, so its own rolls prove nothing."""
    return (
        _is_branch(facts)
        and facts.formation_mode is not FormationMode.FUNCTIONAL
        and facts.full < MIN_FULL_MEMBERS
    )


def _has_too_many_units(facts: OrgFacts, today: date, limits: OrganisationLimits) -> bool:
    joint = facts.formation_mode is FormationMode.JOINT
    return joint and facts.units + facts.to_verify > limits.units_warn


def _has_too_many_members(facts: OrgFacts, today: date, limits: OrganisationLimits) -> bool:
    return facts.org_type is OrgType.BRANCH and facts.members > limits.members_max


def _term_is_over(facts: OrgFacts, today: date, limits: OrganisationLimits) -> bool:
    """The last day of the term still counts."""
    return facts.term_ends_on is not None and today > facts.term_ends_on


def _term_is_ending(facts: OrgFacts, today: date, limits: OrganisationLimits) -> bool:
    if facts.term_ends_on is None or _term_is_over(facts, today, limits):
        return False
    return today >= term_notice_on(facts.term_ends_on, limits)


def _is_ageing(facts: OrgFacts, today: date, limits: OrganisationLimits) -> bool:
    ageing = facts.ageing(today, limits)
    return ageing is not None and ageing.flagged


def _has_no_life(facts: OrgFacts, today: date, limits: OrganisationLimits) -> bool:
    return facts.last_life_on is None


def _is_dormant(facts: OrgFacts, today: date, limits: OrganisationLimits) -> bool:
    return facts.last_life_on is not None and facts.last_life_on < dormant_before(today, limits)


def _has_some_closed(facts: OrgFacts, today: date, limits: OrganisationLimits) -> bool:
    return 0 < facts.closed < facts.units


def _has_all_closed(facts: OrgFacts, today: date, limits: OrganisationLimits) -> bool:
    return 0 < facts.closed == facts.units


_TESTS: dict[OrgWarning, Callable[[OrgFacts, date, OrganisationLimits], bool]] = {
    OrgWarning.BELOW_MIN: _is_below_min,
    OrgWarning.TOO_MANY_UNITS: _has_too_many_units,
    OrgWarning.TOO_MANY_MEMBERS: _has_too_many_members,
    OrgWarning.TERM_ENDING: _term_is_ending,
    OrgWarning.TERM_OVER: _term_is_over,
    OrgWarning.AGEING: _is_ageing,
    OrgWarning.NO_LIFE: _has_no_life,
    OrgWarning.DORMANT: _is_dormant,
    OrgWarning.SOME_CLOSED: _has_some_closed,
    OrgWarning.ALL_CLOSED: _has_all_closed,
}
