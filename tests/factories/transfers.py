"""Transfers in any state, and the arguments with which each step of one succeeds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from tests.factories.district import TODAY, make_district, make_user
from tests.factories.rows import make_member, make_organisation
from xgz.access.actor import Actor, actor_for, clock_actor, shell_operator
from xgz.access.cases import parties_of
from xgz.access.transfers import committee_of
from xgz.models import Body, CaseParty, Member, Organisation, RoleAssignment, Transfer
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.rules.transfers import (
    FOR_OUTSIDE,
    FOR_THE_DISTRICT,
    TransferAction,
    TransferParty,
    TransferReason,
    TransferState,
)
from xgz.services import transfers

_S, _A = TransferState, TransferAction
OUTSIDE = "邻县城关镇党委"
_numbers = count(1)


def moment(day: date) -> datetime:
    """Return eleven o'clock of a day in the office's time zone."""
    return datetime.combine(day, time(3), tzinfo=UTC)


def make_transfer(
    *,
    state: TransferState | None = TransferState.ISSUED,
    member: Member | None = None,
    from_org: Organisation | None = None,
    to_org: Organisation | None = None,
    to_outside: str = "",
    today: date = TODAY,
    issued_on: date | None = None,
    valid_days: int = 90,
    **values: Any,
) -> Transfer:
    """Make a transfer from 清平镇 to 柳泉镇 and walk it to `state` by the real services.

    state: None for the first one, without anybody asked. issued_on: the day of proposal and letter;
    every other step is taken on `today`. to_outside: also where the state asks for it.
    """
    if state is _S.SENT_OUT:
        to_outside = to_outside or OUTSIDE
    home = from_org or (member.formal_org if member else None) or _branch("清平镇党委")
    person = member or make_member(home, id_number=_id_number())
    day = issued_on or (today - timedelta(days=valid_days + 1) if state is _S.EXPIRED else today)
    case = transfers.propose_transfer(
        actor=shell_operator(day),
        member=person,
        to_org=None if to_outside else to_org or _branch("柳泉镇党委"),
        to_outside=to_outside,
        now=moment(day),
        **{"reason": TransferReason.WORKPLACE, **values},
    )
    _walk(case, state or _S.DRAFT, day, today, valid_days)
    return case


def arguments_for(action: str, case: Transfer) -> dict[str, Any]:
    """Return what lets a step of a case succeed; arranges the world where it stands in the way.

    The letter is addressed to where the step needs it, and has run out before the clock's step.
    """
    case.refresh_from_db()
    if action in FOR_THE_DISTRICT and case.to_org_id is None:
        _address(case, _branch("柳泉镇党委"))
    if action in FOR_OUTSIDE and case.to_org_id is not None:
        _address(case, None)
    if action == _A.EXPIRE and case.expires_on is not None and case.issued_on is not None:
        early = timedelta(days=400)
        Transfer.objects.filter(pk=case.pk).update(
            issued_on=case.issued_on - early, expires_on=case.expires_on - early
        )
    case.refresh_from_db()
    return {"valid_days": 30} if action in (_A.ISSUE, _A.SEND_OUT) else {}


def take(case: Transfer, action: TransferAction, today: date = TODAY, **given: Any) -> None:
    """Take a step as whoever may: somebody new at the seat of the party, gone afterwards."""
    case.refresh_from_db()
    by = case.KIND.step(case.state, action).by[0]
    given.setdefault(
        "opinion", "按程序办理" if case.KIND.step(case.state, action).needs_opinion else ""
    )
    with _somebody_at(by, case, today) as actor:
        transfers.ACTIONS[action](case=case, actor=actor, now=moment(today), **given)


_WAYS: dict[TransferState, tuple[TransferAction, ...]] = {
    _S.DRAFT: (),
    _S.ISSUED: (_A.ISSUE,),
    _S.SENT_OUT: (_A.SEND_OUT,),
    _S.RETURNED: (_A.ISSUE, _A.RETURN),
    _S.EXPIRED: (_A.ISSUE, _A.EXPIRE),
    _S.ACCEPTED: (_A.ISSUE, _A.ACCEPT),
    _S.WITHDRAWN: (_A.WITHDRAW,),
}
_OUTSIDE_WAYS = {
    _A.ISSUE: _A.SEND_OUT,
    _A.RETURN: _A.RECORD_RETURN,
    _A.ACCEPT: _A.RECORD_RECEIPT,
}


def _walk(case: Transfer, state: TransferState, day: date, today: date, valid_days: int) -> None:
    for action in _WAYS[state]:
        step = _OUTSIDE_WAYS.get(action, action) if case.to_outside else action
        if step in (_A.ISSUE, _A.SEND_OUT):
            take(case, step, day, valid_days=valid_days)
        else:
            take(case, step, today)


@contextmanager
def _somebody_at(party: str, case: Transfer, today: date) -> Iterator[Actor]:
    if party not in parties_of(case):
        yield clock_actor(today)
        return
    seat = parties_of(case)[party]
    user = make_user(Role(seat.role), Body.objects.get(pk=seat.body_id))
    try:
        yield actor_for(user, today)
    finally:
        RoleAssignment.objects.filter(user=user).delete()


def _branch(township: str) -> Organisation:
    body = Body.objects.filter(name=township, kind=BodyKind.TOWNSHIP).first()
    if body is None:
        make_district()
        body = Body.objects.get(name=township)
    return make_organisation(body)


def _address(case: Transfer, to_org: Organisation | None) -> None:
    """Let the case have been opened for another destination."""
    Transfer.objects.filter(pk=case.pk).update(to_org=to_org, to_outside="" if to_org else OUTSIDE)
    parties = CaseParty.objects.filter(case_kind=case.KIND.name, case_id=case.public_id)
    parties.filter(party__in=(TransferParty.RECEIVER, TransferParty.NEW_BRANCH)).delete()
    if to_org is None:
        return
    seats = {
        TransferParty.RECEIVER: committee_of(to_org),
        TransferParty.NEW_BRANCH: Seat(Role.BRANCH_SECRETARY, to_org.body_id),
    }
    CaseParty.objects.bulk_create(
        CaseParty(
            case_kind=case.KIND.name,
            case_id=case.public_id,
            party=party,
            role=seat.role,
            body_id=seat.body_id,
        )
        for party, seat in seats.items()
    )


def _id_number() -> str:
    return f"36099919680402{next(_numbers):03}X"
