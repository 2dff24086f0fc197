"""Plans of joint branches: made by a job, changed by hand, repaired, proposed (PL-14 to PL-18)."""

from xgz.services.planning.faults import (
    GroupNotLegal,
    GroupProposed,
    NothingChosen,
    NothingToUndo,
    PlanChanged,
)
from xgz.services.planning.hands import (
    NEW_GROUP,
    Hand,
    choose_hub,
    exclude_units,
    include_units,
    lock_groups,
    merge_groups,
    move_units,
    split_units,
    undo_step,
    unlock_groups,
)
from xgz.services.planning.making import (
    RUN_JOB,
    discard_plan,
    make_plan,
    plan_again,
    start_plan,
    stop_plan,
)
from xgz.services.planning.proposing import Proposed, propose_groups
from xgz.services.planning.running import run_queued
from xgz.services.planning.sweeping import sweep_plans

__all__ = [
    "NEW_GROUP",
    "RUN_JOB",
    "GroupNotLegal",
    "GroupProposed",
    "Hand",
    "NothingChosen",
    "NothingToUndo",
    "PlanChanged",
    "Proposed",
    "choose_hub",
    "discard_plan",
    "exclude_units",
    "include_units",
    "lock_groups",
    "make_plan",
    "merge_groups",
    "move_units",
    "plan_again",
    "propose_groups",
    "run_queued",
    "split_units",
    "start_plan",
    "stop_plan",
    "sweep_plans",
    "undo_step",
    "unlock_groups",
]
