"""Who has the work: assigning a case to one person, and urging whoever has it."""

from datetime import datetime, timedelta

from xgz.access import cases as access
from xgz.access.actor import Actor
from xgz.models import Case, CaseEvent, CaseReview, RoleAssignment, User
from xgz.models.dated import holds_on
from xgz.rules.notices import NoticeKind
from xgz.rules.seats import WORKING_ROLES
from xgz.services.cases.act import CaseAct
from xgz.services.cases.notices import send
from xgz.services.cases.steps import ChangedMeanwhile, record_event, unchanged
from xgz.services.transactions import unit_of_work

_ASSIGN_WORDS = {True: "指定经办人", False: "收回经办"}
URGE_PAUSE = timedelta(days=1)  # CS-8


class NotAtThisBody(Exception):
    """The person does not work at the body that owns the case: members and owners do not."""


class UrgedToday(Exception):
    """The same person urged this case less than a day ago (CS-8)."""


@unit_of_work
def assign_case(
    *, actor: Actor, case: Case | CaseReview, of: Case, assignee: User | None, now: datetime
) -> None:
    """Give an open case, or one sub-step of it, to one person of its owning body; None: take back.

    Raises NotPermitted, NotAtThisBody or ChangedMeanwhile.
    """
    access.require_owner(actor, case)
    seat = access.owner_seat(case)
    if seat is None:
        raise ChangedMeanwhile(case.public_id)
    if assignee is not None and not _works_at(assignee, seat.body_id, actor):
        raise NotAtThisBody(case.public_id)
    same = unchanged(case).filter(assignee=case.assignee_id)
    columns = case.handed_to(assignee) if isinstance(case, Case) else {"assignee": assignee}
    if not same.update(**columns):
        raise ChangedMeanwhile(case.public_id)
    case.refresh_from_db()
    label = _ASSIGN_WORDS[assignee is not None]
    act = CaseAct.of(actor, now, str(assignee) if assignee else "")
    record_event(of, act, "assign", label, body_id=_speaking_body(actor, of))


@unit_of_work
def urge(*, actor: Actor, case: Case, now: datetime, text: str = "") -> None:
    """Urge whoever has the case and its open sub-steps now; leaves a trace and a notice to sign.

    Anybody who sees the case may urge those it waits for, once a day: its owner the sub-steps, a
    reviewer the owner. Raises NotPermitted, UrgedToday or ChangedMeanwhile (the case is closed).
    """
    user = access.require_urging(actor, case)
    # Two clicks at once wait for each other here, so that the second finds the first.
    type(case)._default_manager.select_for_update().get(pk=case.pk)
    waiting = access.waits_with(actor, case)
    if not waiting:
        raise ChangedMeanwhile(case.public_id)
    urged = CaseEvent.objects.filter(
        case_kind=case.KIND.name, case_id=case.public_id, action="urge", actor=user
    )
    if urged.filter(at__gt=now - URGE_PAUSE).exists():
        raise UrgedToday(case.public_id)
    act = CaseAct.of(actor, now, text)
    for item in waiting:
        seat = access.owner_seat(item)
        if seat is not None:
            subject_id = item.public_id if isinstance(item, CaseReview) else ""
            send(
                case,
                NoticeKind.URGED,
                [seat],
                act,
                text=act.opinion,
                due_on=item.due_on,
                subject_id=subject_id,
            )
    record_event(
        case,
        act,
        "urge",
        "催办",
        body_id=_speaking_body(actor, case),
        to_body=waiting[0].owner_body,
        due_on=waiting[0].due_on,
    )


def _speaking_body(actor: Actor, case: Case) -> int | None:
    """Return on whose behalf somebody speaks: a party's body, else the first one worked at."""
    bodies = [grant.body_id for grant in actor.grants if grant.role in WORKING_ROLES]
    parties = {seat.body_id for seat in access.parties_of(case).values()}
    return next((body for body in bodies if body in parties), bodies[0] if bodies else None)


def _works_at(person: User, body_id: int, actor: Actor) -> bool:
    held = RoleAssignment.objects.filter(
        holds_on(actor.today), user=person, body=body_id, role__in=WORKING_ROLES
    )
    return person.is_active and held.exists()
