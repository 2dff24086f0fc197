"""Asking for a report, and no longer wanting it."""

from datetime import datetime
from secrets import token_hex

from xgz.access import actor as access
from xgz.access import exports as people_access
from xgz.access.actor import Actor, require_person
from xgz.access.jobs import export_action
from xgz.models import ExportApproval, Job, Report, User, sealing
from xgz.models.fields import new_public_id
from xgz.queries.export_frame import Asked, Export
from xgz.queries.jobs import waiting_job
from xgz.rules.allowances import Purpose
from xgz.rules.exports import SHORTEST_PURPOSE, needs_approval
from xgz.rules.jobs import WAITING
from xgz.rules.words import visible_words
from xgz.services import audit
from xgz.services.allowances import take
from xgz.services.export_approvals import ask_approval
from xgz.services.jobs import NotCancellable, ask_to_cancel
from xgz.services.reports.queueing import MAKE, queue_report
from xgz.services.transactions import unit_of_work

MOST_AT_ONCE = 3  # of one person: others wait behind them
_TITLE_MAX, _WORDS_MAX = 80, 400
_TRACE_BYTES = 8


class TooManyReports(Exception):
    """The person has as many reports waiting as one may have."""


class PurposeMissing(Exception):
    """A file that names people is asked for with its purpose in words (EX-1)."""


@unit_of_work
def ask_for_report(
    *, actor: Actor, asked: Asked, title: str, language: str, now: datetime
) -> Report:
    """Queue a report that names nobody of the roster, and return it.

    The same list asked for twice is made once. language: of the workbook. Raises NotPermitted,
    TooManyReports. A list that tells of people is not made this way (EX-2).
    """
    access.require(actor, export_action(asked.kind))
    person = require_person(actor)
    wanted = asked.plain() | {"language": language}
    if (same := _waiting(person, wanted)) is not None:
        return same
    report = _new_report(person, asked, wanted, title, now)
    report.approved_at = now
    report.save(force_insert=True)
    queue_report(report=report, now=now)
    return report


@unit_of_work
def ask_for_people(
    *, actor: Actor, asked: Asked, export: Export, language: str, purpose: str, now: datetime
) -> Report:
    """Ask for a list that tells of people of the roster, and return its report (EX-1).

    A masked one of few people is queued and counted against the day's allowance (EX-4); any other
    waits for a second person. Asked for twice, it waits once. Raises NotPermitted, PurposeMissing,
    TooManyReports, AllowanceUsedUp, NoApprover.
    """
    access.require(actor, export_action(asked.kind))
    if asked.in_clear:
        people_access.require_clear(actor, asked.kind)
    person = require_person(actor)
    words = visible_words(purpose)
    if len(words) < SHORTEST_PURPOSE:
        raise PurposeMissing(asked.kind)
    wanted = asked.plain() | {"language": language}
    if (same := _waiting(person, wanted)) is not None:
        return same
    report = _new_report(person, asked, wanted, export.title, now)
    report.persons = export.persons()
    report.is_masked = not asked.in_clear
    report.purpose_sealed = sealing.seal("report.purpose", report.public_id, words)
    second = needs_approval(report.persons, is_masked=report.is_masked)
    report.approved_at = None if second else now
    report.save(force_insert=True)
    _record_asking(actor, report, now)
    if second:
        ask_approval(actor=actor, report=report, words=asked.words, now=now)
    else:
        if report.persons:
            take(Purpose.EXPORT, person.public_id, now=now, amount=report.persons)
        queue_report(report=report, now=now)
    return report


def cancel_report(*, actor: Actor, report: Report, now: datetime) -> None:
    """Stop a report that waits or is being made. Raises NotPermitted, NotCancellable."""
    access.require_person(actor)
    job = waiting_job(report.public_id)
    if job is None:
        raise NotCancellable(report.public_id)
    ask_to_cancel(actor=actor, job=job, now=now)


def _waiting(person: User, wanted: dict[str, object]) -> Report | None:
    """Return the person's report of the same list that waits; raise TooManyReports at the limit."""
    jobs = Job.objects.filter(kind=MAKE, requested_by=person, state__in=WAITING)
    undecided = ExportApproval.objects.filter(report__made_for=person, closed_at__isnull=True)
    queued = Report.objects.filter(
        public_id__in=jobs.filter(cancel_asked_at__isnull=True).values("subject")
    )
    asked = Report.objects.filter(pk__in=undecided.values("report"))
    for report in (*queued, *asked):
        if report.asked == wanted:
            return report
    if jobs.count() + undecided.count() >= MOST_AT_ONCE:
        raise TooManyReports(person.pk)
    return None


def _new_report(
    person: User, asked: Asked, wanted: dict[str, object], title: str, now: datetime
) -> Report:
    return Report(
        public_id=new_public_id(),
        kind=asked.kind,
        title=title[:_TITLE_MAX],
        conditions=asked.words[:_WORDS_MAX],
        asked=wanted,
        made_for=person,
        trace=token_hex(_TRACE_BYTES),
        asked_at=now,
    )


def _record_asking(actor: Actor, report: Report, now: datetime) -> None:
    audit.record(
        actor=actor,
        action="report.ask",
        subject_type="report",
        subject_id=report.public_id,
        now=now,
        fields={
            "persons": report.persons,
            "masked": report.is_masked,
            "purpose": report.purpose,
        },
    )
