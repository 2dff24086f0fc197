"""Accounts: passwords, ends of roles, identities from outside."""

from datetime import timedelta

from tests.factories import TODAY
from tests.services.audit_scenarios.stage import Deed, Stage, one
from tests.services.imports.worlds import NOW
from xgz.access.actor import clock_actor
from xgz.models import RoleAssignment, User
from xgz.rules.roles import Role
from xgz.services import accounts


def password_changed(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    return Deed(
        lambda: accounts.change_own_password(actor=actor, password="Zheng-Wu-2026", now=NOW),
        actor,
        one("account.change_password", "user", actor.user.public_id),
    )


def password_reset(stage: Stage) -> Deed:
    actor, user = stage.security, stage.clerk()
    return Deed(
        lambda: accounts.reset_password(actor=actor, user=user, password="Zheng-Wu-2026", now=NOW),
        actor,
        one("account.reset_password", "user", user.public_id),
    )


def account_shut(stage: Stage) -> Deed:
    actor, user = stage.security, stage.clerk()
    return Deed(
        lambda: accounts.set_account_open(actor=actor, user=user, is_open=False, now=NOW),
        actor,
        one("account.disable", "user", user.public_id),
    )


def role_ended(stage: Stage) -> Deed:
    actor, user = stage.security, stage.clerk()
    row = RoleAssignment.objects.get(user=user)
    return Deed(
        lambda: accounts.end_role(
            actor=actor, user=user, role=Role.BUREAU, body=row.body, last_day=TODAY, now=NOW
        ),
        actor,
        one("role.end", "role_assignment", row.public_id),
    )


def identity_linked(stage: Stage) -> Deed:
    actor, user = stage.security, stage.clerk()
    return Deed(
        lambda: accounts.link_outside_identity(actor=actor, user=user, subject="42", now=NOW),
        actor,
        one("account.link_oidc", "user", user.public_id),
    )


def unused_account_closed(stage: Stage) -> Deed:
    """The last one that can confirm roles is left alone, so there is a second."""
    user, long_ago = stage.clerk(), NOW - timedelta(days=1000)
    User.objects.exclude(pk=user.pk).update(last_login=NOW)
    User.objects.filter(pk=user.pk).update(date_joined=long_ago)
    return Deed(
        lambda: accounts.close_unused(today=TODAY, now=NOW),
        clock_actor(TODAY),
        one("account.close_unused", "user", user.public_id),
    )
