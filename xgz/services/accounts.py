"""Accounts after they exist: passwords, ended roles, accounts shut and opened again."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Body, RoleAssignment, User
from xgz.models.dated import not_ended
from xgz.rules.roles import Role
from xgz.services import audit
from xgz.services.bodies import grant_role


class RoleNotHeld(Exception):
    """The person holds no such role at this body that could end on that day."""


@transaction.atomic
def change_own_password(*, actor: Actor, password: str, now: datetime) -> User:
    """Give the signed-in person a new, already validated password. Raises NotPermitted."""
    user = access.require_person(actor)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record(
        actor=actor,
        action="account.change_password",
        subject_type="user",
        subject_id=str(user.pk),
        now=now,
    )
    return user


@transaction.atomic
def reset_password(*, actor: Actor, user: User, password: str, now: datetime) -> User:
    """Give another person a first password, to be changed at the next sign-in.

    Whoever is signed in to the account is cut off. Raises NotPermitted.
    """
    access.require(actor, "role.change")
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    audit.record(
        actor=actor,
        action="account.reset_password",
        subject_type="user",
        subject_id=str(user.pk),
        now=now,
    )
    return user


@transaction.atomic
def set_account_open(*, actor: Actor, user: User, is_open: bool, now: datetime) -> User:
    """Shut an account, which cuts its person off at the next request, or open it again.

    Roles stay as they are. Raises NotPermitted.
    """
    access.require(actor, "role.change")
    user.is_active = is_open
    user.save(update_fields=["is_active"])
    audit.record(
        actor=actor,
        action="account.enable" if is_open else "account.disable",
        subject_type="user",
        subject_id=str(user.pk),
        now=now,
        fields={"is_active": is_open},
    )
    return user


@transaction.atomic
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


@transaction.atomic
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
    held = RoleAssignment.objects.filter(
        not_ended(first_day), user=user, role=role, body=body, valid_from__lte=last_day
    )
    is_deputy = not held.filter(deputy=False).exists()
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
