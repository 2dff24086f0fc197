"""Accounts as administrators see them: user name, roles, bodies; never the person's name (AC-10)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet

from xgz.models import RoleAssignment, RoleRequest, User
from xgz.models.bodies import ROLE_LABELS
from xgz.models.dated import not_ended
from xgz.rules.roles import Role


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role somebody holds or will hold. is_linked: it names a member, business or market."""

    public_id: str
    role: str
    body: str
    is_deputy: bool
    is_linked: bool
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line of the list of accounts."""

    public_id: str
    username: str
    is_active: bool
    must_change_password: bool
    last_login: datetime | None
    roles: tuple[HeldRole, ...]


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request for a change of power. may_confirm: by the viewer, who did not propose it."""

    public_id: str
    kind: str
    state: str
    account: str
    account_id: str
    role: str
    body: str
    is_deputy: bool
    day: date | None
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    may_decide: bool
    may_withdraw: bool


def account_rows(accounts: QuerySet[User], day: date) -> list[AccountRow]:
    """Return the lines of these accounts with the roles not ended on a day; two queries."""
    lasting = RoleAssignment.objects.filter(not_ended(day)).select_related("body").order_by("pk")
    roles = Prefetch("role_assignments", lasting, to_attr="lasting_roles")
    return [_row(user) for user in accounts.prefetch_related(None).prefetch_related(roles)]


def request_rows(requests: QuerySet[RoleRequest], viewer: User | None) -> list[RequestRow]:
    """Return requests as the viewer may decide them; the reason is opened for each."""
    own = viewer.pk if viewer is not None else None
    return [_request(request, own) for request in requests]


def _row(user: User) -> AccountRow:
    held: list[RoleAssignment] = getattr(user, "lasting_roles", [])
    return AccountRow(
        public_id=user.public_id,
        username=user.username,
        is_active=user.is_active,
        must_change_password=user.must_change_password,
        last_login=user.last_login,
        roles=tuple(_held(assignment) for assignment in held),
    )


def _held(assignment: RoleAssignment) -> HeldRole:
    links = (assignment.member_id, assignment.business_id, assignment.market_id)
    return HeldRole(
        public_id=assignment.public_id,
        role=ROLE_LABELS[Role(assignment.role)],
        body=assignment.body.name,
        is_deputy=assignment.deputy,
        is_linked=any(links),
        first_day=assignment.valid_from,
        last_day=assignment.valid_to,
    )


def _request(request: RoleRequest, viewer: int | None) -> RequestRow:
    waits = request.state == "proposed"
    return RequestRow(
        public_id=request.public_id,
        kind=str(request.get_kind_display()),
        state=str(request.get_state_display()),
        account=request.user.username,
        account_id=request.user.public_id,
        role=ROLE_LABELS[Role(request.role)] if request.role else "",
        body=request.body.name if request.body else "",
        is_deputy=request.deputy,
        day=request.day,
        reason=request.reason,
        proposed_by=request.proposed_by.username if request.proposed_by else "",
        proposed_at=request.proposed_at,
        decided_by=request.decided_by.username if request.decided_by else "",
        decided_at=request.decided_at,
        may_decide=waits and viewer not in (request.proposed_by_id, request.user_id),
        may_withdraw=waits and viewer is not None and viewer == request.proposed_by_id,
    )
