"""The page that puts a confirmed member into a formation, open or new; the committee's (LD-18)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import Actor, NotPermitted, actor_of
from xgz.access.cases import require_step
from xgz.models import Formation, Lead
from xgz.queries.lead_joining import joinable_formations
from xgz.rules.leads import LeadAction, LeadState
from xgz.services import leads
from xgz.web.forms import OfficeForm
from xgz.web.leads.room import lead_in_sight
from xgz.web.leads.wording import REFUSALS, refusal

_NEW = "new"


class JoinForm(OfficeForm):
    """Which formation; nothing is chosen beforehand."""

    formation = forms.ChoiceField(
        label=gettext_lazy("组建事项"),
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, actor: Actor, case: Lead) -> None:
        super().__init__(data, initial={"version": case.version})
        self.found = {row.public_id: row for row in joinable_formations(case, actor)}
        field = self.fields["formation"]
        if isinstance(field, forms.ChoiceField):
            told = _("%(name)s（%(number)s）")
            field.choices = [
                (key, told % {"name": row.name, "number": row.number})
                for key, row in self.found.items()
            ]
            if case.business is not None:
                words = _("新提出一件：%(name)s") % {"name": case.business.name}
                field.choices += [(_NEW, words)]

    @property
    def chosen(self) -> Formation | None:
        return self.found.get(self.cleaned_data["formation"])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def lead_join(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for and take the formation; a lead that is not confirmed is 409."""
    actor = actor_of(request)
    lead = lead_in_sight(request, public_id)
    require_step(actor, lead, LeadAction.PLACE)
    context = {"case": lead, "kind": lead.KIND, "title": _("列入组建事项")}
    context |= {"list_name": "lead-list", "back": reverse("lead-detail", args=[public_id])}
    if lead.state != LeadState.CONFIRMED:
        context["state_label"] = _(lead.state_label)
        return render(request, "cases/not_offered.html", context, status=409)
    form = JoinForm(request.POST if request.method == "POST" else None, actor=actor, case=lead)
    context["form"] = form
    if request.method != "POST" or not form.is_valid():
        return render(request, "leads/join.html", context)
    try:
        leads.join_formation(
            case=lead,
            actor=actor,
            now=clock.now(),
            formation=form.chosen,
            version=form.cleaned_data["version"],
        )
    except REFUSALS as error:
        form.add_error(None, refusal(error))
    except NotPermitted:
        form.add_error(None, _("您的岗位不能为这个单位提出组建，请选择已有的组建事项。"))
    else:
        messages.success(request, _("已列入，组建批准、组织关系转入后自动纳入管理。"))
        return redirect("lead-detail", public_id=public_id)
    return render(request, "leads/join.html", context)
