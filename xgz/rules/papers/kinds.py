"""The papers of a case in one table: whose they are, from when on, numbered or not (PA-1, PA-2)."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from xgz.rules.elections import ElectionParty, ElectionState
from xgz.rules.formation_procedures import ProcedureStep, is_decided
from xgz.rules.formations import FormationParty, FormationState, step_number, step_party
from xgz.rules.transfers import BODY_ENDINGS


class PaperKind(StrEnum):
    REQUEST = "request"
    ROSTER = "roster"
    REPLY = "reply"
    FILING = "filing"
    ELECTION_NOTICE = "election_notice"
    BALLOT = "ballot"
    MINUTES = "minutes"
    RESULT = "result"
    CONFIRMATION = "confirmation"


class PaperState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    VOID = "void"


class PaperForm(StrEnum):
    """How a paper is laid out; each form has a shipped template of its own."""

    LETTER = "letter"
    ROSTER = "roster"
    BALLOT = "ballot"
    MINUTES = "minutes"


class Hand(StrEnum):
    """On whose behalf a paper is made."""

    PREPARER = "preparer"  # whoever opened the formation
    KEEPER = "keeper"  # a party that reads the members' names in full
    DECIDER = "decider"  # the body whose step approves
    BRANCH = "branch"  # the organisation that elects
    SUPERIOR = "superior"  # the committee that confirms an election


class Phase(StrEnum):
    """How far a case has to be, and may be, for a paper."""

    ASKING = "asking"  # the organisation is not approved yet, and may still be
    DECIDED = "decided"  # its approval stands
    PLANNED = "planned"  # the election is prepared and vetted
    CALLED = "called"  # the candidates are agreed, the meeting may be held
    HELD = "held"  # the votes are counted
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class PaperRule:
    """One kind. case_kind: of which cases; names_people: it is the organization line's (PA-5)."""

    case_kind: str
    form: PaperForm
    hand: Hand
    phases: frozenset[Phase]
    is_numbered: bool
    names_people: bool
    is_upward: bool = False  # goes to a body above: the number stands left, the signer right


_ORDERS = (
    (Phase.ASKING, Phase.DECIDED),
    (Phase.PLANNED, Phase.CALLED, Phase.HELD, Phase.CONFIRMED),
)
_F, _E = "formation", "election"
_ANY = frozenset({Phase.ASKING, Phase.DECIDED})
_AFTER = frozenset({Phase.HELD, Phase.CONFIRMED})
PAPERS: dict[PaperKind, PaperRule] = {
    PaperKind.REQUEST: PaperRule(
        _F, PaperForm.LETTER, Hand.PREPARER, frozenset({Phase.ASKING}), True, False, True
    ),
    PaperKind.ROSTER: PaperRule(_F, PaperForm.ROSTER, Hand.KEEPER, _ANY, False, True),
    PaperKind.REPLY: PaperRule(
        _F, PaperForm.LETTER, Hand.DECIDER, frozenset({Phase.DECIDED}), True, False
    ),
    PaperKind.FILING: PaperRule(
        _F, PaperForm.LETTER, Hand.DECIDER, frozenset({Phase.DECIDED}), True, False, True
    ),
    PaperKind.ELECTION_NOTICE: PaperRule(
        _E, PaperForm.LETTER, Hand.BRANCH, frozenset({Phase.CALLED}), False, False
    ),
    PaperKind.BALLOT: PaperRule(
        _E, PaperForm.BALLOT, Hand.BRANCH, frozenset({Phase.CALLED}), False, True
    ),
    PaperKind.MINUTES: PaperRule(_E, PaperForm.MINUTES, Hand.BRANCH, _AFTER, False, True),
    PaperKind.RESULT: PaperRule(_E, PaperForm.LETTER, Hand.BRANCH, _AFTER, True, True, True),
    PaperKind.CONFIRMATION: PaperRule(
        _E, PaperForm.LETTER, Hand.SUPERIOR, frozenset({Phase.CONFIRMED}), True, True
    ),
}
PAPER_LABELS: dict[PaperKind, str] = {
    PaperKind.REQUEST: "关于成立党组织的请示",
    PaperKind.ROSTER: "党员花名册",
    PaperKind.REPLY: "批复（决定）",
    PaperKind.FILING: "备案报告",
    PaperKind.ELECTION_NOTICE: "选举大会通知",
    PaperKind.BALLOT: "选票",
    PaperKind.MINUTES: "选举大会会议记录",
    PaperKind.RESULT: "选举结果报告",
    PaperKind.CONFIRMATION: "任职批复",
}
# What stands above the columns of a form's table.
FORM_COLUMNS: dict[PaperForm, tuple[str, ...]] = {
    PaperForm.ROSTER: (
        "序号",
        "姓名",
        "性别",
        "民族",
        "出生年月",
        "学历",
        "入党时间",
        "转正时间",
        "人员类别",
        "备注",
    ),
    PaperForm.BALLOT: ("职务", "候选人姓名", "符号"),
}
PAPER_STATE_LABELS: dict[PaperState, str] = {
    PaperState.DRAFT: "草稿",
    PaperState.ISSUED: "已印发",
    PaperState.VOID: "已作废",
}


