"""Notices to seats: informing, filing, and letting them lapse when the case moves on (NT-1)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from xgz.access import cases as access
from xgz.access.actor import Actor, NotPermitted, require_person
from xgz.access.clock import day_of
from xgz.models import Case, CaseReview, Notice, sealing
from xgz.models.fields import new_public_id
from xgz.queries.responsibilities import seats_for
from xgz.rules.notices import ABOUT_A_DUTY, NoticeKind
from xgz.rules.responsibilities import MatterDuty
from xgz.rules.seats import Seat
from xgz.services import audit
from xgz.services.cases.act import CaseAct
from xgz.services.transactions import unit_of_work


def inform(case: Case, act: CaseAct) -> None:
    """Tell the seats that are to know of a case in this matter; call when it is opened (RS-1)."""
    send(
        case, NoticeKind.INFORMED, seats_for(case, MatterDuty.INFORMED, day_of(case.opened_at)), act
    )


def tell_the_end(
    case: Case, act: CaseAct, seats: Mapping[str, Seat], acting_body: int | None
) -> None:
    """File a closed case with the seats the responsibility table names (RS-1).

    Tells the other parties how it ended, unless it was filed with them (NT-3).
    """
    filed = seats_for(case, MatterDuty.FILED, day_of(case.opened_at))
    send(case, NoticeKind.FILED, filed, act)
    others = {seat for seat in seats.values() if seat.body_id != acting_body} - set(filed)
    send(case, NoticeKind.INFORMED, sorted(others), act)


def lapse(
    item: Case | CaseReview, now: datetime, kinds: Iterable[NoticeKind] = ABOUT_A_DUTY
) -> None:
    """Take back unsigned notices that speak of a duty left behind.

    Those of a case include its sub-steps', which end with every step of it.
    """
    if isinstance(item, Case):
        rows = Notice.objects.filter(case_kind=item.KIND.name, case_id=item.public_id)
    else:
        rows = Notice.objects.filter(subject_id=item.public_id, case_id=item.case_id)
    rows.filter(kind__in=kinds, signed_at__isnull=True, lapsed_at__isnull=True).update(
        lapsed_at=now
    )


def send(
    case: Case,
    kind: NoticeKind,
    seats: Iterable[Seat],
    act: CaseAct,
    *,
    text: str = "",
    due_on: date | None = None,
    subject_id: str = "",
) -> None:
    """Address one notice to each seat. The caller audits what it did."""
    rows = [
        notice_row(
            case.KIND.name,
            case.public_id,
            kind,
            seat,
            made_by=act.actor.user,
            made_at=act.now,
            text=text,
            due_on=due_on,
            subject_id=subject_id,
        )
        for seat in seats
    ]
    Notice.objects.bulk_create(rows)


def notice_row(
    case_kind: str, case_id: str, kind: NoticeKind, seat: Seat, *, text: str = "", **values: Any
) -> Notice:
    """Return an unwritten notice to one seat, its words sealed."""
    public_id = new_public_id()
    return Notice(
        public_id=public_id,
        case_kind=case_kind,
        case_id=case_id,
        kind=kind,
        role=seat.role,
        body_id=seat.body_id,
        text_sealed=sealing.seal("notice.text", public_id, text),
        **values,
    )


@unit_of_work
def sign_notice(*, actor: Actor, notice: Notice, now: datetime) -> bool:
    """Sign for a notice on behalf of its seat; return False where somebody had signed before.

    Raises NotPermitted.
    """
    user = require_person(actor)
    unsigned = Notice.objects.filter(pk=notice.pk, signed_at__isnull=True, lapsed_at__isnull=True)
    # A colleague may have signed since the page was shown, and it may have left the actor's sight.
    if not unsigned.exists():
        return False
    if not access.visible_notices(actor).filter(pk=notice.pk).exists():
        raise NotPermitted("notice.sign")
    if not unsigned.update(signed_by=user, signed_at=now):
        return False
    audit.record(
        actor=actor,
        action="notice.sign",
        subject_type="notice",
        subject_id=notice.public_id,
        now=now,
    )
    return True
