"""Working out plans of joint branches, and what time ends of them."""

from xgz.services.jobs import JobRun, handler
from xgz.services.planning import RUN_JOB, run_queued, sweep_plans


@handler(RUN_JOB)
def run(run: JobRun) -> None:
    run_queued(run=run)


@handler("planning.sweep")
def sweep(run: JobRun) -> None:
    sweep_plans(now=run.now())
