"""What a verified claim becomes: a lead with the person's own word; how it changes, its way back (SR-4)."""

from datetime import date, datetime

from xgz.access.actor import Actor
from xgz.access.clock import day_of
from xgz.access.self_reports import require_handling_at
from xgz.models import Lead, RefusalDigest, SelfReport
from xgz.queries.lead_identity import LeadIdentity, asked_refusals, leads_of
from xgz.rules.leads import UNCONFIRMED, LeadSource, LeadState, StatementKind
from xgz.rules.self_reports import Answers, ReportState
from xgz.rules.words import visible_words
from xgz.services.leads import LeadDraft, close_as_withdrawn, open_lead, statement_of_person
from xgz.services.leads.erasing import erase
from xgz.services.leads.keeping_away import keep_refusal
from xgz.services.leads.recording import PersonNow, correct_person


def hand_on(*, actor: Actor, report: SelfReport, now: datetime) -> None:
    """Open the lead of a claim just verified, where the person may be looked for at all.

    Who asks to be found takes an earlier refusal back. Where a lead of the person is open already,
    wherever, the claim and the person's word go to that one. The lead names no business: who
    reported at a counter need not work there, and nobody is to be asked for in front of others.
    Part of the caller's transaction. Raises NotPermitted.
    """
    require_handling_at(actor, report.poster.area)
    _take_refusal_back(actor, report, now)
    draft = LeadDraft(
        source=LeadSource.SELF_REPORT,
        source_on=day_of(report.consented_at),
        area=report.poster.area,
        name=report.name,
        phone=report.phone,
        note=_note(report.poster.place, report.answers),
    )
    _give(actor, report, open_lead(actor, draft, now=now), now)


def carry_correction_on(
    *, actor: Actor, report: SelfReport, before: Answers, now: datetime
) -> None:
    """Let the unconfirmed lead of a claim hold what the claim holds now; any other is left (SR-10).

    before: what the claim held. Where the person as now named said no, is protected or is a lead
    already, the lead goes quietly, and the claim to the open lead of the person, if there is one.
    Part of the caller's transaction. Raises NotPermitted, ChangedMeanwhile.
    """
    require_handling_at(actor, report.poster.area)
    lead = report.lead
    if lead is None or lead.state not in UNCONFIRMED:
        return
    if correct_person(lead=lead, actor=actor, person=_person_now(lead, report, before), now=now):
        return
    SelfReport.objects.filter(pk=report.pk).update(lead=None)
    erase(lead, actor, now)
    _give(actor, report, None, now)


def take_back(*, report: SelfReport, today: date, now: datetime) -> bool:
    """Close what became of a claim that the person takes back, and keep that the person said no.

    Of a verified claim every open lead of the person closes; one that nobody verified may be about
    somebody else and closes none. Return whether somebody has to see to it: a placed member is no
    lead any more. Part of the caller's transaction.
    """
    keep_refusal([_identity(report)], today)
    if report.state != ReportState.VERIFIED:
        return False
    for lead in leads_of([_identity(report)]).filter(closed_at__isnull=True):
        close_as_withdrawn(lead, now=now)
    if report.lead is None:
        return False
    close_as_withdrawn(report.lead, now=now)
    return report.lead.state == LeadState.PLACED


def _take_refusal_back(actor: Actor, report: SelfReport, now: datetime) -> None:
    """Forget that the person said no, with the ended lead that would stand in the way of a new one.

    The trace of the phone alone stays: somebody else with the same phone may have said no too, and
    nothing but a lead without a name is kept from being opened by it.
    """
    who = [_identity(report)]
    RefusalDigest.objects.filter(digest__in=asked_refusals(who)).delete()
    for lead in leads_of(who).filter(state__in=[LeadState.REFUSED, LeadState.RULED_OUT]):
        erase(lead, actor, now)


def _give(actor: Actor, report: SelfReport, opened: Lead | None, now: datetime) -> None:
    """Give claim and statement to the lead just opened, else to the open one of the person."""
    lead = opened or leads_of([_identity(report)]).filter(closed_at__isnull=True).first()
    if lead is None:
        return
    if lead.state in UNCONFIRMED:
        day = day_of(report.consented_at)
        statement_of_person(lead=lead, actor=actor, stated_on=day, now=now, words=report.branch)
    SelfReport.objects.filter(pk=report.pk).update(lead=lead)


def _person_now(lead: Lead, report: SelfReport, before: Answers) -> PersonNow:
    """Return what the lead is to hold; words that others wrote in it stay as they are."""
    now, place = report.answers, report.poster.place
    noted = lead.note == visible_words(_note(place, before))
    by_claim = lead.statement_kind == StatementKind.SELF_REPORT
    said = by_claim and lead.statement == visible_words(before.branch)
    return PersonNow(
        name=now.name,
        phone=now.phone,
        note=_note(place, now) if noted else lead.note,
        words=now.branch if said else lead.statement,
        is_another=(now.name, now.branch, now.last_four)
        != (before.name, before.branch, before.last_four),
    )


def _identity(report: SelfReport) -> LeadIdentity:
    """Return what the person is known by, as the lead of the claim keeps it."""
    return LeadIdentity.of(name=report.name, phone=report.phone, id_number="", place="")


def _note(place: str, answers: Answers) -> str:
    """Return what the organization line needs to go on, in one line. place: of the poster."""
    parts = (
        ("扫码处", place),
        ("组织关系", answers.branch),
        ("证件末四位", answers.last_four),
        ("联系", answers.reach),
    )
    return "；".join(f"{word}：{text}" for word, text in parts if text)
