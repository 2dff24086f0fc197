"""Who does something to a case, when, and under which parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from xgz.access.actor import Actor, clock_actor
from xgz.queries.parameters import parameters_on, workdays
from xgz.rules.words import visible_words
from xgz.rules.workdays import Workdays


@dataclass(frozen=True, slots=True)
class CaseAct:
    """days: the district's parameters of the day; calendar: its working days.

    version: the version of the case the actor's page showed; None where nobody looked at a page.
    """

    actor: Actor
    now: datetime
    opinion: str = ""
    version: int | None = None
    days: Mapping[str, int] = field(default_factory=dict)
    calendar: Workdays = field(default_factory=workdays)

    @classmethod
    def of(cls, actor: Actor, now: datetime, opinion: str = "", version: int | None = None) -> Self:
        """Return an act under the parameters of the actor's day; three queries."""
        return cls(actor, now, visible_words(opinion), version, parameters_on(actor.today))

    @classmethod
    def of_the_clock(cls, today: date, now: datetime) -> Self:
        """Return an act of time itself."""
        return cls.of(clock_actor(today), now)

    @property
    def today(self) -> date:
        return self.actor.today
