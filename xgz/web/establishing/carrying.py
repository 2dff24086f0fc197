"""Setting things going from the case's page: transfers, instructor, first meeting."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access.actor import NotPermitted, actor_of
from xgz.web.cases.page import case_room, take_deed
from xgz.web.establishing.forms import CARRYING, is_going_on
from xgz.web.establishing.views import visible_establishing
from xgz.web.establishing.wording import CARRY_FAULTS


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def carry_out(request: HttpRequest, public_id: str, what: str) -> HttpResponse:
    """Show and take one thing to set going; a hidden case is 404, no right 403, too late 409."""
    case = visible_establishing(request, public_id)
    if what not in CARRYING:
        raise Http404
    kind = CARRYING[what]
    actor = actor_of(request)
    if not kind.may(actor, case):
        raise NotPermitted("establishing.carry_out")
    is_offered = is_going_on(case)
    is_due = not kind.nothing_left or kind.is_due(actor, case)
    return take_deed(request, case, kind, is_offered=is_offered, is_due=is_due, faults=CARRY_FAULTS)
