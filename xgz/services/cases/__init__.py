"""The one way cases are opened, moved, reviewed, assigned, urged and kept by the clock."""

from xgz.services.cases.act import CaseAct
from xgz.services.cases.steps import (
    ChangedMeanwhile,
    ReviewsOpen,
    hold,
    hold_anew,
    open_case,
    record_event,
    take_step,
)

__all__ = [
    "CaseAct",
    "ChangedMeanwhile",
    "ReviewsOpen",
    "hold",
    "hold_anew",
    "open_case",
    "record_event",
    "take_step",
]
