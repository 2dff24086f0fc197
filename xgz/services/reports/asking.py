"""Asking for a report, and no longer wanting it."""

from datetime import datetime

from django.db import transaction

from xgz.access import actor as access
from xgz.access.actor import Actor, require_person
from xgz.access.jobs import export_action
from xgz.models import Job, Report
from xgz.queries.exports import Asked
from xgz.queries.jobs import waiting_job
from xgz.rules.jobs import WAITING
from xgz.services.jobs import NotCancellable, ask_to_cancel, enqueue

MAKE = "report.make"
MOST_AT_ONCE = 3  # of one person: others wait behind them
_TITLE_MAX, _WORDS_MAX = 80, 400


class TooManyReports(Exception):
    """The person has as many reports waiting as one may have."""


@transaction.atomic
def ask_for_report(
    *, actor: Actor, asked: Asked, title: str, language: str, now: datetime
) -> Report:
    """Queue a report and return it; the same list asked for twice is made once.

    language: of the workbook. Raises NotPermitted, TooManyReports.
    """
    access.require(actor, export_action(asked.kind))
    person = require_person(actor)
    wanted = asked.plain() | {"language": language}
    waiting = Job.objects.filter(kind=MAKE, requested_by=person, state__in=WAITING)
    reports = Report.objects.filter(
        public_id__in=waiting.filter(cancel_asked_at__isnull=True).values("subject")
    )
    for report in reports:
        if report.asked == wanted:
            return report
    if waiting.count() >= MOST_AT_ONCE:
        raise TooManyReports(person.pk)
    report = Report.objects.create(
        kind=asked.kind,
        title=title[:_TITLE_MAX],
        conditions=asked.words[:_WORDS_MAX],
        asked=wanted,
        made_for=person,
        asked_at=now,
    )
    enqueue(kind=MAKE, subject=report.public_id, requested_by=person, now=now)
    return report


def cancel_report(*, actor: Actor, report: Report, now: datetime) -> None:
    """Stop a report that waits or is being made. Raises NotPermitted, NotCancellable."""
    access.require_person(actor)
    job = waiting_job(report.public_id)
    if job is None:
        raise NotCancellable(report.public_id)
    ask_to_cancel(actor=actor, job=job, now=now)
