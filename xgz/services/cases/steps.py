"""Opening a case and moving it: the rules' table, compare-and-set, event, audit, notices.

Every kind's service ends here. What a step asks for beyond the table (a letter, a target) is the
kind's own business and is passed as columns.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from xgz.access.cases import parties_of
from xgz.models import Body, Case, CaseEvent, CaseParty, CaseReview, User, sealing
from xgz.models.fields import new_public_id
from xgz.rules.cases import Limit, Step, StepNotAllowed, Unit, Verdict, check_opinion
from xgz.rules.seats import Seat
from xgz.services import audit
from xgz.services.cases import notices
from xgz.services.cases.act import CaseAct
from xgz.services.numbering import next_number


class ChangedMeanwhile(Exception):
    """Somebody else moved the case since it was read; nothing was written."""


class ReviewsOpen(Exception):
    """A sub-step is still open and not overdue; the step has to wait for it (CS-7)."""


def open_case(
    case: Case,
    act: CaseAct,
    seats: Mapping[str, Seat],
    label: str,
    *,
    at: StrEnum | None = None,
) -> None:
    """Write a new case in its first state with its parties; call inside a transaction.

    seats: party → seat, for every party that exists in this case. label: what the first line of
    its history says. at: another entry of the kind. Informs those the responsibility table names.
    Raises StepNotAllowed where the kind has no such entry.
    """
    kind = case.KIND
    case.state = kind.first_state(at)
    case.opened_at, case.opened_by = act.now, act.actor.user
    case.number = case.opaque_number or _next_number(case, act)
    for name, value in _ownership(case, case.state, seats, act).items():
        setattr(case, name, value)
    case.save(force_insert=True)
    CaseParty.objects.bulk_create(
        CaseParty(
            case_kind=kind.name,
            case_id=case.public_id,
            party=party,
            role=seat.role,
            body_id=seat.body_id,
        )
        for party, seat in seats.items()
    )
    _ask_reviews(case, seats, act)
    record_event(case, act, "open", label, to_state=case.state)
    notices.inform(case, act)


def _next_number(case: Case, act: CaseAct) -> str:
    series, prefix = case.number_series
    number = next_number(f"case.{series}", act.today.year)
    return f"{prefix}-{act.today.year}-{number:04}"


def hold(case: Case, *, shown: int | None = None) -> None:
    """Lock a case until the transaction ends; raise ChangedMeanwhile if it moved since it was read.

    shown: the version the actor decided on, where more is checked before the step is taken: an old
    page is told first, what is missing afterwards.
    A kind that writes other rows before its step calls this first: everybody then takes the locks
    in the same order, the case before its papers, and nobody waits in a circle.
    """
    same = type(case)._default_manager.select_for_update().filter(pk=case.pk, version=case.version)
    if shown not in (None, case.version) or same.first() is None:
        raise ChangedMeanwhile(case.public_id)


def hold_anew(case: Case, shown: int | None) -> None:
    """Lock a case as `hold` does, and read it as it is now: changing its file is no step."""
    hold(case, shown=shown)
    case.refresh_from_db()


def take_step(
    case: Case, action: str, act: CaseAct, *, assignee: User | None = None, **columns: Any
) -> None:
    """Take one step of the kind's table and set `columns` with it; call inside a transaction.

    assignee: to whom the next owner's body hands it at once. What is written before it in the same transaction needs `hold` first. Raises StepNotAllowed,
    OpinionMissing, ReviewsOpen, or ChangedMeanwhile (not as it was read or shown); nothing is then.
    """
    if act.version is not None and act.version != case.version:
        raise ChangedMeanwhile(case.public_id)
    step = case.KIND.step(case.state, action)
    check_opinion(step, act.opinion)
    if step.awaits_reviews and _waits_for_reviews(case, act.today):
        raise ReviewsOpen(case.public_id)
    before, to_state, seats = case.state, str(step.to), parties_of(case)
    label = case.step_word(action, step)
    if case.KIND.owner_of(to_state) not in {"", *seats}:
        raise StepNotAllowed(f"{case.KIND.name}: nobody to own {to_state}")
    body_id = _acting_body(case, step, seats, act)
    for name, value in columns.items():
        setattr(case, name, value)
    values = {
        **columns,
        **_ownership(case, to_state, seats, act),
        "assignee": assignee,
        "state": to_state,
        "version": case.version + 1,
    }
    same = type(case)._default_manager.filter(pk=case.pk, state=before, version=case.version)
    if not same.update(**values):
        raise ChangedMeanwhile(case.public_id)
    case.refresh_from_db()
    _void_reviews(case, act)
    notices.lapse(case, act.now)
    _ask_reviews(case, seats, act)
    record_event(case, act, action, label, from_state=before, to_state=to_state, body_id=body_id)
    if not case.is_open:
        notices.tell_the_end(case, act, seats, body_id)


def record_event(
    case: Case,
    act: CaseAct,
    action: str,
    label: str,
    *,
    from_state: str = "",
    to_state: str = "",
    body_id: int | None = None,
    to_body: Body | None = None,
    due_on: date | None = None,
) -> CaseEvent:
    """Write one line of a case's history and its audit row, in the transaction of the change.

    body_id: on whose behalf, else the actor's first body; due_on: of a sub-step, else the case's.
    """
    public_id, actor = new_public_id(), act.actor
    event = CaseEvent.objects.create(
        public_id=public_id,
        case_kind=case.KIND.name,
        case_id=case.public_id,
        at=act.now,
        action=action,
        label=label,
        from_state=from_state,
        to_state=to_state,
        actor=actor.user,
        actor_label=actor.label,
        body_id=body_id or next((grant.body_id for grant in actor.grants), None),
        to_body=to_body,
        due_on=due_on or case.due_on,
        opinion_sealed=sealing.seal("case_event.opinion", public_id, act.opinion),
    )
    _audit(event, act, case.version)
    return event


def _audit(event: CaseEvent, act: CaseAct, version: int) -> None:
    audit.record(
        actor=act.actor,
        action=f"{event.case_kind}.{event.action}",
        subject_type=event.case_kind,
        subject_id=event.case_id,
        now=act.now,
        fields={"state": event.to_state, "due_on": event.due_on, "version": version},
    )


def _acting_body(case: Case, step: Step, seats: Mapping[str, Seat], act: CaseAct) -> int | None:
    """Return the actor's body that has a hand in this step: a party's, or the present owner's."""
    bodies = {grant.body_id for grant in act.actor.grants}
    hands = [seats[party].body_id for party in step.by if party in seats]
    return next((body for body in [*hands, case.owner_body_id] if body in bodies), None)


