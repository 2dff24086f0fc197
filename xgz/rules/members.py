"""Members: classes, membership status and the two links."""

from datetime import date
from enum import StrEnum

from xgz.rules.calendar import add_months

PROBATION_MONTHS = 12  # MB-2: a probationary member becomes full after one year at the earliest


class MemberClass(StrEnum):
    FULL = "full"
    PROBATIONARY = "probationary"
    DEVELOPMENT_TARGET = "development_target"
    ACTIVIST = "activist"
    APPLICANT = "applicant"
    UNKNOWN = "unknown"


class MembershipStatus(StrEnum):
    NORMAL = "normal"
    LOST_CONTACT = "lost_contact"
    SUSPENDED = "suspended"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"
    EXPELLED = "expelled"
    MOVED_OUT = "moved_out"
    DECEASED = "deceased"
    UNKNOWN = "unknown"


class LinkKind(StrEnum):
    FORMAL = "formal"  # where the relation is; statistics count here
    ACTIVITY = "activity"  # where the member takes part


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


MEMBER_CLASS_LABELS: dict[MemberClass, str] = {
    MemberClass.FULL: "正式党员",
    MemberClass.PROBATIONARY: "预备党员",
    MemberClass.DEVELOPMENT_TARGET: "发展对象",
    MemberClass.ACTIVIST: "入党积极分子",
    MemberClass.APPLICANT: "入党申请人",
    MemberClass.UNKNOWN: "类别未知",
}
MEMBERSHIP_STATUS_LABELS: dict[MembershipStatus, str] = {
    MembershipStatus.NORMAL: "正常",
    MembershipStatus.LOST_CONTACT: "失联",
    MembershipStatus.SUSPENDED: "停止党籍",
    MembershipStatus.REMOVED: "除名",
    MembershipStatus.WITHDRAWN: "退党",
    MembershipStatus.EXPELLED: "开除党籍",
    MembershipStatus.MOVED_OUT: "已转出",
    MembershipStatus.DECEASED: "去世",
    MembershipStatus.UNKNOWN: "状态未知",
}
LINK_KIND_LABELS: dict[LinkKind, str] = {
    LinkKind.FORMAL: "组织关系所在",
    LinkKind.ACTIVITY: "参加活动所在",
}
SEX_LABELS: dict[Sex, str] = {Sex.MALE: "男", Sex.FEMALE: "女", Sex.UNKNOWN: "未知"}

# People with Party membership; the other classes are people in development (OR-6 successors).
PARTY_CLASSES = frozenset({MemberClass.FULL, MemberClass.PROBATIONARY})
SUCCESSOR_CLASSES = frozenset({MemberClass.ACTIVIST, MemberClass.DEVELOPMENT_TARGET})
# Statuses of people who are still on the rolls of their organisation.
ON_ROLLS = frozenset(
    {MembershipStatus.NORMAL, MembershipStatus.LOST_CONTACT, MembershipStatus.UNKNOWN}
)

_C = MemberClass

# From which class a person may go to which (MB-1): one step at a time towards membership, or out
# of development again. A class nobody knew may become any.
CLASS_STEPS: dict[MemberClass, frozenset[MemberClass]] = {
    _C.APPLICANT: frozenset({_C.ACTIVIST}),
    _C.ACTIVIST: frozenset({_C.DEVELOPMENT_TARGET, _C.APPLICANT}),
    _C.DEVELOPMENT_TARGET: frozenset({_C.PROBATIONARY, _C.ACTIVIST}),
    _C.PROBATIONARY: frozenset({_C.FULL, _C.APPLICANT}),
    _C.FULL: frozenset(),
    _C.UNKNOWN: frozenset(MemberClass) - {_C.UNKNOWN},
}


class ClassStepNotAllowed(Exception):
    """A person of this class does not go to that class in one step."""


class ProbationNotOver(Exception):
    """The year of probation has not run out; `ends_on` is the first day that will do."""

    def __init__(self, ends_on: date) -> None:
        super().__init__(ends_on.isoformat())
        self.ends_on = ends_on


def check_class_step(before: MemberClass, after: MemberClass) -> None:
    """Raise ClassStepNotAllowed unless `before` leads to `after` in one step (MB-1)."""
    if after not in CLASS_STEPS[before]:
        raise ClassStepNotAllowed(f"{before} to {after}")


def check_probation(joined_on: date | None, full_on: date) -> None:
    """Raise ProbationNotOver where `full_on` lies within a year of `joined_on` (MB-2).

    The anniversary itself will do; an unknown day of joining is not held against the person.
    """
    if joined_on is None:
        return
    ends_on = add_months(joined_on, PROBATION_MONTHS)
    if full_on < ends_on:
        raise ProbationNotOver(ends_on)
