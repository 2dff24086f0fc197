"""Planning once more, repairing with its price, and two plans side by side (PL-12)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.planning import planner_of
from xgz.queries import planning as reads
from xgz.rules.planning.plans import ORIGIN_LABELS, PlanOrigin, PlanState
from xgz.services import planning
from xgz.web.planning.pages import plan_of, planning_room
from xgz.web.planning.wording import REFUSALS, place_words, refusal

_WAYS = {"again": PlanOrigin.AGAIN, "repair": PlanOrigin.REPAIR}


@require_http_methods(["GET", "HEAD", "POST"])
@planning_room
def plan_again(request: HttpRequest, public_id: str, way: str) -> HttpResponse:
    """Show what changed since a plan was made, and make the next one after it."""
    actor, plan = actor_of(request), plan_of(request, public_id)
    if way not in _WAYS:
        raise Http404
    if plan.state != PlanState.READY:
        messages.error(request, refusal(planning.PlanChanged()))
        return redirect("plan-detail", public_id=public_id)
    if request.method == "POST":
        try:
            later = planning.plan_again(actor=actor, plan=plan, origin=_WAYS[way], now=clock.now())
        except REFUSALS as error:
            messages.error(request, refusal(error))
            return redirect("plan-detail", public_id=public_id)
        return redirect("plan-detail", public_id=later.public_id)
    context = {
        "plan": plan,
        "origin": _WAYS[way],
        "title": _(ORIGIN_LABELS[_WAYS[way]]),
        "since": reads.since_then(plan, planner_of(actor, plan)),
        "back": reverse("plan-detail", args=[public_id]),
    }
    return render(request, "planning/again.html", context)


@require_safe
@planning_room
def plan_compare(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what sets a plan apart from another of the same area (?with=…), the other one first."""
    actor, plan = actor_of(request), plan_of(request, public_id)
    other = plan_of(request, request.GET.get("with", ""))
    both = (plan, other)
    if plan.area_id != other.area_id or any(each.finished_at is None for each in both):
        raise Http404
    found = reads.compared(other, plan)
    context = {
        "earlier": other,
        "later": plan,
        "rows": [(each, reads.totals_of(each)) for each in (other, plan)],
        "compared": found,
        "moved": [(name, place_words(was), place_words(now)) for name, was, now in found.moved],
        "joined": [(name, place_words(now)) for name, now in found.joined],
        "lost": [(name, place_words(was)) for name, was in found.lost],
        "others": reads.comparable_plans(plan, actor),
    }
    return render(request, "planning/compare.html", context)
