"""Background work on the application's own database: queued, leased, fenced, retried, cancelled."""

from xgz.services.jobs.faults import (
    AlreadyQueued,
    JobCancelled,
    JobHopeless,
    JobPostponed,
    JobStopped,
    LeaseLost,
    NotCancellable,
)
from xgz.services.jobs.queue import (
    ask_to_cancel,
    cancel,
    claim,
    fail,
    fence,
    finish,
    hand_back,
    note_progress,
    renew,
)
from xgz.services.jobs.running import JobRun, enqueue, handler, run_job
from xgz.services.jobs.slots import queue_due_slots, sweep_jobs

__all__ = [
    "AlreadyQueued",
    "JobCancelled",
    "JobHopeless",
    "JobPostponed",
    "JobRun",
    "JobStopped",
    "LeaseLost",
    "NotCancellable",
    "ask_to_cancel",
    "cancel",
    "claim",
    "enqueue",
    "fail",
    "fence",
    "finish",
    "hand_back",
    "handler",
    "note_progress",
    "queue_due_slots",
    "renew",
    "run_job",
    "sweep_jobs",
]