_ELECTION_PHASES: dict[str, Phase] = {
    ElectionState.PREPARING: Phase.PLANNED,
    ElectionState.VETTING: Phase.PLANNED,
    ElectionState.REPORTED: Phase.HELD,
    ElectionState.CONFIRMED: Phase.CONFIRMED,
}


def papers_of_kind(case_kind: str) -> list[PaperKind]:
    """Return the papers cases of one kind can have, in the order they are needed."""
    return [kind for kind, rule in PAPERS.items() if rule.case_kind == case_kind]


def fits(kind: PaperKind, phase: Phase | None) -> bool:
    """Test whether a paper can be made of a case in this phase; None: of a case that came to naught."""
    return phase in PAPERS[kind].phases


def is_overtaken(kind: PaperKind, phase: Phase | None) -> bool:
    """Test whether an issued paper no longer agrees with its case: it went back before it (PA-1).

    phase: as in fits. A paper of an earlier phase stands: a request is no worse for its approval.
    """
    phases = PAPERS[kind].phases
    if phase is None:
        return phases == {Phase.DECIDED}  # what it says was approved is not
    order = next(each for each in _ORDERS if phase in each)
    return order.index(phase) < min(order.index(each) for each in phases)


def formation_phase(state: str, procedure: Sequence[ProcedureStep]) -> Phase | None:
    """Return the phase of a formation, None for one refused or withdrawn (PA-1)."""
    if state == FormationState.APPROVED:
        return Phase.DECIDED
    if state in (FormationState.REFUSED, FormationState.WITHDRAWN):
        return None
    passed = max(step_number(state) - 1, 0)
    return Phase.DECIDED if is_decided(procedure, passed) else Phase.ASKING


def election_phase(state: str, *, is_counted: bool) -> Phase | None:
    """Return the phase of an election, None for one that failed or was withdrawn (PA-1)."""
    if state == ElectionState.READY:
        return Phase.HELD if is_counted else Phase.CALLED
    return _ELECTION_PHASES.get(state)


def formation_hands(
    parties: Set[str],
    in_clear: Set[str],
    procedure: Sequence[ProcedureStep],
    *,
    decides_itself: bool,
) -> frozenset[Hand]:
    """Return on whose behalf somebody may make papers of a formation (PA-1).

    parties: those played; in_clear: those played by a role that reads members' names in full;
    decides_itself: whoever prepares has the deciding step too, and asks nobody.
    """
    asks = FormationParty.PREPARER in parties and not decides_itself
    hands = {Hand.PREPARER} if asks else set()
    steps = [step_party(number) for number, _step in enumerate(procedure, start=1)]
    if in_clear & {FormationParty.PREPARER, FormationParty.ROSTER, *steps}:
        hands.add(Hand.KEEPER)
    if deciding_party(procedure) in parties:
        hands.add(Hand.DECIDER)
    return frozenset(hands)


def election_hands(in_clear: Set[str]) -> frozenset[Hand]:
    """Return on whose behalf somebody may make papers of an election (PA-1).

    in_clear: the parties played by a role that reads members' names in full.
    """
    hands = {ElectionParty.BRANCH: Hand.BRANCH, ElectionParty.COMMITTEE: Hand.SUPERIOR}
    return frozenset(hand for party, hand in hands.items() if party in in_clear)


def deciding_party(procedure: Sequence[ProcedureStep]) -> str:
    """Return the party whose step approves the organisation, "" where none does."""
    numbers = (number for number, step in enumerate(procedure, start=1) if step.decides)
    return next((step_party(number) for number in numbers), "")


_WORD_MAX = 46  # characters, so that word, year and number are no longer than a number may be
# A township's committee by its whole name, with or without the county's before it.
_COMMITTEE = re.compile("(?:[^县区市旗]+[县区市旗])*(.+?)(镇|乡|街道)(?:工作)?委员会")


def place_of(committee: str) -> str:
    """Return the township of a Party committee: 清平镇 for 中共澄川县清平镇委员会, and for 清平镇党委.

    A name without a known ending stands whole.
    """
    short = committee.removeprefix("中共")
    if whole := _COMMITTEE.fullmatch(short):
        return f"{whole[1]}{whole[2]}"
    return short.removesuffix("党工委").removesuffix("党委")


def number_word(body: str) -> str:
    """Return the word in front of a body's numbers: 清平党 for 清平镇党委 (PA-3).

    So for the whole name, 中共澄川县清平镇委员会, too. 县委组织部 becomes 县委组, 县市场监督管理局
    县市监; a name without a known ending stands whole, as far as a number has room for it.
    """
    return _word_of(body.removeprefix("中共").replace("市场监督管理局", "市监"))[:_WORD_MAX]


def _word_of(short: str) -> str:
    if whole := _COMMITTEE.fullmatch(short):
        return f"{whole[1]}党"
    if short.endswith("组织部"):
        return short.removesuffix("织部")
    for ending in BODY_ENDINGS:
        if short.endswith(ending) and short != ending:
            return short.removesuffix(ending) + "党"
    return short
