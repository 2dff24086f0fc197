"""The funnel of finding members: exact for the organization line, rounded for the market line."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access import actor as access
from xgz.access.actor import actor_of, may
from xgz.access.leads import FUNNEL, OPEN
from xgz.queries.exports import asked_funnel
from xgz.queries.lead_funnel import NO_OFFICE, FunnelRow, funnel, funnel_leads
from xgz.rules.leads import FUNNEL_LABELS, SMALL_CELL, FunnelStep
from xgz.web.exports import answer_export
from xgz.web.leads.listing import lead_table
from xgz.web.leads.room import lead_room


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the funnel. listed: how many of it are there to be listed, at `url`."""

    heading: str
    count: int
    listed: int
    url: str


@require_safe
@login_required
def lead_funnel(request: HttpRequest) -> HttpResponse:
    """Show known, confirmed, under management and transferred per office, or what was given (LD-15)."""
    actor = actor_of(request)
    access.require(actor, FUNNEL)
    found = funnel(actor)
    deleted = sum(row.deleted for row in found.rows)
    context = {
        "funnel": found,
        "headings": [_(FUNNEL_LABELS[step]) for step in FunnelStep],
        "lines": [(row, _figures(row.counts, row.deleted, _line_of(row))) for row in found.rows],
        "totals": _figures(found.total, deleted, "") if found.total else [],
        "small": SMALL_CELL,
        "may_open": may(actor, OPEN),
        "may_export": may(actor, "ledger.export"),
        "today": actor.today,
    }
    return render(request, "leads/funnel.html", context)


@require_safe
@lead_room
def lead_funnel_rows(request: HttpRequest, step: str) -> HttpResponse:
    """Show the leads behind one figure; ?office= of one line alone. No such line: 404."""
    actor = actor_of(request)
    access.require(actor, FUNNEL)
    if step not in set(FunnelStep):
        raise Http404
    asked = funnel_leads(actor, FunnelStep(step), request.GET.get("office"))
    if asked is None:
        raise Http404
    townships, leads = asked
    context = {
        **lead_table(request, leads, is_ended=False),
        "title": _(FUNNEL_LABELS[FunnelStep(step)]),
        "townships": townships,
        "sendable": frozenset(),
    }
    return render(request, "leads/funnel_rows.html", context)


@require_safe
@login_required
def lead_funnel_export(request: HttpRequest) -> HttpResponseBase:
    """Send the same figures as a workbook; recorded in the audit (EX-5, LD-15)."""
    return answer_export(request, asked_funnel())


def _line_of(row: FunnelRow) -> str:
    return f"?office={row.office.public_id if row.office else NO_OFFICE}"


def _figures(counts: Mapping[FunnelStep, int], deleted: int, query: str) -> list[Figure]:
    return [
        Figure(
            _(FUNNEL_LABELS[step]),
            count,
            count - deleted if step is FunnelStep.KNOWN else count,
            reverse("lead-funnel-rows", args=[step.value]) + query,
        )
        for step, count in counts.items()
    ]
