"""The register of numbers: per body and year, every number in its order, void ones too (PA-3)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access.actor import actor_of
from xgz.models import Body
from xgz.queries.papers import register_bodies, register_rows, register_years
from xgz.rules.papers.kinds import PAPER_LABELS
from xgz.web.cases.room import case_room


@require_safe
@case_room
def paper_register(request: HttpRequest) -> HttpResponse:
    """Show the register of one body and year (?body=…&year=…); by default the first, the newest."""
    bodies = list(register_bodies(actor_of(request)))
    body = _chosen(bodies, request.GET.get("body", ""))
    years = register_years(body) if body else []
    asked = request.GET.get("year", "")
    year = next((each for each in years if str(each) == asked), years[0] if years else None)
    rows = register_rows(body, year) if body and year else []
    context = {
        "bodies": bodies,
        "body": body,
        "years": years,
        "year": year,
        "rows": [(row, _(PAPER_LABELS[row.paper.paper_kind])) for row in rows],
        "void": sum(row.entry.voided_on is not None for row in rows),
    }
    return render(request, "papers/register.html", context)


def _chosen(bodies: list[Body], public_id: str) -> Body | None:
    asked = [body for body in bodies if body.public_id == public_id]
    return next(iter(asked or bodies), None)
