"""Opening a formation, and putting things into its file while it is prepared."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import Actor, NotPermitted, actor_of, require
from xgz.access.formations import OPEN, may_file, openable_businesses
from xgz.models import Business, Formation
from xgz.rules.formations import FormationState
from xgz.services import formations
from xgz.web.cases.page import case_room, take_deed
from xgz.web.formations.forms import FILING, FileForm, OpenForm
from xgz.web.formations.views import visible_formation
from xgz.web.formations.wording import FILE_FAULTS, REFUSALS, refusal


@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def formation_new(request: HttpRequest) -> HttpResponse:
    """Open a formation by hand, or from a row of those that should form (?business=…)."""
    actor = actor_of(request)
    require(actor, OPEN)
    business = _asked_for(request, actor)
    form = OpenForm(
        request.POST if request.method == "POST" else None, actor=actor, business=business
    )
    if request.method == "POST" and form.is_valid():
        try:
            case = _opened(form, actor, business)
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("已提出组建，请备齐材料。"))
            return redirect("formation-detail", public_id=case.public_id)
    return render(request, "formations/new.html", {"form": form})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def formation_file(request: HttpRequest, public_id: str, what: str) -> HttpResponse:
    """Show and take one change of the file; a hidden case is 404, no right 403, too late 409."""
    case = visible_formation(request, public_id)
    if what not in FILING:
        raise Http404
    return take_filing(request, case, FILING[what])


def take_filing(request: HttpRequest, case: Formation, kind: type[FileForm]) -> HttpResponse:
    """Show and take one form of the file of a case in sight, where the actor has the right."""
    if not may_file(actor_of(request), case, kind.parties):
        raise NotPermitted("formation.file")
    return take_deed(
        request,
        case,
        kind,
        is_offered=case.state == FormationState.PREPARING,
        faults=FILE_FAULTS,
        extra={"is_redone": kind.is_of_plan and case.is_mended},
    )


def _asked_for(request: HttpRequest, actor: Actor) -> Business | None:
    asked = request.GET.get("business", "")
    return get_object_or_404(openable_businesses(actor), public_id=asked) if asked else None


def _opened(form: OpenForm, actor: Actor, business: Business | None) -> Formation:
    """One listed business alone is opened as such; whatever else was typed, by hand."""
    if business is None or [each.pk for each in form.found] != [business.pk]:
        return form.apply(clock.now())
    try:
        return formations.open_for_should_form(
            actor=actor,
            business=business,
            now=clock.now(),
            with_guide=form.cleaned_data["with_guide"],
        )
    except formations.NotListed:
        return form.apply(clock.now())
