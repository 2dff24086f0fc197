"""The cookie of a browser somebody signed in from before: its attempts are counted apart (AC-5)."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from xgz.rules.sign_in import DEVICE_DAYS

_SALT = "xgz.known-device"


def device_token(request: HttpRequest) -> str:
    """Return the browser's token, "" where it has none or the cookie was tampered with."""
    return request.get_signed_cookie(settings.DEVICE_COOKIE_NAME, default="", salt=_SALT) or ""


def new_token() -> str:
    """Return a fresh token for a browser (128 bits)."""
    return secrets.token_urlsafe(16)


def leave_token(response: HttpResponse, token: str) -> None:
    """Let the browser keep the token; no script of a page can read it."""
    response.set_signed_cookie(
        settings.DEVICE_COOKIE_NAME,
        token,
        salt=_SALT,
        max_age=timedelta(days=DEVICE_DAYS),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
