"""A lead: where a Party member may be found, visited, confirmed and placed (LD-1 to LD-18)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from unicodedata import normalize

from xgz.rules.cases import CLOCK, CaseKind, Duty, Limit, Step
from xgz.rules.words import visible_words


class LeadSource(StrEnum):
    REGISTRATION = "registration"
    ANNUAL_REPORT = "annual_report"
    PATROL = "patrol"
    VISIT = "visit"
    HINT = "hint"
    SURVEY = "survey"
    SELF_REPORT = "self_report"
    UNMATCHED_OWNER = "unmatched_owner"
    MATCHING = "matching"


class LeadState(StrEnum):
    NEW = "new"
    ASSIGNED = "assigned"
    VISITED = "visited"
    CONFIRMED = "confirmed"
    PLACED = "placed"
    REFUSED = "refused"
    RULED_OUT = "ruled_out"
    MOVED_AWAY = "moved_away"


class LeadAction(StrEnum):
    ASSIGN = "assign"
    REASSIGN = "reassign"
    GIVE_BACK = "give_back"
    VISIT = "visit"
    CONFIRM = "confirm"
    RECONSIDER = "reconsider"
    PLACE = "place"
    ARRIVE = "arrive"
    REFUSE = "refuse"
    RULE_OUT = "rule_out"
    MOVE_AWAY = "move_away"
    WITHDRAW = "withdraw"


class LeadParty(StrEnum):
    TOWNSHIP = "township"
    STATION = "station"


class VisitKind(StrEnum):
    ON_SITE = "on_site"
    PHONE = "phone"


class VisitOutcome(StrEnum):
    """How a visit went; only one that met nobody leaves the lead where it is (LD-5)."""

    SPOKE = "spoke"
    NOT_MET = "not_met"
    CLOSED = "closed"


class StatementKind(StrEnum):
    """How the person said it (LD-6)."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    WRITTEN = "written"
    SELF_REPORT = "self_report"


class StatementSays(StrEnum):
    MEMBER = "member"
    NOT_MEMBER = "not_member"


class CheckResult(StrEnum):
    """What the roster says (LD-7)."""

    FOUND = "found"
    OUTSIDE = "outside"  # not on this roster: an organisation elsewhere confirmed it in writing
    COMPARED = (
        "compared"  # another office's roster has the person: the answer of an exchange (XC-9)
    )
    NOT_FOUND = "not_found"


class Placement(StrEnum):
    """Where a confirmed member belongs from now on (LD-9)."""

    TRANSFER = "transfer"
    FLOATING = "floating"
    JOINT = "joint"


class FunnelStep(StrEnum):
    """From known to formally transferred: each holds what the next one holds (LD-15)."""

    KNOWN = "known"
    CONFIRMED = "confirmed"
    MANAGED = "managed"
    TRANSFERRED = "transferred"


class LeadProof(StrEnum):
    """What a confirmation lacks (LD-8)."""

    STATEMENT = "statement"
    ROSTER_CHECK = "roster_check"


SOURCE_LABELS: dict[LeadSource, str] = {
    LeadSource.REGISTRATION: "登记时填报",
    LeadSource.ANNUAL_REPORT: "年报填报",
    LeadSource.PATROL: "日常巡查",
    LeadSource.VISIT: "走访了解",
    LeadSource.HINT: "他人提供",
    LeadSource.SURVEY: "摸排",
    LeadSource.SELF_REPORT: "本人报到",
    LeadSource.UNMATCHED_OWNER: "填报为党员、名册未见的经营者",
    LeadSource.MATCHING: "组织部门比对",
}
VISIT_KIND_LABELS: dict[VisitKind, str] = {
    VisitKind.ON_SITE: "上门",
    VisitKind.PHONE: "电话",
}
OUTCOME_LABELS: dict[VisitOutcome, str] = {
    VisitOutcome.SPOKE: "见到本人",
    VisitOutcome.NOT_MET: "没有见到",
    VisitOutcome.CLOSED: "已停业",
}
STATEMENT_KIND_LABELS: dict[StatementKind, str] = {
    StatementKind.IN_PERSON: "当面说明",
    StatementKind.PHONE: "电话说明",
    StatementKind.WRITTEN: "书面说明",
    StatementKind.SELF_REPORT: "本人报到并经核实",
}
SAYS_LABELS: dict[StatementSays, str] = {
    StatementSays.MEMBER: "本人说明是党员",
    StatementSays.NOT_MEMBER: "本人说明不是党员",
}
RESULT_LABELS: dict[CheckResult, str] = {
    CheckResult.FOUND: "名册中有此人",
    CheckResult.OUTSIDE: "关系在区外，已收到所在党组织书面确认",
    CheckResult.COMPARED: "名册所在单位比对一致",
    CheckResult.NOT_FOUND: "名册中没有此人",
}
PLACEMENT_LABELS: dict[Placement, str] = {
    Placement.TRANSFER: "转接组织关系",
    Placement.FLOATING: "登记为流动党员，参加所在地组织生活",
    Placement.JOINT: "列入联合党支部组建建议",
}
FUNNEL_LABELS: dict[FunnelStep, str] = {
    FunnelStep.KNOWN: "掌握线索",
    FunnelStep.CONFIRMED: "已核实",
    FunnelStep.MANAGED: "已纳入管理",
    FunnelStep.TRANSFERRED: "关系已转入",
}
PROOF_LABELS: dict[LeadProof, str] = {
    LeadProof.STATEMENT: "本人说明",
    LeadProof.ROSTER_CHECK: "名册核对",
}
# What the market line, surveys and colleagues bring themselves. Of every other source the reason is
# the organization line's alone: it would say what somebody declared (LD-3).
FIELD_SOURCES = frozenset({LeadSource.PATROL, LeadSource.VISIT, LeadSource.HINT, LeadSource.SURVEY})
# What people enter by hand (LD-2).
HAND_SOURCES = (LeadSource.HINT, LeadSource.PATROL, LeadSource.VISIT)
# States nobody has confirmed yet: they go after the parameter's days (LD-11).
UNCONFIRMED = frozenset({LeadState.NEW, LeadState.ASSIGNED, LeadState.VISITED})
REFUSED_HOURS = 24  # LD-11: everything of a refused lead is gone by then
SWEEP_HOURS = 1  # how often the sweep runs
RULED_OUT_DAYS = 30  # LD-11
# What stands for an end without a step: an unconfirmed lead that ran out (LD-12).
RAN_OUT = "ran_out"
ROUND_TO = 5  # LD-15: what the market line reads of its own leads
SMALL_CELL = 5  # LD-15: smaller figures are not told to it

