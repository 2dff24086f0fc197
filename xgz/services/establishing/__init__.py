"""After the approval: an organisation is set up, gets its people and finds its feet (ES-1)."""

from collections.abc import Callable
from typing import Any

from xgz.rules.establishing import EstablishingAction
from xgz.services.establishing.carrying import (
    AlreadyInstructs,
    DayGone,
    NoInstructor,
    PlaceMissing,
    assign_instructor,
    count_as_meeting,
    hold_meeting,
    plan_meeting,
    propose_transfers,
    take_in,
)
from xgz.services.establishing.deciding import LinesOpen, NameOfAnother, finish, set_up, stop
from xgz.services.establishing.opening import open_for_formation

ACTIONS: dict[EstablishingAction, Callable[..., Any]] = {
    EstablishingAction.SET_UP: set_up,
    EstablishingAction.FINISH: finish,
    EstablishingAction.STOP: stop,
}

__all__ = [
    "ACTIONS",
    "AlreadyInstructs",
    "DayGone",
    "LinesOpen",
    "NameOfAnother",
    "NoInstructor",
    "PlaceMissing",
    "assign_instructor",
    "count_as_meeting",
    "finish",
    "hold_meeting",
    "open_for_formation",
    "plan_meeting",
    "propose_transfers",
    "set_up",
    "stop",
    "take_in",
]
