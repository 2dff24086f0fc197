"""Matching tasks: purposes, what each needs before it runs, states, decisions on pairs (MT-1…)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xgz.rules.calendar import add_months

KEEP_ASSESSMENT_MONTHS = 36  # MT-8: of the impact assessment and the task without persons
DRAFT_MONTHS = 6  # MT-8: of a task without a day of expiry that nobody writes on
PAIR_DAYS = 60  # MT-8: calendar days after the run
ROUNDED_TO = 5  # MT-7: what the market line hears of numbers
SETTLED_MONTHS = 6  # MT-10
DETAIL_MAX = 200  # characters of the legal basis
NUMBER_MAX = 60  # characters of the document number
LEAD_WITHIN = timedelta(days=1)  # MT-6: after carrying out
OWNER_CAPACITY = "经营者"
OWNING = frozenset(
    {OWNER_CAPACITY, "负责人"}
)  # MT-5: capacities in which the roster names an owner


class MatchPurpose(StrEnum):
    """What an outcome may be used for; there are no others (MT-2)."""

    FIND = "find"
    BELONG = "belong"
    FORM = "form"


class TaskState(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


class TaskAction(StrEnum):
    COMPLETE = "complete"  # the last thing missing was given
    REOPEN = "reopen"  # something needed was taken away
    START = "start"
    CANCEL = "cancel"
    FINISH = "finish"
    FAIL = "fail"
    EXPIRE = "expire"


class Missing(StrEnum):
    """What keeps a task from running (MT-1)."""

    BASIS = "basis"
    DOCUMENT = "document"
    PURPOSE = "purpose"
    EXPIRY = "expiry"
    OVER = "over"
    ASSESSMENT = "assessment"
    AREA = "area"
    WINDOW = "window"


class Decision(StrEnum):
    OPEN = "open"
    YES = "yes"
    NO = "no"
    LATER = "later"


class OwnerList(StrEnum):
    """Lists of owners and members whose papers and relation do not agree (MT-9, MT-10)."""

    UNKNOWN = "declared-unknown"
    UNDECLARED = "found-undeclared"
    SHOULD_MOVE = "should-move"


# MT-9: these rest on a comparison alone; MT-10 rests on the roster's workplaces too.
COMPARED_LISTS = frozenset({OwnerList.UNKNOWN, OwnerList.UNDECLARED})


class TieMistake(StrEnum):
    """Why a confirmed owner is not the member after all (MT-6)."""

    NAMESAKE = "namesake"
    PAPERS = "papers"
    SLIP = "slip"
    TOLD = "told"


class TaskStepNotAllowed(Exception):
    """A task in this state does not take this step."""


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What a task has so far. open_areas: townships whose self-report window has not ended."""

    legal_basis: str
    document_number: str
    purpose: str
    expires_on: date | None
    has_assessment: bool
    areas: int
    open_areas: int


