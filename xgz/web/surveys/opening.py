"""Ordering a survey round."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import actor_of, require
from xgz.access.surveys import RUN
from xgz.rules.roles import Resource
from xgz.rules.surveys import MOST_ROWS
from xgz.services.surveys.opening import count_round, open_round
from xgz.web.pages import room
from xgz.web.surveys.forms import RoundForm
from xgz.web.surveys.wording import OPENING_REFUSALS, refusal


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.SURVEY)
def survey_open(request: HttpRequest) -> HttpResponse:
    """Show and take the order for a round; `count` only says how many shops it would take."""
    actor = actor_of(request)
    require(actor, RUN)
    form = RoundForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            if "count" in request.POST:
                return _page(request, form, count_round(actor=actor, plan=form.plan()))
            survey = open_round(actor=actor, plan=form.plan(), now=clock.now())
        except OPENING_REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("已发起。请看各户分给了谁，没有分派的再分派。"))
            return redirect("survey-detail", public_id=survey.public_id)
    return _page(request, form)


def _page(request: HttpRequest, form: RoundForm, counted: int | None = None) -> HttpResponse:
    context = {"form": form, "most": MOST_ROWS, "counted": counted}
    return render(request, "surveys/open.html", context)
