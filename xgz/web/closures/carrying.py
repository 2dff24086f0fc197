"""Carrying out a decision from the case's page: transfers, the list of units."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access.actor import actor_of
from xgz.access.cases import require_step
from xgz.rules.closures import ClosureAction
from xgz.web.cases.page import case_room, take_deed
from xgz.web.closures.forms import CARRYING
from xgz.web.closures.views import carry_offers, visible_closure
from xgz.web.closures.wording import CARRY_FAULTS


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def carry_out(request: HttpRequest, public_id: str, what: str) -> HttpResponse:
    """Show and take one thing that carries the decision out; a hidden case is 404, no right 403.

    What the decision does not offer is 409.
    """
    actor = actor_of(request)
    case = visible_closure(request, public_id)
    if what not in CARRYING:
        raise Http404
    require_step(actor, case, ClosureAction.FINISH)
    is_offered = what in dict(carry_offers(actor, case))
    return take_deed(request, case, CARRYING[what], is_offered=is_offered, faults=CARRY_FAULTS)
