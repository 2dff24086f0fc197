"""Several formations at once, from ticked rows of those that should form: a case of its own each."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import Actor, actor_of, require
from xgz.access.formations import OPEN, openable_businesses
from xgz.models import Business, Formation
from xgz.rules.worklists import Worklist
from xgz.services import formations
from xgz.web.cases.page import case_room
from xgz.web.formations.wording import REFUSALS, refusal
from xgz.web.forms import OfficeForm, is_public_id

_MOST = 100  # as many rows as the longest page of the list has


class ManyForm(OfficeForm):
    """What all of them have in common; the businesses are carried along."""

    business = forms.MultipleChoiceField(widget=forms.MultipleHiddenInput)
    with_guide = forms.BooleanField(label=gettext_lazy("请指导站参与"), required=False)

    def __init__(self, data: Any, *, chosen: list[Business]) -> None:
        ids = [each.public_id for each in chosen]
        super().__init__(data, initial={"business": ids})
        field = self.fields["business"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each, each) for each in ids]


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of one ticked business. case: opened now; reason: why none was."""

    business: Business
    case: Formation | None = None
    reason: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def formation_many(request: HttpRequest) -> HttpResponse:
    """Show the ticked businesses, open a formation of each, and say which were left out and why.

    Each is a transaction of its own: one that fails holds up no other.
    """
    actor = actor_of(request)
    require(actor, OPEN)
    posted = request.method == "POST"
    given = (request.POST if posted else request.GET).getlist("business")
    chosen = _chosen(actor, given)
    if not chosen:
        messages.warning(request, _("请先勾选要提出组建的单位。"))
        return redirect("worklist", which=Worklist.SHOULD_FORM.value)
    form = ManyForm(request.POST if posted else None, chosen=chosen)
    if not posted or not form.is_valid():
        return render(request, "formations/many.html", {"form": form, "chosen": chosen})
    done = [_open(actor, each, with_guide=form.cleaned_data["with_guide"]) for each in chosen]
    context = {
        "opened": [each for each in done if each.case],
        "skipped": [each for each in done if not each.case],
    }
    return render(request, "formations/many_done.html", context)


def _chosen(actor: Actor, given: list[str]) -> list[Business]:
    ids = [each for each in dict.fromkeys(given) if is_public_id(each)][:_MOST]
    rows = openable_businesses(actor).filter(public_id__in=ids)
    return list(rows.select_related("township").order_by("township__path", "name", "pk"))


def _open(actor: Actor, business: Business, *, with_guide: bool) -> Opened:
    try:
        case = formations.open_for_should_form(
            actor=actor, business=business, now=clock.now(), with_guide=with_guide
        )
    except formations.NotListed:
        return Opened(business, reason=_("已不在应建未建清单里。"))
    except REFUSALS as error:
        return Opened(business, reason=refusal(error))
    return Opened(business, case)