_S, _A, _P = LeadState, LeadAction, LeadParty
_TOWNSHIP, _STATION = (_P.TOWNSHIP,), (_P.STATION,)
_BOTH = (_P.TOWNSHIP, _P.STATION)
_STEP_LABELS: dict[LeadAction, str] = {
    _A.ASSIGN: "分派走访",
    _A.CONFIRM: "核实为党员",
    _A.RULE_OUT: "排除",
    _A.REFUSE: "本人不愿",
    _A.MOVE_AWAY: "已迁离",
    # Worded like a refusal: that somebody took a self-report back would say that there was one.
    _A.WITHDRAW: "本人不愿",
}
_ASSIGN = Step(_S.ASSIGNED, _TOWNSHIP, _STEP_LABELS[_A.ASSIGN], seats=_P.STATION)
_CONFIRM = Step(_S.CONFIRMED, _TOWNSHIP, _STEP_LABELS[_A.CONFIRM])
_RULE_OUT = Step(
    _S.RULED_OUT, _TOWNSHIP, _STEP_LABELS[_A.RULE_OUT], needs_opinion=True, is_grave=True
)
_WITHDRAW = Step(_S.REFUSED, (CLOCK,), _STEP_LABELS[_A.WITHDRAW])


def _refuse(by: tuple[str, ...]) -> Step:
    return Step(_S.REFUSED, by, _STEP_LABELS[_A.REFUSE], is_grave=True)


def _move_away(by: tuple[str, ...]) -> Step:
    return Step(_S.MOVED_AWAY, by, _STEP_LABELS[_A.MOVE_AWAY], needs_opinion=True)


