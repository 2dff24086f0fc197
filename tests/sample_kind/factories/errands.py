"""Errands in any state, asked by a township of its office, looked at by an office and the bureau."""

from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

from tests.factories import TODAY, District, make_district, make_user
from tests.sample_kind.models import Errand
from tests.sample_kind.rules.errands import ErrandAction, ErrandState
from tests.sample_kind.services.errands import ACTIONS, ask
from xgz.access.actor import Actor, actor_for
from xgz.models import Body, CaseReview, RoleAssignment
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Role
from xgz.rules.seats import Seat

_WAYS: dict[ErrandState, tuple[tuple[ErrandAction, str], ...]] = {
    ErrandState.DRAFT: (),
    ErrandState.DOING: ((ErrandAction.HAND_IN, "asker"),),
    ErrandState.DONE: ((ErrandAction.HAND_IN, "asker"), (ErrandAction.FINISH, "doer")),
    ErrandState.WITHDRAWN: ((ErrandAction.WITHDRAW, "asker"),),
}


def make_errand(
    *, state: ErrandState | None = None, district: District | None = None, today: date = TODAY
) -> Errand:
    """Make an errand of 清平镇 for 柳泉镇 and walk it to `state` by the real services."""
    seats = seats_of(district)
    case: Errand = _as(seats["asker"], today, partial(ask_one, seats=seats, today=today))
    for action, party in _WAYS[state or ErrandState.DRAFT]:
        given = {"case": case, "now": _moment(today), "opinion": "按程序办理"}
        arguments_for(action, case)
        _as(seats[party], today, partial(ACTIONS[action], **given))
    return case


def seats_of(district: District | None = None) -> dict[str, Seat]:
    """Return party → seat as every errand of these tests has them."""
    if district is None and not Body.objects.exists():
        make_district()
    by_name = {body.name: body.pk for body in Body.objects.exclude(kind=BodyKind.ORGANISATION)}
    return {
        "asker": Seat(Role.TOWNSHIP_COMMITTEE, by_name["清平镇党委"]),
        "doer": Seat(Role.INSTRUCTOR, by_name["柳泉所"]),
        "checker": Seat(Role.STATION_HEAD, by_name["清平所"]),
        "adviser": Seat(Role.ASSOCIATION, by_name["县个私协会"]),
    }


def ask_one(actor: Actor, *, seats: dict[str, Seat], today: date = TODAY) -> Errand:
    """Open one errand as the actor."""
    return ask(actor=actor, topic="样例", seats=seats, now=_moment(today))


def arguments_for(action: str, case: Errand) -> dict[str, Any]:
    """Return nothing, since a step asks for an opinion at most; before the end nobody is waited for."""
    if action == ErrandAction.FINISH:
        waiting = CaseReview.objects.filter(case_id=case.public_id, closed_at__isnull=True)
        waiting.update(asked_due_on=date(2020, 1, 1))
    return {}


def _as(seat: Seat, today: date, act: Any) -> Any:
    """Act as somebody new at the seat, gone afterwards."""
    user = make_user(Role(seat.role), Body.objects.get(pk=seat.body_id))
    result = act(actor=actor_for(user, today))
    RoleAssignment.objects.filter(user=user).delete()
    return result


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(3), tzinfo=UTC)
