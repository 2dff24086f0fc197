"""The outermost layer of every request: its number, its line in the log, its common headers."""

import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.http import Http404, HttpRequest, HttpResponse

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]

_NUMBER: ContextVar[str] = ContextVar("number of the request", default="")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# Asked every few seconds by machines: a line only when they do not answer well.
_QUIET = frozenset({"health-live", "health-ready"})
_PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
)
# Cookies stay: the language chosen is one, and the session behind the other is over anyway.
_CLEARED = '"cache", "storage"'


def request_id() -> str:
    """Return the number of the request this thread answers, "" outside one."""
    return _NUMBER.get()


class RequestLine:
    """Number the request and write one line about it: who and what, never with which values.

    A number that the browser sends is not believed: it could name another's request.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = secrets.token_hex(8)  # type: ignore[attr-defined]
        token, began = _NUMBER.set(request.id), time.perf_counter()  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id()
            _write_line(request, response, time.perf_counter() - began)
            return response
        finally:
            _NUMBER.reset(token)


class CommonHeaders:
    """Headers every answer carries; an answer that says otherwise itself is left alone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Permissions-Policy", _PERMISSIONS)
        if request.method == "POST" and _name_of(request) == "sign-out":
            response.setdefault("Clear-Site-Data", _CLEARED)
        return response


class PlainText:
    """Answer an address with a control character in it as one that is not there; so with cookies.

    PostgreSQL takes no NUL in a text: looked up, it would be a fault of ours instead. Quoted, a
    cookie may hold one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _CONTROL.search(request.path_info):
            raise Http404
        for name in [name for name, value in request.COOKIES.items() if _CONTROL.search(value)]:
            del request.COOKIES[name]
        return self.get_response(request)


def _name_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.view_name or match.route) if match else ""


def _write_line(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    name, status = _name_of(request), response.status_code
    is_file = not name and status in (200, 304)
    if status < 400 and (name in _QUIET or is_file):
        return
    user = getattr(getattr(request, "actor", None), "user", None)
    facts = {
        "method": request.method if request.method in _METHODS else "other",
        "route": name or "-",
        "status": status,
        "ms": round(seconds * 1000, 1),
        "user": user.public_id if user is not None else "-",
    }
    level = logging.ERROR if status >= 500 else logging.INFO
    logger.log(level, "request", extra={"facts": facts})


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
