"""What the pages of plans share: their gate, and the plan of an address."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from xgz.access.actor import actor_of, require
from xgz.access.planning import PLAN
from xgz.models import Plan
from xgz.queries.planning import plan_at
from xgz.web.forms import is_public_id

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def planning_room(view: View[P]) -> View[P]:
    """Let a page be opened only by those who plan joint branches; 403 otherwise."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        require(actor_of(request), PLAN)
        return view(request, *args, **kwargs)

    return login_required(opened)


def plan_of(request: HttpRequest, public_id: str) -> Plan:
    """Return the plan an address names. Raises Http404 where the actor sees none."""
    plan = plan_at(actor_of(request), public_id) if is_public_id(public_id) else None
    if plan is None:
        raise Http404
    return plan
