"""Finding the account that a shell command acts for."""

from datetime import date

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet

from xgz.access.actor import Actor, NotPermitted, actor_for
from xgz.models import RoleAssignment, User
from xgz.rules.roles import Resource


class UserUnknown(Exception):
    """No active account has this name."""


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
