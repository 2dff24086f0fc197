"""Whoever signs in, by whatever way, gets a device with a beginning and an end (AC-7)."""

from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from xgz.access import clock
from xgz.access.actor import Actor
from xgz.models import User
from xgz.rules.sign_in import device_class_of
from xgz.services.devices import begin_device
from xgz.services.second_factor import FactorDeed, note_factor
from xgz.web.accounts.fresh import mark_fresh
from xgz.web.accounts.sessions import forget_second_factor


@receiver(user_logged_in)
def device_begins(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note the device under the session's new key.

    There is none yet where somebody else was signed in before: Django emptied that session.
    """
    if request.session.session_key is None:
        request.session.cycle_key()
    begin_device(
        user=user,
        session_key=str(request.session.session_key),
        device_class=device_class_of(request.META.get("HTTP_USER_AGENT", "")),
        now=clock.now(),
    )
    mark_fresh(request)


@receiver(authenticator_removed)
def factor_removed(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    forget_second_factor(request)


@receiver(post_save, sender=Authenticator)
def factor_saved(sender: object, instance: Authenticator, created: bool, **kwargs: Any) -> None:
    if created:
        _note(FactorDeed.CODES if _is_codes(instance) else FactorDeed.ADD, instance)


@receiver(post_delete, sender=Authenticator)
def factor_deleted(sender: object, instance: Authenticator, **kwargs: Any) -> None:
    # Recovery codes go when new ones come or the last factor goes: either is written down itself.
    if not _is_codes(instance):
        _note(FactorDeed.REMOVE, instance)


def _is_codes(authenticator: Authenticator) -> bool:
    return bool(authenticator.type == Authenticator.Type.RECOVERY_CODES)


def _note(deed: FactorDeed, authenticator: Authenticator) -> None:
    """Audit what a person does with the own factors, in the transaction of the change itself.

    An administrator's reset is audited as such, where it is done.
    """
    actor = getattr(context.request, "actor", None)
    if not isinstance(actor, Actor) or actor.user is None:
        return
    if actor.user.pk == authenticator.user_id:
        note_factor(actor=actor, deed=deed, kind=authenticator.type, now=clock.now())
