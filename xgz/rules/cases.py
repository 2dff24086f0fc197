"""The case protocol: what every kind of case is made of, as plain tables (CS-1).

A kind of case is one CaseKind value: its states, what each open state asks of whom until when
(Duty), and which step leads from a state by whose hand (Step). Parties are words of the kind
("sender", "receiver"); which body stands behind one is settled when a case is opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from xgz.rules.words import visible_words

CLOCK = "clock"  # the party of steps that time takes by itself; it never decides (CS-5)


class Unit(StrEnum):
    CALENDAR = "calendar"
    WORKING = "working"


class Verdict(StrEnum):
    """What became of a sub-step."""

    OPEN = ""
    AGREED = "agreed"
    OBJECTED = "objected"
    VOID = "void"  # the case moved on without it


class Ending(StrEnum):
    """How a closed case ended."""

    DONE = "done"  # at the end of the main line
    UNDONE = "undone"  # somebody decided otherwise, or there was nothing to decide any more
    LAPSED = "lapsed"  # nobody decided in time


VERDICT_LABELS: dict[Verdict, str] = {
    Verdict.OPEN: "待反馈",
    Verdict.AGREED: "无不同意见",
    Verdict.OBJECTED: "有不同意见",
    Verdict.VOID: "事项已推进，不再需要",
}


class StepNotAllowed(Exception):
    """The case is not in a state from which this step can be taken."""


class OpinionMissing(Exception):
    """This step needs an opinion in words."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long somebody has: days of a district parameter, or a date the case itself carries.

    parameter: key in rules/parameters.py, in `unit` days, the day of entry not counted. column:
    name of the case's date column that is the due date.
    """

    parameter: str = ""
    unit: Unit = Unit.WORKING
    column: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A sub-step that runs beside the owner's duty, with its own reviewer and due date."""

    key: str
    by: str
    task: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class Duty:
    """What an open state asks for: of which party, what, until when, and whom it hears."""

    owner: str
    task: str
    limit: Limit
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One way on from a state.

    by: parties that may take it. needs_opinion: words are required. awaits_reviews: refused while
    a sub-step is open and not overdue (CS-7). returns: goes back to the party of an earlier state.
    seats: the party whose seat is settled only by this step.
    """

    to: StrEnum
    by: tuple[str, ...]
    label: str
    needs_opinion: bool = False
    awaits_reviews: bool = False
    returns: bool = False
    is_grave: bool = False
    seats: str = ""


@dataclass(frozen=True, slots=True)
class CaseKind:
    """One kind of case.

    name: singular noun, also the prefix of its page names; series: prefix of the case number;
    rule: id in the rulebook; states: every state with its official word; duties: the open states;
    parties: party → official word; matter: row of the responsibility table; entries: states besides
    the initial one in which a case may be opened; lapsed: closed states that mean that nobody decided
    in time.
    """

    name: str
    label: str
    series: str
    rule: str
    initial: StrEnum
    states: Mapping[StrEnum, str]
    duties: Mapping[StrEnum, Duty]
    steps: Mapping[tuple[StrEnum, StrEnum], Step]
    parties: Mapping[str, str]
    matter: str
    main_line: tuple[StrEnum, ...] = field(default=())  # states shown as the bar of steps
    entries: frozenset[StrEnum] = frozenset()
    lapsed: frozenset[StrEnum] = frozenset()

    @property
    def open_states(self) -> list[str]:
        return [state.value for state in self.duties]

    def first_state(self, at: StrEnum | None = None) -> str:
        """Return the state a case is opened in, `at` where that is given. Raises StepNotAllowed."""
        if at is not None and at not in {self.initial, *self.entries}:
            raise StepNotAllowed(f"{self.name}: opened in {at}")
        return str(at or self.initial)

    def step(self, state: str, action: str) -> Step:
        """Return the step `action` takes from `state`. Raises StepNotAllowed."""
        for (at, name), step in self.steps.items():
            if at == state and name == action:
                return step
        raise StepNotAllowed(f"{self.name}: {action} from {state}")

    def steps_from(self, state: str) -> dict[str, Step]:
        """Return action → step for every way on from `state`."""
        return {str(name): step for (at, name), step in self.steps.items() if at == state}

    def duty(self, state: str) -> Duty:
        """Return what an open state asks for. Raises StepNotAllowed for a closed one."""
        for at, duty in self.duties.items():
            if at == state:
                return duty
        raise StepNotAllowed(f"{self.name}: {state} asks for nothing")

    def owner_of(self, state: str) -> str:
        """Return the party that owns an open state, "" for a closed one."""
        return next((duty.owner for at, duty in self.duties.items() if at == state), "")

    def ending_of(self, state: str) -> Ending:
        """Return how a case ended that stands in a closed state. Raises StepNotAllowed."""
        if state in self.open_states:
            raise StepNotAllowed(f"{self.name}: {state} is no end")
        if state in {str(each) for each in self.lapsed}:
            return Ending.LAPSED
        return Ending.DONE if [state] == [*self.main_line][-1:] else Ending.UNDONE

    def label_of(self, state: str) -> str:
        """Return the official word for a state."""
        return next(label for at, label in self.states.items() if at == state)


def check_opinion(step: Step, opinion: str) -> None:
    """Raise OpinionMissing where the step needs words and there are none."""
    if step.needs_opinion and not visible_words(opinion):
        raise OpinionMissing(step.label)


def faults_of(kind: CaseKind) -> list[str]:
    """Return what is wrong with a kind's tables; empty for a sound one (CS-1).

    Every open state is reached, has a step of its owner, and leads to a closed state by the hands
    of people; no step leaves a closed one; every state and party named exists; time owns nothing.
    """
    faults = [f"{state}: unknown party {party}" for state, party in _unknown_parties(kind)]
    if kind.initial not in kind.duties:
        faults.append(f"{kind.initial}: the first state asks for nothing")
    faults += [f"{entry}: entered and asks for nothing" for entry in kind.entries - {*kind.duties}]
    faults += [
        f"{each}: left to time, not by it" for each in kind.lapsed if not _by_time(kind, each)
    ]
    for state in {*kind.duties, *kind.main_line} - set(kind.states):
        faults.append(f"{state}: has no official word")
    for state, duty in kind.duties.items():
        faults += [f"{state}: {fault}" for fault in _duty_faults(kind, state, duty)]
    for (state, action), step in kind.steps.items():
        faults += [f"{state}: {action} {fault}" for fault in _step_faults(kind, state, step)]
    unreached = set(kind.states) - _reachable(kind, kind.initial) - {kind.initial}
    return faults + [f"{state}: never reached" for state in sorted(unreached)]


def _by_time(kind: CaseKind, state: StrEnum) -> bool:
    """Test whether time alone leads to a state, and nothing leads on from it."""
    hands = {party for step in kind.steps.values() if step.to == state for party in step.by}
    return state not in kind.duties and hands == {CLOCK}


def _duty_faults(kind: CaseKind, state: StrEnum, duty: Duty) -> list[str]:
    faults = []
    if not any(duty.owner in step.by for step in kind.steps_from(state).values()):
        faults.append("its owner has no step to take")
    if not _reachable(kind, state, by_people=True) - set(kind.duties):
        faults.append("no way leads to an end")
    keys = [review.key for review in duty.reviews]
    if len(keys) != len(set(keys)):
        faults.append("two sub-steps of one name")
    for limit in (duty.limit, *(review.limit for review in duty.reviews)):
        if bool(limit.parameter) is bool(limit.column):
            faults.append("a limit is a parameter or a column")
    return faults


def _step_faults(kind: CaseKind, state: StrEnum, step: Step) -> list[str]:
    faults = []
    if state not in kind.duties:
        faults.append("leaves a closed state")
    if step.to not in kind.states:
        faults.append("leads nowhere")
    if not step.by:
        faults.append("is nobody's")
    if step.returns and state not in _reachable(kind, step.to):
        faults.append("returns to where no way leads back from")
    return faults


def _unknown_parties(kind: CaseKind) -> list[tuple[str, str]]:
    """Time takes steps; it owns no state and reviews nothing."""
    named = [(str(state), duty.owner) for state, duty in kind.duties.items()]
    named += [(str(s), review.by) for s, duty in kind.duties.items() for review in duty.reviews]
    hands = [(str(s), party) for (s, _), step in kind.steps.items() for party in step.by]
    named += [(str(s), step.seats) for (s, _), step in kind.steps.items() if step.seats]
    named += [(state, party) for state, party in hands if party != CLOCK]
    return [(state, party) for state, party in named if party not in kind.parties]


def _reachable(kind: CaseKind, start: StrEnum, *, by_people: bool = False) -> set[StrEnum]:
    """Return the states that lie ahead; by_people: without the steps that time takes alone."""
    found: set[StrEnum] = set()
    waiting = [start]
    while waiting:
        for step in kind.steps_from(waiting.pop()).values():
            if by_people and set(step.by) == {CLOCK}:
                continue
            if step.to not in found:
                found.add(step.to)
                waiting.append(step.to)
    return found
