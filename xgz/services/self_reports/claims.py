"""Claims as they come: taken, corrected and taken back by the person, decided on by a clerk (SR-4)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F

from xgz.access import self_reports as access
from xgz.access.actor import Actor, require_person
from xgz.models import (
    ConsentRecord,
    Poster,
    PosterCode,
    SelfReport,
    SelfReportNameDigest,
    sealing,
)
from xgz.models.fields import new_public_id
from xgz.models.self_reports import NAME_SEARCH, PHONE_END_LENGTH, PHONE_END_SEARCH
from xgz.queries.poster_codes import code_of, is_open
from xgz.queries.self_reports import phone_digest
from xgz.rules.allowances import Purpose as Counted
from xgz.rules.leads import name_key
from xgz.rules.self_reports import (
    Answers,
    Channel,
    ConsentEvent,
    DoubtReason,
    Purpose,
    ReportAction,
    ReportState,
    StepNotAllowed,
    Verification,
    person_key,
    step,
)
from xgz.services import audit
from xgz.services.allowances import AllowanceUsedUp, take
from xgz.services.cases import ChangedMeanwhile as LeadChangedMeanwhile
from xgz.services.leads.turns import turn_to_find
from xgz.services.self_reports.handing_on import hand_on
from xgz.services.transactions import unit, unit_of_work


class CodeNotOpen(Exception):
    """The code is made up, over, or its poster was taken down."""


class ReceivedBefore(Exception):
    """A claim with this receipt code is here already."""


class HowMissing(Exception):
    """Who verifies a claim says how."""


class WhyMissing(Exception):
    """Who does not believe a claim says why."""


class ChangedMeanwhile(Exception):
    """The person or somebody else changed the claim at the same moment."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came by a poster. code: as in its address; address: network address, for the site alone.

    receipt: the receipt code given to the person; consented_at: when the form was sent, sent_on:
    the day of that moment.
    """

    code: str
    answers: Answers
    notice_version: int
    channel: Channel
    receipt: str
    consented_at: datetime
    sent_on: date
    address: str = ""


def person_digest(name: str, phone: str) -> str:
    """Return by what a person is known again among claims and consents."""
    return sealing.digest("self_report.person", person_key(name, phone))


def receipt_digest(receipt: str) -> str:
    """Return by what a claim is found by its receipt code."""
    return sealing.digest("self_report.receipt", receipt)


def address_subject(address: str, today: date) -> str:
    """Return what a network address is counted under: another one every day, never the address."""
    return sealing.digest("self_report.address", f"{today}|{address}")


@unit_of_work
def receive(*, sent: Sent, today: date, now: datetime) -> SelfReport:
    """Keep a claim with its consent; nothing asks whether the person is known (SR-3, SR-6).

    What comes from the relay was limited there by address and code, when it was sent. Where the
    claims of the phone are used up for the day it was sent on, the claim is surplus: its receipt
    opens it like any other, as all else would tell who reported before. Raises CodeNotOpen (a code
    need only have been open when it was sent), AllowanceUsedUp, ReceivedBefore; nothing is written
    then.
    """
    code = code_of(sent.code)
    if code is None or not is_open(code, sent.sent_on, sent.consented_at):
        raise CodeNotOpen(sent.code)
    if SelfReport.objects.filter(receipt_digest=receipt_digest(sent.receipt)).exists():
        raise ReceivedBefore
    if sent.channel is Channel.SITE:
        take(Counted.REPORT_ADDRESS, address_subject(sent.address, today), now=now)
        take(Counted.REPORT_CODE, code.poster.public_id, now=now)
    row = _new_row(code, sent, now)
    row.is_surplus = _is_surplus(sent.answers.phone, sent.sent_on, now)
    try:
        with unit():
            row.save(force_insert=True)
    except IntegrityError:
        raise ReceivedBefore from None
    keep_name_digests(row)
    Poster.objects.filter(pk=code.poster_id).update(received=F("received") + 1)
    keep_consent(row, ConsentEvent.GIVEN, sent.consented_at)
    _record_of_visitor(row, "self_report.receive", today, now)
    return row


@unit_of_work
def correct(*, report: SelfReport, answers: Answers, today: date, now: datetime) -> None:
    """Put the person's other values in place of the old ones, while nobody has decided.

    Another phone counts like one of a new claim, and may make this one surplus (SR-6). Raises
    ChangedMeanwhile where somebody has decided.
    """
    values = sealed_answers(report.public_id, answers)
    if values["phone_digest"] != report.phone_digest:
        values["is_surplus"] = _is_surplus(answers.phone, today, now)
    same = SelfReport.objects.filter(pk=report.pk, state=ReportState.NEW)
    if not same.update(**values, corrected_at=now):
        raise ChangedMeanwhile(report.public_id)
    report.refresh_from_db()
    keep_name_digests(report)
    keep_consent(report, ConsentEvent.CORRECTED, now)
    _record_of_visitor(report, "self_report.correct", today, now)


@unit_of_work
def decide(
    *,
    actor: Actor,
    report: SelfReport,
    action: ReportAction,
    now: datetime,
    verification: Verification | None = None,
    doubt: DoubtReason | None = None,
    seen: str | None = None,
) -> None:
    """Take a decision on a claim (SR-4). A verified one becomes a lead, if it may.

    After one that is not credible the oldest surplus claim of its phone comes to the desk (SR-6):
    whoever used up the claims of a phone keeps the person out no longer than that.

    verification: how it was verified, for VERIFY alone; doubt: why it is not credible, for DOUBT
    alone; seen: edition of the claim that was looked at, None for the one at hand. Raises
    NotPermitted, StepNotAllowed, HowMissing, WhyMissing, ChangedMeanwhile.
    """
    access.require_handling_at(actor, report.poster.area)
    state = step(report.state, action)  # first: who comes too late is not asked to say more
    _require_said(action, verification, doubt)
    turn_to_find()
    if seen not in (None, report.edition):
        raise ChangedMeanwhile(report.public_id)
    at_hand = {"state": report.state, "corrected_at": report.corrected_at}
    same = SelfReport.objects.filter(pk=report.pk, **at_hand)
    said = {"verification": verification or "", "doubt": doubt or ""}
    if not same.update(state=state, **said, decided_at=now, decided_by=actor.user):
        raise ChangedMeanwhile(report.public_id)
    report.refresh_from_db()
    audit.record(
        actor=actor,
        action=f"self_report.{action}",
        subject_type="self_report",
        subject_id=report.public_id,
        now=now,
        fields={"state": state, **({"reason": doubt} if doubt else {})},
    )
    _follow_up(actor, report, action, now)


@unit_of_work
def show_phone(*, actor: Actor, report: SelfReport, now: datetime) -> str:
    """Return the whole phone of a claim that waits to be verified, to call the person by name (SR-4).

    Counts as one of the day's looks at whole numbers (RV-2) and is written down. Raises
    NotPermitted, StepNotAllowed where it was decided on, AllowanceUsedUp.
    """
    access.require_handling_at(actor, report.poster.area)
    user = require_person(actor)
    if report.state != ReportState.NEW:
        raise StepNotAllowed(report.state)
    take(Counted.REVEAL, user.public_id, now=now)
    audit.record(
        actor=actor,
        action="self_report.show_phone",
        subject_type="self_report",
        subject_id=report.public_id,
        now=now,
    )
    return report.phone


def sealed_answers(public_id: str, answers: Answers) -> dict[str, Any]:
    """Return the columns of a claim that hold what somebody said, for update or creation."""
    sealed = {
        f"{name}_sealed": sealing.seal(f"self_report.{name}", public_id, getattr(answers, name))
        for name in ("name", "phone", "branch", "last_four", "reach")
    }
    return sealed | {
        "person_digest": person_digest(answers.name, answers.phone),
        "phone_digest": phone_digest(answers.phone),
        "phone_end_digest": sealing.digest(PHONE_END_SEARCH, answers.phone[-PHONE_END_LENGTH:]),
    }


def keep_name_digests(report: SelfReport) -> None:
    """Let a claim be found by the name it has now; in the caller's transaction."""
    digests = sealing.name_digests(NAME_SEARCH, name_key(report.name))
    SelfReportNameDigest.objects.filter(report=report).delete()
    SelfReportNameDigest.objects.bulk_create(
        SelfReportNameDigest(report=report, digest=each) for each in sorted(digests)
    )


