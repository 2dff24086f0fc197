"""What people ask of those who hold their data, answered by somebody in time (SR-7)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from xgz.access import cases as access
from xgz.access.actor import Actor, clock_actor, require_person
from xgz.access.self_reports import visitor
from xgz.models import Body, Lead, SelfReport, SelfReportRequest, sealing
from xgz.queries.responsibilities import bodies_for
from xgz.rules.allowances import Purpose as Counted
from xgz.rules.cases import StepNotAllowed
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.rules.self_report_requests import SelfReportRequestAction, SelfReportRequestParty
from xgz.rules.self_reports import RequestTopic, person_key
from xgz.services import audit
from xgz.services.allowances import take
from xgz.services.cases import CaseAct, open_case, take_step
from xgz.services.cases.erasing import erase_parts
from xgz.services.transactions import unit_of_work

_COLUMN = "self_report_request"


class NobodyAnswers(Exception):
    """There is no committee and no organization department that could answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, by whom. report: the claim it is about; area: its township, None if unknown.

    phone: to call back; receipt_digest: by which the person reads the answer, "" without a receipt;
    lead: what came of a claim that is taken back.
    """

    topic: RequestTopic
    words: str
    phone: str
    report: SelfReport | None = None
    area: Body | None = None
    receipt_digest: str = ""
    lead: Lead | None = None


@unit_of_work
def open_request(*, asked: Asked, today: date, now: datetime) -> SelfReportRequest:
    """Open the case of a wish, with the township's committee or, where none is known, the department.

    Raises NobodyAnswers.
    """
    case = SelfReportRequest(
        topic=asked.topic,
        report=asked.report,
        area=asked.area,
        receipt_digest=asked.receipt_digest,
        lead=asked.lead,
    )
    case.words_sealed = sealing.seal(f"{_COLUMN}.words", case.public_id, asked.words)
    case.phone_sealed = sealing.seal(f"{_COLUMN}.phone", case.public_id, asked.phone)
    seats = {str(SelfReportRequestParty.HANDLER): _handler(asked.area)}
    open_case(case, CaseAct.of(visitor(today), now), seats, "本人提出")
    return case


@unit_of_work
def answer(
    *,
    case: SelfReportRequest,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Answer a wish in words that the person reads by the receipt code.

    Raises NotPermitted, StepNotAllowed, OpinionMissing, ChangedMeanwhile.
    """
    access.require_step(actor, case, SelfReportRequestAction.ANSWER)
    act = CaseAct.of(actor, now, opinion, version)
    sealed = sealing.seal(f"{_COLUMN}.answer", case.public_id, act.opinion)
    take_step(case, SelfReportRequestAction.ANSWER, act, answer_sealed=sealed)


@unit_of_work
def show_person(*, actor: Actor, case: SelfReportRequest, now: datetime) -> None:
    """Note that whoever answers an open wish looks at the whole phone and words, to call the person.

    Counts as one of the day's looks at whole numbers (RV-2) and is written down. Raises
    NotPermitted, StepNotAllowed where it was answered, AllowanceUsedUp.
    """
    access.require_step(actor, case, SelfReportRequestAction.ANSWER)
    user = require_person(actor)
    if not case.is_open:
        raise StepNotAllowed(case.state)
    take(Counted.REVEAL, user.public_id, now=now)
    audit.record(
        actor=actor,
        action="self_report_request.show_phone",
        subject_type=case.KIND.name,
        subject_id=case.public_id,
        now=now,
    )


def blank_corrections(reports: QuerySet[SelfReport]) -> None:
    """Blank the other values that corrections of claims name; in the caller's transaction.

    To be called wherever claims are deleted: what a correction says goes with the claim (SR-7).
    """
    wishes = SelfReportRequest.objects.filter(report__in=reports, topic=RequestTopic.CORRECTION)
    wishes.update(words_sealed="")


@unit_of_work
def erase(*, case: SelfReportRequest, today: date, now: datetime) -> bool:
    """Delete an answered wish with its parties, events and notices; return whether it was there."""
    same = SelfReportRequest.objects.filter(pk=case.pk, closed_at__isnull=False)
    if not same.select_for_update().exists():
        return False
    _delete(case, clock_actor(today), now)
    return True


def forget_corrections(
    *, claims: QuerySet[SelfReport], person: str, by: Actor, now: datetime
) -> None:
    """Delete corrections asked for of these claims, or of any to a person, answered or not (LD-14).

    person: as person_key writes one. Part of the caller's transaction.
    """
    theirs = set(claims.values_list("pk", flat=True))
    rows = SelfReportRequest.objects.select_for_update().filter(topic=RequestTopic.CORRECTION)
    for case in rows.order_by("pk"):
        name, phone = [*case.words.split("\n"), "", ""][:2]
        if case.report_id in theirs or person_key(name, phone) == person:
            _delete(case, by, now)


def _delete(case: SelfReportRequest, by: Actor, now: datetime) -> None:
    erase_parts(case)
    SelfReportRequest.objects.filter(pk=case.pk).delete()
    audit.record(
        actor=by,
        action="self_report_request.erase",
        subject_type=case.KIND.name,
        subject_id=case.public_id,
        now=now,
    )


def _handler(area: Body | None) -> Seat:
    if area is not None:
        return Seat(Role.TOWNSHIP_COMMITTEE, area.pk)
    departments = bodies_for(Role.ORG_DEPT, None)
    if not departments:
        raise NobodyAnswers
    return Seat(Role.ORG_DEPT, departments[0].pk)
