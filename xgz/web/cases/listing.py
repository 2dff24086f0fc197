"""The plain list of one kind of case: number, subject, state, who has it, until when."""

from dataclasses import dataclass

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xgz.access.actor import actor_of
from xgz.access.cases import visible_cases
from xgz.models import Case
from xgz.queries.case_names import persons_of, rows_with_related, seen_in
from xgz.queries.deadlines import deadlines_on
from xgz.rules.cases import CaseKind
from xgz.rules.workdays import Standing
from xgz.web.forms import OfficeForm
from xgz.web.lists import Column, list_page
from xgz.web.sightings import count_people

OPEN, CLOSED = "open", "closed"


class CaseFilter(OfficeForm):
    """Which cases of a kind are listed: a part of the number, a state, open or closed."""

    q = forms.CharField(label=gettext_lazy("编号"), required=False, max_length=40)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)

    def __init__(self, data: object, *, kind: CaseKind) -> None:
        super().__init__(data)
        field = self.fields["state"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("办理中")), (CLOSED, _("已结束"))]
            field.choices += [(str(key), _(label)) for key, label in kind.states.items()]

    def narrow(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """Return the cases that fit the valid fields; without a state the open ones."""
        self.is_valid()
        state = self.cleaned_data.get("state", "")
        if number := self.cleaned_data.get("q", "").strip():
            cases = cases.filter(number__icontains=number)
        if state in ("", CLOSED):
            return cases.filter(Q(closed_at__isnull=state != CLOSED))
        return cases.filter(state=state)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One row. person: the member's name as the actor may read it, "" where there is none."""

    case: Case
    person: str
    standing: Standing | None


def case_list(
    request: HttpRequest, model: type[Case], template: str = "cases/list.html"
) -> HttpResponse:
    """Show the cases of one kind that the actor sees, the nearest due date first."""
    actor = actor_of(request)
    form = CaseFilter(request.GET, kind=model.KIND)
    cases = form.narrow(visible_cases(actor, model))
    order = ("due_on", "-opened_at", "pk")
    listing = list_page(request, cases, _columns(), order, rows_with_related(model))
    names = persons_of(listing.rows, actor)
    count_people(request, [seen_in(row, names.get(row.public_id, "")) for row in listing.rows])
    deadlines = deadlines_on(actor.today)
    context = {
        "kind": model.KIND,
        "form": form,
        "filtered": form.has_changed(),
        "listing": listing,
        "detail_name": f"{model.KIND.name}-detail",
        "today": actor.today,
        "lines": [
            CaseLine(row, names.get(row.public_id, ""), deadlines.of(row)) for row in listing.rows
        ],
    }
    return render(request, template, context)


def _columns() -> list[Column]:
    return [
        Column("light", _("状态灯"), ("due_on",)),
        Column("subject", _("事项")),
        Column("number", _("编号"), ("number",), off_phone=True),
        Column("state", _("状态"), ("state",)),
        Column("owner", _("责任方"), off_phone=True),
        Column("due", _("办理期限"), ("due_on",), off_phone=True),
        Column("opened", _("提出时间"), ("opened_at",), off_phone=True),
    ]