def keep_consent(report: SelfReport, event: ConsentEvent, at: datetime) -> None:
    """Keep that somebody agreed or took it back, without the person; in the caller's transaction."""
    ConsentRecord.objects.create(
        report_id=report.public_id,
        event=event,
        at=at,
        person_digest=report.person_digest,
        notice_version=report.notice_version,
        purpose=report.purpose,
        channel=report.channel,
    )


def _is_surplus(phone: str, day: date, now: datetime) -> bool:
    """Count a claim that names a phone on a day; return whether those of the day were used up."""
    try:
        take(Counted.REPORT_PHONE, sealing.digest("self_report.day", f"{day}|{phone}"), now=now)
    except AllowanceUsedUp:
        return True
    return False


def _require_said(
    action: ReportAction, verification: Verification | None, doubt: DoubtReason | None
) -> None:
    """Raise HowMissing or WhyMissing unless exactly what belongs to the decision is said with it."""
    if (action is ReportAction.VERIFY) is (verification is None):
        raise HowMissing(action)
    if (action is ReportAction.DOUBT) is (doubt is None):
        raise WhyMissing(action)


def _follow_up(actor: Actor, report: SelfReport, action: ReportAction, now: datetime) -> None:
    if action is ReportAction.DOUBT:
        _bring_next_up(report)
    if action is not ReportAction.VERIFY:
        return
    try:
        hand_on(actor=actor, report=report, now=now)
    except LeadChangedMeanwhile:  # the person's lead moved: the whole decision is taken anew
        raise ChangedMeanwhile(report.public_id) from None


def _bring_next_up(report: SelfReport) -> None:
    """Bring the oldest surplus claim of the same phone to the desk."""
    surplus = SelfReport.objects.filter(phone_digest=report.phone_digest, is_surplus=True)
    oldest = surplus.order_by("received_at", "pk").first()
    if oldest is not None:
        SelfReport.objects.filter(pk=oldest.pk).update(is_surplus=False)


def _new_row(code: PosterCode, sent: Sent, now: datetime) -> SelfReport:
    public_id = new_public_id()
    return SelfReport(
        public_id=public_id,
        poster=code.poster,
        receipt_digest=receipt_digest(sent.receipt),
        notice_version=sent.notice_version,
        purpose=Purpose(code.poster.purpose),
        channel=sent.channel,
        consented_at=sent.consented_at,
        received_at=now,
        **sealed_answers(public_id, sent.answers),
    )


def _record_of_visitor(report: SelfReport, action: str, today: date, now: datetime) -> None:
    """Write down what the person did: a visitor, from nowhere; in the caller's transaction."""
    audit.record(
        actor=access.visitor(today),
        action=action,
        subject_type="self_report",
        subject_id=report.public_id,
        now=now,
    )
