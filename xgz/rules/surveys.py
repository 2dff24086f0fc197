"""Survey rounds (摸排): states of a round and of a row, what a visit tells, codes on paper (SV-1…)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class RoundState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"


class RoundAction(StrEnum):
    FINISH = "finish"
    WITHDRAW = "withdraw"


class RowState(StrEnum):
    TO_VISIT = "to_visit"
    NOT_MET = "not_met"
    VISITED = "visited"
    GONE = "gone"
    REFUSED = "refused"


class Told(StrEnum):
    """What the shop said to a question of yes or no."""

    UNKNOWN = ""
    YES = "yes"
    NO = "no"


class Choice(StrEnum):
    """Which operating businesses of the place a round takes (SV-2)."""

    ALL = "all"
    NO_ORGANISATION = "no_organisation"
    NOT_VISITED = "not_visited"
    MEMBERS_UNKNOWN = "members_unknown"


class Fault(StrEnum):
    """Why an answer cannot be taken."""

    NO_OUTCOME = "no_outcome"
    NOT_MET_TELLS_NOTHING = "not_met_tells_nothing"
    TOO_LARGE = "too_large"
    DAY_OUTSIDE = "day_outside"


class RoundOver(Exception):
    """The round is finished or withdrawn: nothing about it changes any more (SV-1)."""


class RoundBegun(Exception):
    """Somebody has answered already: the round can be finished, not withdrawn (SV-1)."""


class DatesUnsound(Exception):
    """The round ends before it begins, or before today."""


class AnswerUnsound(Exception):
    """The answer cannot be what somebody saw; carries its Fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class CodeMistyped(Exception):
    """No row bears this code: a character is wrong, missing or in the wrong place (SV-6)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one visit told (SV-3). staff, members: people counted by the shop itself, None where it
    did not say; day: of the visit.
    """

    outcome: RowState
    day: date
    staff: int | None = None
    members: int | None = None
    has_organisation: Told = Told.UNKNOWN
    has_plaque: Told = Told.UNKNOWN

    @property
    def tells_something(self) -> bool:
        """Test whether the shop said anything beyond opening the door."""
        counts = (self.staff, self.members)
        return counts != (None, None) or bool(self.has_organisation or self.has_plaque)

    @property
    def text(self) -> str:
        """The whole answer as one text: equal for equal answers."""
        told = (self.staff, self.members, self.has_organisation.value, self.has_plaque.value)
        parts = (self.outcome.value, self.day.isoformat(), *told)
        return ";".join("" if part is None else str(part) for part in parts)


ROUND_LABELS: dict[RoundState, str] = {
    RoundState.RUNNING: "进行中",
    RoundState.FINISHED: "已结束",
    RoundState.WITHDRAWN: "已撤回",
}
ROUND_STEPS: dict[tuple[RoundState, RoundAction], RoundState] = {
    (RoundState.RUNNING, RoundAction.FINISH): RoundState.FINISHED,
    (RoundState.RUNNING, RoundAction.WITHDRAW): RoundState.WITHDRAWN,
}
ROW_LABELS: dict[RowState, str] = {
    RowState.TO_VISIT: "待走访",
    RowState.NOT_MET: "未见到人",
    RowState.VISITED: "已走访",
    RowState.GONE: "已关门或迁走",
    RowState.REFUSED: "不愿配合",
}
CHOICE_LABELS: dict[Choice, str] = {
    Choice.ALL: "全部实体运营的主体",
    Choice.NO_ORGANISATION: "没有党组织覆盖的",
    Choice.NOT_VISITED: "某日以来没有走访过的",
    Choice.MEMBERS_UNKNOWN: "年报没有写党员人数的",
}
TOLD_LABELS: dict[Told, str] = {Told.UNKNOWN: "未问到", Told.YES: "有", Told.NO: "没有"}
OUTCOMES = (RowState.VISITED, RowState.NOT_MET, RowState.GONE, RowState.REFUSED)
WAITING = (RowState.TO_VISIT, RowState.NOT_MET)  # somebody still has to go there

