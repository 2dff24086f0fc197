"""Claims that go: taken back, "not me", too old; what stays is a record without the person (SR-5)."""

from datetime import date, datetime, timedelta

from xgz.access.actor import Actor, clock_actor
from xgz.access.self_reports import visitor
from xgz.models import ConsentRecord, NotMe, SelfReport, SelfReportRequest
from xgz.queries.parameters import parameters_on
from xgz.rules.calendar import add_months
from xgz.rules.self_reports import (
    CONSENT_MONTHS,
    WISH_DAYS,
    ConsentEvent,
    ReportState,
    RequestTopic,
)
from xgz.services import audit
from xgz.services.one_by_one import one_by_one
from xgz.services.self_reports.claims import keep_consent
from xgz.services.self_reports.requests import Asked, blank_corrections, erase, open_request
from xgz.services.transactions import unit_of_work

_OF_THE_PERSON = frozenset({ConsentEvent.WITHDRAWN})


@unit_of_work
def remove(
    *,
    report: SelfReport,
    event: ConsentEvent,
    today: date,
    now: datetime,
    by: Actor | None = None,
) -> None:
    """Delete a claim with everything sealed in it; that it was there stays, without the person.

    The other values that a correction of it names go too; the wish itself stays to be answered.
    by: who does it, None for the person or the clock.
    """
    same = SelfReport.objects.filter(pk=report.pk)
    blank_corrections(same)
    keep_consent(report, event, now)
    itself = visitor(today) if event in _OF_THE_PERSON else clock_actor(today)
    _record(by or itself, report, event, now)
    same.delete()


def sweep_reports(*, today: date, now: datetime) -> int:
    """Delete every claim that no lead came of and that was kept its days (SR-5); return how many.

    A verified one with a lead goes with the lead. The day it was received does not count. May be called at any time and again.
    """
    days = parameters_on(today)["self_report.keep_days"]
    old = SelfReport.objects.exclude(state=ReportState.VERIFIED, lead__isnull=False)
    rows = old.filter(received_at__date__lte=today - timedelta(days=days)).order_by("pk")
    return one_by_one(lambda report: _expire(report, today, now), list(rows))


@unit_of_work
def _expire(report: SelfReport, today: date, now: datetime) -> bool:
    """Delete one, unless somebody decided on it since it was found."""
    same = SelfReport.objects.filter(pk=report.pk, state=report.state, lead=report.lead_id)
    if not same.select_for_update().exists():
        return False
    remove(report=report, event=ConsentEvent.EXPIRED, today=today, now=now)
    return True


def sweep_requests(*, today: date, now: datetime) -> int:
    """Delete wishes whose answer could be read long enough (SR-7); return how many.

    The day of the answer does not count. May be called at any time and again.
    """
    last = today - timedelta(days=WISH_DAYS)
    old = SelfReportRequest.objects.filter(closed_at__date__lte=last).order_by("pk")
    return one_by_one(lambda case: erase(case=case, today=today, now=now), list(old))


def sweep_consents(*, today: date) -> int:
    """Delete the records of consent kept long enough (SR-5); return how many."""
    before = add_months(today, -CONSENT_MONTHS)
    deleted, _ = ConsentRecord.objects.filter(at__date__lt=before).delete()
    return deleted


def handle_not_me(*, today: date, now: datetime) -> int:
    """Work off what people said of their phones: claims not verified go, the others to a person.

    Each of those is a wish of its own, to be answered where it was verified. Words somebody wrote go
    to a person too. Return how many were worked off.
    """
    waiting = list(NotMe.objects.order_by("pk"))
    return one_by_one(lambda each: _work_off(each, today, now), waiting)


@unit_of_work
def _work_off(said: NotMe, today: date, now: datetime) -> bool:
    claims = SelfReport.objects.select_for_update().filter(phone_digest=said.phone_digest)
    named = list(claims.order_by("pk"))
    for report in named:
        if report.state != ReportState.VERIFIED:
            remove(report=report, event=ConsentEvent.NOT_ME, today=today, now=now)
    about_each: list[SelfReport | None] = [e for e in named if e.state == ReportState.VERIFIED]
    for about in about_each or [None] * bool(said.words):
        asked = Asked(
            RequestTopic.NOT_ME,
            said.words,
            said.phone,
            report=about,
            area=about.poster.area if about else None,
        )
        open_request(asked=asked, today=today, now=now)
    NotMe.objects.filter(pk=said.pk).delete()
    return True


def _record(actor: Actor, report: SelfReport, event: ConsentEvent, now: datetime) -> None:
    audit.record(
        actor=actor,
        action="self_report.remove",
        subject_type="self_report",
        subject_id=report.public_id,
        now=now,
        fields={"reason": event},
    )
