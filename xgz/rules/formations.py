"""Forming a Party organisation: states, steps and hands of the case in one table (FM-1).

Which bodies have a say, in which order and until when, is data of the district
(rules/formation_procedures.py); the table here has room for the longest procedure there may be,
and each case walks as many of its steps as its own procedure has.
"""

from enum import StrEnum

from xgz.rules.cases import CaseKind, Duty, Limit, Review, Step
from xgz.rules.organisations import FormationMode

STEPS_MAX = 4  # FM-8: bodies that have a say one after the other
BESIDE_MAX = 2  # FM-8: bodies heard at the same time within one step


class FormationState(StrEnum):
    PREPARING = "preparing"
    STEP_1 = "step_1"
    STEP_2 = "step_2"
    STEP_3 = "step_3"
    STEP_4 = "step_4"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class FormationAction(StrEnum):
    SEND = "send"
    AGREE = "agree"
    CONCLUDE = "conclude"
    RETURN = "return"
    RETURN_1 = "return_1"
    RETURN_2 = "return_2"
    RETURN_3 = "return_3"
    MEND = "mend"
    STRAIGHT_2 = "straight_2"
    STRAIGHT_3 = "straight_3"
    STRAIGHT_4 = "straight_4"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class FormationParty(StrEnum):
    PREPARER = "preparer"  # whoever opened the case: puts the file together and sends it
    ROSTER = "roster"  # the committee that names the members where the preparer sees none
    GUIDE = "guide"  # the guidance station, where it is to know of the case (FM-13)


class Origin(StrEnum):
    """Where a case comes from."""

    BY_HAND = "by_hand"
    SHOULD_FORM = "should_form"
    PLAN = "plan"


class Consent(StrEnum):
    """What the owner of a unit said (FM-6)."""

    NOT_ASKED = ""
    AGREES = "agrees"
    WORRIED = "worried"


class Room(StrEnum):
    """Where the organisation would meet (FM-7)."""

    NONE = ""
    OWN = "own"
    SHARED = "shared"


class Filing(StrEnum):
    """What is put into the file, or told of it; each is recorded in the history."""

    OPENED = "open"
    UNITS = "units"
    UNIT_OUT = "unit_out"
    MEMBERS = "members"
    MEMBER_OUT = "member_out"
    TALK = "talk"
    SECRETARY = "secretary"
    ROOM = "room"
    INSTRUCTOR = "instructor"
    TRANSFER = "transfer"
    ASK_TRANSFER = "ask_transfer"
    ALL_AGAIN = "all_again"  # what was approved before falls, for the file is another one (FM-17)
    UNIT_ENDED = "unit_ended"
    UNIT_BACK = "unit_back"


ORIGIN_LABELS: dict[Origin, str] = {
    Origin.BY_HAND: "手工提出",
    Origin.SHOULD_FORM: "应建未建清单",
    Origin.PLAN: "联合支部规划",
}
CONSENT_LABELS: dict[Consent, str] = {
    Consent.NOT_ASKED: "未谈",
    Consent.AGREES: "同意",
    Consent.WORRIED: "有顾虑",
}
ROOM_LABELS: dict[Room, str] = {
    Room.NONE: "未落实",
    Room.OWN: "自有场所",
    Room.SHARED: "共用场所",
}
FILING_LABELS: dict[Filing, str] = {
    Filing.OPENED: "提出组建",
    Filing.UNITS: "列入单位",
    Filing.UNIT_OUT: "移出单位",
    Filing.MEMBERS: "列入拟编入党员",
    Filing.MEMBER_OUT: "移出拟编入党员",
    Filing.TALK: "与负责人谈话",
    Filing.SECRETARY: "书记人选",
    Filing.ROOM: "活动场所",
    Filing.INSTRUCTOR: "党建指导员",
    Filing.TRANSFER: "提出关系转接",
    Filing.ASK_TRANSFER: "请转出方提出转接",
    Filing.ALL_AGAIN: "方案有改动，已办环节重新办理",
    Filing.UNIT_ENDED: "列入单位已退出",
    Filing.UNIT_BACK: "列入单位的退出数据已撤销",
}

PARTY_LABELS: dict[str, str] = {
    FormationParty.PREPARER: "筹备单位",
    FormationParty.ROSTER: "核对名册的党委",
    FormationParty.GUIDE: "指导站",
    "step_1": "第一环节办理单位",
    "step_2": "第二环节办理单位",
    "step_3": "第三环节办理单位",
    "step_4": "第四环节办理单位",
    "beside_1_1": "第一环节协同单位",
    "beside_1_2": "第一环节另一协同单位",
    "beside_2_1": "第二环节协同单位",
    "beside_2_2": "第二环节另一协同单位",
    "beside_3_1": "第三环节协同单位",
    "beside_3_2": "第三环节另一协同单位",
    "beside_4_1": "第四环节协同单位",
    "beside_4_2": "第四环节另一协同单位",
}
ACTION_LABELS: dict[FormationAction, str] = {
    FormationAction.SEND: "上报",
    FormationAction.AGREE: "同意，转下一环节",
    FormationAction.CONCLUDE: "同意，办结",
    FormationAction.RETURN: "退回筹备单位",
    FormationAction.RETURN_1: "退回第一环节",
    FormationAction.RETURN_2: "退回第二环节",
    FormationAction.RETURN_3: "退回第三环节",
    FormationAction.MEND: "退回补材料",
    FormationAction.STRAIGHT_2: "材料已补，直接送回第二环节",
    FormationAction.STRAIGHT_3: "材料已补，直接送回第三环节",
    FormationAction.STRAIGHT_4: "材料已补，直接送回第四环节",
    FormationAction.REFUSE: "不予批准",
    FormationAction.WITHDRAW: "撤回",
}
_TASK_WORDS: dict[str, str] = {
    "prepare": "备齐组建材料，符合条件后上报",
    "roster": "核对名册，列入拟编入的党员，提出需要的转接",
    "step": "审核组建材料",
    "beside": "协同审核组建材料，反馈意见",
}

