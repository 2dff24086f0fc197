"""Clearing away: files of imports and reports that may not be kept, jobs long over."""

from xgz.services.exchange.sweeping import lapse_requests
from xgz.services.imports.sweeping import sweep_imports
from xgz.services.jobs import JobRun, handler, sweep_jobs
from xgz.services.reports.keeping import sweep_reports
from xgz.services.reveals import sweep_reveals
from xgz.services.sightings import sweep_sightings
from xgz.services.sites import sweep_photos
from xgz.services.storage import keep_reserve


@handler("imports.sweep")
def imports(run: JobRun) -> None:
    sweep_imports(run.now())
    keep_reserve()


@handler("reports.sweep")
def reports(run: JobRun) -> None:
    sweep_reports(now=run.now())


@handler("exchanges.sweep")
def exchanges(run: JobRun) -> None:
    lapse_requests(today=run.today, now=run.now())


@handler("jobs.sweep")
def jobs(run: JobRun) -> None:
    sweep_jobs(now=run.now())


@handler("sites.sweep")
def sites(run: JobRun) -> None:
    sweep_photos(now=run.now())


@handler("sightings.sweep")
def sightings(run: JobRun) -> None:
    sweep_sightings(now=run.now())
    sweep_reveals(now=run.now())
