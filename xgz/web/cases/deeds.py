"""What is done in a case beside its steps: a part of its file, something its decision sets going."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.models import Case
from xgz.web.cases.steps import case_frame
from xgz.web.cases.wording import SPINE_FAULT_TEXTS, Faults, fault_text
from xgz.web.forms import OfficeForm
from xgz.web.sightings import count_seen

C = TypeVar("C", bound=Case)


class DeedForm(OfficeForm, Generic[C]):
    """One deed of a case. title: of the page and its button; lead: what it does, above the fields.

    A grave one is asked a second time. linked: fields that a link to the form may fill in. named:
    row numbers of members offered by name in clear (RV-5). The button of a FindInput judges
    nothing: the form comes back with what was typed, and `prepare` finds. nothing_left: what is told
    where the case still has the deed and all of it was done.
    """

    title: ClassVar[str | Promise]
    lead: ClassVar[str | Promise] = ""
    is_grave: ClassVar[bool] = False
    linked: ClassVar[Sequence[str]] = ()
    nothing_left: ClassVar[str | Promise] = ""
    template: ClassVar[str] = "cases/deed.html"

    def __init__(self, data: Any, *, actor: Actor, case: C) -> None:
        self.actor = actor
        self.case = case
        self.named: list[int] = []
        given = data or {}
        searching = "search" in given
        own = self.own_fields()
        super().__init__(None if searching else data, initial=self.begin())
        self.add_fields(own)
        if searching:
            self.initial.update({name: given.get(name, "") for name in self.fields})
        self.prepare(given)

    def own_fields(self) -> dict[str, forms.Field]:
        """Return the fields that depend on the case; none by default."""
        return {}

    def begin(self) -> dict[str, Any]:
        """Return what is filled in at first; today by default."""
        return {"day": self.actor.today}

    def prepare(self, given: Any) -> None:
        """Fill the choices; nothing by default."""

    def choose(self, asked: Mapping[str, str]) -> None:
        """Choose the rows that the link to the form names, where it names any."""
        for name in self.linked:
            if name in self.fields and asked.get(name):
                self.initial[name] = asked[name]

    def apply(self, now: datetime) -> None:
        """Do it; raises the service's refusals."""
        raise NotImplementedError

    def effects(self) -> list[str]:
        """Return what a grave one brings about, with names and numbers; call on a valid form."""
        return []


def take_deed(
    request: HttpRequest,
    case: C,
    kind: type[DeedForm[C]],
    *,
    is_offered: bool,
    is_due: bool = True,
    faults: Faults,
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show (GET) or take (POST) one deed of a case by somebody found to see it and to have the right.

    is_offered: whether the case as it is has this deed; is_due: whether anything of it is left to
    do; 409 otherwise. faults: the service's refusals with their sentences; extra: what the form's
    own template needs.
    """
    context = {**case_frame(case, str(kind.title)), **(extra or {})}
    if not (is_offered and is_due):
        context["nothing_left"] = kind.nothing_left if is_offered else ""
        return render(request, "cases/not_offered.html", context, status=409)
    form = kind(
        request.POST if request.method == "POST" else None, actor=actor_of(request), case=case
    )
    form.choose(request.GET)
    context["form"] = form
    count_seen(request, form.named)
    if request.method != "POST" or "back" in request.POST or not form.is_valid():
        return render(request, form.template, context)
    if form.is_grave and "confirmed" not in request.POST:
        return render(request, "cases/confirm.html", context)
    try:
        form.apply(clock.now())
    except (*SPINE_FAULT_TEXTS, *faults) as error:
        form.add_error(None, fault_text(error, faults))
        return render(request, form.template, context)
    messages.success(request, _("已办理：%(step)s。") % {"step": kind.title})
    return redirect(str(context["back"]))
