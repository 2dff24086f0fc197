"""Confirmed owners of a purpose, and ending one that was confirmed by mistake (MT-6).

Addresses hold the id of a tie, which alone leads to nobody.
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.matching import RUN, visible_ties
from xgz.models import OwnerTie
from xgz.queries.owner_ties import confirmed_ties, tied_people
from xgz.rules.matching import OwnerList, TieMistake
from xgz.services import matching
from xgz.web.forms import is_public_id
from xgz.web.lists import Column, list_page
from xgz.web.matching.forms import UntieForm
from xgz.web.matching.pages import ask_purpose, open_to, task_of
from xgz.web.matching.wording import REFUSALS, purpose_label, refusal
from xgz.web.sightings import count_seen


@require_safe
@open_to(RUN)
def confirmed(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show every confirmed owner of a task's purpose, newest first, each to be undone."""
    task, actor = task_of(request, public_id), actor_of(request)
    purpose = request.GET.get("purpose", "")
    try:
        matching.read_outcome(actor=actor, task=task, purpose=purpose, now=clock.now())
    except REFUSALS as error:
        return ask_purpose(request, task, error)
    columns = [
        Column("member", _("名册党员")),
        Column("owner", _("经营者")),
        Column("on", _("确认日期"), ("confirmed_on",), minor=True),
        Column("lead", _("线索"), minor=True),
        Column("untie", _("下一步")),
    ]
    rows = confirmed_ties(purpose, actor)
    listing = list_page(request, rows, columns, ("-confirmed_on", "-pk"))
    people = tied_people(listing.rows, actor)
    lines = [(tie, *people[tie.pk]) for tie in listing.rows if tie.pk in people]
    count_seen(request, [member.pk for _tie, member, _business in lines])
    context = {
        "task": task,
        "listing": listing,
        "lines": lines,
        "purpose": purpose,
        "purpose_label": purpose_label(purpose),
    }
    return render(request, "matching/confirmed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(RUN)
def untie(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say what ending a tie does, and do it with a reason."""
    actor = actor_of(request)
    given = request.POST if request.method == "POST" else request.GET
    purpose, back = given.get("purpose", ""), given.get("back", "")
    tie = visible_ties(actor).filter(public_id=public_id).first()
    if tie is None:  # most likely somebody else has just ended it: say so rather than 404
        return _gone(request, back, purpose)
    form = UntieForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _asked(request, tie, form, purpose, back)
    try:
        lead_waited = matching.untie_owner(
            actor=actor,
            tie=tie,
            mistake=TieMistake(form.cleaned_data["mistake"]),
            purpose=purpose,
            now=clock.now(),
        )
    except REFUSALS as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _said(lead_waited=lead_waited))
    return redirect(_back(back, purpose))


def _asked(
    request: HttpRequest, tie: OwnerTie, form: UntieForm, purpose: str, back: str
) -> HttpResponse:
    """Show whom the tie is about and what ending it does; each reading is written down."""
    actor = actor_of(request)
    if not purpose:
        return ask_purpose(request, None)
    try:
        matching.read_tie(actor=actor, tie=tie, purpose=purpose, now=clock.now())
    except REFUSALS as error:
        return ask_purpose(request, None, error)
    people = tied_people([tie], actor)
    if tie.pk not in people:
        return _gone(request, back, purpose)
    member, business = people[tie.pk]
    count_seen(request, [member.pk])
    context = {
        "tie": tie,
        "member": member,
        "business": business,
        "form": form,
        "purpose": purpose,
        "purpose_label": purpose_label(purpose),
        "back": back,
        "back_url": _back(back, purpose),
    }
    return render(request, "matching/untie.html", context)


def _gone(request: HttpRequest, back: str, purpose: str) -> HttpResponse:
    messages.error(request, refusal(matching.TieGone()))
    return redirect(_back(back, purpose))


def _said(*, lead_waited: bool) -> str:
    if lead_waited:
        return _("已解除，还没有转的线索不再转。以后不再提示这两人。")
    return _("已解除，以后不再提示这两人。已转为线索的仍在线索里，由乡镇（街道）按“排除”办结。")


def _back(place: str, purpose: str) -> str:
    """Return the list or the page of confirmed owners somebody came from, else the tasks."""
    if place in set(OwnerList):
        address = reverse("owner-list", args=[place])
    elif is_public_id(place):
        address = reverse("matching-confirmed", args=[place])
    else:
        return reverse("matching-list")
    return f"{address}?{urlencode({'purpose': purpose})}"
