"""Errands: one function asks, one for all steps, since none has rules beyond the table."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from tests.sample_kind.models import Errand
from tests.sample_kind.rules.errands import ErrandAction
from xgz.access import cases as access
from xgz.access.actor import Actor, require_person
from xgz.rules.seats import Seat
from xgz.services.cases import CaseAct, open_case, take_step
from xgz.services.transactions import unit_of_work


@unit_of_work
def ask(*, actor: Actor, topic: str, seats: Mapping[str, Seat], now: datetime) -> Errand:
    require_person(actor)
    case = Errand(topic=topic)
    open_case(case, CaseAct.of(actor, now), seats, "提出")
    return case


@unit_of_work
def step(
    action: str,
    *,
    case: Errand,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    access.require_step(actor, case, action)
    take_step(case, action, CaseAct.of(actor, now, opinion, version))


ACTIONS: dict[ErrandAction, Callable[..., None]] = {
    action: partial(step, action) for action in ErrandAction
}
