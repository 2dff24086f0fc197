"""The page on which the committee says at which business or market a lead is to be looked for."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.access.leads import require_check
from xgz.models import Business, Lead, Market
from xgz.queries.leads import places_named
from xgz.rules.words import visible_words
from xgz.services import leads
from xgz.web.finding import FindInput, found_words
from xgz.web.forms import OfficeForm
from xgz.web.leads.room import lead_in_sight
from xgz.web.leads.wording import REFUSALS, refusal


class WhereForm(OfficeForm):
    """find searches the businesses and markets of the lead's township that `place` offers."""

    find = forms.CharField(
        label=gettext_lazy("查找经营主体、市场"),
        required=False,
        max_length=60,
        widget=FindInput,
        help_text=gettext_lazy("输入名称或信用代码查找，只查线索所在乡镇、街道的。"),
    )
    place = forms.ChoiceField(label=gettext_lazy("经营主体、市场"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, actor: Actor, case: Lead) -> None:
        given = data or {}
        searching = "search" in given
        super().__init__(None if searching else data, initial={"version": case.version})
        if searching:
            self.initial.update({name: given.get(name, "") for name in self.fields})
        text = visible_words(str(given.get("find", "")))
        found = places_named(actor, case, text) if text else []
        self.places: dict[str, Business | Market] = {row.public_id: row for row in found}
        first = found_words(text, self.places, _("请选择"))
        self.offer("place", [("", first), *((key, row.name) for key, row in self.places.items())])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def lead_where(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for and write down the place of a lead; the organization line alone (LD-17)."""
    actor = actor_of(request)
    lead = lead_in_sight(request, public_id)
    require_check(actor, lead)
    posted = request.method == "POST"
    form = WhereForm(request.POST if posted else None, actor=actor, case=lead)
    if posted and form.is_bound and form.is_valid():
        try:
            leads.amend_place(
                case=lead,
                actor=actor,
                now=clock.now(),
                place=form.places.get(form.cleaned_data["place"]),
                version=form.cleaned_data["version"],
            )
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("已补充线索地点。"))
            return redirect("lead-detail", public_id=public_id)
    return render(request, "leads/where.html", {"form": form, "case": lead})
