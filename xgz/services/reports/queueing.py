"""Putting the making of a report into the queue."""

from datetime import datetime

from xgz.models import Report
from xgz.services.jobs import enqueue

MAKE = "report.make"


def queue_report(*, report: Report, now: datetime) -> None:
    """Queue a report for the person it is for; call in the transaction that settled it."""
    enqueue(kind=MAKE, subject=report.public_id, requested_by=report.made_for, now=now)
