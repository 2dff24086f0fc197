"""Adjusting organisations: people decide to revive, merge or revoke, and carry it out (AD-1)."""

from collections.abc import Callable
from typing import Any

from xgz.rules.adjustments import AdjustmentAction
from xgz.services.adjustments.carrying import (
    HandingInIncomplete,
    NotDecidedSo,
    StillBarred,
    dissolve,
    hand_in,
    merge,
    propose_transfers,
    take_in,
)
from xgz.services.adjustments.deciding import (
    NotCarriedOut,
    TargetNotPossible,
    decide_merge,
    decide_revive,
    decide_revoke,
    drop,
    file,
    finish,
    give_back,
    lapse,
    lapse_plans,
    let_go,
    reconsider,
    retract,
    submit,
    take_up,
)
from xgz.services.adjustments.opening import (
    AlreadyOpen,
    NotOpenNow,
    OrganisationEnded,
    hand_over,
    open_adjustment,
    open_left_bare,
)

ACTIONS: dict[AdjustmentAction, Callable[..., Any]] = {
    AdjustmentAction.TAKE_UP: take_up,
    AdjustmentAction.SUBMIT: submit,
    AdjustmentAction.RETURN: give_back,
    AdjustmentAction.DECIDE_REVIVE: decide_revive,
    AdjustmentAction.DECIDE_MERGE: decide_merge,
    AdjustmentAction.DECIDE_REVOKE: decide_revoke,
    AdjustmentAction.RECONSIDER: reconsider,
    AdjustmentAction.LAPSE: lapse,
    AdjustmentAction.FINISH: finish,
    AdjustmentAction.FILE: file,
    AdjustmentAction.DROP: drop,
    AdjustmentAction.RETRACT: retract,
}

__all__ = [
    "ACTIONS",
    "AlreadyOpen",
    "HandingInIncomplete",
    "NotCarriedOut",
    "NotDecidedSo",
    "NotOpenNow",
    "OrganisationEnded",
    "StillBarred",
    "TargetNotPossible",
    "decide_merge",
    "decide_revive",
    "decide_revoke",
    "dissolve",
    "drop",
    "file",
    "finish",
    "give_back",
    "hand_in",
    "hand_over",
    "lapse",
    "lapse_plans",
    "let_go",
    "merge",
    "open_adjustment",
    "open_left_bare",
    "propose_transfers",
    "reconsider",
    "retract",
    "submit",
    "take_in",
    "take_up",
]
