"""The gates of the rooms of leads."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from xgz.access import actor as access
from xgz.access.actor import actor_of
from xgz.access.leads import OPEN
from xgz.models import Lead
from xgz.queries.case_names import seen_in
from xgz.queries.leads import LeadSheet, lead_at, lead_sheet
from xgz.web.sightings import count_people

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def lead_room(view: View[P]) -> View[P]:
    """Let a page be opened by those whose roles work on leads at all; 403 otherwise."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        access.require(actor_of(request), OPEN)
        return view(request, *args, **kwargs)

    return login_required(opened)


def lead_in_sight(request: HttpRequest, public_id: str) -> Lead:
    """Return the lead the address names. Raises Http404, for whoever does not see it (LD-2)."""
    lead = lead_at(actor_of(request), public_id)
    if lead is None:
        raise Http404
    return lead


def sheet_shown(request: HttpRequest, lead: Lead) -> LeadSheet:
    """Return a lead in sight as a page is about to show it, its person counted (RV-5).

    Raises TooManySeen.
    """
    sheet = lead_sheet(lead, actor_of(request))
    count_people(request, [seen_in(lead, sheet.name)])
    return sheet
