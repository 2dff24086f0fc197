"""Pages of plans: the list, opening one, one plan with its groups, its map as data."""

from enum import StrEnum
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from xgz.access import clock
from xgz.access.actor import NotPermitted, actor_of, may
from xgz.access.businesses import businesses_in_reach
from xgz.access.formations import OPEN
from xgz.access.organisations import organisations_in_reach
from xgz.access.planning import may_change
from xgz.models import Plan
from xgz.queries import planning as reads
from xgz.queries.jobs import jobs_ahead, waiting_job
from xgz.queries.plan_map import PlanPoint, map_of
from xgz.queries.plan_targets import branch_names, targets_of
from xgz.rules.planning.plans import PlanState
from xgz.services import planning
from xgz.web.lists import Column, Tab, list_page, open_list
from xgz.web.planning.forms import PlanForm
from xgz.web.planning.pages import plan_of, planning_room
from xgz.web.planning.wording import (
    REFUSALS,
    aside_words,
    break_words,
    group_words,
    missing_words,
    refusal,
    way_out_words,
)


class PlanPart(StrEnum):
    GROUPS = "groups"
    BRANCHES = "branches"
    LEFT_OUT = "left-out"
    HISTORY = "history"


_PART_LABELS: dict[PlanPart, str] = {
    PlanPart.GROUPS: gettext_noop("拟新建的组"),
    PlanPart.BRANCHES: gettext_noop("并入已有党支部"),
    PlanPart.LEFT_OUT: gettext_noop("没有划入"),
    PlanPart.HISTORY: gettext_noop("调整记录"),
}


class PlanList(StrEnum):
    IN_USE = "in-use"
    DISCARDED = "discarded"


_LIST_LABELS: dict[PlanList, str] = {
    PlanList.IN_USE: gettext_noop("在用"),
    PlanList.DISCARDED: gettext_noop("已作废"),
}


@require_safe
@planning_room
def plan_list(request: HttpRequest) -> HttpResponse:
    """Show the plans in use, or those put aside, newest first."""
    actor = actor_of(request)
    lists = {
        key: reads.listed_plans(actor, discarded=key is PlanList.DISCARDED) for key in PlanList
    }
    counts = {key: rows.count() for key, rows in lists.items()}
    which, tabs = open_list(request, counts, _LIST_LABELS)
    columns = [
        Column("name", _("名称"), ("name",)),
        Column("area", _("范围"), off_phone=True),
        Column("source", _("人数来源"), off_phone=True),
        Column("covered", _("覆盖 / 最多可覆盖"), ("covered",), numeric=True),
        Column("state", _("状态"), ("state",)),
        Column("created", _("建立时间"), ("created_at",), off_phone=True),
    ]
    listing = list_page(request, lists[which], columns, ("-created_at", "-pk"), lists[which])
    return render(request, "planning/list.html", {"listing": listing, "tabs": tabs})


