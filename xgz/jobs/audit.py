"""The trail of what was done: anchored every hour, checked every night."""

from xgz.services.audit_checks import CHECK, anchor_queued, check_queued
from xgz.services.jobs import JobRun, handler


@handler("audit.anchor")
def anchor(run: JobRun) -> None:
    anchor_queued(run=run)


@handler(CHECK)
def check(run: JobRun) -> None:
    check_queued(run=run)
