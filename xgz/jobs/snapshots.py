"""The figures of each month's last day, and of any other day somebody asks for."""

from xgz.rules.jobs import month_end
from xgz.services.jobs import JobRun, handler
from xgz.services.snapshots import TAKE, take_monthly, take_queued


@handler("snapshot.monthly")
def monthly(run: JobRun) -> None:
    last_day = month_end(run.job.arguments["slot"])
    take_monthly(as_at=last_day, today=run.today, now=run.now())


@handler(TAKE)
def take(run: JobRun) -> None:
    take_queued(run=run)
