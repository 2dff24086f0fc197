"""The actor on every request, and refusals turned into pages."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from xgz.access import clock
from xgz.access.actor import NotPermitted, actor_for
from xgz.access.reading import reading
from xgz.models import User
from xgz.rules.reveals import MOST_PEOPLE
from xgz.services.sightings import TooManySeen
from xgz.web.accounts.sessions import farewell_due, gate
from xgz.web.origins import origin_of

_SHOWING = frozenset({"GET", "HEAD"})


class ChosenLanguage:
    """Show Chinese unless the reader chose English; a browser's own preference is not asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        known = dict(settings.LANGUAGES)
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            return self.get_response(request)


class ReadsOnce:
    """Let a request that only shows read once what several parts of its page ask."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in _SHOWING:
            return self.get_response(request)
        with reading():
            return self.get_response(request)


class ActorMiddleware:
    """Put the signed-in person with today's roles on the request, and keep pages out of caches.

    Whose session is over, or who needs a password or second factor first, is led there instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = None
        if isinstance(request.user, User):
            actor = actor_for(request.user, clock.today(), origin_of(request))
        response = farewell_due(request, actor)
        if response is None and actor is not None:
            request.actor = actor  # type: ignore[attr-defined]
            response = gate(request, actor)
        response = response or self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        return response


class TooManySeenTo429:
    """Turn the counter's refusal into one 429 page, before anybody's name is shown (RV-5)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooManySeen):
            return None
        response = render(request, "429.html", {"most": MOST_PEOPLE}, status=429)
        response["Retry-After"] = "3600"
        return response


class NotPermittedTo403:
    """Turn the access room's refusal into one 403 page, so no view catches it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, NotPermitted):
            raise PermissionDenied from exception