_S, _A, _P = FormationState, FormationAction, FormationParty
# The state of each step of a procedure, in order; and what gives a case back to it.
STEP_STATES = (_S.STEP_1, _S.STEP_2, _S.STEP_3, _S.STEP_4)
RETURNS: dict[FormationAction, int] = {
    _A.RETURN: 0,  # to whoever prepared it
    _A.RETURN_1: 1,
    _A.RETURN_2: 2,
    _A.RETURN_3: 3,
}
# What sends a mended file straight to the step that asked for it (FM-17).
STRAIGHT: dict[FormationAction, int] = {
    _A.STRAIGHT_2: 2,
    _A.STRAIGHT_3: 3,
    _A.STRAIGHT_4: 4,
}
# The word for a file that is mended while what was approved stands, and what is asked for then.
MENDING_LABEL = "补充材料中"
MENDING_TASK = "补齐材料，直接送回要求补充的环节"
_BESIDE_KEYS = ("first", "second")


def step_party(number: int) -> str:
    """Return the party that has the say in step `number`, counted from 1."""
    return f"step_{number}"


def beside_party(number: int, place: int) -> str:
    """Return the party heard at `place` (from 1) beside step `number`."""
    return f"beside_{number}_{place}"


def step_number(state: str) -> int:
    """Return which step of the procedure a state is, counted from 1; 0 for any other state."""
    return next((n for n, each in enumerate(STEP_STATES, start=1) if each == state), 0)


def default_mode(units: int) -> FormationMode:
    """Return how an organisation of so many units is formed: alone, or as a joint branch."""
    return FormationMode.STANDALONE if units == 1 else FormationMode.JOINT


def _reviews(number: int) -> tuple[Review, ...]:
    limit = Limit(column="beside_due_on")
    return tuple(
        Review(key, beside_party(number, place), _TASK_WORDS["beside"], limit)
        for place, key in enumerate(_BESIDE_KEYS, start=1)
    )


def _duties() -> dict[StrEnum, Duty]:
    days = Limit("formation.roster_days")
    roster = Review("roster", _P.ROSTER, _TASK_WORDS["roster"], days)
    limit = Limit("formation.prepare_days")
    duties: dict[StrEnum, Duty] = {
        _S.PREPARING: Duty(_P.PREPARER, _TASK_WORDS["prepare"], limit, reviews=(roster,))
    }
    for number, state in enumerate(STEP_STATES, start=1):
        duties[state] = Duty(
            step_party(number),
            _TASK_WORDS["step"],
            Limit(column="step_due_on"),
            reviews=_reviews(number),
        )
    return duties


def _steps() -> dict[tuple[StrEnum, StrEnum], Step]:
    first = STEP_STATES[0]
    steps: dict[tuple[StrEnum, StrEnum], Step] = {
        (_S.PREPARING, _A.SEND): Step(
            first, (_P.PREPARER,), ACTION_LABELS[_A.SEND], awaits_reviews=True
        ),
    }
    for action, number in STRAIGHT.items():
        # Nobody is waited for: who names the people has named them, the step asked for papers.
        to = STEP_STATES[number - 1]
        steps[_S.PREPARING, action] = Step(to, (_P.PREPARER,), ACTION_LABELS[action])
        steps[to, _A.MEND] = _no(_A.MEND, _S.PREPARING, step_party(number))
    steps[_S.PREPARING, _A.WITHDRAW] = _no(_A.WITHDRAW, _S.WITHDRAWN, _P.PREPARER)
    for number, state in enumerate(STEP_STATES, start=1):
        party = step_party(number)
        if number < STEPS_MAX:
            steps[state, _A.AGREE] = _yes(_A.AGREE, STEP_STATES[number], party)
        steps[state, _A.CONCLUDE] = _yes(_A.CONCLUDE, _S.APPROVED, party)
        for action, back in RETURNS.items():
            if back < number:
                to = STEP_STATES[back - 1] if back else _S.PREPARING
                steps[state, action] = _no(action, to, party)
        steps[state, _A.REFUSE] = _no(_A.REFUSE, _S.REFUSED, party)
        steps[state, _A.WITHDRAW] = _no(_A.WITHDRAW, _S.WITHDRAWN, _P.PREPARER)
    return steps


def _yes(action: FormationAction, to: FormationState, party: str) -> Step:
    return Step(to, (party,), ACTION_LABELS[action], awaits_reviews=True)


def _no(action: FormationAction, to: FormationState, party: str) -> Step:
    return Step(
        to,
        (party,),
        ACTION_LABELS[action],
        needs_opinion=True,
        returns=action in RETURNS or action is _A.MEND,
        is_grave=action is _A.REFUSE,
    )


FORMATION = CaseKind(
    name="formation",
    label="组建党组织",
    series="组建",
    rule="FM-1",
    matter="formation",
    initial=_S.PREPARING,
    states={
        _S.PREPARING: "筹备中",
        _S.STEP_1: "第一环节办理中",
        _S.STEP_2: "第二环节办理中",
        _S.STEP_3: "第三环节办理中",
        _S.STEP_4: "第四环节办理中",
        _S.APPROVED: "已批准成立",
        _S.REFUSED: "未批准",
        _S.WITHDRAWN: "已撤回",
    },
    main_line=(_S.PREPARING, *STEP_STATES, _S.APPROVED),
    parties=PARTY_LABELS,
    duties=_duties(),
    steps=_steps(),
)
