"""Finding the account that a shell command acts for."""

from datetime import date

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet

from xgz.access.actor import Actor, NotPermitted, actor_for
from xgz.access.prepared import One, record
from xgz.models import RoleAssignment, RoleRequest, User
from xgz.models.dated import holds_on
from xgz.rules.roles import ADMINISTRATORS, Resource, Role


class UserUnknown(Exception):
    """No active account has this name."""


def account_numbered(number: int) -> User | None:
    """Return the account of that row number, closed or not."""
    return record(_numbered, One(number))


def _numbered(number: int) -> QuerySet[User]:
    return User.objects.filter(pk=number)


def actor_named(username: str, today: date) -> Actor:
    """Return the active account's actor. Raises UserUnknown."""
    try:
        user = User.objects.get(username=username, is_active=True)
    except User.DoesNotExist:
        raise UserUnknown from None
    return actor_for(user, today)


def visible_accounts(actor: Actor) -> QuerySet[User]:
    """Return every account with its roles, for those who see who holds which role.

    Raises NotPermitted for everybody else.
    """
    if not actor.sees_district(Resource.ROLE):
        raise NotPermitted(Resource.ROLE)
    return User.objects.order_by("username").prefetch_related("role_assignments__body")


def has_demo_accounts() -> bool:
    """Test whether this installation holds demo accounts, and so invented people."""
    return User.objects.filter(is_demo=True).exists()


def has_accounts() -> bool:
    """Test whether anybody has an account here."""
    return User.objects.exists()


def demo_accounts() -> list[tuple[str, str, str, str]]:
    """Return (user name, person, role, body) of the demo accounts that can sign in."""
    rows = (
        RoleAssignment.objects.filter(user__is_demo=True)
        .exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
        .select_related("user", "body")
        .order_by("pk")
    )
    return [(row.user.username, str(row.user), row.role, row.body.name) for row in rows]


def account_in_reach(actor: Actor, public_id: str) -> User | None:
    """Return the account of this public id for those who see accounts. Raises NotPermitted."""
    return visible_accounts(actor).filter(public_id=public_id).first()


def visible_requests(actor: Actor) -> QuerySet[RoleRequest]:
    """Return what was proposed, newest first, for those who see who holds which role.

    Raises NotPermitted for everybody else.
    """
    if not actor.sees_district(Resource.ROLE):
        raise NotPermitted(Resource.ROLE)
    return RoleRequest.objects.select_related("user", "body", "proposed_by", "decided_by").order_by(
        "-proposed_at"
    )


def acts_alone(actor: Actor) -> bool:
    """Test whether the actor gives power without a second person: the shell before set-up ends."""
    return actor.is_operator and not is_set_up(actor.today)


def is_set_up(today: date) -> bool:
    """Test whether two administrators hold office, one of them the security administrator (AC-10).

    Until then there is nobody to confirm, and the shell operator grants directly.
    """
    holders = RoleAssignment.objects.filter(
        holds_on(today), role__in=ADMINISTRATORS, user__is_active=True
    )
    people = dict(holders.values_list("user", "role"))
    return len(people) > 1 and Role.SECURITY_ADMIN in people.values()
