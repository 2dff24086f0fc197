"""The room 阵地: whose site lacks room, plaque or seal, whose has them, each with what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_safe

from xgz.access.actor import actor_of
from xgz.access.organisations import visible_organisations
from xgz.access.scopes import within
from xgz.models import Body, Organisation
from xgz.queries import sites as reads
from xgz.queries.organisations import superiors_of
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Resource
from xgz.rules.sites import SiteEntry
from xgz.web.forms import BodyField, OfficeForm
from xgz.web.lists import Column, list_page, open_list
from xgz.web.pages import room


class SiteTab(StrEnum):
    LACKING = "lacking"
    BASICS = "basics"
    ALL = "all"


_TAB_LABELS: dict[SiteTab, str] = {
    SiteTab.LACKING: gettext_noop("阵地未落实"),
    SiteTab.BASICS: gettext_noop("场所、标牌、印章已有"),
    SiteTab.ALL: gettext_noop("全部"),
}


@dataclass(frozen=True, slots=True)
class SiteLine:
    """One organisation with what its site lacks by the list in force; seen_on: the newest look."""

    organisation: Organisation
    missing: Sequence[SiteEntry]
    seen_on: Any


class SiteFilter(OfficeForm):
    """A part of the name, and the superior."""

    q = forms.CharField(label=gettext_lazy("党组织"), required=False, max_length=40)
    superior = BodyField(
        label=gettext_lazy("上级"), required=False, empty_label=gettext_lazy("全部")
    )

    def __init__(self, data: Any, *, superiors: QuerySet[Body]) -> None:
        super().__init__(data)
        chooser = self.fields["superior"]
        if isinstance(chooser, forms.ModelChoiceField):
            chooser.queryset = superiors

    def narrow(self, organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Return the organisations that fit."""
        self.is_valid()
        for word in (self.cleaned_data.get("q") or "").split():
            organisations = organisations.filter(name__icontains=word)
        if superior := self.cleaned_data.get("superior"):
            organisations = organisations.filter(within(superior.path, "body__path"))
        return organisations


@require_safe
@room(Resource.ORGANISATION)
def site_list(request: HttpRequest) -> HttpResponse:
    """Show active organisations in the actor's scope, those that lack something basic first."""
    actor = actor_of(request)
    active = visible_organisations(actor).filter(state=OrgState.ACTIVE)
    form = SiteFilter(request.GET, superiors=superiors_of(active))
    lists = {
        SiteTab.LACKING: active.filter(reads.lacks_basics()),
        SiteTab.BASICS: active.exclude(reads.lacks_basics()),
        SiteTab.ALL: active,
    }
    lacking, everybody = lists[SiteTab.LACKING].count(), active.count()
    counts = {
        SiteTab.LACKING: lacking,
        SiteTab.BASICS: everybody - lacking,
        SiteTab.ALL: everybody,
    }
    which, tabs = open_list(request, counts, _TAB_LABELS)
    rows = active.select_related("body__parent", "guiding_body")
    listing = list_page(
        request,
        form.narrow(lists[which]),
        _columns(),
        ("body__path", "pk"),
        rows,
        counted=None if form.has_changed() else counts[which],
    )
    context = {
        "form": form,
        "which": which,
        "tabs": tabs,
        "listing": listing,
        "lines": [SiteLine(*line) for line in reads.missing_of(list(listing.rows), actor.today)],
        "filtered": form.has_changed(),
        "has_none": not counts[SiteTab.ALL],
    }
    return render(request, "sites/list.html", context)


def _columns() -> list[Column]:
    return [
        Column("name", _("党组织"), ("name",)),
        Column("superior", _("上级"), ("body__path",), off_phone=True),
        Column("guide", _("指导单位"), ("guiding_body__path",), off_phone=True),
        Column("missing", _("还缺")),
        Column("seen", _("最近查看"), off_phone=True),
    ]
