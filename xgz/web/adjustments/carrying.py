"""Carrying out a decision from the case's page, and opening a case."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import actor_of, require
from xgz.access.adjustments import OPEN, openable_organisations
from xgz.access.cases import require_step
from xgz.rules.adjustments import AdjustmentAction, AdjustmentState, Origin
from xgz.web.adjustments.carry_forms import CARRYING, carry_forms
from xgz.web.adjustments.forms import OpenForm
from xgz.web.adjustments.views import visible_adjustment
from xgz.web.adjustments.wording import CARRY_FAULTS, OPEN_REFUSALS, open_refusal
from xgz.web.cases.page import case_room, take_deed


@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def adjustment_new(request: HttpRequest) -> HttpResponse:
    """Open a case by hand, or from a page that names the organisation (?organisation=…)."""
    actor = actor_of(request)
    require(actor, OPEN)
    asked = request.GET.get("organisation", "")
    rows = openable_organisations(actor)
    chosen = get_object_or_404(rows, public_id=asked) if asked else None
    form = OpenForm(request.POST if request.method == "POST" else None, actor=actor, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        origin = Origin.LISTED if request.GET.get("from") == "list" else Origin.BY_HAND
        try:
            case = form.apply(clock.now(), origin)
        except OPEN_REFUSALS as error:
            form.add_error(None, open_refusal(error))
        else:
            suggested = case.state == AdjustmentState.SUGGESTED
            told = _("已提出建议，由所在地党委研究。") if suggested else _("已提出组织调整。")
            messages.success(request, told)
            return redirect("adjustment-detail", public_id=case.public_id)
    return render(request, "adjustments/new.html", {"form": form})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def carry_out(request: HttpRequest, public_id: str, what: str) -> HttpResponse:
    """Show and take one thing that carries the decision out; a hidden case is 404, no right 403.

    What the decision does not offer, or was done already, is 409; merging and dissolving are asked
    a second time.
    """
    actor = actor_of(request)
    case = visible_adjustment(request, public_id)
    if what not in CARRYING:
        raise Http404
    require_step(actor, case, AdjustmentAction.FINISH)
    kind = CARRYING[what]
    is_offered = what in carry_forms(actor, case)
    is_due = is_offered and kind.is_due(actor, case)
    return take_deed(request, case, kind, is_offered=is_offered, is_due=is_due, faults=CARRY_FAULTS)
