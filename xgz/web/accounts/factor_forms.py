"""The library's forms for one-time codes, under our limits: each code is accepted once (AC-8)."""

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.models import User, sealing
from xgz.services.second_factor import (
    SECRET_COLUMN,
    CodeRefused,
    check_code,
    claim_first_code,
)
from xgz.web.origins import origin_of

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
