"""Finding the account that a shell command acts for."""

from datetime import date

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from xgz.access.actor import Actor, actor_for
from xgz.models import RoleAssignment, User


class UserUnknown(Exception):
    """No active account has this name."""


def actor_named(username: str, today: date) -> Actor:
    """Return the active account's actor. Raises UserUnknown."""
    try:
        user = User.objects.get(username=username, is_active=True)
    except User.DoesNotExist:
        raise UserUnknown from None
    return actor_for(user, today)


def has_demo_accounts() -> bool:
    """Test whether this installation holds demo accounts, and so invented people."""
    return User.objects.filter(is_demo=True).exists()


def has_accounts() -> bool:
    """Test whether anybody has an account here."""
    return User.objects.exists()


def demo_accounts() -> list[tuple[str, str, str, str]]:
    """Return (user name, person, role, body) of the demo accounts that can sign in."""
    rows = RoleAssignment.objects.filter(user__is_demo=True).exclude(
        user__password__startswith=UNUSABLE_PASSWORD_PREFIX
    )
    return list(
        rows.order_by("pk").values_list(
            "user__username", "user__display_name", "role", "body__name"
        )
    )
