"""Worklists: what is listed for work, by which rule, and who may see the list."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xgz.rules.calendar import add_months
from xgz.rules.organisations import OrganisationLimits, OrgType, term_notice_on
from xgz.rules.registration import BusinessKind
from xgz.rules.roles import DECLARED_OWNERS, VIEWS, Resource, Role


class Worklist(StrEnum):
    SHOULD_FORM = "should-form"
    TO_VERIFY = "to-verify"
    SMALL = "small"
    DECLARED_OWNERS = "declared-owners"
    CLOSED_BUSINESS = "closed-business"
    BELOW_THREE = "below-three"
    TERMS = "terms"
    NO_LIFE = "no-life"
    AGEING = "ageing"
    UNKNOWN_CODES = "unknown-codes"
    MISSING = "missing"
    UNCONFIRMED = "unconfirmed"
    CLOSURES = "closures"


class Subject(StrEnum):
    """What one row of a list is about."""

    BUSINESS = "business"
    ORGANISATION = "organisation"
    CODE = "code"  # an organisation's covered code that the register does not know
    CLOSURE = "closure"  # a dated closing of a business


class Reason(StrEnum):
    """Why a row is listed; the wording with its arguments stands in queries/worklist_wording.py."""

    FULL_PROVEN = "full_proven"
    MIXED_ONLY = "mixed_only"
    FEW_FULL = "few_full"
    FEW_MIXED = "few_mixed"
    OWNER_DECLARED = "owner_declared"
    ALL_CLOSED = "all_closed"
    SOME_CLOSED = "some_closed"
    FULL_BELOW = "full_below"
    NOBODY_ON_ROSTER = "nobody_on_roster"
    TERM_ENDS = "term_ends"
    TERM_OVER = "term_over"
    NO_LIFE_RECORDED = "no_life_recorded"
    LIFE_LONG_AGO = "life_long_ago"
    AGEING = "ageing"
    AGEING_GUARDED = "ageing_guarded"  # without single ages, for those who see no roster (PR-9)
    AGEING_FEW = "ageing_few"  # too few people for an average to show (PR-9)
    CODE_NOT_IN_REGISTER = "code_not_in_register"
    NOT_IN_FULL_EXTRACT = "not_in_full_extract"
    ROSTER_ONLY = "roster_only"
    CLOSED_COVERED = "closed_covered"
    CLOSED_SERVED = "closed_served"
    CLOSED_DECLARED = "closed_declared"
    CLOSED_PLAIN = "closed_plain"


SUBJECTS: dict[Worklist, Subject] = {
    Worklist.SHOULD_FORM: Subject.BUSINESS,
    Worklist.TO_VERIFY: Subject.BUSINESS,
    Worklist.SMALL: Subject.BUSINESS,
    Worklist.DECLARED_OWNERS: Subject.BUSINESS,
    Worklist.CLOSED_BUSINESS: Subject.ORGANISATION,
    Worklist.BELOW_THREE: Subject.ORGANISATION,
    Worklist.TERMS: Subject.ORGANISATION,
    Worklist.NO_LIFE: Subject.ORGANISATION,
    Worklist.AGEING: Subject.ORGANISATION,
    Worklist.UNKNOWN_CODES: Subject.CODE,
    Worklist.MISSING: Subject.BUSINESS,
    Worklist.UNCONFIRMED: Subject.ORGANISATION,
    Worklist.CLOSURES: Subject.CLOSURE,
}
# The rule that puts a row on the list, shown beside every reason.
RULE_IDS: dict[Worklist, str] = {
    Worklist.SHOULD_FORM: "WL-1",
    Worklist.TO_VERIFY: "WL-2",
    Worklist.SMALL: "WL-3",
    Worklist.DECLARED_OWNERS: "WL-4",
    Worklist.CLOSED_BUSINESS: "OR-9",
    Worklist.BELOW_THREE: "OR-1",
    Worklist.TERMS: "OR-5",
    Worklist.NO_LIFE: "OR-7",
    Worklist.AGEING: "OR-6",
    Worklist.UNKNOWN_CODES: "WL-10",
    Worklist.MISSING: "RG-6",
    Worklist.UNCONFIRMED: "WL-12",
    Worklist.CLOSURES: "WL-13",
}
# Businesses whose kind nobody stated stay on the lists, though no figure counts them (WL-5).
LISTED_KINDS = frozenset(
    {
        BusinessKind.SMALL_MICRO_ENTERPRISE,
        BusinessKind.INDIVIDUAL_BUSINESS,
        BusinessKind.UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class WorkLimits:
    """What the district sets for its worklists, as it holds on one day (PM-1).

    closure_days: how long closures stay on the list (WL-13).
    """

    organisations: OrganisationLimits
    closure_days: int


_STATED_TYPES = frozenset(each.value for each in OrgType if each is not OrgType.UNKNOWN)
_OFFICES = frozenset(role for role in Role if Resource.COVERAGE in VIEWS[role])


def roles_for(worklist: Worklist) -> frozenset[Role]:
    """Return the roles that see the list; owners' declarations are the organization line's (PR-8)."""
    return DECLARED_OWNERS if worklist is Worklist.DECLARED_OWNERS else _OFFICES


def states_organisation(org_type: str) -> bool:
    """Test whether a report's 党组织建制 states an organisation (WL-6); empty and "none" do not."""
    return org_type in _STATED_TYPES


def last_noticed_term(today: date, limits: OrganisationLimits) -> date:
    """Return the latest end of term whose election is already announced (OR-5).

    Month ends fall together: on 28 February terms ending on 28 to 31 August are announced.
    """
    end = add_months(today, limits.term_notice_months)
    while term_notice_on(end + timedelta(days=1), limits) <= today:
        end += timedelta(days=1)
    return end


def closures_since(today: date, closure_days: int) -> date:
    """Return the first day whose closures are still listed for so many days (WL-13)."""
    return today - timedelta(days=closure_days)
