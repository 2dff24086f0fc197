"""Changing a plan by hand, and proposing its groups: one form, a button for each deed."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.access.planning import require_plan
from xgz.models import Plan
from xgz.queries.plan_targets import place_of, target_named
from xgz.rules.planning.plans import STEP_LABELS, HandStep
from xgz.services import planning
from xgz.web.forms import is_public_id
from xgz.web.planning.pages import plan_of, planning_room
from xgz.web.planning.views import PlanPart, seen_version
from xgz.web.planning.wording import REFUSALS, refusal

_Deed = Callable[[HttpRequest, Actor, planning.Hand], None]


@require_POST
@planning_room
def plan_hand(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the step of the button that was pressed, with what is ticked."""
    actor, plan = actor_of(request), plan_of(request, public_id)
    require_plan(actor, plan)
    what = request.POST.get("do", "")
    back = _back(request, plan)  # before the step: it may take the unit out of its group
    if what not in _DEEDS:  # no button of ours
        messages.error(request, refusal(planning.NothingChosen()))
        return redirect(back)
    hand = planning.Hand(actor, plan, seen_version(request), clock.now())
    try:
        _DEEDS[what](request, actor, hand)
    except REFUSALS as error:
        messages.error(request, refusal(error))
    else:
        messages.success(
            request, _("已办理：%(step)s。") % {"step": _(STEP_LABELS[HandStep(what)])}
        )
    return redirect(back)


@require_POST
@planning_room
def plan_propose(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open formations from the ticked groups; from one group the way leads on to its file."""
    actor, plan = actor_of(request), plan_of(request, public_id)
    try:
        done = planning.propose_groups(
            actor=actor,
            plan=plan,
            version=seen_version(request),
            groups=_groups(request),
            now=clock.now(),
        )
    except REFUSALS as error:
        messages.error(request, refusal(error))
        return redirect(_back(request, plan))
    for code, fault in done.refused.items():
        words = {"number": code.lstrip("G0"), "why": refusal(fault)}
        messages.error(request, _("第 %(number)s 组没有提出：%(why)s") % words)
    opened = list(done.opened.values())
    if len(opened) == 1 and not done.refused:
        messages.success(request, _("已提出组建，请备齐材料。"))
        return redirect("formation-at-once", public_id=opened[0].public_id)
    if opened:
        told = ngettext("已提出 %(count)d 个组。", "已提出 %(count)d 个组。", len(opened))
        messages.success(request, told % {"count": len(opened)})
    return redirect(_back(request, plan))


def _lock(request: HttpRequest, actor: Actor, hand: planning.Hand) -> None:
    planning.lock_groups(actor=actor, hand=hand, groups=_groups(request))


def _unlock(request: HttpRequest, actor: Actor, hand: planning.Hand) -> None:
    planning.unlock_groups(actor=actor, hand=hand, groups=_groups(request))


def _merge(request: HttpRequest, actor: Actor, hand: planning.Hand) -> None:
    planning.merge_groups(actor=actor, hand=hand, groups=_groups(request))


def _move(request: HttpRequest, actor: Actor, hand: planning.Hand) -> None:
    typed = request.POST.get("other", "").strip()
    target = target_named(hand.plan, typed) if typed else request.POST.get("target", "")
    if not target:
        raise planning.NothingChosen(hand.plan.public_id)
    planning.move_units(actor=actor, hand=hand, units=_units(request), target=target)


def _split(request: HttpRequest, actor: Actor, hand: planning.Hand) -> None:
    planning.split_units(actor=actor, hand=hand, units=_units(request))


def _hub(request: HttpRequest, actor: Actor, hand: planning.Hand) -> None:
    planning.choose_hub(actor=actor, hand=hand, units=_units(request))


def _exclude(request: HttpRequest, actor: Actor, hand: planning.Hand) -> None:
    planning.exclude_units(actor=actor, hand=hand, units=_units(request))


def _include(request: HttpRequest, actor: Actor, hand: planning.Hand) -> None:
    planning.include_units(actor=actor, hand=hand, units=_units(request))


def _undo(request: HttpRequest, actor: Actor, hand: planning.Hand) -> None:
    planning.undo_step(actor=actor, hand=hand)


_DEEDS: dict[str, _Deed] = {
    HandStep.LOCK: _lock,
    HandStep.UNLOCK: _unlock,
    HandStep.MERGE: _merge,
    HandStep.MOVE: _move,
    HandStep.SPLIT: _split,
    HandStep.HUB: _hub,
    HandStep.EXCLUDE: _exclude,
    HandStep.INCLUDE: _include,
    HandStep.UNDO: _undo,
}


def _groups(request: HttpRequest) -> list[str]:
    return list(dict.fromkeys(request.POST.getlist("group")))


def _units(request: HttpRequest) -> list[str]:
    return list(dict.fromkeys(request.POST.getlist("unit")))


def _back(request: HttpRequest, plan: Plan) -> str:
    """Return the list of the plan that the form stood on, on its page, at the row worked on."""
    part, page = request.POST.get("show", ""), request.POST.get("page", "")
    known = part if part in set(PlanPart) else PlanPart.GROUPS
    number = f"&page={page}" if page.isascii() and page.isdigit() and len(page) < 6 else ""
    place = _place(request, plan)
    at = f"&{urlencode({'at': place})}" if place else "&at=list"
    return f"{reverse('plan-detail', args=[plan.public_id])}?show={known}{number}{at}#at"


def _place(request: HttpRequest, plan: Plan) -> str:
    """Return the first ticked group, else the group the first ticked unit is in, else that unit."""
    ticked, units = _groups(request), _units(request)
    if ticked:
        return ticked[0]
    if not units or not is_public_id(units[0]):
        return ""
    return place_of(plan, units[0]) or units[0]
