"""Power is given by two people: one proposes, a security administrator confirms (AC-10).

What takes power away (ending a role, closing an account) one person does at once; those are in
services/accounts. Every decision is a compare-and-set on the request's state, so that of two
confirmers at once one decides and one role comes of it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from xgz.access import actor as access
from xgz.access.actor import Actor, NotPermitted, clock_actor
from xgz.access.users import acts_alone
from xgz.models import (
    Body,
    Business,
    Market,
    Member,
    RoleRequest,
    User,
    sealing,
)
from xgz.rules.bodies import BodyKind
from xgz.rules.grants import (
    EXPIRES_DAYS,
    NEEDS_SECOND_PERSON,
    STEPS,
    RequestAction,
    RequestKind,
    RequestState,
)
from xgz.rules.roles import Role, check_place
from xgz.services import audit
from xgz.services.accounts import (
    end_role,
    hand_over_role,
    is_deputy_only,
    reset_password,
    set_account_open,
)
from xgz.services.bodies import grant_role
from xgz.services.transactions import unit_of_work


class RequestDecided(Exception):
    """Somebody else decided the request, or it ran out."""


class OwnRequest(Exception):
    """Nobody confirms what he proposed himself, and nobody decides about his own account."""


class AlreadyProposed(Exception):
    """The same change of the same account waits already."""


@dataclass(frozen=True, slots=True)
class RoleWish:
    """The role a request asks for. day: the first day it holds."""

    role: Role
    body: Body
    day: date
    deputy: bool = False
    member: Member | None = None
    business: Business | None = None
    market: Market | None = None


@unit_of_work
def propose(
    *,
    actor: Actor,
    kind: RequestKind,
    user: User,
    now: datetime,
    wish: RoleWish | None = None,
    reason: str = "",
) -> RoleRequest:
    """Ask for a role, a reset or the opening of an account; nothing changes before it is confirmed.

    Raises NotPermitted, OwnRequest (for the own account), AlreadyProposed, RoleMisplaced,
    ValueError (kind needs no second person, or a grant without its role).
    """
    access.require(actor, "role.propose")
    if kind not in NEEDS_SECOND_PERSON or (kind is RequestKind.GRANT) is (wish is None):
        raise ValueError(kind)
    if actor.user == user:
        raise OwnRequest(kind)
    if wish is not None:
        check_place(wish.role, BodyKind(wish.body.kind))
    if _same_waiting(kind, user, wish):
        raise AlreadyProposed(kind)
    request = RoleRequest(
        kind=kind, user=user, proposed_by=actor.user, proposed_at=now, **_columns_of(wish)
    )
    request.reason_sealed = sealing.seal("role_request.reason", request.public_id, reason)
    request.save()
    _note(actor, "grant.propose", request, now)
    return request


@unit_of_work
def confirm(*, actor: Actor, request: RoleRequest, now: datetime) -> str:
    """Put a request into force as a second person; return the first password of a reset, else "".

    Raises NotPermitted, OwnRequest, RequestDecided, and what granting raises.
    """
    access.require(actor, "role.change")
    confirmer = access.require_person(actor)
    if confirmer.pk in (request.proposed_by_id, request.user_id):
        raise OwnRequest(request.public_id)
    _step(actor, request, RequestAction.CONFIRM, now)
    if request.kind == RequestKind.GRANT:
        _grant(actor, request, now)
    elif request.kind == RequestKind.RESET:
        password = new_password()
        reset_password(actor=actor, user=request.user, password=password, now=now)
        return password
    elif request.kind == RequestKind.OPEN:
        set_account_open(actor=actor, user=request.user, is_open=True, now=now)
    return ""


@unit_of_work
def refuse(*, actor: Actor, request: RoleRequest, now: datetime) -> None:
    """Turn a request down. Raises NotPermitted, RequestDecided."""
    access.require(actor, "role.change")
    access.require_person(actor)
    _step(actor, request, RequestAction.REFUSE, now)


@unit_of_work
def withdraw(*, actor: Actor, request: RoleRequest, now: datetime) -> None:
    """Take back what one proposed oneself. Raises NotPermitted, RequestDecided."""
    access.require(actor, "role.propose")
    if actor.user is None or actor.user.pk != request.proposed_by_id:
        raise NotPermitted("role.propose")
    _step(actor, request, RequestAction.WITHDRAW, now)


def expire_requests(*, today: date, now: datetime) -> int:
    """End what nobody decided for EXPIRES_DAYS; return how many."""
    old = RoleRequest.objects.filter(
        state=RequestState.PROPOSED, proposed_at__lt=now - timedelta(days=EXPIRES_DAYS)
    )
    number = 0
    for request in old:
        try:
            _expire(clock_actor(today), request, now)
        except RequestDecided:
            continue
        number += 1
    return number


@unit_of_work
def grant_or_propose(*, actor: Actor, user: User, wish: RoleWish, now: datetime) -> bool:
    """Grant a role at once while nobody could confirm it, else ask for it; True where it holds.

    Raises what granting and proposing raise.
    """
    access.require(actor, "role.propose")
    if not acts_alone(actor):
        propose(actor=actor, kind=RequestKind.GRANT, user=user, wish=wish, now=now)
        return False
    grant_role(
        actor=actor,
        user=user,
        role=wish.role,
        body=wish.body,
        valid_from=wish.day,
        deputy=wish.deputy,
        member=wish.member,
        business=wish.business,
        market=wish.market,
        now=now,
    )
    return True


@unit_of_work
def hand_over(
    *,
    actor: Actor,
    user: User,
    successor: User,
    role: Role,
    body: Body,
    first_day: date,
    now: datetime,
) -> bool:
    """End a role the day before `first_day` and give or propose it to a successor.

    Returns whether the successor holds it. Until a proposal is confirmed the seat is answered for
    by the ones above it. Raises NotPermitted, RoleNotHeld, and what proposing raises.
    """
    access.require(actor, "role.change")
    if acts_alone(actor):
        hand_over_role(
            actor=actor,
            user=user,
            successor=successor,
            role=role,
            body=body,
            first_day=first_day,
            now=now,
        )
        return True
    last_day = first_day - timedelta(days=1)
    deputy = is_deputy_only(user, role, body, first_day)
    end_role(actor=actor, user=user, role=role, body=body, last_day=last_day, now=now)
    wish = RoleWish(role=role, body=body, day=first_day, deputy=deputy)
    return grant_or_propose(actor=actor, user=successor, wish=wish, now=now)


def new_password() -> str:
    """Return a random first password of 16 characters (96 bits)."""
    return secrets.token_urlsafe(12)


def _grant(actor: Actor, request: RoleRequest, now: datetime) -> None:
    if request.body is None or request.day is None:  # a constraint of the table
        raise ValueError(request.public_id)
    grant_role(
        actor=actor,
        user=request.user,
        role=Role(request.role),
        body=request.body,
        valid_from=request.day,
        deputy=request.deputy,
        member=request.member,
        business=request.business,
        market=request.market,
        now=now,
    )


def _same_waiting(kind: RequestKind, user: User, wish: RoleWish | None) -> bool:
    same = RoleRequest.objects.filter(state=RequestState.PROPOSED, kind=kind, user=user)
    if wish is not None:
        same = same.filter(role=wish.role, body=wish.body)
    return same.exists()


def _columns_of(wish: RoleWish | None) -> dict[str, object]:
    if wish is None:
        return {}
    return {name: getattr(wish, name) for name in RoleWish.__slots__}


@unit_of_work
def _expire(actor: Actor, request: RoleRequest, now: datetime) -> None:
    _step(actor, request, RequestAction.EXPIRE, now)


def _step(actor: Actor, request: RoleRequest, action: RequestAction, now: datetime) -> None:
    """Move a request on, unless somebody else did before. Raises RequestDecided."""
    state = STEPS[(RequestState.PROPOSED, action)]
    decided: Mapping[str, object] = {"decided_by": actor.user, "decided_at": now, "state": state}
    waiting = RoleRequest.objects.filter(pk=request.pk, state=RequestState.PROPOSED)
    if not waiting.update(**decided):
        raise RequestDecided(request.public_id)
    _note(actor, f"grant.{action}", request, now)


def _note(actor: Actor, action: str, request: RoleRequest, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="role_request",
        subject_id=request.public_id,
        now=now,
        fields={"kind": request.kind, "user": request.user_id, "role": request.role},
    )
