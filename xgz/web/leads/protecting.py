"""Taking a member out of finding members, and letting the member be found again (LD-14)."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xgz.access import actor as access
from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.leads import PROTECT
from xgz.access.members import visible_members
from xgz.models import Member
from xgz.queries.lead_identity import is_protected
from xgz.queries.members import member_rows, named_in
from xgz.rules.roles import Resource
from xgz.services.leads import ProtectedAlready, lift_protection, protect_member
from xgz.web.forms import OfficeForm
from xgz.web.pages import room
from xgz.web.sightings import count_seen


class ProtectForm(OfficeForm):
    """The one answer that says what is to be, so that two who click at once do not undo each other."""

    wanted = forms.ChoiceField(choices=[("on", ""), ("off", "")], widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.MEMBER)
def protect(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for the decision, ask a second time, take it; a hidden member is 404, no right is 403."""
    actor = actor_of(request)
    member = get_object_or_404(visible_members(actor), public_id=public_id)
    access.require(actor, PROTECT)
    (row,) = member_rows([member], actor)
    is_on = is_protected(member)
    form = ProtectForm(
        request.POST if request.method == "POST" else None,
        initial={"wanted": "off" if is_on else "on"},
    )
    is_asked = request.method == "POST" and form.is_valid()
    if is_asked and ("confirmed" in request.POST or _is_so(form, is_on=is_on)):
        return _decide(request, member, form)
    count_seen(request, named_in([row]))
    context = {
        "form": form,
        "row": row,
        "is_on": is_on,
        "is_asked": is_asked,
        "back": reverse("member-detail", args=[public_id]),
    }
    return render(request, "leads/protect.html", context)


def _is_so(form: ProtectForm, *, is_on: bool) -> bool:
    """Test whether what is asked for is the case already: then there is nothing to confirm."""
    return (form.cleaned_data["wanted"] == "on") is is_on


def _decide(request: HttpRequest, member: Member, form: ProtectForm) -> HttpResponse:
    act = protect_member if form.cleaned_data["wanted"] == "on" else lift_protection
    try:
        act(actor=actor_of(request), member=member, now=clock.now())
    except ProtectedAlready:
        messages.warning(request, _("刚才已经有人办理过，请核对现在的情况。"))
    else:
        messages.success(request, _("已办理。"))
    # Not back to the person: the page would count as a look at exactly this one (RV-5).
    return redirect("member-list")
