"""Accounts after they exist: passwords, ended roles, accounts shut and opened again."""

from datetime import date, datetime, timedelta

from allauth.socialaccount.models import SocialAccount
from django.db.models import Q

from xgz.access import actor as access
from xgz.access.actor import Actor, clock_actor
from xgz.models import AuditEntry, Body, RoleAssignment, User
from xgz.models.dated import holds_on, not_ended
from xgz.rules.roles import Role
from xgz.rules.sign_in import UNUSED_DAYS, SessionEnd
from xgz.services import audit
from xgz.services.bodies import grant_role
from xgz.services.devices import end_devices_of
from xgz.services.passwords import remember_password
from xgz.services.second_factor import forget_factors
from xgz.services.transactions import unit, unit_of_work

PROVIDER = "office"  # the name of the district's identity service in linked accounts


class IdentityTaken(Exception):
    """The outside identity belongs to another account."""


class RoleNotHeld(Exception):
    """The person holds no such role at this body that could end on that day."""


@unit_of_work
def change_own_password(
    *, actor: Actor, password: str, now: datetime, session_key: str = ""
) -> User:
    """Give the signed-in person a new, already validated password (AC-1, AC-2).

    Every other device of the person is signed out; session_key: the one that goes on. Raises
    NotPermitted.
    """
    user = access.require_person(actor)
    _set_password(user, password, now=now, must_change=False)
    end_devices_of(user, reason=SessionEnd.PASSWORD, now=now, but=session_key)
    audit.record(
        actor=actor,
        action="account.change_password",
        subject_type="user",
        subject_id=user.public_id,
        now=now,
    )
    return user


@unit_of_work
def reset_password(*, actor: Actor, user: User, password: str, now: datetime) -> User:
    """Give another person a first password, to be changed at the next sign-in (AC-3).

    Authenticators are taken away, whoever is signed in to the account is cut off. Raises
    NotPermitted.
    """
    access.require(actor, "role.change")
    _set_password(user, password, now=now, must_change=True)
    forget_factors(user)
    end_devices_of(user, reason=SessionEnd.PASSWORD, now=now)
    audit.record(
        actor=actor,
        action="account.reset_password",
        subject_type="user",
        subject_id=user.public_id,
        now=now,
    )
    return user


@unit_of_work
def set_account_open(*, actor: Actor, user: User, is_open: bool, now: datetime) -> User:
    """Shut an account, which cuts its person off at the next request, or open it again.

    Roles stay as they are. Raises NotPermitted.
    """
    access.require(actor, "role.change")
    user.is_active = is_open
    user.save(update_fields=["is_active"])
    if not is_open:
        end_devices_of(user, reason=SessionEnd.CLOSED, now=now)
    audit.record(
        actor=actor,
        action="account.enable" if is_open else "account.disable",
        subject_type="user",
        subject_id=user.public_id,
        now=now,
        fields={"is_active": is_open},
    )
    return user


def _set_password(user: User, password: str, *, now: datetime, must_change: bool) -> None:
    remember_password(user, now)
    user.set_password(password)
    user.must_change_password, user.password_changed_at = must_change, now
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])


@unit_of_work
def end_role(
    *, actor: Actor, user: User, role: Role, body: Body, last_day: date, now: datetime
) -> int:
    """End a person's role at a body after `last_day`, which still counts.

    Returns the number of assignments ended. Raises NotPermitted, or RoleNotHeld where none
    begun by that day lasts beyond it.
    """
    access.require(actor, "role.change")
    lasting = RoleAssignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=last_day),
        user=user,
        role=role,
        body=body,
        valid_from__lte=last_day,
    )
    ended = list(lasting.values_list("public_id", flat=True))
    if lasting.update(valid_to=last_day) == 0:
        raise RoleNotHeld(role)
    for public_id in ended:
        audit.record(
            actor=actor,
            action="role.end",
            subject_type="role_assignment",
            subject_id=public_id,
            now=now,
            fields={"valid_to": last_day},
        )
    return len(ended)


