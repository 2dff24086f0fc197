"""Carrying out a decision from the case's page: transfers, the list of units."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.cases import require_step
from xgz.rules.closures import ClosureAction
from xgz.web.cases.page import case_frame, case_room
from xgz.web.closures.forms import CARRYING
from xgz.web.closures.views import carry_offers, visible_closure
from xgz.web.closures.wording import CARRY_REFUSALS, carry_refusal
from xgz.web.sightings import count_seen


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
    kind = CARRYING[what]
    context = case_frame(case, str(kind.title))
    if what not in dict(carry_offers(actor, case)):
        return render(request, "cases/not_offered.html", context, status=409)
    sent = request.POST if request.method == "POST" else None
    form = kind(sent, actor=actor, case=case)
    context["form"] = form
    count_seen(request, form.named)
    if request.method != "POST" or not form.is_valid():
        return render(request, "closures/carry_out.html", context)
    try:
        form.apply(clock.now())
    except CARRY_REFUSALS as error:
        form.add_error(None, carry_refusal(error))
        return render(request, "closures/carry_out.html", context)
    messages.success(request, _("已办理：%(step)s。") % {"step": kind.title})
    return redirect(str(context["back"]))
