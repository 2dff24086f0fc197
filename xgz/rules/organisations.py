"""Party organisations: types, ways of forming them, sizes, terms and warning rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xgz.rules.calendar import add_months

MIN_FULL_MEMBERS = 3  # OR-1: a basic unit with 3 or more full members must form
BRANCH_TERM_YEARS = 3  # OR-4: branches and general branches
COMMITTEE_TERM_YEARS = 5  # OR-4
MIN_AVERAGED = 3  # PR-9: an average of fewer ages tells single people's


class OrgType(StrEnum):
    BRANCH = "branch"
    GENERAL_BRANCH = "general_branch"
    COMMITTEE = "committee"
    INDUSTRY_COMMITTEE = "industry_committee"
    UNKNOWN = "unknown"


class FormationMode(StrEnum):
    STANDALONE = "standalone"
    JOINT = "joint"
    AFFILIATED = "affiliated"
    ASSOCIATION = "association"
    MARKET = "market"
    REGIONAL = "regional"
    FUNCTIONAL = "functional"
    FLOATING = "floating"
    OTHER = "other"
    UNKNOWN = "unknown"


class OrgState(StrEnum):
    ACTIVE = "active"
    UNCONFIRMED = "unconfirmed"  # named by a roster row only
    DISSOLVED = "dissolved"


class OrgChangeKind(StrEnum):
    SET_UP = "set_up"
    CONFIRMED = "confirmed"
    RENAMED = "renamed"
    MOVED = "moved"
    GUIDANCE = "guidance"
    ELECTED = "elected"
    MERGED = "merged"
    SPLIT = "split"
    DISSOLVED = "dissolved"


class StepNotAllowed(Exception):
    """An organisation in this state cannot take this change."""


class Post(StrEnum):
    SECRETARY = "secretary"
    DEPUTY_SECRETARY = "deputy_secretary"
    COMMITTEE_MEMBER = "committee_member"


ORG_TYPE_LABELS: dict[OrgType, str] = {
    OrgType.BRANCH: "党支部",
    OrgType.GENERAL_BRANCH: "党总支",
    OrgType.COMMITTEE: "党委",
    OrgType.INDUSTRY_COMMITTEE: "行业党委",
    OrgType.UNKNOWN: "类别未知",
}
FORMATION_MODE_LABELS: dict[FormationMode, str] = {
    FormationMode.STANDALONE: "单独组建",
    FormationMode.JOINT: "联合组建",
    FormationMode.AFFILIATED: "挂靠组建",
    FormationMode.ASSOCIATION: "依托个私协会组建",
    FormationMode.MARKET: "依托市场组建",
    FormationMode.REGIONAL: "区域组建",
    FormationMode.FUNCTIONAL: "功能型",
    FormationMode.FLOATING: "流动党员党组织",
    FormationMode.OTHER: "其他方式",
    FormationMode.UNKNOWN: "方式未知",
}
ORG_STATE_LABELS: dict[OrgState, str] = {
    OrgState.ACTIVE: "正常",
    OrgState.UNCONFIRMED: "待确认",
    OrgState.DISSOLVED: "已撤销",
}
ORG_CHANGE_LABELS: dict[OrgChangeKind, str] = {
    OrgChangeKind.SET_UP: "成立",
    OrgChangeKind.CONFIRMED: "确认",
    OrgChangeKind.RENAMED: "更名",
    OrgChangeKind.MOVED: "隶属关系调整",
    OrgChangeKind.GUIDANCE: "指导单位调整",
    OrgChangeKind.ELECTED: "换届",
    OrgChangeKind.MERGED: "合并",
    OrgChangeKind.SPLIT: "分设",
    OrgChangeKind.DISSOLVED: "撤销",
}
POST_LABELS: dict[Post, str] = {
    Post.SECRETARY: "书记",
    Post.DEPUTY_SECRETARY: "副书记",
    Post.COMMITTEE_MEMBER: "委员",
}

# Ways of forming that give organisation coverage to the businesses they list (CV-2);
# functional and floating branches carry work coverage only.
COVERING_MODES = frozenset(
    {
        FormationMode.STANDALONE,
        FormationMode.JOINT,
        FormationMode.AFFILIATED,
        FormationMode.ASSOCIATION,
        FormationMode.MARKET,
    }
)

# A branch has nobody below it; every other type may be a formal superior (OR-8).
SUPERIOR_TYPES = frozenset(
    {OrgType.GENERAL_BRANCH, OrgType.COMMITTEE, OrgType.INDUSTRY_COMMITTEE, OrgType.UNKNOWN}
)

_S, _C = OrgState, OrgChangeKind

# Which change an organisation may take in which state, and the state after it. A closed one takes
# none: its history stands.
STEPS: dict[tuple[OrgState, OrgChangeKind], OrgState] = {
    (_S.UNCONFIRMED, _C.CONFIRMED): _S.ACTIVE,
    (_S.UNCONFIRMED, _C.MERGED): _S.DISSOLVED,
    (_S.UNCONFIRMED, _C.DISSOLVED): _S.DISSOLVED,
    (_S.ACTIVE, _C.RENAMED): _S.ACTIVE,
    (_S.ACTIVE, _C.MOVED): _S.ACTIVE,
    (_S.ACTIVE, _C.GUIDANCE): _S.ACTIVE,
    (_S.ACTIVE, _C.ELECTED): _S.ACTIVE,
    (_S.ACTIVE, _C.MERGED): _S.DISSOLVED,
    (_S.ACTIVE, _C.SPLIT): _S.ACTIVE,
    (_S.ACTIVE, _C.DISSOLVED): _S.DISSOLVED,
}


def next_state(state: OrgState, change: OrgChangeKind) -> OrgState:
    """Return the state after `change`. Raises StepNotAllowed."""
    try:
        return STEPS[state, change]
    except KeyError:
        raise StepNotAllowed(f"{change} in state {state}") from None


@dataclass(frozen=True, slots=True)
class OrganisationLimits:
    """What the district sets for its organisations, as it holds on one day (PM-1).

    ageing_average, young_age: years (OR-6); dormant_months (OR-7), term_notice_months (OR-5);
    units_warn, members_max: the most a branch has without a warning (OR-2, OR-3).
    """

    ageing_average: int
    young_age: int
    dormant_months: int
    term_notice_months: int
    units_warn: int
    members_max: int


@dataclass(frozen=True, slots=True)
class Ageing:
    """average: years at `as_at`, one decimal; flagged by OR-6 or not."""

    average: float
    youngest: int
    count: int
    flagged: bool


def hides_single_ages(count: int) -> bool:
    """Test whether an average of so many ages may show to those who see no roster (PR-9)."""
    return count >= MIN_AVERAGED


def age_at(born_on: date, as_at: date) -> int:
    """Return the completed years of life; the birthday itself counts."""
    return as_at.year - born_on.year - ((as_at.month, as_at.day) < (born_on.month, born_on.day))


def term_end(elected_on: date, org_type: OrgType) -> date:
    """Return the day a term begun on `elected_on` runs out (OR-4)."""
    committees = {OrgType.COMMITTEE, OrgType.INDUSTRY_COMMITTEE}
    years = COMMITTEE_TERM_YEARS if org_type in committees else BRANCH_TERM_YEARS
    return add_months(elected_on, 12 * years)


def term_notice_on(term_ends_on: date, limits: OrganisationLimits) -> date:
    """Return the first day on which the coming election is announced (OR-5)."""
    return add_months(term_ends_on, -limits.term_notice_months)


def dormant_before(today: date, limits: OrganisationLimits) -> date:
    """Return the day: an organisation whose last recorded life lies before it is dormant (OR-7)."""
    return add_months(today, -limits.dormant_months)


def judge_ageing(
    born_on: Sequence[date], successors: int, as_at: date, limits: OrganisationLimits
) -> Ageing | None:
    """Return the age figures of an organisation's members, or None where nobody's age is known.

    successors: activists and development targets. Flagged (OR-6) where the average reaches the
    limit, nobody is below the age of a successor and none is in development.
    """
    ages = [age_at(day, as_at) for day in born_on]
    if not ages:
        return None
    average = sum(ages) / len(ages)
    flagged = average >= limits.ageing_average and min(ages) >= limits.young_age and not successors
    return Ageing(round(average, 1), min(ages), len(ages), flagged)
