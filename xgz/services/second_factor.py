"""One-time codes: each is accepted once, whatever process it is sent to (AC-8).

The library that keeps authenticators marks used codes in a cache, which each process has for
itself. Here the step a code belongs to is claimed as a unique row before it counts as right.
"""

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import IntegrityError, transaction

from xgz.access import actor as access
from xgz.access.actor import Actor, Origin, stranger
from xgz.models import UsedCode, User, sealing
from xgz.rules.allowances import Purpose
from xgz.rules.audit import Outcome
from xgz.rules.sign_in import CODE_STEPS
from xgz.services import audit
from xgz.services.allowances import AllowanceUsedUp, give_back, take
from xgz.services.transactions import unit, unit_of_work

SECRET_COLUMN = "authenticator.secret"  # noqa: S105 (of sealed values; row: the user's public id)
_STEP_SECONDS = 30
Found = TypeVar("Found")
_OWNER: ContextVar[str] = ContextVar("owner of the secret being opened", default="")


class FactorDeed(StrEnum):
    """What a person does with the own authenticators, as the audit calls it."""

    ADD = "account.factor_add"
    REMOVE = "account.factor_remove"
    CODES = "account.factor_codes"


class CodeRefused(Exception):
    """The code is wrong, was used before, or too many were tried; which of them is not told."""


@contextmanager
def secrets_of(user: User) -> Iterator[None]:
    """Open and seal authenticators' secrets as this person's while the block runs."""
    token = _OWNER.set(user.public_id)
    try:
        yield
    finally:
        _OWNER.reset(token)


def owner_of_secrets() -> str:
    """Return the public id named by secrets_of, "" outside of it."""
    return _OWNER.get()


def check_code(*, user: User, code: str, origin: Origin, now: datetime) -> Authenticator:
    """Return the person's authenticator that accepts the code: time-based, or a recovery code.

    An attempt is taken first, refused ones are audited. Raises CodeRefused.
    """
    return _check(user, lambda: _accepting(user, code, now), "sign_in.code_wrong", origin, now)


def check_second_passkey(
    *, user: User, answers: Callable[[], Found | None], origin: Origin, now: datetime
) -> Found:
    """Return what `answers` finds for a passkey asked for after the password (AC-8).

    It shares its attempts with codes; refused ones are audited. answers: None where the passkey is
    wrong; not called once the attempts are used up. Raises CodeRefused.
    """
    return _check(user, answers, "sign_in.passkey_wrong", origin, now)


def _check(
    user: User, answers: Callable[[], Found | None], wrong: str, origin: Origin, now: datetime
) -> Found:
    """Take an attempt, and return what `answers` finds. wrong: what the audit says of None."""
    try:
        take(Purpose.CODE, user.public_id, now=now)
    except AllowanceUsedUp:
        _note("sign_in.code_too_often", user, origin, now)
        raise CodeRefused from None
    found = answers()
    if found is None:
        _note(wrong, user, origin, now)
        raise CodeRefused
    give_back(Purpose.CODE, user.public_id)
    return found


def _accepting(user: User, code: str, now: datetime) -> Authenticator | None:
    with secrets_of(user):
        found = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
        return next((each for each in found if _accepts(each, user, code, now)), None)


def claim_first_code(*, user: User, secret: str, code: str, now: datetime) -> None:
    """Use up the code an authenticator is set up with. Raises CodeRefused."""
    try:
        take(Purpose.CODE, user.public_id, now=now)
    except AllowanceUsedUp:
        raise CodeRefused from None
    step = _step_of(secret, code, now)
    if step is None or not _claim(user, secret, step, now):
        raise CodeRefused
    give_back(Purpose.CODE, user.public_id)


@unit_of_work
def note_factor(*, actor: Actor, deed: FactorDeed, kind: str, now: datetime) -> None:
    """Audit that the person set up or took away an authenticator. Raises NotPermitted."""
    user = access.require_person(actor)
    audit.record(
        actor=actor,
        action=deed,
        subject_type="user",
        subject_id=user.public_id,
        now=now,
        fields={"kind": kind},
    )


def forget_factors(user: User) -> int:
    """Take every authenticator from an account; for services that asked already."""
    deleted: int = Authenticator.objects.filter(user=user).delete()[0]
    return deleted


def has_second_factor(user: User) -> bool:
    """Test whether the person has an authenticator app or a passkey."""
    found = Authenticator.objects.filter(user=user)
    return bool(found.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def _accepts(authenticator: Authenticator, user: User, code: str, now: datetime) -> bool:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        # Locks its row and strikes the code out; the library's own transaction.
        return bool(authenticator.wrap().validate_code(_digits(code)))
    secret = decrypt(authenticator.data["secret"])
    step = _step_of(secret, code, now)
    return step is not None and _claim(user, secret, step, now)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step the code belongs to, among those a phone may be wrong by."""
    present, given = int(now.timestamp()) // _STEP_SECONDS, _digits(code)
    for step in range(present - CODE_STEPS, present + CODE_STEPS + 1):
        if hmac.compare_digest(format_hotp_value(hotp_value(secret, step)), given):
            return step
    return None


def _digits(code: str) -> str:
    """Return the figures of a code, as people write it with spaces."""
    return "".join(c for c in code if c.isascii() and c.isdigit())


def _claim(user: User, secret: str, step: int, now: datetime) -> bool:
    digest = sealing.digest("sign_in.code", f"{secret}|{step}")
    try:
        with transaction.atomic():
            UsedCode.objects.create(user=user, digest=digest, used_at=now)
    except IntegrityError:
        return False
    return True


def _note(action: str, user: User, origin: Origin, now: datetime) -> None:
    with unit():
        audit.record(
            actor=stranger(now.date(), origin),
            action=action,
            subject_type="user",
            subject_id=user.public_id,
            now=now,
            outcome=Outcome.REFUSED,
        )
