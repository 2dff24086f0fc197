"""The room 阵地: whose site lacks room, plaque or seal, whose has them, each with what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access.actor import actor_of
from xgz.access.organisations import visible_organisations
from xgz.models import Body, Organisation
from xgz.queries import sites as reads
from xgz.queries.exports import asked_sites
from xgz.queries.organisations import superiors_of
from xgz.queries.site_sheet import LIST_ORDER, SitesWanted, SiteTab, in_tab
from xgz.rules.roles import Resource
from xgz.rules.sites import SiteEntry
from xgz.web.exports import answer_export, export_context
from xgz.web.forms import BodyField, OfficeForm
from xgz.web.lists import Column, list_page, open_list
from xgz.web.pages import room

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

    def wanted(self) -> SitesWanted:
        """Return what the valid fields ask for."""
        self.is_valid()
        given = self.cleaned_data
        return SitesWanted(given.get("q") or "", given.get("superior"))


@require_safe
@room(Resource.ORGANISATION)
def site_list(request: HttpRequest) -> HttpResponse:
    """Show active organisations in the actor's scope, those that lack something basic first."""
    actor = actor_of(request)
    visible = visible_organisations(actor)
    active = in_tab(SiteTab.ALL, visible)
    form = SiteFilter(request.GET, superiors=superiors_of(active))
    lacking, everybody = in_tab(SiteTab.LACKING, visible).count(), active.count()
    counts = {
        SiteTab.LACKING: lacking,
        SiteTab.BASICS: everybody - lacking,
        SiteTab.ALL: everybody,
    }
    which, tabs = open_list(request, counts, _TAB_LABELS)
    rows = active.select_related("body__parent", "guiding_body")
    listing = list_page(
        request,
        form.wanted().narrow(in_tab(which, visible)),
        _columns(),
        LIST_ORDER,
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
        **export_context(request, which),
    }
    return render(request, "sites/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.ORGANISATION)
def site_export(request: HttpRequest) -> HttpResponseBase:
    """Send one of the lists as it is filtered; nothing of members stands in it."""
    active = in_tab(SiteTab.ALL, visible_organisations(actor_of(request)))
    asked = request.GET.get("list", "")
    which = SiteTab(asked) if asked in set(SiteTab) else SiteTab.LACKING
    wanted = SiteFilter(request.GET, superiors=superiors_of(active)).wanted()
    superior = wanted.superior.name if wanted.superior else ""
    told = _("；").join([_(_TAB_LABELS[which]), *filter(None, (wanted.text, superior))])
    return answer_export(request, asked_sites(which, wanted, told))


def _columns() -> list[Column]:
    return [
        Column("name", _("党组织"), ("name",)),
        Column("superior", _("上级"), ("body__path",), off_phone=True),
        Column("guide", _("指导单位"), ("guiding_body__path",), off_phone=True),
        Column("missing", _("还缺")),
        Column("seen", _("最近查看"), off_phone=True),
    ]
