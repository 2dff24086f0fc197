"""Opening an election, and putting things into its file and its result."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from xgz.access import clock
from xgz.access.actor import Actor, NotPermitted, actor_of, require
from xgz.access.elections import OPEN, may_file, openable_organisations
from xgz.models import Organisation
from xgz.services import elections
from xgz.web.cases.page import case_room, take_deed
from xgz.web.elections.forms import OpenForm
from xgz.web.elections.result_forms import FILING
from xgz.web.elections.views import visible_election
from xgz.web.elections.wording import FILE_FAULTS, REFUSALS, refusal


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def election_new(request: HttpRequest) -> HttpResponse:
    """Open an election by hand, or of an organisation whose term ends (?organisation=…)."""
    actor = actor_of(request)
    require(actor, OPEN)
    organisation = _asked_for(request, actor)
    form = OpenForm(
        request.POST if request.method == "POST" else None, actor=actor, organisation=organisation
    )
    if request.method == "POST" and form.is_valid():
        try:
            case = form.apply(clock.now())
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("已提出选举，请填写选举方案、列入候选人。"))
            return redirect("election-detail", public_id=case.public_id)
    return render(request, "elections/new.html", {"form": form, "organisation": organisation})


@require_POST
@case_room
def election_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open another election for one that came to nothing."""
    actor = actor_of(request)
    case = visible_election(request, public_id)
    try:
        fresh = elections.open_again(actor=actor, case=case, now=clock.now())
    except (elections.NotFailed, elections.ElectionUnderWay, elections.SortNotFit) as error:
        messages.warning(request, refusal(error))
        return redirect("election-detail", public_id=case.public_id)
    messages.success(request, _("已提出再次选举，请确定新的日期。"))
    return redirect("election-detail", public_id=fresh.public_id)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def election_file(request: HttpRequest, public_id: str, what: str) -> HttpResponse:
    """Show and take one part of the file; a hidden case is 404, no right 403, too late 409."""
    case = visible_election(request, public_id)
    if what not in FILING:
        raise Http404
    kind = FILING[what]
    if not may_file(actor_of(request), case, kind.parties):
        raise NotPermitted("election.file")
    return take_deed(request, case, kind, is_offered=case.state == kind.state, faults=FILE_FAULTS)


def _asked_for(request: HttpRequest, actor: Actor) -> Organisation | None:
    asked = request.GET.get("organisation", "")
    if not asked:
        return None
    return get_object_or_404(openable_organisations(actor), public_id=asked)
