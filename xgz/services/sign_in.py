"""Checking passwords: a limit that holds for callers at once and shuts no office out (AC-4…AC-6).

An attempt is taken from an allowance before any hash is computed, so that of many guesses at the
same moment only as many are tried as the limit says. Devices the account knows have an allowance
of their own: what strangers use up does not keep its person out. Unknown names are treated as
known ones, in what is answered and in the work it takes.
"""

import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from xgz.access import actor as access
from xgz.access.actor import Actor, Origin, stranger
from xgz.models import Allowance, KnownDevice, User, sealing
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.audit import Outcome
from xgz.rules.passwords import LONGEST
from xgz.rules.sign_in import first_password_expired
from xgz.services import audit
from xgz.services.allowances import AllowanceUsedUp, give_back, give_back_one, take
from xgz.services.transactions import unit, unit_of_work

Found = TypeVar("Found")


class SignInRefused(Exception):
    """Not signed in. Whether name, password or the number of attempts was the cause is not told."""


class FirstPasswordExpired(Exception):
    """The right first password, but it was given too long ago (AC-3)."""


class _Cause(StrEnum):
    """What the audit says of an attempt that failed."""

    WRONG = "sign_in.wrong"
    RESTING = "sign_in.too_often"
    EXPIRED = "sign_in.first_password_expired"
    PASSKEY = "sign_in.passkey_wrong"


def check_password(
    *, username: str, password: str, device: str, origin: Origin, now: datetime
) -> User:
    """Return the active account this name and password belong to.

    device: the token of the browser's cookie, "" for a stranger. Failed attempts are audited; a
    name nobody has is never written down. Raises SignInRefused, FirstPasswordExpired.
    """
    user = User.objects.filter(username=username).first()
    known = known_device(user, device)
    try:
        _take(username, known, origin, now)
    except AllowanceUsedUp:
        _note(_Cause.RESTING, user, username, origin, now)
        raise SignInRefused from None
    if not _is_right(user or User(), password) or user is None:
        _note(_Cause.WRONG, user, username, origin, now)
        raise SignInRefused
    _give_back(username, known, origin)
    give_back(Purpose.PASSWORD_KNOWN, _confirm_digest(user))
    if user.must_change_password and first_password_expired(user.password_changed_at, now):
        _note(_Cause.EXPIRED, user, username, origin, now)
        raise FirstPasswordExpired
    return user


def check_passkey(
    *,
    claimed: User | None,
    answers: Callable[[], Found | None],
    device: str,
    origin: Origin,
    now: datetime,
) -> Found:
    """Return what `answers` finds for a passkey that is to open an account by itself (AC-6).

    claimed: the account the browser names, None where there is none; anybody can name any, so its
    own attempts are not touched: only those of the address, or of a device the account knows.
    answers: checks what the browser sent, None where it is wrong; not called once the attempts are
    used up. Refusals are audited. Raises SignInRefused.
    """
    known, name = known_device(claimed, device), claimed.username if claimed else ""
    try:
        _take_beside(known, origin, now)
    except AllowanceUsedUp:
        _note(_Cause.RESTING, claimed, name, origin, now)
        raise SignInRefused from None
    found = answers()
    if found is None or claimed is None or not claimed.is_active:
        _note(_Cause.PASSKEY, claimed, name, origin, now)
        raise SignInRefused
    _give_back_beside(known, origin)
    return found


def confirm_password(*, actor: Actor, password: str, now: datetime) -> bool:
    """Test whether the signed-in person knows the password (AC-11).

    The last wrong attempt raises: whoever made it is to be signed out. Raises NotPermitted,
    AllowanceUsedUp.
    """
    user = access.require_person(actor)
    return _confirm(actor, user, lambda: _is_right(user, password), now)


def confirm_by(*, actor: Actor, answers: Callable[[], bool], now: datetime) -> bool:
    """Test whether a code or a passkey confirms who it is (AC-11), as one attempt with passwords.

    answers: checks what the browser sent; not called once the attempts are used up. The last wrong
    attempt raises, as that of a password. Raises NotPermitted, AllowanceUsedUp.
    """
    user = access.require_person(actor)
    return _confirm(actor, user, answers, now)


