"""Carrying out a wish about a decided claim: correcting it, taking back what came of it (SR-10)."""

from dataclasses import astuple, fields
from datetime import datetime

from xgz.access import cases as access
from xgz.access.actor import Actor
from xgz.models import Lead, SelfReport, SelfReportRequest
from xgz.queries.self_reports import is_carried_out
from xgz.rules.cases import StepNotAllowed
from xgz.rules.leads import UNCONFIRMED, LeadSource, LeadState
from xgz.rules.self_report_requests import (
    REMEDIES,
    REMEDY_LABELS,
    Remedy,
    SelfReportRequestAction,
    corrected_answers,
)
from xgz.rules.self_reports import Answers, ConsentEvent, RequestTopic
from xgz.services import audit
from xgz.services.cases import CaseAct, ChangedMeanwhile, hold, record_event
from xgz.services.leads.erasing import erase
from xgz.services.leads.keeping_away import keep_away
from xgz.services.leads.recording import take_statement_back
from xgz.services.self_reports.claims import keep_consent, keep_name_digests, sealed_answers
from xgz.services.self_reports.handing_on import carry_correction_on
from xgz.services.self_reports.removing import remove
from xgz.services.transactions import unit_of_work


class NothingLeft(Exception):
    """The claim and what came of it are gone: there is nothing to correct or to take back."""


class LeadConfirmed(Exception):
    """The lead is confirmed as it stands; that is taken back first, on the lead's own page."""


class AskedAnew(Exception):
    """The person has asked for other values of the same claim since."""


class CarriedOut(Exception):
    """This wish was carried out before."""


@unit_of_work
def correct(
    *,
    actor: Actor,
    case: SelfReportRequest,
    now: datetime,
    version: int | None = None,
    seen: str | None = None,
) -> bool:
    """Put the values a wish names into the claim and into the unconfirmed lead that came of it.

    version, seen: of the wish and edition of the claim that were looked at, None for those at hand.
    Return whether the roster is to be seen to by itself, as the lead was placed. Raises NotPermitted,
    StepNotAllowed, CarriedOut, NothingLeft, AskedAnew, LeadConfirmed, ChangedMeanwhile.
    """
    access.require_step(actor, case, SelfReportRequestAction.ANSWER)
    act = _begin(actor, case, Remedy.CORRECTED, now, version)
    report = case.report
    if report is None:
        raise NothingLeft(case.public_id)
    if seen not in (None, report.edition):
        raise ChangedMeanwhile(report.public_id)
    before = report.answers
    _put(report, corrected_answers(case.words), now)
    audit.record(
        actor=actor,
        action="self_report.correct_as_asked",
        subject_type="self_report",
        subject_id=report.public_id,
        now=now,
        fields=dict.fromkeys(_changed(before, report.answers), ""),  # their names alone
    )
    was_placed = report.lead is not None and report.lead.state == LeadState.PLACED
    carry_correction_on(actor=actor, report=report, before=before, now=now)
    _end(case, act, Remedy.CORRECTED)
    return was_placed


@unit_of_work
def take_back(
    *, actor: Actor, case: SelfReportRequest, now: datetime, version: int | None = None
) -> bool:
    """Delete what came of a claim that the person took back, or that was of somebody else's phone.

    Of a withdrawal the placed lead goes; of "not me" the claim with the lead it made, while a lead
    that was there before loses the claim's word alone. Return whether the roster is to be seen to by
    itself, as the lead was placed. Raises NotPermitted, StepNotAllowed, CarriedOut, NothingLeft,
    LeadConfirmed, ChangedMeanwhile.
    """
    access.require_step(actor, case, SelfReportRequestAction.ANSWER)
    act = _begin(actor, case, Remedy.TAKEN_BACK, now, version)
    lead = what_came_of(case)
    was_placed = lead is not None and lead.state == LeadState.PLACED
    if case.topic == RequestTopic.WITHDRAWAL and lead is not None:
        keep_away(lead, actor.today)
        _delete_lead(lead, ConsentEvent.WITHDRAWN, actor, now)
    elif case.report is not None:
        remove(report=case.report, event=ConsentEvent.NOT_ME, today=actor.today, now=now, by=actor)
        if lead is not None and _came_of_claim(lead):
            _delete_lead(lead, ConsentEvent.NOT_ME, actor, now)
        elif lead is not None and lead.state in UNCONFIRMED:
            take_statement_back(lead=lead, actor=actor, now=now)
    _end(case, act, Remedy.TAKEN_BACK)
    return was_placed


