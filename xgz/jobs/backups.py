"""Backups, their nightly trial, and what deleted rows leave behind in the database file."""

from xgz.access.clock import local
from xgz.services.backups.making import MAKE, make_queued
from xgz.services.backups.trying import DRILL, drill_queued
from xgz.services.jobs import JobRun, handler
from xgz.services.tidying import TIDY, tidy_database


@handler(MAKE)
def make(run: JobRun) -> None:
    make_queued(run=run)


@handler(DRILL)
def drill(run: JobRun) -> None:
    drill_queued(run=run)


@handler(TIDY)
def tidy(run: JobRun) -> None:
    run.finish(vacuum=tidy_database(now=local(run.now())))
