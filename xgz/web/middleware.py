"""The actor on every request, and refusals turned into pages."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from xgz.access import clock
from xgz.access.actor import NotPermitted, actor_for
from xgz.models import User

# Pages a person with a first password may still open.
_BEFORE_PASSWORD_CHANGE = ("password-change", "sign-out")


class ChosenLanguage:
    """Show Chinese unless the reader chose English; a browser's own preference is not asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        known = dict(settings.LANGUAGES)
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            return self.get_response(request)


class ActorMiddleware:
    """Put the signed-in person with today's roles on the request, and keep pages out of caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            request.actor = actor_for(request.user, clock.today())  # type: ignore[attr-defined]
            allowed = {reverse(name) for name in _BEFORE_PASSWORD_CHANGE}
            if request.user.must_change_password and request.path not in allowed:
                return redirect("password-change")
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
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
