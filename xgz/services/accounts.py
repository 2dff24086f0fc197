"""Accounts: what people change about their own."""

from datetime import datetime

from django.db import transaction

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import User
from xgz.services import audit


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
