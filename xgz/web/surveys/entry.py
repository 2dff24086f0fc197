"""Entering many papers at the desk: the code, a few digits, the next code; hands on the keys."""

import re
from datetime import date

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access import clock
from xgz.access import surveys as access
from xgz.access.actor import actor_of
from xgz.models import SurveyRow
from xgz.models.fields import new_public_id
from xgz.queries.surveys import with_stalls
from xgz.rules.roles import Resource
from xgz.rules.surveys import CodeMistyped, read_code, shown_code
from xgz.services.surveys.answering import RowChanged, answer_row
from xgz.web.pages import room
from xgz.web.surveys.forms import PaperForm
from xgz.web.surveys.wording import ANSWER_REFUSALS, answer_words, refusal

# What a scanner types is the address in the QR.
_SCANNED = re.compile(r"/surveys/rows/([a-z2-7]{12})/")
_LONGEST = 200


@require_safe
@room(Resource.SURVEY_ROW)
def by_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a paper, typed or scanned, and lead to its row."""
    actor = actor_of(request)
    text = request.GET.get("code", "")[:_LONGEST].strip()
    fault = ""
    if text:
        row = _found(text, access.answerable_rows(actor))
        if row is not None:
            address = reverse("survey-paper", args=[row.public_id])
            return HttpResponseRedirect(f"{address}?day={_day(request)}")
        fault = _("没有这个编码，或这一户不由您登记。请核对后重新输入。")
    context = {"fault": fault, "text": text, "day": _day(request)}
    return render(request, "surveys/entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.SURVEY_ROW)
def paper(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show and take one paper's answer, then ask for the next code."""
    actor = actor_of(request)
    rows = with_stalls(access.answerable_rows(actor), actor.today)
    row = get_object_or_404(rows, public_id=public_id)
    day = _day(request)
    form = PaperForm(request.POST or None, key=new_public_id(), version=row.version, day=day)
    if request.method == "POST" and form.is_valid():
        try:
            answer_row(actor=actor, row=row, sent=form.sent(), now=clock.now())
        except RowChanged as error:
            again = _("核对后仍以纸上为准的，再按一次登记。")
            form.shown_again(error.row.version, refusal(error) + again)
        except ANSWER_REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            row.refresh_from_db()
            done = {"code": shown_code(row.code), "what": answer_words(row)}
            messages.success(request, _("已登记 %(code)s：%(what)s") % done)
            return redirect(f"{reverse('survey-entry')}?day={form.cleaned_data['day']}")
    context = {"row": row, "form": form, "code": shown_code(row.code), "standing": _standing(row)}
    return render(request, "surveys/paper.html", context)


def _found(text: str, rows: QuerySet[SurveyRow]) -> SurveyRow | None:
    if scanned := _SCANNED.search(text):
        return rows.filter(public_id=scanned[1]).first()
    try:
        return rows.filter(code=read_code(text)).first()
    except CodeMistyped:
        return None


def _standing(row: SurveyRow) -> str:
    return answer_words(row) if row.visited_on else ""


def _day(request: HttpRequest) -> date:
    """Return the day the papers are of: that of the address where it makes sense, else today."""
    today = clock.today()
    try:
        return min(date.fromisoformat(request.GET.get("day", "")), today)
    except ValueError:
        return today
