"""Races: eight clients, each with a connection of its own, after one case at the same moment.

Shared by the tests and by benchmarks/races, which runs a thousand of them.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from threading import Barrier
from typing import Any

from django.db import connection, transaction

from tests.services.cases.kinds import KINDS, Kind, again, audit_of, events_of, player, take
from xgz.access.actor import Actor
from xgz.models import Case, Notice, Paper
from xgz.rules.cases import CLOCK
from xgz.rules.notices import NoticeKind

CLIENTS = 8


@dataclass
class Attempt:
    """What one client is about to do, with its own reading of the case."""

    action: str
    actor: Actor
    case: Case
    given: dict[str, Any]


@dataclass
class Race:
    """One case and what each client is about to do to it, all having read the same version."""

    kind: Kind
    case: Case
    attempts: list[Attempt]
    before: Counter[str]


@dataclass
class Tally:
    races: int = 0
    won: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Clients:
    """Eight threads that start each race together and keep their connections between races."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(CLIENTS)
        self.barrier = Barrier(CLIENTS)

    def run(self, work: Callable[[int], str]) -> list[str]:
        def one(number: int) -> str:
            self.barrier.wait()
            return work(number)

        return list(self.pool.map(one, range(CLIENTS)))

    def close(self) -> None:
        self.run(lambda _number: connection.close() or "")
        self.pool.shutdown()


@contextmanager
def clients() -> Iterator[Clients]:
    eight = Clients()
    try:
        yield eight
    finally:
        eight.close()


def starts() -> list[tuple[Kind, str, list[str]]]:
    """Return every open state of every kind with the steps people race for from there.

    A single step is raced for by all eight; where there are several, they compete.
    """
    found = []
    for kind in KINDS:
        for state in kind.table.duties:
            steps = kind.table.steps_from(state)
            by_people = sorted(action for action, step in steps.items() if step.by != (CLOCK,))
            found += [(kind, str(state), [action]) for action in by_people]
            found.append((kind, str(state), by_people))
    return found


def prepare(kind: Kind, state: str, actions: list[str]) -> Race:
    """Make the case and the people in one transaction."""
    with transaction.atomic():
        case = kind.make(state)
        given = {action: kind.arguments_for(action, case) for action in actions}
        case = again(case)
        steps = kind.table.steps_from(case.state)
        actors = {
            action: actor
            for action in actions
            if case.fits(action) and (actor := player(case, steps[action])) is not None
        }
        attempts = [
            Attempt(action, actors[action], again(case), given[action])
            for action in islice(cycle(actors), CLIENTS)
        ]
        return Race(kind, case, attempts, counts(case))


def counts(case: Case) -> Counter[str]:
    """Return how many rows of each sort the case has."""
    named = {"case_kind": case.KIND.name, "case_id": case.public_id}
    told = Notice.objects.filter(**named, kind__in=[NoticeKind.FILED, NoticeKind.INFORMED])
    return Counter(
        steps=events_of(case).exclude(to_state="").count(),
        events=events_of(case).count(),
        audits=audit_of(case).count(),
        papers=Paper.objects.filter(**named).count(),
        filed=told.filter(kind=NoticeKind.FILED).count(),
        told_twice=told.count() - told.order_by().values("kind", "role", "body").distinct().count(),
        version=case.version,
    )


def run(race: Race, eight: Clients) -> tuple[list[str], list[str]]:
    """Let the clients go; return (winners, faults)."""

    def attempt(number: int) -> str:
        own = race.attempts[number]
        try:
            take(race.kind, own.case, own.action, own.actor, version=own.case.version, **own.given)
        except Exception as fault:
            # A kind may see by itself that the winner was faster: its refusal is as good.
            named = type(fault).__module__.startswith("xgz.")
            return "" if named else f"!{own.action}: {type(fault).__name__}"
        return own.action

    results = eight.run(attempt)
    winners = [each for each in results if each and each[0] != "!"]
    return winners, [each for each in results if each[:1] == "!"] + judge(race, winners)


def judge(race: Race, winners: list[str]) -> list[str]:
    """Return what is wrong after a race: one winner, one of everything it writes."""
    case = again(race.case)
    new = counts(case)
    new.subtract(race.before)
    issues = winners[:1] in (["issue"], ["send_out"])
    wanted = {
        "winners": (len(winners), 1),
        "steps": (new["steps"], 1),
        "version": (new["version"], 1),
        "events and audit rows": (new["events"] - new["audits"], 0),
        "papers": (new["papers"], int(issues)),
        "filed": (new["filed"], filed_once(case)),
        "told twice": (new["told_twice"], 0),
        "state": (str(case.state), end_of(race, winners)),
    }
    where = f"{race.kind} {race.case.state}"
    return [
        f"{where}: {name} {got}, not {due}" for name, (got, due) in wanted.items() if got != due
    ]


def filed_once(case: Case) -> int:
    """A closed case is filed once where the responsibility table names somebody."""
    return int(not case.is_open and case.KIND.name not in {"errand", "export_approval", "lead"})


def end_of(race: Race, winners: list[str]) -> str:
    steps = race.kind.table.steps_from(race.case.state)
    return str(steps[winners[0]].to) if winners else str(race.case.state)


def hold(number: int, eight: Clients) -> Tally:
    """Hold so many races over all kinds, states and steps in turn."""
    tally = Tally()
    for kind, state, actions in islice(cycle(starts()), number):
        winners, faults = run(prepare(kind, state, actions), eight)
        tally.races += 1
        tally.won.update(winners)
        tally.faults += faults
    return tally
