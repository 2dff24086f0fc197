"""Setting things going from the case's page: transfers, instructor, first meeting."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import NotPermitted, actor_of
from xgz.web.cases.page import case_frame, case_room
from xgz.web.establishing.forms import CARRYING, is_going_on
from xgz.web.establishing.views import visible_establishing
from xgz.web.establishing.wording import CARRY_REFUSALS, carry_refusal
from xgz.web.sightings import count_seen


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def carry_out(request: HttpRequest, public_id: str, what: str) -> HttpResponse:
    """Show and take one thing to set going; a hidden case is 404, no right 403, too late 409."""
    actor = actor_of(request)
    case = visible_establishing(request, public_id)
    if what not in CARRYING:
        raise Http404
    kind = CARRYING[what]
    if not kind.may(actor, case):
        raise NotPermitted("establishing.carry_out")
    context = case_frame(case, str(kind.title))
    if not is_going_on(case):
        return render(request, "cases/not_offered.html", context, status=409)
    form = kind(request.POST if request.method == "POST" else None, actor=actor, case=case)
    context["form"] = form
    count_seen(request, form.named)
    if request.method != "POST" or not form.is_valid():
        return render(request, "establishing/carry_out.html", context)
    try:
        form.apply(clock.now())
    except CARRY_REFUSALS as error:
        form.add_error(None, carry_refusal(error))
        return render(request, "establishing/carry_out.html", context)
    messages.success(request, _("已办理：%(step)s。") % {"step": kind.title})
    return redirect(str(context["back"]))
