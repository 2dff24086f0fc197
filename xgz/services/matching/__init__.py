"""Matching of the roster and the register's owners: tasks, the run, decisions, their effect."""

from xgz.services.matching.applying import carry_out
from xgz.services.matching.deciding import decide, undo
from xgz.services.matching.faults import (
    AssessmentRefused,
    NotCompared,
    NothingDecided,
    OtherPurpose,
    OwnerTaken,
    PairChanged,
    PurposeMissing,
    TaskChanged,
    TaskIncomplete,
    TieGone,
)
from xgz.services.matching.handing_out import hand_out_leads
from xgz.services.matching.listing import NotListed, lead_from_list
from xgz.services.matching.reading import (
    read_list,
    read_outcome,
    read_tie,
    require_purpose,
    take_assessment,
)
from xgz.services.matching.running import run_queued
from xgz.services.matching.sweeping import sweep_matching
from xgz.services.matching.tasks import (
    RUN_JOB,
    TaskPapers,
    cancel_task,
    create_task,
    edit_task,
    start_task,
)
from xgz.services.matching.untying import untie_owner

__all__ = [
    "RUN_JOB",
    "AssessmentRefused",
    "NotCompared",
    "NotListed",
    "NothingDecided",
    "OtherPurpose",
    "OwnerTaken",
    "PairChanged",
    "PurposeMissing",
    "TaskChanged",
    "TaskIncomplete",
    "TaskPapers",
    "TieGone",
    "cancel_task",
    "carry_out",
    "create_task",
    "decide",
    "edit_task",
    "hand_out_leads",
    "lead_from_list",
    "read_list",
    "read_outcome",
    "read_tie",
    "require_purpose",
    "run_queued",
    "start_task",
    "sweep_matching",
    "take_assessment",
    "undo",
    "untie_owner",
]