def check_remedy(case: SelfReportRequest) -> None:
    """Raise StepNotAllowed, CarriedOut, NothingLeft, AskedAnew or LeadConfirmed where one stands in
    the way of carrying out a wish.
    """
    if not case.is_open or case.topic not in REMEDIES:
        raise StepNotAllowed(case.public_id)
    if is_carried_out(case):
        raise CarriedOut(case.public_id)
    lead = what_came_of(case)
    if case.report is None and lead is None:
        raise NothingLeft(case.public_id)
    if case.topic == RequestTopic.CORRECTION and _has_newer(case):
        raise AskedAnew(case.public_id)
    goes_whole = case.topic == RequestTopic.WITHDRAWAL
    goes_whole |= case.topic == RequestTopic.NOT_ME and _came_of_claim(lead)
    if lead is not None and lead.state == LeadState.CONFIRMED and not goes_whole:
        raise LeadConfirmed(case.public_id)


def what_came_of(case: SelfReportRequest) -> Lead | None:
    """Return the lead a wish is about."""
    return case.report.lead if case.report is not None else case.lead


def _came_of_claim(lead: Lead | None) -> bool:
    return lead is not None and lead.source == LeadSource.SELF_REPORT


def _has_newer(case: SelfReportRequest) -> bool:
    same = SelfReportRequest.objects.filter(report=case.report_id, topic=case.topic)
    return same.filter(pk__gt=case.pk).exists()


def _begin(
    actor: Actor, case: SelfReportRequest, remedy: Remedy, now: datetime, version: int | None
) -> CaseAct:
    """Lock claim, lead and wish, in the order in which taking back locks them, and read them anew."""
    if version not in (None, case.version):
        raise ChangedMeanwhile(case.public_id)
    report = SelfReport.objects.select_for_update().filter(pk__in=[case.report_id]).first()
    came_of_it = case.lead_id if report is None else report.lead_id
    Lead.objects.select_for_update().filter(pk__in=[came_of_it]).first()
    hold(case)
    case.refresh_from_db()
    if REMEDIES.get(case.topic) is not remedy:
        raise StepNotAllowed(case.public_id)
    check_remedy(case)
    return CaseAct.of(actor, now)


def _end(case: SelfReportRequest, act: CaseAct, remedy: Remedy) -> None:
    """Write the line of the history that lets it happen once; the version counts on."""
    same = SelfReportRequest.objects.filter(pk=case.pk, state=case.state, version=case.version)
    if not same.update(version=case.version + 1):
        raise ChangedMeanwhile(case.public_id)
    case.refresh_from_db()
    record_event(case, act, remedy, REMEDY_LABELS[remedy])


def _put(report: SelfReport, wanted: Answers, now: datetime) -> None:
    same = SelfReport.objects.filter(
        pk=report.pk, state=report.state, corrected_at=report.corrected_at
    )
    if not same.update(**sealed_answers(report.public_id, wanted), corrected_at=now):
        raise ChangedMeanwhile(report.public_id)
    report.refresh_from_db()
    keep_name_digests(report)
    keep_consent(report, ConsentEvent.CORRECTED, now)


def _delete_lead(lead: Lead, event: ConsentEvent, actor: Actor, now: datetime) -> None:
    """Delete a lead with the other claims that hang on it, each with its record of consent."""
    for report in SelfReport.objects.filter(lead=lead):
        remove(report=report, event=event, today=actor.today, now=now, by=actor)
    erase(lead, actor, now)


def _changed(before: Answers, wanted: Answers) -> list[str]:
    """Return which values differ, by name."""
    pairs = zip(fields(before), astuple(before), astuple(wanted), strict=True)
    return [field.name for field, old, new in pairs if old != new]