@unit_of_work
def hand_over_role(
    *,
    actor: Actor,
    user: User,
    successor: User,
    role: Role,
    body: Body,
    first_day: date,
    now: datetime,
) -> RoleAssignment:
    """Give a person's role at a body to a successor from `first_day`; the day before is the last.

    A deputy's successor is a deputy. Both rows stay with their dates, so that on every day one of
    the two holds the role. Raises NotPermitted, RoleNotHeld, AdministratorAlready.
    """
    access.require(actor, "role.change")
    last_day = first_day - timedelta(days=1)
    is_deputy = is_deputy_only(user, role, body, first_day)
    end_role(actor=actor, user=user, role=role, body=body, last_day=last_day, now=now)
    return grant_role(
        actor=actor,
        user=successor,
        role=role,
        body=body,
        valid_from=first_day,
        deputy=is_deputy,
        now=now,
    )


def is_deputy_only(user: User, role: Role, body: Body, first_day: date) -> bool:
    """Test whether the person holds the role as a deputy alone until the day before."""
    held = RoleAssignment.objects.filter(
        not_ended(first_day), user=user, role=role, body=body, valid_from__lt=first_day
    )
    return not held.filter(deputy=False).exists()


@unit_of_work
def link_outside_identity(*, actor: Actor, user: User, subject: str, now: datetime) -> None:
    """Let somebody sign in through the district's identity service as this account (AC-12).

    subject: the service's identifier of the person. Raises NotPermitted, IdentityTaken.
    """
    access.require(actor, "role.change")
    linked = SocialAccount.objects.filter(provider=PROVIDER, uid=subject).first()
    if linked is not None and linked.user_id != user.pk:
        raise IdentityTaken
    SocialAccount.objects.filter(provider=PROVIDER, user=user).delete()
    SocialAccount.objects.create(provider=PROVIDER, uid=subject, user=user)
    audit.record(
        actor=actor,
        action="account.link_oidc",
        subject_type="user",
        subject_id=user.public_id,
        now=now,
        fields={"subject": subject},
    )


def close_unused(*, today: date, now: datetime) -> int:
    """Shut accounts nobody signed in to for UNUSED_DAYS (AC-9); return how many.

    Left alone: demo accounts, accounts opened again meanwhile, and the last one that can confirm
    what gives power.
    """
    limit = now - timedelta(days=UNUSED_DAYS)
    unused = User.objects.filter(
        Q(last_login__lt=limit) | Q(last_login__isnull=True, date_joined__lt=limit),
        is_active=True,
        is_demo=False,
    )
    number = 0
    for user in unused.order_by("pk"):
        if _opened_since(user, limit) or _is_last_confirmer(user, today):
            continue
        with unit():
            _close(clock_actor(today), user, now)
        number += 1
    return number


def _close(actor: Actor, user: User, now: datetime) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_devices_of(user, reason=SessionEnd.CLOSED, now=now)
    audit.record(
        actor=actor,
        action="account.close_unused",
        subject_type="user",
        subject_id=user.public_id,
        now=now,
    )


def _opened_since(user: User, limit: datetime) -> bool:
    """Test whether somebody opened the account, or gave it a new password, after a moment."""
    opened = AuditEntry.objects.filter(
        subject_type="user", subject_id=user.public_id, action="account.enable", at__gte=limit
    )
    changed = user.password_changed_at
    return opened.exists() or (changed is not None and changed >= limit)


def _is_last_confirmer(user: User, today: date) -> bool:
    """Test whether no security administrator would be left without this account."""
    holders = RoleAssignment.objects.filter(
        holds_on(today), role=Role.SECURITY_ADMIN, user__is_active=True
    )
    people = set(holders.values_list("user", flat=True))
    return people == {user.pk}
