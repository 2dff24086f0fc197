"""Pages of closures: the lists, one case, its steps."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access.actor import Actor, actor_of
from xgz.access.cases import may_take, reads_every_opinion
from xgz.access.closures import visible_closures
from xgz.models import Closure, Coverage
from xgz.queries import closures as reads
from xgz.rules.closures import ClosureAction, ClosureState
from xgz.services import closures
from xgz.web.cases.lists import tabbed_cases
from xgz.web.cases.page import case_page, case_room, know_seats, take_case_step
from xgz.web.closures.forms import CARRYING, STEP_FORMS, CarryForm, ClosureFilter
from xgz.web.closures.wording import STEP_FAULTS, missing_words
from xgz.web.exports import export_context
from xgz.web.forms import Offer
from xgz.web.lists import Column
from xgz.web.sightings import count_seen


@require_safe
@case_room
def closure_list(request: HttpRequest) -> HttpResponse:
    """Show what lies with the actor, what is open, or what is closed; the nearest date first."""
    visible = visible_closures(actor_of(request))
    form = ClosureFilter(request.GET, visible=visible)
    columns = [
        Column("business", _("经营主体"), ("business__name",)),
        Column("organisation", _("党组织"), ("organisation__name",), off_phone=True),
        Column("township", _("乡镇"), ("business__township__path",), off_phone=True),
        Column("ended", _("退出日期"), ("closed_on",), off_phone=True),
    ]
    related = ("business__township", "organisation", "owner_body")
    context = tabbed_cases(request, visible, form, columns, related)
    context |= export_context(request, context["which"])
    return render(request, "closures/list.html", context)


@require_safe
@case_room
def closure_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one case: what is missing, business and organisation, and inside the line its members."""
    actor = actor_of(request)
    case = visible_closure(request, public_id)
    know_seats(request, case)
    inside = reads_every_opinion(actor, case)
    within = _inside(case, actor) if inside else {}
    people: Sequence[reads.Concerned] = within.get("concerned", ())
    count_seen(request, [row.member.pk for row in people if row.in_clear])
    opens_business, opens_organisation = reads.openable(case, actor)
    extra = {
        "inside": inside,
        "may_open_business": opens_business,
        "may_open_organisation": opens_organisation,
        "formations": reads.formations_of(case, actor) if case.is_open else [],
        "barred": [ClosureAction.FINISH.value] if within.get("missing") else [],
        **within,
    }
    return case_page(request, case, template="closures/detail.html", extra=extra)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def closure_step(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Show and take one step of a case."""
    return take_case_step(
        request,
        visible_closure(request, public_id),
        action,
        actions=closures.ACTIONS,
        forms=STEP_FORMS,
        faults=STEP_FAULTS,
    )


def visible_closure(request: HttpRequest, public_id: str) -> Closure:
    """Return the case the address names. Raises Http404 for one out of sight."""
    case = reads.closure_at(actor_of(request), public_id)
    if case is None:
        raise Http404
    return case


def carry_offers(actor: Actor, case: Closure) -> list[tuple[str, type[CarryForm]]]:
    """Return (slug, form) of what the actor may set going in this case now."""
    if case.state != ClosureState.CARRYING_OUT or not may_take(actor, case, ClosureAction.FINISH):
        return []
    return [
        (slug, form)
        for slug, form in CARRYING.items()
        if case.option in form.options and (slug != "transfers" or case.target_org_id is not None)
    ]


def _inside(case: Closure, actor: Actor) -> dict[str, Any]:
    """Return what only the organization line sees of a case (CB-5)."""
    missing = reads.missing_of(case, actor.today) if case.is_open else []
    concerned = reads.concerned_rows(case, actor)
    listing = reads.listing_of(case, actor.today)
    done = _deeds_done(case, concerned, listing)
    shown = {row.member.pk for row in concerned}
    transfers = reads.transfers_of(case, actor)
    return {
        "missing": [missing_words(item) for item in missing],
        "concerned": concerned,
        "hidden": reads.hidden_members(case, actor),
        "open_transfers": {transfer.pk for transfer in transfers},
        "gone": [transfer for transfer in transfers if transfer.member_id not in shown],
        "listing": listing,
        "adjustment": reads.adjustment_of(case, actor),
        "carry_offers": [
            Offer(slug, form.title) for slug, form in carry_offers(actor, case) if slug not in done
        ],
    }


def _deeds_done(
    case: Closure, concerned: Sequence[reads.Concerned], listing: Coverage | None
) -> set[str]:
    """Return the slugs of what is carried out already, so that nobody is offered it again."""
    done = set() if any(row.may_propose for row in concerned) else {"transfers"}
    return done if listing is not None else done | {"unlist"}
