"""Adjusting an organisation: reviving, merging or revoking it as one case (AD-1 to AD-12)."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from xgz.rules.cases import CLOCK, CaseKind, Duty, Limit, Step


class AdjustmentState(StrEnum):
    SUGGESTED = "suggested"  # by the guiding line, which decides nothing
    PROPOSED = "proposed"
    DECIDING = "deciding"
    CARRYING_OUT = "carrying_out"
    FILING = "filing"
    DONE = "done"
    DROPPED = "dropped"  # the organisation is kept as it is
    RETRACTED = "retracted"  # with the closure that handed it over


class AdjustmentAction(StrEnum):
    TAKE_UP = "take_up"
    SUBMIT = "submit"
    RETURN = "return"
    DECIDE_REVIVE = "decide_revive"
    DECIDE_MERGE = "decide_merge"
    DECIDE_REVOKE = "decide_revoke"
    RECONSIDER = "reconsider"
    LAPSE = "lapse"
    FINISH = "finish"
    FILE = "file"
    DROP = "drop"
    RETRACT = "retract"


class AdjustmentParty(StrEnum):
    PROPOSER = "proposer"  # the branch itself, or the committee: gathers what is known
    TOWNSHIP = "township"  # the committee that leads the organisation: decides and carries out
    DEPARTMENT = "department"  # what was done is filed with it
    GUIDE = "guide"  # the office that guides the organisation: may suggest, sees counts


class Sort(StrEnum):
    """What becomes of the organisation; empty until somebody wants or decides one."""

    OPEN = ""
    REVIVE = "revive"
    MERGE = "merge"
    REVOKE = "revoke"


class Origin(StrEnum):
    BY_HAND = "by_hand"
    LISTED = "listed"  # a row of the candidates (AD-10)
    CLOSURE = "closure"  # a closed business whose case decided to merge or revoke (AD-8)
    LEFT_BARE = "left_bare"  # a closure that ended leaving the organisation too little (AD-8)


class PlanItem(StrEnum):
    """What a dormant organisation needs to live again; each is read from the rolls (AD-7)."""

    SECRETARY = "secretary"
    MEMBERS = "members"
    MEETING = "meeting"
    INSTRUCTOR = "instructor"


class Seals(StrEnum):
    """What became of seal and plaque of an organisation that is revoked (AD-6)."""

    UNKNOWN = ""
    HANDED_IN = "handed_in"
    NONE = "none"


class Deed(StrEnum):
    """What people set going while a case is carried out; each is recorded in the history."""

    OPENED = "open"
    WISHED = "wished"
    DECIDED = "decided"
    TRANSFERS = "transfers"
    TAKEN_IN = "taken_in"
    HANDED_IN = "handed_in"
    MERGED = "merged"
    DISSOLVED = "dissolved"


class PlanIncomplete(Exception):
    """A revival needs a date for each line of its plan."""


class PlanDayNotAllowed(Exception):
    """A date of the plan lies before today or beyond the district's limit; `latest` is the last."""

    def __init__(self, latest: date) -> None:
        super().__init__(latest.isoformat())
        self.latest = latest


class MeetingDayNotAllowed(Exception):
    """The committee's meeting lies in the future, or before the organisation was founded."""


SORT_LABELS: dict[Sort, str] = {
    Sort.OPEN: "未定",
    Sort.REVIVE: "保留并恢复",
    Sort.MERGE: "并入其他党组织",
    Sort.REVOKE: "撤销",
}
ORIGIN_LABELS: dict[Origin, str] = {
    Origin.BY_HAND: "直接提出",
    Origin.LISTED: "组织调整对象清单",
    Origin.CLOSURE: "主体退出事项移交",
    Origin.LEFT_BARE: "主体退出后党组织力量不足",
}
PLAN_LABELS: dict[PlanItem, str] = {
    PlanItem.SECRETARY: "书记到位",
    PlanItem.MEMBERS: "正式党员满三名",
    PlanItem.MEETING: "恢复后开展第一次组织生活",
    PlanItem.INSTRUCTOR: "落实指导员",
}
SEALS_LABELS: dict[Seals, str] = {
    Seals.UNKNOWN: "未登记",
    Seals.HANDED_IN: "已收缴",
    Seals.NONE: "没有刻制",
}
DEED_LABELS: dict[Deed, str] = {
    Deed.OPENED: "提出组织调整",
    Deed.WISHED: "主体退出事项提出意见",
    Deed.DECIDED: "党委研究意见",
    Deed.TRANSFERS: "提出党员转接",
    Deed.TAKEN_IN: "本党委内的转接已接收",
    Deed.HANDED_IN: "登记印章、牌匾和档案去向",
    Deed.MERGED: "党组织已合并",
    Deed.DISSOLVED: "党组织已撤销",
}
_S, _A, _P = AdjustmentState, AdjustmentAction, AdjustmentParty
SORT_OF: dict[AdjustmentAction, Sort] = {
    _A.DECIDE_REVIVE: Sort.REVIVE,
    _A.DECIDE_MERGE: Sort.MERGE,
    _A.DECIDE_REVOKE: Sort.REVOKE,
}
# Who opens a case in which state: the organization line proposes, the guiding line suggests.
ENTRIES = frozenset({_S.SUGGESTED, _S.PROPOSED, _S.DECIDING})
# An open case a closure handed over goes back with it, however far it has come (AD-8).
_RETRACTABLE = (_S.PROPOSED, _S.DECIDING, _S.CARRYING_OUT)
_OWN = (_P.TOWNSHIP,)


