"""All pages of a kind of case that needs none of its own: list, detail, one page for each step."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access.actor import actor_of
from xgz.access.cases import visible_cases
from xgz.models import Case
from xgz.web.cases.detail import case_page
from xgz.web.cases.forms import StepForm
from xgz.web.cases.listing import case_list
from xgz.web.cases.room import case_room
from xgz.web.cases.steps import take_case_step
from xgz.web.cases.wording import Faults


def case_urls(
    model: type[Case],
    actions: Mapping[Any, Callable[..., Any]],
    *,
    template: str = "cases/case_plain.html",
    forms: Mapping[Any, type[StepForm]] | None = None,
    faults: Faults | None = None,
) -> list[URLPattern]:
    """Return the addresses <kind>-list, <kind>-detail and <kind>-step of one kind.

    actions, forms, faults: as for take_case_step; template: of the detail page.
    """
    name = model.KIND.name

    @require_safe
    @case_room
    def listing(request: HttpRequest) -> HttpResponse:
        return case_list(request, model)

    @require_safe
    @case_room
    def detail(request: HttpRequest, public_id: str) -> HttpResponse:
        return case_page(request, _visible(request, model, public_id), template=template)

    @require_http_methods(["GET", "HEAD", "POST"])
    @case_room
    def step(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
        case = _visible(request, model, public_id)
        return take_case_step(
            request, case, action, actions=actions, forms=forms or {}, faults=faults or {}
        )

    return [
        path("", listing, name=f"{name}-list"),
        path("<str:public_id>/", detail, name=f"{name}-detail"),
        path("<str:public_id>/<slug:action>/", step, name=f"{name}-step"),
    ]


def _visible(request: HttpRequest, model: type[Case], public_id: str) -> Case:
    rows = visible_cases(actor_of(request), model).select_related(*model.RELATED, "owner_body")
    return get_object_or_404(rows, public_id=public_id)
