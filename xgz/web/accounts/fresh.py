"""Sensitive acts ask again who is sitting there, unless that was shown a moment ago (AC-11).

    @require_http_methods(["GET", "POST"])
    @room(Resource.MEMBER)
    @fresh_sign_in_required
    def reveal(request, public_id): ...

Whoever signed in, or answered the question, longer than FRESH_MINUTES ago is sent to the page
`confirm-identity` (password, one-time code or passkey) and comes back afterwards. A form that was sent too
late is not kept, because it may hold what must not lie in a session: the person comes back to the
page the form stands on and sends it again. So put it on the page that shows the form as well.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.rules.sign_in import FRESH_MINUTES

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

_KEY = "fresh_at"  # of the session: when the person last proved who it is


def fresh_sign_in_required(view: View[P]) -> View[P]:
    """Let a page be opened only by somebody who proved who it is within FRESH_MINUTES."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            messages.info(request, _("确认身份后，请再提交一次。"))
        query = urlencode({"next": _way_back(request)})
        return redirect(f"{reverse('confirm-identity')}?{query}")

    return login_required(opened)


def is_fresh(request: HttpRequest) -> bool:
    """Test whether the person signed in or confirmed the identity within FRESH_MINUTES (AC-11)."""
    at = request.session.get(_KEY)
    age = clock.now().timestamp() - at if isinstance(at, float) else None
    return age is not None and 0 <= age < timedelta(minutes=FRESH_MINUTES).total_seconds()


def mark_fresh(request: HttpRequest) -> None:
    """Note that the person just proved who it is."""
    request.session[_KEY] = clock.now().timestamp()


def safe_next(request: HttpRequest, address: str) -> str:
    """Return the address where it lies on this site, else the home page."""
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(address, hosts, require_https=request.is_secure()):
        return address
    return reverse("home")


def _way_back(request: HttpRequest) -> str:
    """Return the page to come back to: the one asked for, or the one a form was sent from."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    sent_from = safe_next(request, request.headers.get("Referer", ""))
    parts = urlsplit(sent_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
