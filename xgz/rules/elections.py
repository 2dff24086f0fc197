"""Electing the leading body of a Party organisation: states, steps and hands of the case (EL-1)."""

import re
from datetime import date
from enum import StrEnum

from xgz.rules.cases import CaseKind, Duty, Limit, Step, Unit


class ElectionState(StrEnum):
    PREPARING = "preparing"
    VETTING = "vetting"
    READY = "ready"
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class ElectionAction(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    REVISE = "revise"
    REPORT = "report"
    FAIL = "fail"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    ANNUL = "annul"
    WITHDRAW = "withdraw"


class ElectionParty(StrEnum):
    BRANCH = "branch"  # prepares, holds and reports it; an empty seat is answered for above (CS-4)
    COMMITTEE = "committee"  # vets the candidates and confirms the elected
    GUIDE = "guide"  # of the market line: knows that, when and for which posts (EL-14)


class Sort(StrEnum):
    """Why there is an election (EL-2)."""

    FIRST = "first"
    TERM = "term"
    EARLY = "early"
    BY_ELECTION = "by_election"


class Standing(StrEnum):
    """How somebody of the roll stood to this election (EL-3, EL-4)."""

    EXCLUDED = "excluded"
    ATTENDING = "attending"
    ABSENT = "absent"


class Reason(StrEnum):
    """Why a full member has no vote here or is not counted (EL-3), or did not come."""

    NONE = ""
    PROBATION = "probation"
    SUSPENDED = "suspended"
    UNABLE = "unable"
    ABROAD = "abroad"
    IMPRISONED = "imprisoned"
    BEDRIDDEN = "bedridden"
    SHOULD_MOVE = "should_move"
    ON_DUTY = "on_duty"
    ILL = "ill"
    AWAY = "away"
    FAMILY = "family"
    UNKNOWN = "unknown"


class Filing(StrEnum):
    """What people put into the file; each is recorded in the history."""

    OPENED = "open"
    PLAN = "plan"
    CANDIDATES = "candidates"
    CANDIDATE_OUT = "candidate_out"
    ROLL = "roll"
    ATTENDANCE = "attendance"
    WRITE_IN = "write_in"
    WRITE_IN_OUT = "write_in_out"
    VOTES = "votes"
    OFFICERS = "officers"
    POSTS = "posts"


SORT_LABELS: dict[Sort, str] = {
    Sort.FIRST: "首次选举",
    Sort.TERM: "届满换届",
    Sort.EARLY: "提前换届",
    Sort.BY_ELECTION: "补选",
}
STANDING_LABELS: dict[Standing, str] = {
    Standing.EXCLUDED: "不计入应到会",
    Standing.ATTENDING: "到会",
    Standing.ABSENT: "未到会",
}
REASON_LABELS: dict[Reason, str] = {
    Reason.NONE: "",
    Reason.PROBATION: "受留党察看处分期间",
    Reason.SUSPENDED: "被留置、逮捕，党员权利中止",
    Reason.UNABLE: "因病不能表达本人意志",
    Reason.ABROAD: "出国（境）半年以上",
    Reason.IMPRISONED: "在监狱服刑",
    Reason.BEDRIDDEN: "年老体弱，生活不能自理",
    Reason.SHOULD_MOVE: "外出，应转未转组织关系",
    Reason.ON_DUTY: "因公",
    Reason.ILL: "因病",
    Reason.AWAY: "外出",
    Reason.FAMILY: "家中有事",
    Reason.UNKNOWN: "原因不详",
}
FILING_LABELS: dict[Filing, str] = {
    Filing.OPENED: "提出选举",
    Filing.PLAN: "选举方案",
    Filing.CANDIDATES: "列入候选人",
    Filing.CANDIDATE_OUT: "移出候选人",
    Filing.ROLL: "核对应到会党员",
    Filing.ATTENDANCE: "到会情况",
    Filing.WRITE_IN: "登记另选他人",
    Filing.WRITE_IN_OUT: "移出另选他人",
    Filing.VOTES: "计票结果",
    Filing.OFFICERS: "推选书记、副书记",
    Filing.POSTS: "任职生效",
}
# Without a vote by the regulation, whoever decides (EL-3).
WITHOUT_VOTE = frozenset({Reason.PROBATION, Reason.SUSPENDED})
# May be left out of those entitled, once the meeting and the committee agree (EL-3).
NOT_COUNTED = frozenset(
    {
        Reason.UNABLE,
        Reason.ABROAD,
        Reason.IMPRISONED,
        Reason.BEDRIDDEN,
        Reason.SHOULD_MOVE,
    }
)
EXCLUSIONS = tuple(each for each in Reason if each in WITHOUT_VOTE | NOT_COUNTED)
ABSENCES = (Reason.ON_DUTY, Reason.ILL, Reason.AWAY, Reason.FAMILY, Reason.UNKNOWN)
# Sorts that begin a new term; a by-election lasts until the end of the present one (EL-11).
BEGINS_TERM = frozenset({Sort.FIRST, Sort.TERM, Sort.EARLY})
# States in which the file is put together, and in which the result is entered.
FILE_OPEN = ElectionState.PREPARING
RESULT_OPEN = ElectionState.READY

_BETWEEN_NAMES = re.compile(r"[\s、，,；;]+")

_S, _A, _P = ElectionState, ElectionAction, ElectionParty
_BRANCH, _COMMITTEE = (_P.BRANCH,), (_P.COMMITTEE,)
_BOTH = (_P.BRANCH, _P.COMMITTEE)


def _back(to: ElectionState, by: tuple[str, ...], label: str) -> Step:
    return Step(to, by, label, needs_opinion=True, returns=True)


def _end(to: ElectionState, by: tuple[str, ...], label: str, *, grave: bool = False) -> Step:
    return Step(to, by, label, needs_opinion=True, is_grave=grave)


ELECTION = CaseKind(
    name="election",
    label="换届选举",
    series="选举",
    rule="EL-1",
    matter="election",
    initial=_S.PREPARING,
    states={
        _S.PREPARING: "筹备中",
        _S.VETTING: "人选预审中",
        _S.READY: "待选举",
        _S.REPORTED: "结果待批复",
        _S.CONFIRMED: "已批复",
        _S.FAILED: "选举未成",
        _S.WITHDRAWN: "已撤回",
    },
    main_line=(_S.PREPARING, _S.VETTING, _S.READY, _S.REPORTED, _S.CONFIRMED),
    parties={_P.BRANCH: "选举单位", _P.COMMITTEE: "上级党委", _P.GUIDE: "指导单位"},
    duties={
        _S.PREPARING: Duty(
            _P.BRANCH,
            "确定选举日期、职数和候选人，报上级党委预审",
            Limit("election.prepare_days"),
        ),
        _S.VETTING: Duty(
            _P.COMMITTEE,
            "预审候选人，同意或者退回",
            Limit("election.vet_days", Unit.CALENDAR),
        ),
        _S.READY: Duty(
            _P.BRANCH,
            "召开党员大会选举，登记到会和计票结果，上报",
            Limit(column="report_due_on"),
        ),
        _S.REPORTED: Duty(
            _P.COMMITTEE,
            "审核选举结果，批复任职",
            Limit("election.confirm_days", Unit.CALENDAR),
        ),
    },
    steps={
        (_S.PREPARING, _A.SUBMIT): Step(_S.VETTING, _BRANCH, "报送预审"),
        (_S.PREPARING, _A.WITHDRAW): _end(_S.WITHDRAWN, _BOTH, "撤回"),
        (_S.VETTING, _A.APPROVE): Step(_S.READY, _COMMITTEE, "同意候选人，可以选举"),
        (_S.VETTING, _A.RETURN): _back(_S.PREPARING, _COMMITTEE, "退回修改"),
        (_S.VETTING, _A.WITHDRAW): _end(_S.WITHDRAWN, _BOTH, "撤回"),
        (_S.READY, _A.REPORT): Step(_S.REPORTED, _BRANCH, "上报选举结果"),
        (_S.READY, _A.REVISE): _back(_S.PREPARING, _BOTH, "改期或调整人选"),
        (_S.READY, _A.FAIL): _end(_S.FAILED, _BRANCH, "选举未成", grave=True),
        (_S.READY, _A.WITHDRAW): _end(_S.WITHDRAWN, _BOTH, "撤回"),
        (_S.REPORTED, _A.CONFIRM): Step(_S.CONFIRMED, _COMMITTEE, "批复任职"),
        (_S.REPORTED, _A.SEND_BACK): _back(_S.READY, _COMMITTEE, "退回核对结果"),
        (_S.REPORTED, _A.ANNUL): _end(_S.FAILED, _COMMITTEE, "选举无效", grave=True),
    },
)


def names_in(text: str) -> tuple[str, ...]:
    """Return the names written into one line, parted by commas, 、 or blanks; each once."""
    return tuple(dict.fromkeys(name for name in _BETWEEN_NAMES.split(text) if name))


def is_too_early(
    sort: Sort, held_on: date, *, founded_on: date | None, elected_on: date | None
) -> bool:
    """Test whether an election is dated before the organisation, or not after its last one (EL-11).

    The founding day itself will do. A by-election belongs to the present term, whenever it began.
    """
    if founded_on is not None and held_on < founded_on:
        return True
    return sort in BEGINS_TERM and elected_on is not None and held_on <= elected_on