LEAD = CaseKind(
    name="lead",
    label="线索",
    series="线索",
    rule="LD-1",
    matter="lead",
    initial=_S.NEW,
    states={
        _S.NEW: "待分派",
        _S.ASSIGNED: "已分派",
        _S.VISITED: "已走访",
        _S.CONFIRMED: "已核实",
        _S.PLACED: "已纳入管理",
        _S.REFUSED: "本人不愿",
        _S.RULED_OUT: "已排除",
        _S.MOVED_AWAY: "已迁离",
    },
    main_line=(_S.NEW, _S.ASSIGNED, _S.VISITED, _S.CONFIRMED, _S.PLACED),
    parties={_P.TOWNSHIP: "所在地党委", _P.STATION: "走访的指导站"},
    duties={
        _S.NEW: Duty(_P.TOWNSHIP, "分派指导员走访", Limit("lead.assign_days")),
        _S.ASSIGNED: Duty(_P.STATION, "走访并记录情况", Limit("lead.visit_days")),
        _S.VISITED: Duty(_P.TOWNSHIP, "核对名册，作出核实结论", Limit("lead.check_days")),
        _S.CONFIRMED: Duty(
            _P.TOWNSHIP, "落实管理：转接、流动登记或联合组建", Limit("lead.place_days")
        ),
    },
    steps={
        (_S.NEW, _A.ASSIGN): _ASSIGN,
        (_S.NEW, _A.CONFIRM): _CONFIRM,
        (_S.NEW, _A.REFUSE): _refuse(_TOWNSHIP),
        (_S.NEW, _A.RULE_OUT): _RULE_OUT,
        (_S.NEW, _A.MOVE_AWAY): _move_away(_TOWNSHIP),
        (_S.NEW, _A.WITHDRAW): _WITHDRAW,
        (_S.ASSIGNED, _A.VISIT): Step(_S.VISITED, _STATION, "记录走访"),
        (_S.ASSIGNED, _A.REASSIGN): Step(_S.ASSIGNED, _TOWNSHIP, "改派", seats=_P.STATION),
        (_S.ASSIGNED, _A.GIVE_BACK): Step(
            _S.NEW, _STATION, "退回党委", needs_opinion=True, returns=True
        ),
        (_S.ASSIGNED, _A.REFUSE): _refuse(_BOTH),
        (_S.ASSIGNED, _A.RULE_OUT): _RULE_OUT,
        (_S.ASSIGNED, _A.MOVE_AWAY): _move_away(_BOTH),
        (_S.ASSIGNED, _A.WITHDRAW): _WITHDRAW,
        (_S.VISITED, _A.CONFIRM): _CONFIRM,
        (_S.VISITED, _A.REASSIGN): Step(_S.ASSIGNED, _TOWNSHIP, "再次走访", seats=_P.STATION),
        (_S.VISITED, _A.REFUSE): _refuse(_BOTH),
        (_S.VISITED, _A.RULE_OUT): _RULE_OUT,
        (_S.VISITED, _A.MOVE_AWAY): _move_away(_TOWNSHIP),
        (_S.VISITED, _A.WITHDRAW): _WITHDRAW,
        (_S.CONFIRMED, _A.PLACE): Step(_S.PLACED, _TOWNSHIP, "纳入管理"),
        # The member's formation is approved and the relation has come: a fact, and no decision.
        # Worded like placing: the market line does not learn of it by a lead (LD-18).
        (_S.CONFIRMED, _A.ARRIVE): Step(_S.PLACED, (CLOCK,), "纳入管理"),
        (_S.CONFIRMED, _A.RECONSIDER): Step(
            _S.VISITED, _TOWNSHIP, "退回重新核实", needs_opinion=True, returns=True
        ),
        (_S.CONFIRMED, _A.REFUSE): _refuse(_TOWNSHIP),
        (_S.CONFIRMED, _A.MOVE_AWAY): _move_away(_TOWNSHIP),
        (_S.CONFIRMED, _A.WITHDRAW): _WITHDRAW,
    },
)


class ProofMissing(Exception):
    """A confirmation needs the person's own statement and the roster check; `missing` says which."""

    def __init__(self, missing: list[LeadProof]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


@dataclass(frozen=True, slots=True)
class LeadEnds:
    """Until when leads are kept, as moments: what ended or began by then goes (LD-11)."""

    refused_by: datetime
    ruled_out_by: datetime
    opened_by: datetime


def lead_ends(now: datetime, unconfirmed_days: int) -> LeadEnds:
    """Return the moments up to which leads are deleted now (LD-11).

    A refused one goes in the last run of the sweep before its 24 hours are over.
    """
    return LeadEnds(
        refused_by=now - timedelta(hours=REFUSED_HOURS - SWEEP_HOURS),
        ruled_out_by=now - timedelta(days=RULED_OUT_DAYS),
        opened_by=now - timedelta(days=unconfirmed_days),
    )


def missing_proof(statement: StatementSays | None, check: CheckResult | None) -> list[LeadProof]:
    """Return what a confirmation lacks; a statement or check that says no proves nothing (LD-8)."""
    missing = []
    if statement is not StatementSays.MEMBER:
        missing.append(LeadProof.STATEMENT)
    if check not in (CheckResult.FOUND, CheckResult.OUTSIDE, CheckResult.COMPARED):
        missing.append(LeadProof.ROSTER_CHECK)
    return missing


def check_proof(statement: StatementSays | None, check: CheckResult | None) -> None:
    """Raise ProofMissing unless the person's own word and the roster both say so (LD-8)."""
    if missing := missing_proof(statement, check):
        raise ProofMissing(missing)


def name_key(name: str) -> str:
    """Return a name as it is compared: full-width forms made plain, spaces and middle dots gone."""
    plain = normalize("NFKC", visible_words(name))
    return "".join(mark for mark in plain if not mark.isspace() and mark not in "·•・‧.").upper()


def number_key(number: str) -> str:
    """Return an ID number or phone as it is compared: plain digits and X, without +86."""
    plain = normalize("NFKC", visible_words(number)).upper()
    kept = "".join(mark for mark in plain if mark.isdigit() or mark in "X*+")
    return kept.removeprefix("+86").replace("+", "")


def is_whole(number: str) -> bool:
    """Test whether a number is told whole: a masked or cut one is nobody's (LD-4)."""
    return len(number) >= 11 and "*" not in number


def rounded(count: int) -> int | None:
    """Return a count to the nearest five, None where it is too small to be told (LD-15)."""
    if count < SMALL_CELL:
        return None
    return (count + ROUND_TO // 2) // ROUND_TO * ROUND_TO


def funnel_counts(steps: Iterable[FunnelStep]) -> dict[FunnelStep, int]:
    """Return how many leads came to each step or beyond it, of the furthest step of each (LD-15)."""
    order = list(FunnelStep)
    furthest = [order.index(step) for step in steps]
    return {step: sum(place >= order.index(step) for place in furthest) for step in order}
