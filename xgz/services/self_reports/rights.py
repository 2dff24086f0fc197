"""What the person may do with the own claim: look, correct, take back, complain; and "not me" (SR-7).

The receipt code and the end of the phone open a claim. Nobody who lacks one learns of any.
"""

from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest

from xgz.models import Lead, NotMe, SelfReport, SelfReportRequest, sealing
from xgz.models.fields import new_public_id
from xgz.queries.self_reports import phone_digest
from xgz.rules.self_report_requests import correction_words
from xgz.rules.self_reports import Answers, ConsentEvent, RequestTopic
from xgz.services.leads.turns import turn_to_leave_alone
from xgz.services.self_reports.claims import (
    ChangedMeanwhile,
    correct,
    receipt_digest,
)
from xgz.services.self_reports.handing_on import take_back
from xgz.services.self_reports.removing import remove
from xgz.services.self_reports.requests import Asked, open_request
from xgz.services.transactions import unit_of_work

_PHONE_END = 4


@dataclass(frozen=True, slots=True)
class Held:
    """What a receipt opens. report: None where it is gone; requests: newest first."""

    report: SelfReport | None
    requests: list[SelfReportRequest]


def held_by(receipt: str, phone_end: str) -> Held | None:
    """Return what a receipt code and the last four digits of the phone open, None for nothing."""
    mark = receipt_digest(receipt)
    if not mark:
        return None
    places = SelfReport.objects.select_related(
        "poster__area", "poster__market", "poster__business", "lead"
    )
    report = places.filter(receipt_digest=mark).first()
    requests = list(SelfReportRequest.objects.filter(receipt_digest=mark).order_by("-pk"))
    phones = [each.phone for each in ([report] if report else requests)]
    fits = any(compare_digest(p[-_PHONE_END:].encode(), phone_end.encode()) for p in phones)
    return Held(report, requests) if fits else None


@unit_of_work
def correct_own(*, held: Held, answers: Answers, today: date, now: datetime) -> bool:
    """Put other values in place of the old ones; return whether the claim is there still.

    What was decided on goes to a person, who corrects what came of it.
    """
    report = _locked(held)
    if report is None:
        return False
    try:
        correct(report=report, answers=answers, today=today, now=now)
    except ChangedMeanwhile:
        _ask(report, RequestTopic.CORRECTION, correction_words(answers), today, now)
    return True


@unit_of_work
def withdraw_own(*, held: Held, today: date, now: datetime) -> bool:
    """Take a claim back: it is gone at once; return whether it was there still.

    A lead that came of it is closed and gone within a day (LD-11); of a placed member a person sees
    to what is to be taken back.
    """
    turn_to_leave_alone()
    report = _locked(held)
    if report is None:
        return False
    if take_back(report=report, today=today, now=now):
        _ask(report, RequestTopic.WITHDRAWAL, "", today, now, lead=report.lead)
    remove(report=report, event=ConsentEvent.WITHDRAWN, today=today, now=now)
    return True


@unit_of_work
def complain(*, held: Held, words: str, today: date, now: datetime) -> bool:
    """Take a complaint about a claim, also one that is gone."""
    report = _locked(held)
    if report is not None:
        _ask(report, RequestTopic.COMPLAINT, words, today, now)
        return True
    if not held.requests:
        return False  # taken back at the same moment
    last = held.requests[0]
    asked = Asked(
        RequestTopic.COMPLAINT,
        words,
        last.phone,
        area=last.area,
        receipt_digest=last.receipt_digest,
    )
    open_request(asked=asked, today=today, now=now)
    return True


def say_not_me(*, phone: str, words: str, now: datetime) -> None:
    """Keep that a phone was given by somebody else, until the clock works it off within the hour.

    Whether any claim names the phone is not looked at here, so nothing can be learned by asking.
    """
    public_id = new_public_id()
    NotMe.objects.create(
        public_id=public_id,
        phone_sealed=sealing.seal("not_me.phone", public_id, phone),
        words_sealed=sealing.seal("not_me.words", public_id, words),
        phone_digest=phone_digest(phone),
        asked_at=now,
    )


def _locked(held: Held) -> SelfReport | None:
    """Return the claim as it is now, locked until the transaction ends, None where it is gone.

    Somebody may have decided on it since it was read: what came of it is taken back with it.
    """
    if held.report is None:
        return None
    return SelfReport.objects.select_for_update().filter(pk=held.report.pk).first()


def _ask(
    report: SelfReport,
    topic: RequestTopic,
    words: str,
    today: date,
    now: datetime,
    *,
    lead: Lead | None = None,
) -> None:
    asked = Asked(
        topic,
        words,
        report.phone,
        report=report,
        area=report.poster.area,
        receipt_digest=report.receipt_digest,
        lead=lead,
    )
    open_request(asked=asked, today=today, now=now)
