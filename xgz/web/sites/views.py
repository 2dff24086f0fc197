"""The page 阵地与保障 of an organisation, and what is seen of its site."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.organisations import visible_organisations
from xgz.access.sites import RECORD, SUPPORT, may_at, require_recording
from xgz.models import Organisation
from xgz.queries import sites as reads
from xgz.queries.establishing import case_of, instructors_of
from xgz.queries.supports import holding_of
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Resource
from xgz.rules.sites import STATE_LABELS
from xgz.services.sites import record_checks
from xgz.web.pages import room
from xgz.web.sites.forms import CheckForm
from xgz.web.sites.wording import REFUSALS, refusal


@require_safe
@room(Resource.ORGANISATION)
def site_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what a site has, its photos, money and materials, and whoever instructs."""
    actor = actor_of(request)
    organisation = visible_organisation(request, public_id)
    site = reads.site_of(organisation, actor.today)
    is_active = organisation.state == OrgState.ACTIVE
    context = {
        "organisation": organisation,
        "site": site,
        "site_words": _(STATE_LABELS[site.state]),
        "checks": reads.checks_of(organisation),
        "holding": holding_of(organisation),
        "instructors": instructors_of(organisation, actor.today),
        "case": case_of(organisation, actor),
        "may_record": is_active and may_at(actor, RECORD, organisation),
        "may_support": is_active and may_at(actor, SUPPORT, organisation),
        "today": actor.today,
    }
    return render(request, "sites/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.ORGANISATION)
def site_check(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show and take what somebody saw of the site, all things at once."""
    actor = actor_of(request)
    organisation = visible_organisation(request, public_id)
    require_recording(actor, organisation)
    form = CheckForm(
        request.POST if request.method == "POST" else None,
        site=reads.site_of(organisation, actor.today),
        initial={"day": actor.today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            record_checks(
                actor=actor,
                organisation=organisation,
                found=form.found(),
                seen_on=form.cleaned_data["day"],
                note=form.cleaned_data["note"],
                now=clock.now(),
            )
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("阵地情况已登记。"))
            return redirect("site-detail", public_id=public_id)
    context = {"form": form, "organisation": organisation, "title": _("登记阵地情况")}
    return render(request, "sites/change.html", context)


def visible_organisation(request: HttpRequest, public_id: str) -> Organisation:
    """Return the organisation the address names. Raises Http404 for one out of sight."""
    rows = visible_organisations(actor_of(request)).select_related("guiding_body", "body__parent")
    return get_object_or_404(rows, public_id=public_id)
