"""Pages of adjustments: the lists, the candidates, one case, its steps."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access.actor import Actor, actor_of, may, require
from xgz.access.adjustments import (
    OPEN,
    openable_organisations,
    reads_inside,
    visible_adjustments,
)
from xgz.access.organisations import organisations_in_reach
from xgz.models import Adjustment
from xgz.queries import adjustments as reads
from xgz.queries.adjustment_candidates import Candidate, candidate_rows, candidates
from xgz.queries.adjustment_endings import has_ended_by
from xgz.rules.adjustment_checks import Blocker
from xgz.rules.adjustments import PLAN_LABELS, AdjustmentAction, AdjustmentState, Sort
from xgz.services.adjustments import ACTIONS
from xgz.web.adjustments.carry_forms import carry_offers
from xgz.web.adjustments.facts import known_of, signs_for, ways_of
from xgz.web.adjustments.forms import STEP_FORMS, AdjustmentFilter, CandidateFilter
from xgz.web.adjustments.wording import STEP_FAULTS, found_lines, sign_lines
from xgz.web.cases.lists import tabbed_cases
from xgz.web.cases.page import case_page, case_room, know_seats, take_case_step
from xgz.web.exports import export_context
from xgz.web.forms import Offer
from xgz.web.lists import Column, list_page
from xgz.web.sightings import count_seen

_BEFORE_DECISION = frozenset(
    {AdjustmentState.SUGGESTED, AdjustmentState.PROPOSED, AdjustmentState.DECIDING}
)


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """A row of the candidates; signs: (words, rule id)."""

    row: Candidate
    signs: list[tuple[str, str]]


@require_safe
@case_room
def adjustment_list(request: HttpRequest) -> HttpResponse:
    """Show what lies with the actor, what is open, or what is closed; the nearest date first."""
    actor = actor_of(request)
    visible = visible_adjustments(actor)
    form = AdjustmentFilter(request.GET)
    columns = [
        Column("organisation", _("党组织"), ("organisation__name",)),
        Column("township", _("乡镇"), ("area__path",), off_phone=True),
        Column("sort", _("处理方式"), ("sort",), off_phone=True),
    ]
    related = ("organisation", "area", "owner_body")
    context = tabbed_cases(request, visible, form, columns, related)
    context |= {"may_open": may(actor, OPEN), **export_context(request, context["which"])}
    return render(request, "adjustments/list.html", context)


@require_safe
@case_room
def adjustment_candidates(request: HttpRequest) -> HttpResponse:
    """Show the organisations that show a sign of needing adjustment (AD-10)."""
    actor = actor_of(request)
    require(actor, OPEN)
    form = CandidateFilter(request.GET)
    rows = form.narrow(candidates(actor, form.sign_wanted))
    columns = [
        Column("name", _("党组织"), ("name",)),
        Column("signs", _("列入原因")),
        Column("superior", _("上级"), ("body__path",), off_phone=True),
        Column("guide", _("指导单位"), ("guiding_body__path",), off_phone=True),
        Column("next", _("下一步")),
    ]
    source = openable_organisations(actor).select_related("body__parent", "guiding_body")
    listing = list_page(request, rows, columns, ("body__path", "pk"), source, at_once=True)
    lines = [
        CandidateLine(row, sign_lines(row.signs, row.facts))
        for row in candidate_rows(listing.rows, actor)
    ]
    context = {"form": form, "listing": listing, "lines": lines, "filtered": form.has_changed()}
    return render(request, "adjustments/candidates.html", context | {"today": actor.today})


@require_safe
@case_room
def adjustment_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one case: what bars it first, the three ways, what is known, its way and its history."""
    actor = actor_of(request)
    case = visible_adjustment(request, public_id)
    know_seats(request, case)
    inside = reads_inside(actor, case)
    before = case.state in _BEFORE_DECISION
    ways = ways_of(case, actor) if before else []
    people = reads.people_left(case, actor) if _shows_people(case) else []
    count_seen(request, [row.member.pk for row in people if row.in_clear])
    extra = {
        **_bars(case, actor),
        "inside": inside,
        "may_open_organisation": inside or _reaches(actor, case),
        "known": known_of(case, actor),
        "is_result": has_ended_by(case),
        "signs": signs_for(case, actor) if before else [],
        "ways": ways,
        "left_out": [way.action for way in ways],
        "plan": [(line, _(PLAN_LABELS[line.item])) for line in reads.plan_of(case, actor.today)],
        "shows_people": inside and _shows_people(case),
        "people": people,
        "closures": reads.closures_of(case, actor),
        "carry_offers": [
            Offer(slug, form.title, form.is_grave) for slug, form in carry_offers(actor, case)
        ],
    }
    return case_page(request, case, template="adjustments/detail.html", extra=extra)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def adjustment_step(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Show and take one step of a case."""
    case = visible_adjustment(request, public_id)
    return take_case_step(
        request, case, action, actions=ACTIONS, forms=STEP_FORMS, faults=STEP_FAULTS
    )


def visible_adjustment(request: HttpRequest, public_id: str) -> Adjustment:
    """Return the case the address names. Raises Http404 for one out of sight."""
    case = reads.adjustment_at(actor_of(request), public_id)
    if case is None:
        raise Http404
    return case


def _bars(case: Adjustment, actor: Actor) -> dict[str, Any]:
    """Return what is still to be seen to, for the organization line; it bars the filing (AD-6)."""
    if case.state != AdjustmentState.CARRYING_OUT:
        return {"blockers": [], "transfers": [], "barred": [], "deeds_barred": False}
    missing = reads.missing_of(case, actor.today)
    found = reads.blockers_of(case, actor.today)
    inside = reads_inside(actor, case)
    moving = inside and any(each.blocker is Blocker.TRANSFERS_OPEN for each in found)
    return {
        "blockers": found_lines(found or missing) if inside else [],
        "transfers": reads.transfers_in_the_way(case, actor) if moving else [],
        "barred": [AdjustmentAction.FINISH.value] if missing else [],
        "deeds_barred": bool(found),
    }


def _reaches(actor: Actor, case: Adjustment) -> bool:
    """Test whether the actor may open the organisation: its guidance may have changed."""
    return case.organisation_id in organisations_in_reach(actor, [case.organisation_id])


def _shows_people(case: Adjustment) -> bool:
    return case.state == AdjustmentState.CARRYING_OUT and case.way is Sort.REVOKE
