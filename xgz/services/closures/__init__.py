"""Cases of closed businesses: opened with an import, decided and carried out by people (CB-1)."""

from collections.abc import Callable
from typing import Any

from xgz.rules.closures import ClosureAction
from xgz.services.closures.carrying import (
    NotDecidedSo,
    NotListed,
    propose_transfers,
    take_off_list,
)
from xgz.services.closures.deciding import (
    ClosureNotCarriedOut,
    TargetNotPossible,
    confirm,
    decide,
    dismiss,
    finish,
    reconsider,
    retract,
)
from xgz.services.closures.opening import open_for_import, retract_for_import

ACTIONS: dict[ClosureAction, Callable[..., Any]] = {
    ClosureAction.CONFIRM: confirm,
    ClosureAction.DISMISS: dismiss,
    ClosureAction.DECIDE: decide,
    ClosureAction.RECONSIDER: reconsider,
    ClosureAction.FINISH: finish,
    ClosureAction.RETRACT: retract,
}

__all__ = [
    "ACTIONS",
    "ClosureNotCarriedOut",
    "NotDecidedSo",
    "NotListed",
    "TargetNotPossible",
    "confirm",
    "decide",
    "dismiss",
    "finish",
    "open_for_import",
    "propose_transfers",
    "reconsider",
    "retract",
    "retract_for_import",
    "take_off_list",
]
