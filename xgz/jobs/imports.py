"""Reading and writing imported files."""

from xgz.services.imports.background import apply_queued, stage_queued
from xgz.services.jobs import JobRun, handler


@handler("import.stage")
def stage(run: JobRun) -> None:
    stage_queued(run=run)


@handler("import.apply")
def apply(run: JobRun) -> None:
    apply_queued(run=run)
