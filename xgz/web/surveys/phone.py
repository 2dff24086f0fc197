"""Walking with a phone: today's rows, one row, its answer, and what works without a network (SV-5)."""

from dataclasses import dataclass
from hashlib import sha256

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xgz.access import clock
from xgz.access import surveys as access
from xgz.access.actor import actor_of
from xgz.access.businesses import reaches
from xgz.models import SurveyRow
from xgz.models.fields import new_public_id
from xgz.queries.surveys import own_work, todays_rows, with_stalls
from xgz.rules.roles import Resource
from xgz.rules.surveys import ROW_LABELS, TODAY_ROWS, RowState, shown_code
from xgz.services.surveys.answering import KeyReused, RowChanged, answer_row
from xgz.web.pages import room
from xgz.web.shell import owner_mark
from xgz.web.surveys.forms import AnswerForm
from xgz.web.surveys.wording import ANSWER_REFUSALS, answer_words, refusal

_KEPT_FILES = (
    "vendor/tabler.min.css",
    "xgz/theme.css",
    "xgz/site.css",
    "xgz/surveys.css",
    "xgz/surveys.js",
    "xgz/leaving.js",
)


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A row on the phone; code: as on paper."""

    row: SurveyRow
    code: str


@require_safe
@room(Resource.SURVEY_ROW)
def today(request: HttpRequest) -> HttpResponse:
    """Show the shops that wait for the walker; the list works on when the network goes away."""
    actor = actor_of(request)
    rows = todays_rows(actor, TODAY_ROWS)
    context = {
        "lines": [PhoneLine(row, shown_code(row.code)) for row in rows],
        "work": own_work(actor),
        "form": AnswerForm(initial={"day": actor.today}),
        "today": actor.today,
        "most": TODAY_ROWS,
    }
    return render(request, "surveys/today.html", context)


@require_safe
@room(Resource.SURVEY_ROW)
def row_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one row, where its QR leads; who may not see it is told there is none."""
    actor = actor_of(request)
    rows = with_stalls(access.visible_rows(actor), actor.today).select_related("round__area")
    row = get_object_or_404(rows, public_id=public_id)
    start = {"day": actor.today, "key": new_public_id(), "version": row.version}
    context = {
        "row": row,
        "code": shown_code(row.code),
        "standing": answer_words(row) if row.visited_on else "",
        "form": AnswerForm(initial=start),
        "may_answer": row.round.is_running and access.answerable_rows(actor).filter(pk=row.pk),
        "opens_business": reaches(actor, row.business),
        "today": actor.today,
    }
    return render(request, "surveys/row.html", context)


@require_POST
@room(Resource.SURVEY_ROW)
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take an answer from the row's page, or one that waited on a phone and asks for plain data.

    To the phone: 200 {state, version, words}; 409 where somebody answered meanwhile, with the row's
    version now; 400 for what cannot be taken; 401 for an answer that another person wrote.
    """
    actor = actor_of(request)
    waited = "X-Waiting" in request.headers
    if waited and request.headers["X-Waiting"] != owner_mark(actor):
        return HttpResponse(status=401)
    row = get_object_or_404(access.answerable_rows(actor), public_id=public_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        faults = [fault for faults in form.errors.values() for fault in faults]
        return _refused(request, row, str(faults[0]), 400, waited=waited)
    try:
        version = answer_row(actor=actor, row=row, sent=form.sent(), now=clock.now())
    except RowChanged as error:
        row = error.row
        return _refused(request, row, refusal(error), 409, waited=waited)
    except ANSWER_REFUSALS as error:
        status = 409 if isinstance(error, KeyReused) else 400
        return _refused(request, row, refusal(error), status, waited=waited)
    words = _(ROW_LABELS[RowState(form.cleaned_data["outcome"])])
    if waited:
        return JsonResponse({"state": "done", "version": version, "words": words})
    messages.success(request, _("已登记：%(what)s") % {"what": words})
    return redirect("survey-row", public_id=row.public_id)


@require_safe
@room(Resource.SURVEY_ROW)
def offline(request: HttpRequest) -> HttpResponse:
    """Return the shell a phone shows without a network: codes it kept, the form, no person."""
    return render(request, "surveys/offline.html", {"form": AnswerForm()})


@require_safe
@room(Resource.SURVEY_ROW)
def worker(request: HttpRequest) -> HttpResponse:
    """Return the script that keeps the shell and its static files, never a page of somebody."""
    files = [reverse("survey-offline"), *(static(name) for name in _KEPT_FILES)]
    mark = sha256(" ".join([*files, get_language() or ""]).encode()).hexdigest()[:12]
    context = {"files": files, "mark": mark, "shell": files[0]}
    return render(request, "surveys/worker.js", context, content_type="text/javascript")


def _refused(
    request: HttpRequest, row: SurveyRow, words: str, status: int, *, waited: bool
) -> HttpResponse:
    if waited:
        state = "changed" if status == 409 else "refused"
        return JsonResponse({"state": state, "version": row.version, "words": words}, status=status)
    messages.warning(request, words)
    return redirect("survey-row", public_id=row.public_id)