@require_http_methods(["GET", "HEAD", "POST"])
@planning_room
def plan_new(request: HttpRequest) -> HttpResponse:
    """Open a plan; the worker works it out."""
    form = PlanForm(request.POST or None, actor=actor_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            plan = form.apply(clock.now())
        except NotPermitted:
            form.add_error("area", _("没有一个岗位能按所选的范围和人数来源规划，请改选。"))
        else:
            return redirect("plan-detail", public_id=plan.public_id)
    return render(request, "planning/new.html", {"form": form, "back": reverse("plan-list")})


@require_safe
@planning_room
def plan_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a plan: how far it is, then its figures, map and one of its lists."""
    plan = plan_of(request, public_id)
    if plan.state == PlanState.RUNNING:
        return _running(request, plan)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRefresh()
    own = may_change(actor_of(request), plan)
    context: dict[str, Any] = {"plan": plan, "limits": plan.limits, "may_change": own}
    if plan.finished_at:
        context |= _figures(request, plan)
    return render(request, "planning/detail.html", context)


@require_safe
@planning_room
def plan_map(request: HttpRequest, public_id: str) -> JsonResponse:
    """Send the points of a plan as GeoJSON (WGS84 degrees), branches among them."""
    plan = plan_of(request, public_id)
    shown = map_of(plan, actor_of(request))
    return JsonResponse(
        {
            "type": "FeatureCollection",
            "radius_m": shown.radius_m,
            "unplaced": shown.unplaced,
            "features": [_feature(point) for point in shown.points],
        },
        content_type="application/geo+json",
        headers={"Cache-Control": "no-store"},
    )


@require_POST
@planning_room
def plan_step(request: HttpRequest, public_id: str, step: str) -> HttpResponse:
    """Start once more, stop, or put aside; a refusal says why."""
    actor, plan, now = actor_of(request), plan_of(request, public_id), clock.now()
    try:
        if step == "start":
            planning.start_plan(actor=actor, plan=plan, now=now)
        elif step == "stop":
            planning.stop_plan(actor=actor, plan=plan, now=now)
        elif step == "discard":
            planning.discard_plan(actor=actor, plan=plan, version=seen_version(request), now=now)
        else:
            raise Http404
    except REFUSALS as error:
        messages.error(request, refusal(error))
    return redirect("plan-detail", public_id=public_id)


def seen_version(request: HttpRequest) -> int:
    """Return the version of a plan that the form was filled in for; -1, which none has, for none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _running(request: HttpRequest, plan: Plan) -> HttpResponse:
    job = waiting_job(plan.public_id)
    context = {"plan": plan, "job": job, "ahead": jobs_ahead(job) if job else 0}
    template = "progress" if request.headers.get("HX-Request") else "running"
    return render(request, f"planning/{template}.html", context)


def _figures(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """Return a finished plan's numbers and the list that the address asks for."""
    actor, totals = actor_of(request), reads.totals_of(plan)
    wanted = request.GET.get("show", "")
    part = PlanPart(wanted) if wanted in set(PlanPart) else PlanPart.GROUPS
    history = reads.history_of(plan)
    works = plan.is_ready and may_change(actor, plan)
    counts = {
        PlanPart.GROUPS: totals.groups,
        PlanPart.BRANCHES: totals.joined,
        PlanPart.LEFT_OUT: totals.left_out,
        PlanPart.HISTORY: history.count(),
    }
    return {
        "totals": totals,
        "part": part,
        "tabs": [
            Tab(_(label), counts[key], f"?show={key}", key is part)
            for key, label in _PART_LABELS.items()
        ],
        "aside": aside_words(plan.told),
        "may_work": works,
        "may_propose": works and may(actor, OPEN) and part is PlanPart.GROUPS,
        "others": reads.comparable_plans(plan, actor),
        **_part_of(request, plan, part, works=works),
    }


def _part_of(request: HttpRequest, plan: Plan, part: PlanPart, *, works: bool) -> dict[str, Any]:
    """Return the rows of one of a plan's lists, and where those of the page may be moved."""
    if part is PlanPart.LEFT_OUT:
        return _left_out(request, plan, works=works)
    if part is PlanPart.HISTORY:
        steps = list_page(request, reads.history_of(plan), [], ("-number",))
        names = branch_names(plan)
        return {
            "listing": steps,
            "steps": [(step, group_words(step.groups, names)) for step in steps.rows],
        }
    return _groups(request, plan, part, works=works)


def _left_out(request: HttpRequest, plan: Plan, *, works: bool) -> dict[str, Any]:
    units = list_page(request, reads.left_out_units(plan), [], ("-members", "pk"))
    rows = reads.left_out_rows(units.rows)
    place = request.GET.get("at", "")
    return {
        "listing": units,
        "open_businesses": businesses_in_reach(
            actor_of(request), [row.business_id for row in units.rows]
        ),
        "left_out": [(row, missing_words(row), way_out_words(row)) for row in rows],
        "targets": targets_of(plan, units.rows, []) if works else None,
        "at": place,
        "at_row": any(row.business.public_id == place for row in units.rows),
    }


def _groups(request: HttpRequest, plan: Plan, part: PlanPart, *, works: bool) -> dict[str, Any]:
    actor = actor_of(request)
    is_new = part is PlanPart.GROUPS
    source = reads.new_groups(plan) if is_new else reads.joining_groups(plan)
    order = ("is_whole", "code") if is_new else ("branch__organisation__name", "pk")
    groups = list_page(request, source, [], order)
    found = reads.group_rows(groups.rows, actor)
    told_groups = [
        (row, [(rule, break_words(rule, by)) for rule, by in row.breaks]) for row in found
    ]
    branches = [row.row.branch.organisation_id for row in found if row.row.branch]
    units = [unit.row for row in found for unit in row.units]
    place = request.GET.get("at", "")
    return {
        "listing": groups,
        "groups": told_groups,
        "targets": targets_of(plan, units, groups.rows) if works else None,
        "at": place,
        "at_row": any(row.row.code == place for row in found),
        "open_businesses": businesses_in_reach(actor, [row.business_id for row in units]),
        "open_organisations": organisations_in_reach(actor, branches) if branches else (),
    }


def _feature(point: PlanPoint) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [point.lon, point.lat]},
        "properties": {
            "unit": point.unit,
            "name": point.name,
            "group": point.group,
            "group_label": point.group_label,
            "hub": point.hub,
            "branch": point.branch,
            "members": point.members,
            "full": point.full,
            "state": point.state.value,
        },
    }
