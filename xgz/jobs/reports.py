"""Long lists made into files."""

from xgz.services.jobs import JobRun, handler
from xgz.services.reports.making import make_report


@handler("report.make")
def make(run: JobRun) -> None:
    make_report(run=run)
