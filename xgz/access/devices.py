"""Signed-in devices: the one behind a session, and those a person may look at."""

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from xgz.access.actor import Actor, require_person
from xgz.access.prepared import One, record
from xgz.models import SignedInDevice, User


def device_of_session(session_key: str) -> SignedInDevice | None:
    """Return the device that signed in with this session, ended or not."""
    return record(_behind, One(session_key))


def _behind(session_key: str) -> QuerySet[SignedInDevice]:
    return SignedInDevice.objects.filter(session_key=session_key).order_by("pk")[:1]


def visible_devices(actor: Actor) -> QuerySet[SignedInDevice]:
    """Return the devices the person is signed in on, newest first. Raises NotPermitted."""
    user = require_person(actor)
    return SignedInDevice.objects.filter(user=user, ended_at__isnull=True).order_by("-began_at")


def devices_of(user: User) -> QuerySet[SignedInDevice]:
    """Return where another person is signed in; for pages that found the account in reach."""
    return SignedInDevice.objects.filter(user=user, ended_at__isnull=True).order_by("-began_at")


def own_factors(actor: Actor) -> list[Authenticator]:
    """Return the person's authenticators: app, passkeys, recovery codes. Raises NotPermitted."""
    return list(Authenticator.objects.filter(user=require_person(actor)).order_by("pk"))
