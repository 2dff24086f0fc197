"""What pages share: the sign-in gate with a resource check, and the 403 for rooms out of reach."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from xgz.access.actor import NotPermitted, actor_of
from xgz.rules.roles import Resource

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def room(resource: Resource) -> Callable[[View[P]], View[P]]:
    """Let a page be opened only by those whose roles reach `resource`; 403 otherwise."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not actor_of(request).reaches(resource):
                raise NotPermitted(resource)
            return view(request, *args, **kwargs)

        return login_required(opened)

    return decorate