PURPOSE_LABELS: dict[MatchPurpose, str] = {
    MatchPurpose.FIND: "查找未纳入管理的党员",
    MatchPurpose.BELONG: "理顺组织关系（应转未转）",
    MatchPurpose.FORM: "组建党组织前摸底",
}
TASK_STATE_LABELS: dict[TaskState, str] = {
    TaskState.DRAFT: "待补材料",
    TaskState.READY: "可以开始",
    TaskState.RUNNING: "正在比对",
    TaskState.DONE: "待复核",
    TaskState.FAILED: "没有完成",
    TaskState.EXPIRED: "已到期",
}
DECISION_LABELS: dict[Decision, str] = {
    Decision.OPEN: "待复核",
    Decision.YES: "是同一人",
    Decision.NO: "不是同一人",
    Decision.LATER: "以后再定",
}
TIE_MISTAKE_LABELS: dict[TieMistake, str] = {
    TieMistake.NAMESAKE: "同名的另一个人",
    TieMistake.PAPERS: "名册或登记的号码、手机号有误",
    TieMistake.SLIP: "复核时看错、按错",
    TieMistake.TOLD: "本人或所在党组织说明不是",
}
MISSING_LABELS: dict[Missing, str] = {
    Missing.BASIS: "没有写明法律依据",
    Missing.DOCUMENT: "没有文件编号",
    Missing.PURPOSE: "没有选定用途",
    Missing.EXPIRY: "没有定到期日",
    Missing.OVER: "到期日已过",
    Missing.ASSESSMENT: "没有上传个人信息保护影响评估",
    Missing.AREA: "没有选定乡镇（街道）",
    Missing.WINDOW: "有乡镇（街道）的自主报到期还没有结束",
}
_S, _A = TaskState, TaskAction
# State and step → the state it leads to. Nothing else knows how a task moves.
TASK_STEPS: dict[tuple[TaskState, TaskAction], TaskState] = {
    (_S.DRAFT, _A.COMPLETE): _S.READY,
    (_S.READY, _A.REOPEN): _S.DRAFT,
    (_S.READY, _A.START): _S.RUNNING,
    (_S.FAILED, _A.START): _S.RUNNING,
    (_S.RUNNING, _A.CANCEL): _S.READY,
    (_S.RUNNING, _A.FINISH): _S.DONE,
    (_S.RUNNING, _A.FAIL): _S.FAILED,
    (_S.DRAFT, _A.EXPIRE): _S.EXPIRED,
    (_S.READY, _A.EXPIRE): _S.EXPIRED,
    (_S.FAILED, _A.EXPIRE): _S.EXPIRED,
    (_S.DONE, _A.EXPIRE): _S.EXPIRED,
}
# States in which what a task rests on may still be written.
EDITABLE = frozenset({_S.DRAFT, _S.READY})


def state_after(state: TaskState, action: TaskAction) -> TaskState:
    """Return the state a step leads to. Raises TaskStepNotAllowed."""
    try:
        return TASK_STEPS[state, action]
    except KeyError:
        raise TaskStepNotAllowed(f"{state} {action}") from None


def missing_of(facts: TaskFacts, today: date) -> tuple[Missing, ...]:
    """Return everything that keeps a task from running today, in the order of the form (MT-1).

    The day of expiry itself is still good.
    """
    found = {
        Missing.BASIS: not facts.legal_basis,
        Missing.DOCUMENT: not facts.document_number,
        Missing.PURPOSE: facts.purpose not in set(MatchPurpose),
        Missing.EXPIRY: facts.expires_on is None,
        Missing.OVER: facts.expires_on is not None and facts.expires_on < today,
        Missing.ASSESSMENT: not facts.has_assessment,
        Missing.AREA: not facts.areas,
        Missing.WINDOW: facts.open_areas > 0,
    }
    return tuple(each for each in Missing if found[each])


def pairs_end_on(expires_on: date, run_on: date) -> date:
    """Return the last day on which the pairs of a run are kept (MT-8)."""
    return min(expires_on, run_on + timedelta(days=PAIR_DAYS))


def assessment_kept_until(given_on: date, expires_on: date | None) -> date:
    """Return the last day of keeping an impact assessment: three years after the task (MT-8)."""
    return add_months(max(given_on, expires_on or given_on), KEEP_ASSESSMENT_MONTHS)


def draft_kept_from(today: date) -> date:
    """Return the earliest last day of keeping of a task without a day of expiry that goes on.

    That day is three years after the task was last written on; it ends six months after (MT-8).
    """
    return add_months(today, KEEP_ASSESSMENT_MONTHS - DRAFT_MONTHS)


def about(number: int) -> int:
    """Return a number as the market line hears it: the nearest multiple of five (MT-7)."""
    return (number + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def is_settled(since: date, today: date) -> bool:
    """Test whether somebody works at a place for six months or more (MT-10).

    The day on which six months are full counts.
    """
    return add_months(since, SETTLED_MONTHS) <= today


def in_turn(verdicts: Sequence[tuple[str, str, int]]) -> list[int]:
    """Return the row numbers of pairs in the order they are looked at (MT-5).

    verdicts: (verdict, digest of the member, row number). Those of one member stand together, a
    member with any pair that is plainly the same person comes first.
    """
    best: dict[str, str] = {}
    for verdict, member, _number in verdicts:
        best[member] = max(best.get(member, ""), verdict)  # "same" comes after "possible"
    order = {"same": 0, "possible": 1}
    ranked = sorted(verdicts, key=lambda row: (order[best[row[1]]], row[1], order[row[0]], row[2]))
    return [number for _verdict, _member, number in ranked]