MOST_ROWS = 3000  # SV-2: of one round
MOST_COUNTED = 99_999  # SV-3: people of one shop
FEWEST_SHOPS = 3  # SV-8: answers below this many are not summed up for who sees no rows
REMIND_PAUSE = timedelta(days=1)  # SV-7
LONGEST_KEY = 36  # SV-5: what a phone names an answer by
TODAY_ROWS = 100  # SV-5: of one walker's list on the phone
SHEET_ROWS = 200  # SV-6: of one print

# No 0, 1, I, L, O: nobody reads them apart in handwriting. 31 signs, a prime, for the check sign.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_SIGNS = 6
CODE_SPACE = len(_SIGNS) ** _CODE_SIGNS
CODE_LENGTH = _CODE_SIGNS + 1

_PLAIN = "[^省市县区镇乡]"
_AREAS = re.compile(
    rf"^(?:{_PLAIN}{{1,9}}(?:省|市(?!场)|县|区))*(?:{_PLAIN}{{1,8}}?(?:街道|镇|乡))?"
)
_LANE = re.compile(r"^[^\d０-９（(,，、;；]+")
_STREET_LONGEST = 20


def round_step(state: RoundState, action: RoundAction) -> RoundState:
    """Return where an action leads. Raises RoundOver."""
    try:
        return ROUND_STEPS[state, action]
    except KeyError:
        raise RoundOver(state) from None


def check_dates(starts_on: date, ends_on: date, today: date) -> None:
    """Raise DatesUnsound unless the round ends on or after its first day and today (SV-1)."""
    if ends_on < max(starts_on, today):
        raise DatesUnsound(ends_on)


def check_answer(answer: Answer, *, starts_on: date, today: date) -> None:
    """Raise AnswerUnsound unless the answer can be what somebody saw (SV-3).

    The visit lies between the round's first day and today, both included. Only who was visited
    tells anything.
    """
    if answer.outcome not in OUTCOMES:
        raise AnswerUnsound(Fault.NO_OUTCOME)
    if answer.outcome is not RowState.VISITED and answer.tells_something:
        raise AnswerUnsound(Fault.NOT_MET_TELLS_NOTHING)
    if any(not 0 <= (count or 0) <= MOST_COUNTED for count in (answer.staff, answer.members)):
        raise AnswerUnsound(Fault.TOO_LARGE)
    if not min(starts_on, today) <= answer.day <= today:
        raise AnswerUnsound(Fault.DAY_OUTSIDE)


def may_sum(shops: int, *, sees_rows: bool, is_over: bool) -> bool:
    """Test whether what so many shops told may show as a sum (SV-8).

    is_over: nothing is answered any more. While it is, two looks would tell each answer apart.
    """
    return sees_rows or (is_over and (shops == 0 or shops >= FEWEST_SHOPS))


def code_of(number: int) -> str:
    """Return the code that stands for a number from 0 to CODE_SPACE - 1, its check sign last."""
    places = []
    for _place in range(_CODE_SIGNS):
        number, rest = divmod(number, len(_SIGNS))
        places.append(rest)
    return "".join(_SIGNS[place] for place in (*places, _check(places)))


def read_code(text: str) -> str:
    """Return the code somebody typed or scanned, without blanks, hyphens and small letters.

    One wrong sign, or two that changed places, never make another code (SV-6). Raises CodeMistyped.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    code = re.sub(r"[\s\-_.·]", "", plain)
    if len(code) != CODE_LENGTH or any(sign not in _SIGNS for sign in code):
        raise CodeMistyped(text)
    *places, check = (_SIGNS.index(sign) for sign in code)
    if _check(places) != check:
        raise CodeMistyped(text)
    return code


def shown_code(code: str) -> str:
    """Return a code as it stands on paper, in two groups."""
    return f"{code[:3]}-{code[3:]}"


def street_of(address: str) -> str:
    """Return the street of an address: what stands between the township and the first number.

    "" where the address says nothing more (SV-2).
    """
    plain = re.sub(r"\s", "", address)
    rest = plain[_AREAS.match(plain).end() :]  # type: ignore[union-attr]
    found = _LANE.match(rest)
    return found.group()[:_STREET_LONGEST] if found else ""


def _check(places: list[int]) -> int:
    """Weights 1 to 6 differ modulo the prime 31, so that a change of places shows as well."""
    return sum(weight * place for weight, place in enumerate(places, 1)) % len(_SIGNS)
