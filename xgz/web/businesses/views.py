"""Pages of businesses: the list with its filter, the list as a workbook, one business."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access import businesses as access
from xgz.access.actor import Actor, actor_of, may
from xgz.access.organisations import organisations_in_reach
from xgz.access.reveals import revealable_fields
from xgz.models import Business
from xgz.queries import business_history as history
from xgz.queries import businesses as queries
from xgz.queries.closures import cases_of_businesses
from xgz.queries.exports import ExportKind, asked_businesses
from xgz.rules.masking import mask_id_number
from xgz.rules.roles import DECLARED_OWNERS, ROSTER_FIGURES, Resource
from xgz.web.businesses.forms import BusinessFilter
from xgz.web.businesses.tables import columns
from xgz.web.exports import answer_export
from xgz.web.lists import list_page
from xgz.web.pages import room


@dataclass(frozen=True, slots=True)
class Loosened:
    """What would be found without one of the conditions; url: the address without it."""

    words: str
    url: str
    count: int


@require_safe
@room(Resource.BUSINESS)
def business_list(request: HttpRequest) -> HttpResponse:
    """Show the businesses in reach that meet the conditions in the address."""
    actor = actor_of(request)
    form = BusinessFilter(request.GET, actor)
    visible = access.visible_businesses(actor)
    with_phone = access.may_see_contact(actor)
    found = queries.narrow(visible, form.wanted(), actor.today)
    listing = list_page(
        request,
        found,
        columns(with_phone=with_phone),
        source=visible.select_related("township", "office"),
    )
    context = {
        "form": form,
        "listing": listing,
        "rows": queries.business_rows(listing.rows, actor, actor.today),
        "with_phone": with_phone,
        "totals": queries.district_totals(actor.today)
        if actor.sees_district(Resource.BUSINESS)
        else queries.totals(actor, actor.today),
        "as_of": queries.registry_as_of(),
        "may_export": may(actor, "business.export"),
        "may_export_ledger": may(actor, "ledger.export"),
        "may_import": may(actor, "import.registry"),
        "conditions": [words for _name, words in form.conditions()],
        "loosened": [] if listing.total else _loosened(request, form, visible, actor),
    }
    return render(request, "businesses/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.BUSINESS)
def business_export(request: HttpRequest) -> HttpResponseBase:
    """Send the whole list, narrowed by the same conditions; a long one is made in the background."""
    form = BusinessFilter(request.GET, actor_of(request))
    words = _("、").join(words for _name, words in form.conditions()) or _("全部")
    return answer_export(request, asked_businesses(ExportKind.BUSINESSES, form.wanted(), words))


@require_safe
@room(Resource.BUSINESS)
def business_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one business in reach: register facts, declared counts, cover and past."""
    actor = actor_of(request)
    business = queries.business_at(actor, public_id)
    if business is None:
        raise Http404
    (row,) = queries.business_rows([business], actor, actor.today)
    coverages = history.coverages_of(business, actor.today)
    stall = history.stall_of(business, actor.today)
    with_owner = access.reaches_as(actor, business, DECLARED_OWNERS)
    context = {
        "business": business,
        "row": row,
        "with_contact": row.with_contact,
        "owner_id": mask_id_number(business.owner_id_number) if row.with_contact else "",
        "coverages": coverages,
        "open_organisations": organisations_in_reach(
            actor, [coverage.organisation_id for coverage in coverages]
        ),
        "stall": stall,
        "market_is_open": stall is not None and access.reaches_market(actor, stall.market_id),
        "years": history.declared_years(business, with_owner=with_owner),
        "with_owner": with_owner,
        "roster_count": _roster_count(actor, business),
        "timeline": history.timeline(business),
        "closure": cases_of_businesses(actor, [business.pk]).get(business.pk),
        "revealable": revealable_fields(actor, business),
        "is_own": business.pk in {grant.business_id for grant in actor.grants},
    }
    return render(request, "businesses/detail.html", context)


def _roster_count(actor: Actor, business: Business) -> int | None:
    """Return the count of the roster for those who may have it, else None."""
    if not access.reaches_as(actor, business, ROSTER_FIGURES):
        return None
    return history.roster_count(business, actor.today)


def _loosened(
    request: HttpRequest, form: BusinessFilter, visible: QuerySet[Business], actor: Actor
) -> list[Loosened]:
    """Return, for an empty result, what each condition costs; the most fruitful first."""
    found = []
    for name, words in form.conditions():
        values = request.GET.copy()
        values.pop(name)
        values.pop("page", None)
        wanted = BusinessFilter(values, actor).wanted()
        count = queries.narrow(visible, wanted, actor.today).count()
        found.append(Loosened(words, f"?{values.urlencode()}", count))
    return sorted(found, key=lambda entry: -entry.count)
