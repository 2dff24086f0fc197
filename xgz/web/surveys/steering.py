"""Giving out rows, reminding walkers, ending a round."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xgz.access import clock
from xgz.access.actor import actor_of, require
from xgz.access.surveys import RUN, require_running, require_steering
from xgz.queries import surveys as reads
from xgz.rules.roles import Resource
from xgz.rules.surveys import RoundAction
from xgz.services.surveys import steering
from xgz.web.pages import room
from xgz.web.surveys.forms import HandForm, RemindForm
from xgz.web.surveys.views import round_in_reach
from xgz.web.surveys.wording import STEERING_REFUSALS, refusal

_ENDS = {RoundAction.FINISH: steering.finish, RoundAction.WITHDRAW: steering.withdraw}


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.SURVEY)
def hand_out(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show and take which rows go to whom; a round out of reach is 404, no right is 403."""
    actor = actor_of(request)
    survey = round_in_reach(actor, public_id)
    require(actor, RUN)
    require_steering(actor, survey)
    form = HandForm(
        request.POST or None,
        actor=actor,
        survey=survey,
        walkers=reads.parts_by_walker(survey, actor),
        streets=reads.parts_by_street(survey, actor),
    )
    if request.method == "POST" and form.is_valid():
        try:
            handing = form.handing()
            given = steering.hand_out(actor=actor, survey=survey, handing=handing, now=clock.now())
        except STEERING_REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            said = (
                _("已分派 %(number)d 户。") if handing.to else _("已收回 %(number)d 户，暂不分派。")
            )
            messages.success(request, said % {"number": given})
            return redirect("survey-detail", public_id=survey.public_id)
    return render(request, "surveys/hand_out.html", {"form": form, "survey": survey})


@require_POST
@room(Resource.SURVEY)
def remind(request: HttpRequest, public_id: str) -> HttpResponse:
    """Remind all who still have shops to walk to, or the one named in the form."""
    actor = actor_of(request)
    survey = round_in_reach(actor, public_id)
    require_steering(actor, survey)
    form = RemindForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        people = steering.remind(
            actor=actor,
            survey=survey,
            now=clock.now(),
            walker=form.cleaned_data["walker"],
        )
    except STEERING_REFUSALS as error:
        messages.warning(request, refusal(error))
    else:
        messages.success(request, _("已提醒 %(number)d 人。") % {"number": people})
    return redirect("survey-detail", public_id=survey.public_id)


@require_POST
@room(Resource.SURVEY)
def end(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Finish or withdraw a round."""
    actor = actor_of(request)
    survey = round_in_reach(actor, public_id)
    if action not in set(RoundAction):
        raise Http404
    require_running(actor, survey)
    try:
        _ENDS[RoundAction(action)](actor=actor, survey=survey, now=clock.now())
    except STEERING_REFUSALS as error:
        messages.warning(request, refusal(error))
    else:
        messages.success(
            request, _("这一轮摸排：%(state)s。") % {"state": survey.get_state_display()}
        )
    return redirect("survey-detail", public_id=survey.public_id)
