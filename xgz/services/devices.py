"""Signed-in devices: one of each class a person, ended on the server at once (AC-7); known ones."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import Error, IntegrityError, connection, transaction
from django.db.models import QuerySet

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import KnownDevice, SignedInDevice, UsedCode, User
from xgz.models.outage import outage_of
from xgz.rules.sign_in import DEVICE_DAYS, SEEN_SECONDS, DeviceClass, SessionEnd
from xgz.services import audit
from xgz.services.sign_in import device_digest, known_device
from xgz.services.transactions import unit_of_work

logger = logging.getLogger(__name__)
_PATIENCE_MILLISECONDS = 200


class DeviceUnknown(Exception):
    """The person is not signed in on such a device."""


def begin_device(
    *, user: User, session_key: str, device_class: DeviceClass, now: datetime
) -> SignedInDevice:
    """Note that a person signed in; what was signed in of the same class ends (AC-7).

    Of two sign-ins at the same moment the later one stays.
    """
    while True:
        try:
            with transaction.atomic():
                same = SignedInDevice.objects.filter(user=user, device_class=device_class)
                _end(same.exclude(session_key=session_key), SessionEnd.REPLACED, now)
                SignedInDevice.objects.filter(session_key=session_key).delete()
                return SignedInDevice.objects.create(
                    user=user,
                    device_class=device_class,
                    session_key=session_key,
                    began_at=now,
                    seen_at=now,
                )
        except IntegrityError:
            logger.info("two sign-ins at the same moment")


def end_session(*, session_key: str, reason: SessionEnd, now: datetime) -> None:
    """End the device a session belongs to: idle, too long, or guessed at."""
    _end(SignedInDevice.objects.filter(session_key=session_key), reason, now)


@unit_of_work
def sign_out(*, actor: Actor, session_key: str, now: datetime) -> None:
    """End the device the person signs out on. Raises NotPermitted."""
    user = access.require_person(actor)
    own = SignedInDevice.objects.filter(user=user, session_key=session_key)
    _end(own, SessionEnd.SIGNED_OUT, now)
    _note(actor, "sign_in.out", user, now)


def end_devices_of(user: User, *, reason: SessionEnd, now: datetime, but: str = "") -> int:
    """End every device of a person except the session `but`; for services that asked already."""
    return _end(
        SignedInDevice.objects.filter(user=user).exclude(session_key=but or None), reason, now
    )


@unit_of_work
def end_own_device(*, actor: Actor, public_id: str, now: datetime) -> None:
    """Sign the person out on one of the own devices. Raises NotPermitted, DeviceUnknown."""
    user = access.require_person(actor)
    own = SignedInDevice.objects.filter(user=user, public_id=public_id)
    if not _end(own, SessionEnd.ENDED_BY, now):
        raise DeviceUnknown(public_id)
    _note(actor, "account.end_device", user, now)


@unit_of_work
def end_sessions(*, actor: Actor, user: User, now: datetime) -> int:
    """Sign another person out everywhere; return on how many devices. Raises NotPermitted."""
    access.require(actor, "role.change")
    number = end_devices_of(user, reason=SessionEnd.ENDED_BY, now=now)
    _note(actor, "account.end_sessions", user, now)
    return number


def move_device(*, session_key: str, new_key: str) -> None:
    """Follow a session that was given a new key, as after a change of password."""
    SignedInDevice.objects.filter(session_key=session_key).update(session_key=new_key)


def see_device(device: SignedInDevice, *, now: datetime) -> None:
    """Write down the last use, once a minute at most; while nothing can be written it is left out."""
    if timedelta(0) <= now - device.seen_at < timedelta(seconds=SEEN_SECONDS):
        return
    try:
        with _briefly(), transaction.atomic():
            SignedInDevice.objects.filter(pk=device.pk, ended_at__isnull=True).update(seen_at=now)
    except Error as fault:
        if outage_of(fault) is None:
            raise
        logger.info("last use not written: %s", type(fault).__name__)


@unit_of_work
def note_sign_in(*, actor: Actor, token: str, now: datetime) -> None:
    """Audit a completed sign-in and know the browser from now on (AC-5). Raises NotPermitted."""
    user = access.require_person(actor)
    known = known_device(user, token)
    if known is None:
        KnownDevice.objects.create(
            user=user, digest=device_digest(user, token), first_at=now, last_at=now
        )
    else:
        KnownDevice.objects.filter(pk=known.pk).update(last_at=now)
    _note(actor, "sign_in", user, now, new_device=known is None)


def sweep_sign_ins(*, now: datetime) -> int:
    """Delete sessions, ended devices, used codes and browsers long out of use; return how many."""
    old = now - timedelta(days=DEVICE_DAYS)
    day_ago = now - timedelta(days=1)
    gone: Iterable[QuerySet[SignedInDevice] | QuerySet[KnownDevice] | QuerySet[UsedCode]] = (
        SignedInDevice.objects.filter(began_at__lt=day_ago),
        KnownDevice.objects.filter(last_at__lt=old),
        UsedCode.objects.filter(used_at__lt=day_ago),
    )
    Session.objects.filter(expire_date__lt=now).delete()
    return sum(rows.delete()[0] for rows in gone)


@contextmanager
def _briefly() -> Iterator[None]:
    """Give up soon where another writer holds SQLite, so that a page only read does not wait."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    usual = int(connection.settings_dict["OPTIONS"]["timeout"] * 1000)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_MILLISECONDS}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout={usual}")


def _end(devices: QuerySet[SignedInDevice], reason: SessionEnd, now: datetime) -> int:
    """End the devices still signed in and throw away what their sessions hold."""
    running = devices.filter(ended_at__isnull=True)
    keys = list(running.values_list("session_key", flat=True))
    if not keys:
        return 0
    ended = running.filter(session_key__in=keys).update(ended_at=now, end_reason=reason)
    Session.objects.filter(session_key__in=keys).delete()
    return ended


def _note(actor: Actor, action: str, user: User, now: datetime, **fields: object) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="user",
        subject_id=user.public_id,
        now=now,
        fields=fields,
    )
