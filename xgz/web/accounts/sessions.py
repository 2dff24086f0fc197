"""How long a signed-in device goes on, and the way back to the sign-in page when it does not (AC-7)."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from xgz.access import clock
from xgz.access.actor import Actor
from xgz.access.devices import device_of_session
from xgz.rules.sign_in import SessionEnd, needs_second_factor, session_end
from xgz.services.devices import end_session, see_device
from xgz.services.passwords import must_renew
from xgz.services.second_factor import has_second_factor

_FACTOR_KEY = "second_factor"  # of the session: the person was seen to have one
_ALWAYS = ("sign-out", "set_language", "confirm-identity")
# Pages a person with a first or an old password may still open.
_BEFORE_PASSWORD_CHANGE = ("password-change", *_ALWAYS)
# Pages on which somebody who needs a second factor sets it up.
_BEFORE_SECOND_FACTOR = (
    *("account", "password-change", "mfa_activate_totp", "mfa_add_webauthn"),
    *("mfa_view_recovery_codes", *_ALWAYS),
)


def farewell_due(request: HttpRequest, actor: Actor | None) -> HttpResponse | None:
    """Return the way to the sign-in page where the device's session is over; note its use if not.

    actor: None where the session opens no account any more.
    """
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not key:
        return None
    device, now = device_of_session(key), clock.now()
    if actor is None:
        told = device.reason if device is not None else None
        if told in (None, SessionEnd.SIGNED_OUT) or request.path == reverse("sign-in"):
            return None
        return farewell(request, told)
    if device is None:
        return farewell(request, SessionEnd.IDLE)  # a session from before devices were kept
    reason = device.reason or session_end(
        began_at=device.began_at, seen_at=device.seen_at, roles=actor.roles, now=now
    )
    if reason is None:
        see_device(device, now=now)
        return None
    end_session(session_key=key, reason=reason, now=now)
    return farewell(request, reason)


def farewell(request: HttpRequest, reason: SessionEnd, *, told: str = "") -> HttpResponse:
    """Sign out and lead to the sign-in page, which says why; a page only read is come back to.

    told: the sign-in page's word for the reason, where it says more than the device keeps.
    """
    logout(request)
    query = {"ended": told or reason.value}
    if request.method == "GET" and "HX-Request" not in request.headers:
        query["next"] = request.get_full_path()
    address = f"{reverse('sign-in')}?{urlencode(query)}"
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def gate(request: HttpRequest, actor: Actor) -> HttpResponse | None:
    """Lead to a new password or a second factor first, where the person needs one (AC-2, AC-8)."""
    user = actor.user
    if user is None:
        return None
    if user.must_change_password or must_renew(user, clock.now()):
        return _unless_on(request, _BEFORE_PASSWORD_CHANGE, "password-change")
    if lacks_second_factor(request, actor):
        return _unless_on(request, _BEFORE_SECOND_FACTOR, "account")
    return None


def lacks_second_factor(request: HttpRequest, actor: Actor) -> bool:
    """Test whether the person must set up a second factor before anything else (AC-8)."""
    if not settings.SECOND_FACTOR_REQUIRED or not needs_second_factor(actor.roles):
        return False
    if request.session.get(_FACTOR_KEY):
        return False
    if actor.user is not None and has_second_factor(actor.user):
        request.session[_FACTOR_KEY] = True
        return False
    return True


def forget_second_factor(request: HttpRequest) -> None:
    """Look again whether the person has a second factor, as after one was taken away."""
    request.session.pop(_FACTOR_KEY, None)


def _unless_on(request: HttpRequest, names: tuple[str, ...], target: str) -> HttpResponse | None:
    return None if request.path in {reverse(name) for name in names} else redirect(target)