def _decide(label: str) -> Step:
    return Step(_S.CARRYING_OUT, _OWN, label)


ADJUSTMENT = CaseKind(
    name="adjustment",
    label="组织调整",
    series="调整",
    rule="AD-1",
    matter="adjustment",
    initial=_S.SUGGESTED,
    entries=ENTRIES,
    states={
        _S.SUGGESTED: "待受理建议",
        _S.PROPOSED: "摸清情况",
        _S.DECIDING: "党委研究",
        _S.CARRYING_OUT: "落实中",
        _S.FILING: "报备中",
        _S.DONE: "已办结",
        _S.DROPPED: "不作调整，党组织保留",
        _S.RETRACTED: "随退出事项收回",
    },
    main_line=(_S.PROPOSED, _S.DECIDING, _S.CARRYING_OUT, _S.FILING, _S.DONE),
    parties={
        _P.PROPOSER: "提出单位",
        _P.TOWNSHIP: "所在地党委",
        _P.DEPARTMENT: "备案单位",
        _P.GUIDE: "指导单位",
    },
    duties={
        _S.SUGGESTED: Duty(
            _P.TOWNSHIP, "研究是否受理指导单位的建议", Limit("adjustment.take_up_days")
        ),
        _S.PROPOSED: Duty(
            _P.PROPOSER,
            "摸清情况，比较三种处理方式，提请党委研究",
            Limit("adjustment.propose_days"),
        ),
        _S.DECIDING: Duty(
            _P.TOWNSHIP, "召开会议研究，在三种处理方式中确定一种", Limit("adjustment.decide_days")
        ),
        _S.CARRYING_OUT: Duty(
            _P.TOWNSHIP, "逐项落实研究意见，落实后报备", Limit(column="carry_out_by")
        ),
        _S.FILING: Duty(_P.DEPARTMENT, "核对办理结果，予以备案", Limit("adjustment.file_days")),
    },
    steps={
        (_S.SUGGESTED, _A.TAKE_UP): Step(_S.PROPOSED, _OWN, "受理"),
        (_S.SUGGESTED, _A.DROP): Step(_S.DROPPED, _OWN, "不作调整，党组织保留", needs_opinion=True),
        (_S.PROPOSED, _A.SUBMIT): Step(_S.DECIDING, (_P.PROPOSER,), "提请研究"),
        (_S.PROPOSED, _A.DROP): Step(
            _S.DROPPED, (_P.PROPOSER, _P.TOWNSHIP), "不作调整，党组织保留", needs_opinion=True
        ),
        (_S.DECIDING, _A.DECIDE_REVIVE): _decide("确定恢复"),
        (_S.DECIDING, _A.DECIDE_MERGE): _decide("确定合并"),
        (_S.DECIDING, _A.DECIDE_REVOKE): _decide("确定撤销"),
        (_S.DECIDING, _A.RETURN): Step(
            _S.PROPOSED, _OWN, "退回补充情况", needs_opinion=True, returns=True
        ),
        (_S.DECIDING, _A.DROP): Step(_S.DROPPED, _OWN, "不作调整，党组织保留", needs_opinion=True),
        (_S.CARRYING_OUT, _A.RECONSIDER): Step(
            _S.DECIDING, _OWN, "退回重新研究", needs_opinion=True, returns=True
        ),
        (_S.CARRYING_OUT, _A.LAPSE): Step(
            _S.DECIDING, (CLOCK,), "到期未恢复，重新研究", returns=True
        ),
        (_S.CARRYING_OUT, _A.FINISH): Step(_S.FILING, _OWN, "已落实，报备"),
        (_S.FILING, _A.FILE): Step(_S.DONE, (_P.DEPARTMENT,), "已备案，办结"),
        **{
            (state, _A.RETRACT): Step(_S.RETRACTED, (CLOCK,), "随退出事项收回")
            for state in _RETRACTABLE
        },
    },
)


def check_meeting_day(met_on: date, today: date, founded_on: date | None) -> None:
    """Raise MeetingDayNotAllowed unless the committee met by today and not before the founding.

    Both ends count (AD-4).
    """
    if met_on > today or (founded_on is not None and met_on < founded_on):
        raise MeetingDayNotAllowed(met_on.isoformat())


def latest_plan_day(today: date, revive_days: int) -> date:
    """Return the last day a line of a revival may be due: so many calendar days from today."""
    return today + timedelta(days=revive_days)


def check_plan(plan: Mapping[PlanItem, date], today: date, revive_days: int) -> None:
    """Raise PlanIncomplete or PlanDayNotAllowed unless every line has a day within the limit.

    Today and the last day count (AD-7).
    """
    if set(plan) != set(PlanItem):
        raise PlanIncomplete
    latest = latest_plan_day(today, revive_days)
    if not all(today <= day <= latest for day in plan.values()):
        raise PlanDayNotAllowed(latest)
