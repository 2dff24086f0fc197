"""Sheets to print: a block for each shop with code and QR, so that the paper finds its row again."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from xgz.access import surveys as access
from xgz.access.actor import actor_of
from xgz.files.qr_codes import qr_inline
from xgz.models import SurveyRow
from xgz.queries import surveys as reads
from xgz.rules.roles import Resource
from xgz.rules.surveys import SHEET_ROWS, shown_code
from xgz.web.pages import room
from xgz.web.surveys.forms import RowFilter
from xgz.web.surveys.views import round_in_reach


@dataclass(frozen=True, slots=True)
class Slip:
    """The block of one shop."""

    row: SurveyRow
    code: str
    qr: SafeString


@require_safe
@room(Resource.SURVEY_ROW)
def sheets(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the rows of a round as A4 sheets, by default those that wait; narrowed as the address says."""
    actor = actor_of(request)
    survey = round_in_reach(actor, public_id)
    walkers = reads.parts_by_walker(survey, actor)
    streets = reads.parts_by_street(survey, actor)
    form = RowFilter(request.GET or {"state": "waiting"}, walkers=walkers, streets=streets)
    rows = access.visible_rows(actor).filter(round=survey)
    found = reads.with_stalls(form.wanted().narrow(rows), actor.today).order_by("place")
    total = found.count()
    context = {
        "survey": survey,
        "form": form,
        "slips": [_slip(request, row) for row in found[:SHEET_ROWS]],
        "total": total,
        "shown": min(total, SHEET_ROWS),
        "today": actor.today,
    }
    return render(request, "surveys/sheets.html", context)


def _slip(request: HttpRequest, row: SurveyRow) -> Slip:
    address = request.build_absolute_uri(reverse("survey-row", args=[row.public_id]))
    return Slip(row, shown_code(row.code), mark_safe(qr_inline(address)))  # noqa: S308 (made here, of an address of ours)
