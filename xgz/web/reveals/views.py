"""Asking for one full number, and the page that shows it for five minutes (RV-1, RV-2)."""

from datetime import datetime
from math import ceil

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.businesses import visible_businesses
from xgz.access.cases import reads_private_whole
from xgz.access.leads import visible_leads
from xgz.access.members import members_in_clear, visible_members
from xgz.access.reveals import Subject, own_reveals, require_revealable
from xgz.models import Business, Lead
from xgz.queries.case_names import seen_in
from xgz.queries.reveals import cases_about, running_reveal
from xgz.rules.masking import mask_name
from xgz.rules.reveals import BUSINESS_FIELDS, LEAD_FIELDS, MEMBER_FIELDS, RevealField
from xgz.rules.roles import Resource
from xgz.services.reveals import reveal, value_of
from xgz.web.accounts.fresh import fresh_sign_in_required
from xgz.web.pages import room
from xgz.web.reveals.forms import RevealForm
from xgz.web.reveals.wording import REFUSALS, field_label, refusal
from xgz.web.sightings import count_people, count_seen


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.MEMBER)
def of_member(request: HttpRequest, public_id: str, field: str) -> HttpResponseBase:
    """Ask why, then show one value of a member; a hidden member is 404, no right is 403."""
    wanted = _field(field, MEMBER_FIELDS)
    member = get_object_or_404(visible_members(actor_of(request)), public_id=public_id)
    require_revealable(actor_of(request), member, wanted)
    return _ask(request, member, wanted)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.BUSINESS)
def of_business(request: HttpRequest, public_id: str, field: str) -> HttpResponseBase:
    """Ask why, then show the owner's number or phone; a hidden business is 404, no right is 403."""
    wanted = _field(field, BUSINESS_FIELDS)
    business = get_object_or_404(visible_businesses(actor_of(request)), public_id=public_id)
    require_revealable(actor_of(request), business, wanted)
    return _ask(request, business, wanted)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def of_lead(request: HttpRequest, public_id: str, field: str) -> HttpResponseBase:
    """Ask why, then show one number of a lead's person; out of sight is 404, no right is 403."""
    wanted = _field(field, LEAD_FIELDS)
    lead = get_object_or_404(visible_leads(actor_of(request)), public_id=public_id)
    require_revealable(actor_of(request), lead, wanted)
    return _ask(request, lead, wanted)


@require_safe
@login_required
def shown(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Show the one value of an own look until it is over; then ask again."""
    actor, now = actor_of(request), clock.now()
    row = get_object_or_404(own_reveals(actor), public_id=public_id)
    subject = row.member or row.business or row.lead
    if subject is None:
        raise Http404
    field = RevealField(row.field)
    require_revealable(actor, subject, field)
    if not row.at <= now < row.until:
        return redirect(_form_address(subject, field))
    return _show(request, subject, field, row.until)


@fresh_sign_in_required
def _ask(request: HttpRequest, subject: Subject, field: RevealField) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    if running := running_reveal(actor, subject, field, now):
        return redirect("reveal-shown", public_id=running.public_id)
    cases = cases_about(actor, subject)
    form = RevealForm(request.POST or None, subject=subject, field=field, cases=cases)
    if request.method == "POST" and form.is_valid():
        try:
            seen = reveal(actor=actor, subject=subject, field=field, now=now, **form.given())
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            return redirect("reveal-shown", public_id=seen.public_id)
    return render(request, "reveals/ask.html", {"form": form, **_about(request, subject, field)})


@fresh_sign_in_required
def _show(
    request: HttpRequest, subject: Subject, field: RevealField, until: datetime
) -> HttpResponse:
    about = _about(request, subject, field)
    context = about | {"value": value_of(subject, field), "until": until}
    response = render(request, "reveals/shown.html", context)
    seconds = ceil((until - clock.now()).total_seconds())
    response["Cache-Control"] = "no-store"
    # Without any script the page leaves by itself when the time is over.
    response["Refresh"] = f"{seconds};url={about['back']}"
    return response


def _about(request: HttpRequest, subject: Subject, field: RevealField) -> dict[str, object]:
    """Return what both pages say of the person: the name as the actor may read it, the way back."""
    if isinstance(subject, Business):
        return {
            "name": subject.name,
            "label": field_label(field, of_owner=True),
            "back": reverse("business-detail", args=[subject.public_id]),
            "of_owner": True,
        }
    if isinstance(subject, Lead):
        whole = reads_private_whole(actor_of(request), subject)
        name = subject.name if whole else mask_name(subject.name)
        count_people(request, [seen_in(subject, name)])
        return {
            "name": name,
            "label": field_label(field, of_owner=False),
            "back": reverse("lead-detail", args=[subject.public_id]),
            "of_lead": True,
        }
    clear = members_in_clear(actor_of(request)).filter(pk=subject.pk).exists()
    if clear:
        count_seen(request, [subject.pk])
    return {
        "name": subject.name if clear else mask_name(subject.name),
        "label": field_label(field, of_owner=False),
        "back": reverse("member-detail", args=[subject.public_id]),
        "of_owner": False,
    }


def _form_address(subject: Subject, field: RevealField) -> str:
    name = f"reveal-{subject._meta.model_name}"
    return reverse(name, args=[subject.public_id, field.value])


def _field(text: str, offered: tuple[RevealField, ...]) -> RevealField:
    if text not in offered:
        raise Http404
    return RevealField(text)