@unit_of_work
def unlock(*, actor: Actor, user: User, now: datetime) -> None:
    """Let an account that rests after wrong attempts be tried again at once. Raises NotPermitted."""
    access.require(actor, "role.change")
    give_back(Purpose.PASSWORD, name_digest(user.username))
    give_back(Purpose.CODE, user.public_id)
    give_back(Purpose.PASSWORD_KNOWN, _confirm_digest(user))
    for digest in KnownDevice.objects.filter(user=user).values_list("digest", flat=True):
        give_back(Purpose.PASSWORD_KNOWN, digest)
    audit.record(
        actor=actor,
        action="account.unlock",
        subject_type="user",
        subject_id=user.public_id,
        now=now,
    )


def resting_until(user: User, now: datetime) -> datetime | None:
    """Return until when strangers' attempts on the account rest, None where they may be made."""
    return resting([user.username], now).get(user.username)


def resting(usernames: Iterable[str], now: datetime) -> dict[str, datetime]:
    """Return until when strangers' attempts rest, of those names where they do; one query."""
    digests = {username: name_digest(username) for username in usernames}
    rows = Allowance.objects.filter(
        purpose=Purpose.PASSWORD, subject__in=digests.values(), blocked_until__gt=now
    )
    until = {row.subject: row.blocked_until for row in rows if row.blocked_until is not None}
    return {name: until[digest] for name, digest in digests.items() if digest in until}


def known_device(user: User | None, token: str) -> KnownDevice | None:
    """Return the account's record of the browser that holds this token, None for a stranger."""
    if user is None or not token:
        return None
    return KnownDevice.objects.filter(user=user, digest=device_digest(user, token)).first()


def device_digest(user: User, token: str) -> str:
    """Return the digest of a browser's token for one account; several people may share a browser."""
    return sealing.digest("sign_in.device", f"{user.public_id}|{token}")


def name_digest(username: str) -> str:
    """Return under what the attempts on a user name are counted, however it is written."""
    plain = unicodedata.normalize("NFKC", username).strip().casefold()
    return sealing.digest("sign_in.name", plain or " ")


def _confirm(actor: Actor, user: User, is_right: Callable[[], bool], now: datetime) -> bool:
    subject = _confirm_digest(user)
    left = take(Purpose.PASSWORD_KNOWN, subject, now=now)
    right = is_right()
    with unit():
        if right:
            give_back(Purpose.PASSWORD_KNOWN, subject)
        audit.record(
            actor=actor,
            action="sign_in.confirm",
            subject_type="user",
            subject_id=user.public_id,
            now=now,
            outcome=Outcome.DONE if right else Outcome.REFUSED,
        )
    if not right and not left:
        limit = LIMITS[Purpose.PASSWORD_KNOWN]
        raise AllowanceUsedUp(Purpose.PASSWORD_KNOWN, now + (limit.block or limit.window))
    return right


def _confirm_digest(user: User) -> str:
    """Return under what a person's attempts to confirm who it is are counted."""
    return sealing.digest("sign_in.confirm", user.public_id)


def _take(username: str, known: KnownDevice | None, origin: Origin, now: datetime) -> None:
    _take_beside(known, origin, now)
    if known is None:
        take(Purpose.PASSWORD, name_digest(username), now=now)


def _take_beside(known: KnownDevice | None, origin: Origin, now: datetime) -> None:
    """Take an attempt of a device the account knows, else of the network address."""
    if known is not None:
        take(Purpose.PASSWORD_KNOWN, known.digest, now=now)
    elif origin.address:
        take(Purpose.ADDRESS, _address_digest(origin), now=now)


def _give_back(username: str, known: KnownDevice | None, origin: Origin) -> None:
    if known is None:
        give_back(Purpose.PASSWORD, name_digest(username))
    _give_back_beside(known, origin)


def _give_back_beside(known: KnownDevice | None, origin: Origin) -> None:
    if known is not None:
        give_back(Purpose.PASSWORD_KNOWN, known.digest)
    elif origin.address:
        # Only this one: whoever has a password of his own must not clear his failures with it.
        give_back_one(Purpose.ADDRESS, _address_digest(origin))


def _address_digest(origin: Origin) -> str:
    return sealing.digest("sign_in.address", origin.address)


def _is_right(user: User, password: str) -> bool:
    """Compare the password, at the cost of one hash whatever the account."""
    right = user.check_password(password[:LONGEST])
    return right and user.is_active and len(password) <= LONGEST


def _note(cause: _Cause, user: User | None, name: str, origin: Origin, now: datetime) -> None:
    """Write down a refused attempt; the name only as its digest."""
    with unit():
        audit.record(
            actor=stranger(now.date(), origin),
            action=cause,
            subject_type="user",
            subject_id=user.public_id if user is not None else "",
            now=now,
            fields={"name": name},
            outcome=Outcome.REFUSED,
        )
