"""Comparing the roster with the register's owners, and what time ends of it."""

from xgz.services.jobs import JobRun, handler
from xgz.services.matching import RUN_JOB, run_queued, sweep_matching


@handler(RUN_JOB)
def run(run: JobRun) -> None:
    run_queued(run=run)


@handler("matching.sweep")
def sweep(run: JobRun) -> None:
    sweep_matching(now=run.now())