def due_date(case: Case, limit: Limit, act: CaseAct) -> date:
    """Return the date a limit sets from today on; a passed one where the case carries one."""
    if limit.column:
        day: date = getattr(case, limit.column)
        return day
    days = act.days[limit.parameter]
    if limit.unit is Unit.WORKING:
        return act.calendar.add(act.today, days)
    return date.fromordinal(act.today.toordinal() + days)


def _ownership(
    case: Case, state: str, seats: Mapping[str, Seat], act: CaseAct
) -> dict[str, object]:
    """Return owner, due date and closing time as the state asks for them (CS-2)."""
    if state not in case.KIND.open_states:
        return {
            "owner_role": "",
            "owner_body": None,
            "assignee": None,
            "due_on": None,
            "late_since": None,
            "closed_at": act.now,
        }
    duty = case.KIND.duty(state)
    seat = seats[duty.owner]
    return {
        "owner_role": seat.role,
        "owner_body": Body.objects.get(pk=seat.body_id),
        "assignee": None,
        "due_on": due_date(case, duty.limit, act),
        "late_since": None,
    }


def _ask_reviews(case: Case, seats: Mapping[str, Seat], act: CaseAct) -> None:
    duty = case.duty
    if duty is None:
        return
    for review in duty.reviews:
        seat = seats.get(review.by)
        if seat is None:
            continue
        due_on = due_date(case, review.limit, act)
        CaseReview.objects.create(
            case_kind=case.KIND.name,
            case_id=case.public_id,
            key=review.key,
            state=case.state,
            owner_role=seat.role,
            owner_body_id=seat.body_id,
            asked_body_id=seat.body_id,
            due_on=due_on,
            asked_due_on=due_on,
            opened_at=act.now,
        )


def unchanged(item: Case | CaseReview) -> QuerySet[Case | CaseReview]:
    """Return an open item's row while it has the owner, due date and version it was read with."""
    known: dict[str, object] = {
        "owner_role": item.owner_role,
        "owner_body": item.owner_body_id,
        "due_on": item.due_on,
    }
    if isinstance(item, Case):
        known["version"] = item.version
    return type(item)._default_manager.filter(pk=item.pk, closed_at__isnull=True, **known)


def open_reviews(case: Case) -> list[CaseReview]:
    """Return the sub-steps of a case that nobody answered yet."""
    rows = CaseReview.objects.filter(case_kind=case.KIND.name, case_id=case.public_id)
    return list(rows.filter(closed_at__isnull=True).order_by("pk"))


def _waits_for_reviews(case: Case, today: date) -> bool:
    """A reviewer who let the asked date pass does not hold up the case any longer (CS-7)."""
    return any(review.asked_due_on >= today for review in open_reviews(case))


def _void_reviews(case: Case, act: CaseAct) -> None:
    rows = CaseReview.objects.filter(case_kind=case.KIND.name, case_id=case.public_id)
    rows.filter(closed_at__isnull=True).update(
        verdict=Verdict.VOID,
        closed_at=act.now,
        owner_role="",
        owner_body=None,
        assignee=None,
        due_on=None,
    )
