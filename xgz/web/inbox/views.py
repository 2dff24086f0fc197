"""The inbox: 待办, 已办, 待阅, 已阅, and signing for notices."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.cases import visible_notices
from xgz.queries.inbox import inbox_rows, light_counts
from xgz.queries.inbox_lines import (
    done_lines,
    done_rows,
    inbox_items,
    notice_lines,
    notices_of,
)
from xgz.queries.surveys import own_work
from xgz.queries.work_lines import work_lines
from xgz.rules.workdays import Light
from xgz.services.cases.notices import sign_notice
from xgz.web.cases.room import case_room
from xgz.web.desk import Desk, desk_of
from xgz.web.inbox.forms import InboxFilter
from xgz.web.lists import SIZES, Listing, sequence_page
from xgz.web.sightings import count_work

LIGHT_LABELS = {
    None: gettext_lazy("全部"),
    Light.LATE: gettext_lazy("超期"),
    Light.NEAR: gettext_lazy("临期"),
    Light.CALM: gettext_lazy("正常"),
}


@require_safe
@case_room
def waiting(request: HttpRequest) -> HttpResponse:
    """Show what lies with the actor now, the nearest due date first unless sorted otherwise."""
    actor = actor_of(request)
    desk = _desk(request)
    counts = light_counts(actor, desk.work)
    form = InboxFilter(request.GET, counts=counts.kinds)
    rows = inbox_rows(
        actor,
        kind=form.wanted_kind,
        light=form.wanted_light,
        order=form.order,
        work=desk.work,
    )
    listing = _page(request, rows)
    items = inbox_items(listing.rows, actor)
    count_work(request, items)
    context = {
        "form": form,
        "filtered": bool(form.wanted_kind or form.wanted_light),
        "lights": [
            (
                label,
                counts.all if light is None else counts.lights[light],
                _with(request, light),
                light == form.wanted_light,
            )
            for light, label in LIGHT_LABELS.items()
        ],
        "listing": listing,
        "items": items,
        "own": own_work(actor),
        "work_lines": work_lines(actor),
    }
    return _tab(request, "inbox/waiting.html", "inbox", context)


@require_safe
@case_room
def done(request: HttpRequest) -> HttpResponse:
    """Show the cases the actor took a step in, newest first."""
    actor = actor_of(request)
    listing = _page(request, done_rows(actor))
    lines = done_lines(listing.rows, actor)
    count_work(request, lines)
    context = {"listing": listing, "lines": lines}
    return _tab(request, "inbox/done.html", "inbox-done", context)


@require_safe
@case_room
def unread(request: HttpRequest) -> HttpResponse:
    """Show the notices to be signed, newest first."""
    return _notices(request, "inbox-unread", signed=False)


@require_safe
@case_room
def read(request: HttpRequest) -> HttpResponse:
    """Show the notices of the actor's seats that were signed, newest first."""
    return _notices(request, "inbox-read", signed=True)


@require_POST
@case_room
def sign(request: HttpRequest) -> HttpResponse:
    """Sign for one notice (`only`), or for all that the page showed (`notice`, repeated)."""
    actor = actor_of(request)
    only = request.POST.get("only", "")
    wanted = [only] if only else request.POST.getlist("notice")[: SIZES[-1]]
    notices = visible_notices(actor).filter(public_id__in=wanted)
    signed = sum(sign_notice(actor=actor, notice=each, now=clock.now()) for each in notices)
    if signed:
        text = ngettext("已签收 %(count)d 条。", "已签收 %(count)d 条。", signed)
        messages.success(request, text % {"count": signed})
    else:
        messages.warning(request, _("没有需要签收的，可能已由本单位其他人签收。"))
    return redirect("inbox-unread")


def _notices(request: HttpRequest, tab: str, *, signed: bool) -> HttpResponse:
    actor = actor_of(request)
    rows = notices_of(actor, signed=signed, work=_desk(request).work)
    listing = _page(request, rows)
    lines = notice_lines(listing.rows, actor)
    count_work(request, lines)
    context = {"listing": listing, "lines": lines, "signed": signed}
    return _tab(request, "inbox/notices.html", tab, context)


def _tab(request: HttpRequest, template: str, tab: str, context: Mapping[str, Any]) -> HttpResponse:
    counts = _desk(request).counts
    frame = {"tab": tab, "counts": counts, "today": actor_of(request).today}
    return render(request, template, {**frame, **context})


def _page(request: HttpRequest, rows: Any) -> Listing[Any]:
    """Return one page of rows that stand in their order already; only that page is read."""
    listing: Listing[Any] = sequence_page(request, rows, ())
    return listing


def _desk(request: HttpRequest) -> Desk:
    desk = desk_of(request, actor_of(request))
    if desk is None:
        raise TypeError("the page is missing case_room")
    return desk


def _with(request: HttpRequest, light: Light | None) -> str:
    """Return the query of the address with another light and without page."""
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("light", None)
    if light is not None:
        query["light"] = light.value
    return f"?{query.urlencode()}"
