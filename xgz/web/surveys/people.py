"""A person to look for, handed on from a row of a survey; never kept on the phone (SV-9)."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access import surveys as access
from xgz.access.actor import actor_of
from xgz.rules.roles import Resource
from xgz.rules.surveys import shown_code
from xgz.services.surveys.people import Hint, look_for
from xgz.web.forms import NoteField, OfficeForm
from xgz.web.pages import room


class HintForm(OfficeForm):
    """Whom to look for; name and phone where they are known."""

    note = NoteField(
        label=gettext_lazy("到哪里找、怎么知道的"),
        required=True,
        help_text=gettext_lazy("写清地点和时间，加密保存；不要写号码，不写对方是不是党员。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    name = forms.CharField(label=gettext_lazy("姓名"), required=False, max_length=40)
    phone = forms.CharField(label=gettext_lazy("手机号"), required=False, max_length=20)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.SURVEY_ROW)
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a hint from a row; what is said afterwards is the same whatever becomes of it."""
    actor = actor_of(request)
    rows = access.answerable_rows(actor).select_related("business", "round__area")
    row = get_object_or_404(rows, public_id=public_id)
    form = HintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        look_for(actor=actor, row=row, hint=Hint(**form.cleaned_data), now=clock.now())
        messages.success(request, _("已提交，由所在地党委安排走访。"))
        return redirect("survey-row", public_id=row.public_id)
    context = {"row": row, "form": form, "code": shown_code(row.code)}
    return render(request, "surveys/person.html", context)
