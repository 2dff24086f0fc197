"""The funnel of finding members: exact for the organization line, rounded for the market line."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access import actor as access
from xgz.access.actor import actor_of, may
from xgz.access.leads import FUNNEL, OPEN
from xgz.queries.exports import asked_funnel
from xgz.queries.lead_funnel import funnel
from xgz.rules.leads import FUNNEL_LABELS, SMALL_CELL, FunnelStep
from xgz.web.exports import answer_export


@require_safe
@login_required
def lead_funnel(request: HttpRequest) -> HttpResponse:
    """Show known, confirmed, under management and transferred per office, or what was given (LD-15)."""
    actor = actor_of(request)
    access.require(actor, FUNNEL)
    found = funnel(actor)
    headings = [(step, _(FUNNEL_LABELS[step])) for step in FunnelStep]
    context = {
        "funnel": found,
        "headings": [heading for _step, heading in headings],
        "lines": [
            (row, [(heading, row.counts[step]) for step, heading in headings]) for row in found.rows
        ],
        "totals": [(heading, found.total[step]) for step, heading in headings]
        if found.total
        else [],
        "small": SMALL_CELL,
        "may_open": may(actor, OPEN),
        "may_export": may(actor, "ledger.export"),
        "today": actor.today,
    }
    return render(request, "leads/funnel.html", context)


@require_safe
@login_required
def lead_funnel_export(request: HttpRequest) -> HttpResponseBase:
    """Send the same figures as a workbook; recorded in the audit (EX-5, LD-15)."""
    return answer_export(request, asked_funnel())
