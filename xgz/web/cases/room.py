"""The gate of the rooms of cases: signed in, with a role that can have cases at all."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from xgz.access.actor import NotPermitted, actor_of
from xgz.rules.seats import CASE_ROLES

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def case_room(view: View[P]) -> View[P]:
    """Let a page be opened by those whose roles can have cases (CS-6); 403 otherwise.

    Which cases they see is the page's own question; one out of sight is 404.
    """

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not actor_of(request).roles & CASE_ROLES:
            raise NotPermitted("cases")
        return view(request, *args, **kwargs)

    return login_required(opened)
