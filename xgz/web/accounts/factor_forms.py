"""The library's forms for one-time codes, under our limits: each code is accepted once (AC-8)."""

from collections.abc import Callable
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import extract_user_from_response
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.models import User, sealing
from xgz.services.second_factor import (
    SECRET_COLUMN,
    CodeRefused,
    check_code,
    check_second_passkey,
    claim_first_code,
)
from xgz.services.sign_in import SignInRefused, check_passkey
from xgz.web.accounts.known_devices import device_token
from xgz.web.origins import origin_of

# Anything at all may have been sent for a passkey; the library takes its parts as they come.
_ODD = (LookupError, TypeError, ValueError, AttributeError)
_PENDING = "pending_factor"  # of the session


def _refusal() -> ValidationError:
    return ValidationError(
        _(
            "验证码不对、已经用过，或尝试次数过多。请等下一个验证码再试；"
            "连续输错 5 次须等 30 分钟。手机时间要与北京时间一致。"
        )
    )


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    """The code asked for after the password."""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            self.authenticator = check_code(
                user=self.user, code=code, origin=origin_of(context.request), now=clock.now()
            )
        except CodeRefused:
            raise _refusal() from None
        return code


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    """The code that proves an authenticator app was set up; it is used up by that.

    Until then the secret lies in the session, sealed as it will be in its own row.
    """

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        forms.Form.__init__(self, *args, **kwargs)
        self.secret = _pending_secret(user, renew=not self.is_bound)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            claim_first_code(user=self.user, secret=self.secret, code=code, now=clock.now())
        except CodeRefused:
            raise _refusal() from None
        context.request.session.pop(_PENDING, None)
        return code


class ConfirmPasskeyForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey that shows who is sitting there, not only that it is plugged in.

    The library checks that it asked for finger, face or PIN where it would open the account alone.
    """

    passwordless = True

    def clean_credential(self) -> Authenticator:
        found = _answering(super().clean_credential)
        if found is None:
            raise _passkey_refusal()
        return found


class SignInPasskeyForm(LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey that opens the account by itself, under the limits of signing in (AC-6)."""

    def clean_credential(self) -> Authenticator:
        request = context.request
        try:
            return check_passkey(
                claimed=_claimed(self.cleaned_data["credential"]),
                answers=lambda: _answering(super(SignInPasskeyForm, self).clean_credential),
                device=device_token(request),
                origin=origin_of(request),
                now=clock.now(),
            )
        except SignInRefused:
            raise _passkey_refusal() from None


class SecondPasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey asked for after the password; it shares the attempts of codes (AC-8)."""

    def clean_credential(self) -> Authenticator:
        try:
            return check_second_passkey(
                user=self.user,
                answers=lambda: _answering(super(SecondPasskeyForm, self).clean_credential),
                origin=origin_of(context.request),
                now=clock.now(),
            )
        except CodeRefused:
            raise _passkey_refusal() from None


def _passkey_refusal() -> ValidationError:
    return ValidationError(_("通行密钥没有通过，请重试。"))


def _answering(check: Callable[[], Authenticator]) -> Authenticator | None:
    """Return the passkey the library recognises, None where it refuses what was sent."""
    try:
        return check()
    except (ValidationError, *_ODD):
        return None


def _claimed(credential: Any) -> User | None:
    """Return the account a passkey says it is for, None where it names none."""
    try:
        user: User = extract_user_from_response(credential)
    except (ValidationError, *_ODD):
        return None
    return user


def _pending_secret(user: User, *, renew: bool) -> str:
    """Return the secret being set up in this session; renew: make another one."""
    session = context.request.session
    if not renew:
        try:
            sealed = session.get(_PENDING, "")
            if known := sealing.unseal(SECRET_COLUMN, user.public_id, sealed):
                return known
        except sealing.SealBroken:
            pass  # sealed with keys that are gone: begin again
    secret: str = generate_totp_secret()
    session[_PENDING] = sealing.seal(SECRET_COLUMN, user.public_id, secret)
    return secret
