"""The rows of a round behind each number, and the same list as a workbook."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access import surveys as access
from xgz.access.actor import Actor, actor_of, may
from xgz.models import SurveyRound
from xgz.queries import surveys as reads
from xgz.queries.exports import asked_survey
from xgz.rules.roles import Resource
from xgz.rules.surveys import shown_code
from xgz.web.exports import answer_export
from xgz.web.lists import Column, list_page
from xgz.web.pages import room
from xgz.web.surveys.forms import RowFilter
from xgz.web.surveys.views import round_in_reach
from xgz.web.surveys.wording import answer_words


def columns() -> list[Column]:
    """Return the columns of the rows of a round."""
    return [
        Column("place", _("顺序"), ("place",), numeric=True, off_phone=True),
        Column("name", _("名称"), ("business__name", "pk")),
        Column("code", _("单据编码"), ("code",), minor=True),
        Column("street", _("街路"), ("street", "place"), off_phone=True),
        Column("walker", _("走访人"), ("walker", "place"), off_phone=True),
        Column("state", _("登记情况"), ("state", "place")),
    ]


@require_safe
@room(Resource.SURVEY_ROW)
def survey_rows(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the rows of a round that the actor may open, narrowed as the address says."""
    actor = actor_of(request)
    survey = round_in_reach(actor, public_id)
    form = _filter(request, survey, actor)
    rows = access.visible_rows(actor).filter(round=survey)
    listing = list_page(
        request,
        form.wanted().narrow(rows),
        columns(),
        ("place",),
        reads.with_stalls(rows, actor.today),
    )
    export = reverse("survey-export", args=[survey.public_id])
    context = {
        "survey": survey,
        "form": form,
        "listing": listing,
        "lines": [(row, shown_code(row.code), answer_words(row)) for row in listing.rows],
        "is_narrowed": any(form.cleaned_data.values()),
        "may_export": may(actor, "ledger.export"),
        "export_url": f"{export}?{listing.query}" if listing.query else export,
    }
    return render(request, "surveys/rows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.SURVEY_ROW)
def survey_export(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Send the same rows as a workbook; they are about shops and name nobody."""
    actor = actor_of(request)
    survey = round_in_reach(actor, public_id)
    form = _filter(request, survey, actor)
    words = _("；").join([survey.title, form.in_words()])
    return answer_export(request, asked_survey(survey, form.wanted(), words))


def _filter(request: HttpRequest, survey: SurveyRound, actor: Actor) -> RowFilter:
    return RowFilter(
        request.GET,
        walkers=reads.parts_by_walker(survey, actor),
        streets=reads.parts_by_street(survey, actor),
    )
