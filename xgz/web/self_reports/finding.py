"""Finding a claim by name or phone, as when the person calls back (SR-4)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.access.self_reports import require_handling
from xgz.models.self_reports import PHONE_END_LENGTH
from xgz.queries import self_reports as reads
from xgz.rules.leads import name_key, number_key
from xgz.rules.roles import Resource
from xgz.rules.self_reports import clean_phone
from xgz.services.searches import SearchesUsedUp, count_search
from xgz.web.forms import OfficeForm
from xgz.web.pages import room


class ClaimFindForm(OfficeForm):
    """A name or part of one, a phone or its end, or both; sent, so that no address holds either."""

    name = forms.CharField(label=gettext_lazy("姓名"), required=False, max_length=40)
    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        required=False,
        max_length=20,
        help_text=gettext_lazy(
            "填 11 位手机号，或末四位。姓名和手机号可以只填一项；每次查找都有记录。"
        ),
    )

    def clean_phone(self) -> str:
        text = str(self.cleaned_data["phone"])
        digits = number_key(text)
        if not digits or (len(digits) == PHONE_END_LENGTH and digits.isdigit()):
            return digits
        whole = clean_phone(text)
        if whole is None:
            raise forms.ValidationError(_("请填写 11 位手机号，或末四位。"))
        return whole

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not (self.errors or name_key(values.get("name", "")) or values.get("phone")):
            self.add_error(None, _("请填写姓名或手机号。"))
        return values


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.SELF_REPORT)
def report_find(request: HttpRequest) -> HttpResponse:
    """Find claims in reach, masked as everywhere; each search is counted and written down (RV-4)."""
    actor = actor_of(request)
    require_handling(actor)
    form = ClaimFindForm(request.POST if request.method == "POST" else None)
    found = _found(actor, form) if request.method == "POST" and form.is_valid() else None
    context = {
        "form": form,
        "rows": None if found is None else reads.report_rows(actor, found.reports),
        "has_more": found is not None and found.has_more,
        "most": reads.MOST_NAMED,
    }
    return render(request, "self_reports/find.html", context)


def _found(actor: Actor, form: ClaimFindForm) -> reads.Named | None:
    """Return the claims asked for, None where the person has searched often enough."""
    name, phone = form.cleaned_data["name"], form.cleaned_data["phone"]
    term = f"{name_key(name)}|{phone}"
    try:
        count_search(actor=actor, term=term, now=clock.now(), among="self_report")
    except SearchesUsedUp as error:
        until = f"{clock.local(error.until):%m-%d %H:%M}"
        form.add_error(None, _("查找次数已用完，%(until)s 以后可以再查。") % {"until": until})
        return None
    return reads.reports_named(actor, name=name, phone=phone)
