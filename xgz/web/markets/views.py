"""Pages of specialised markets: the list, and one market with its stalls."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xgz.access import businesses as access
from xgz.access.actor import Actor, actor_of
from xgz.access.organisations import organisations_in_reach
from xgz.queries import businesses as business_queries
from xgz.queries import markets as queries
from xgz.queries.businesses import CoverageChoice
from xgz.rules.roles import Resource
from xgz.web.businesses.forms import OneOf, PlaceField
from xgz.web.businesses.tables import columns as business_columns
from xgz.web.forms import OfficeForm
from xgz.web.lists import Column, list_page
from xgz.web.pages import room


class MarketFilter(OfficeForm):
    """A value that does not make sense gets an error and asks nothing; the others still hold."""

    q = forms.CharField(
        label=gettext_lazy("市场名称"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("可只填一部分")}),
    )
    township = PlaceField(label=gettext_lazy("所属乡镇"))
    coverage = OneOf(
        label=gettext_lazy("覆盖情况"),
        choices=[
            ("", gettext_lazy("全部")),
            (CoverageChoice.COVERED.value, gettext_lazy("已覆盖")),
            (CoverageChoice.NOT_COVERED.value, gettext_lazy("未覆盖")),
        ],
    )

    def __init__(self, data: Mapping[str, Any], actor: Actor) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["township"].queryset = access.townships_in_reach(actor)
        self.full_clean()

    def wanted(self) -> queries.WantedMarkets:
        """Return the conditions that make sense."""
        values = self.cleaned_data
        return queries.WantedMarkets(
            text=values.get("q", ""),
            township=values.get("township"),
            coverage=CoverageChoice(values["coverage"]) if values.get("coverage") else None,
        )


def columns() -> list[Column]:
    """Return the columns of the market list."""
    return [
        Column("name", _("市场名称"), ("name", "pk")),
        Column("township", _("乡镇"), ("township__path", "pk")),
        Column("stalls", _("摊位"), ("stall_count", "pk"), numeric=True, off_phone=True),
        Column("operating", _("实体运营"), ("operating_count", "pk"), numeric=True),
        Column("covered", _("已覆盖摊位"), numeric=True, minor=True),
        Column("coverage", _("市场覆盖情况")),
        Column("operator", _("举办者"), ("operator__name", "pk"), minor=True),
        Column("instructor", _("指导员"), off_phone=True),
    ]


@require_safe
@room(Resource.MARKET)
def market_list(request: HttpRequest) -> HttpResponse:
    """Show the markets in reach that meet the conditions in the address."""
    actor = actor_of(request)
    form = MarketFilter(request.GET, actor)
    visible = access.visible_markets(actor)
    found = queries.with_counts(queries.narrow(visible, form.wanted(), actor.today), actor.today)
    listing = list_page(
        request, found.select_related("township", "operator"), columns(), ("name", "pk")
    )
    context = {
        "form": form,
        "listing": listing,
        "rows": queries.market_rows(listing.rows, actor.today),
        "total": visible.count(),
        "is_narrowed": any(form.cleaned_data.values()),
    }
    return render(request, "markets/list.html", context)


@require_safe
@room(Resource.MARKET)
def market_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one market in reach with the businesses that trade in it."""
    actor = actor_of(request)
    visible = access.visible_markets(actor).select_related("township", "operator")
    market = get_object_or_404(visible, public_id=public_id)
    with_phone = access.may_see_contact(actor)
    reached = access.visible_businesses(actor)
    traders = reached.filter(pk__in=queries.businesses_in(market, actor.today))
    listing = list_page(
        request,
        traders.select_related("township", "office"),
        business_columns(with_phone=with_phone),
    )
    (row,) = queries.market_rows([market], actor.today)
    coverages = list(queries.coverages_of(market, actor.today))
    context = {
        "market": market,
        "row": row,
        "hidden_stalls": row.counts.stalls - listing.total,
        "operator_is_open": reached.filter(markets_run=market).exists(),
        "coverages": coverages,
        "open_organisations": organisations_in_reach(
            actor, [coverage.organisation_id for coverage in coverages]
        ),
        "listing": listing,
        "rows": business_queries.business_rows(listing.rows, actor, actor.today),
        "with_phone": with_phone,
    }
    return render(request, "markets/detail.html", context)
