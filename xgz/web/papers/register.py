"""The register of numbers: per body and year, every number in its order, void ones too (PA-3)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xgz.access.actor import actor_of
from xgz.models import Body
from xgz.queries.papers import register_bodies, register_rows, register_years, void_numbers
from xgz.web.cases.room import case_room
from xgz.web.lists import sequence_page

# A year of most bodies is one page, for printing; each paper on it is unsealed for its title.
_SIZES = (100, 200, 500)


@require_safe
@case_room
def paper_register(request: HttpRequest) -> HttpResponse:
    """Show the register of one body and year (?body=…&year=…); by default the first, the newest."""
    bodies = list(register_bodies(actor_of(request)))
    body = _chosen(bodies, request.GET.get("body", ""))
    years = register_years(body) if body else []
    asked = request.GET.get("year", "")
    year = next((each for each in years if str(each) == asked), years[0] if years else None)
    context: dict[str, Any] = {"bodies": bodies, "body": body, "years": years, "year": year}
    if body and year:
        context |= {
            "listing": sequence_page(request, register_rows(body, year), [], _SIZES),
            "void": void_numbers(body, year),
        }
    return render(request, "papers/register.html", context)


def _chosen(bodies: list[Body], public_id: str) -> Body | None:
    asked = [body for body in bodies if body.public_id == public_id]
    return next(iter(asked or bodies), None)
