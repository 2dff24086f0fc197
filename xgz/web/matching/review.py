"""Reviewing pairs: one after the other, side by side, undone, and carried out (MT-5, MT-6).

Every address carries what the outcome is read for; without it, or for something else, nothing is
shown (MT-2).
"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import Actor, actor_of, require_person
from xgz.access.matching import RUN, visible_pairs
from xgz.access.reveals import revealable_fields
from xgz.models import MatchingTask, MatchPair
from xgz.queries import matching as reads
from xgz.queries.match_pairs import PairSheet, next_sheet, people_of, sheet_of
from xgz.rules.matching import Decision
from xgz.services import matching
from xgz.web.forms import is_public_id
from xgz.web.lists import Column, list_page
from xgz.web.matching.forms import DecisionForm, VersionForm
from xgz.web.matching.pages import ask_purpose, open_to, task_of
from xgz.web.matching.wording import FIELD_LABELS, MARK_LABELS, REFUSALS, purpose_label, refusal
from xgz.web.sightings import count_seen

_SAID: dict[Decision, str] = {
    Decision.YES: gettext_noop("已记为“是同一人”，可以撤销。"),
    Decision.NO: gettext_noop("已记为“不是同一人”，以后不再提示，可以撤销。"),
    Decision.LATER: gettext_noop("已放到最后，以后再定。"),
}


@require_safe
@open_to(RUN)
def review(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the next pair, or the one asked for; without a purpose ask for it."""
    task = task_of(request, public_id)
    purpose = request.GET.get("purpose", "")
    if not purpose:
        return ask_purpose(request, task)
    wanted = request.GET.get("pair", "")
    actor, now = actor_of(request), clock.now()
    try:
        matching.read_outcome(actor=actor, task=task, purpose=purpose, now=now)
    except REFUSALS as error:
        return ask_purpose(request, task, error)
    sheet = _sheet(task, wanted, actor)
    if sheet is None:
        context = {"task": task, "counted": reads.counted(task), "purpose": purpose}
        return render(request, "matching/reviewed.html", context)
    count_seen(request, [sheet.member.pk])
    return render(request, "matching/review.html", _context(request, task, sheet, purpose))


@require_POST
@open_to(RUN)
def decide(request: HttpRequest, public_id: str, pair_id: str) -> HttpResponse:
    """Take a decision and go on to the next pair."""
    task = task_of(request, public_id)
    pair = get_object_or_404(visible_pairs(actor_of(request)), task=task, public_id=pair_id)
    purpose = request.POST.get("purpose", "")
    form = DecisionForm(request.POST)
    if form.is_valid():
        decision = Decision(form.cleaned_data["decision"])
        try:
            matching.decide(
                actor=actor_of(request),
                pair=pair,
                decision=decision,
                version=form.cleaned_data["version"],
                purpose=purpose,
                now=clock.now(),
            )
        except REFUSALS as error:
            messages.error(request, refusal(error))
        else:
            messages.success(request, _(_SAID[decision]))
            following = reads.next_pair(task, after=pair)
            return redirect(_address(task, purpose, following))
    return redirect(_address(task, purpose, pair))


@require_POST
@open_to(RUN)
def undo(request: HttpRequest, public_id: str, pair_id: str) -> HttpResponse:
    """Take a decision back and show the pair again."""
    task = task_of(request, public_id)
    pair = get_object_or_404(visible_pairs(actor_of(request)), task=task, public_id=pair_id)
    purpose, form = request.POST.get("purpose", ""), VersionForm(request.POST)
    if not form.is_valid():
        return redirect(_address(task, purpose, pair))
    try:
        matching.undo(
            actor=actor_of(request),
            pair=pair,
            version=form.cleaned_data["version"],
            purpose=purpose,
            now=clock.now(),
        )
    except REFUSALS as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("已撤销，这一条重新待复核。"))
    return redirect(_address(task, purpose, pair))


@require_safe
@open_to(RUN)
def decided(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what was decided and not yet carried out, newest first, each to be taken back."""
    task, actor = task_of(request, public_id), actor_of(request)
    purpose = request.GET.get("purpose", "")
    try:
        matching.read_outcome(actor=actor, task=task, purpose=purpose, now=clock.now())
    except REFUSALS as error:
        return ask_purpose(request, task, error)
    columns = [
        Column("member", _("名册党员")),
        Column("owner", _("经营者")),
        Column("decision", _("复核意见")),
        Column("at", _("时间"), ("decided_at",), minor=True),
        Column("by", _("复核人"), minor=True),
        Column("undo", ""),
    ]
    rows = reads.decided_pairs(task)
    listing = list_page(request, rows, columns, ("-decided_at", "-pk"))
    people = people_of(listing.rows, actor)
    lines = [(pair, *people[pair.pk]) for pair in listing.rows if pair.pk in people]
    count_seen(request, [member.pk for _pair, member, _business in lines])
    context = {"task": task, "listing": listing, "lines": lines, "purpose": purpose}
    return render(request, "matching/decided.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(RUN)
def carry_out(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say what carrying out does, and do it when it is confirmed."""
    task, actor = task_of(request, public_id), actor_of(request)
    if request.method == "POST":
        purpose = request.POST.get("purpose", "")
        try:
            leads = matching.carry_out(actor=actor, task=task, purpose=purpose, now=clock.now())
        except REFUSALS as error:
            messages.error(request, refusal(error))
        else:
            words = _(
                "已落实。需要走访核实的 %(leads)d 人将在一天内逐一转为线索，由乡镇（街道）分派。"
            )
            messages.success(request, words % {"leads": leads})
        return redirect("matching-detail", public_id=public_id)
    purpose = request.GET.get("purpose", "")
    try:
        matching.require_purpose(actor=actor, task=task, purpose=purpose, now=clock.now())
    except REFUSALS as error:
        return ask_purpose(request, task, error)
    context = {"task": task, "counted": reads.counted(task), "purpose": purpose}
    return render(request, "matching/carry_out.html", context)


def _context(
    request: HttpRequest, task: MatchingTask, sheet: PairSheet, purpose: str
) -> dict[str, Any]:
    actor = actor_of(request)
    person = require_person(actor)
    return {
        "task": task,
        "sheet": sheet,
        "pair": sheet.pair,
        "lines": [
            (_(FIELD_LABELS[row.field]), row, _(MARK_LABELS[row.mark])) for row in sheet.fields
        ],
        "rivals": [
            (each, _address(task, purpose, each.pair), _(each.pair.get_decision_display()))
            for each in sheet.rivals
        ],
        "purpose": purpose,
        "purpose_label": purpose_label(purpose),
        "counted": reads.counted(task),
        "last": reads.last_decided(task, person.pk),
        "of_member": revealable_fields(actor, sheet.member),
        "of_owner": revealable_fields(actor, sheet.business),
    }


def _sheet(task: MatchingTask, wanted: str, actor: Actor) -> PairSheet | None:
    """Return the pair asked for, else the next one whose two people are still there."""
    if is_public_id(wanted):
        pair = task.pairs.filter(public_id=wanted).first()
        sheet = sheet_of(pair, actor) if pair else None
        if sheet is not None:
            return sheet
    return next_sheet(task, actor)


def _address(task: MatchingTask, purpose: str, pair: MatchPair | None) -> str:
    query = {"purpose": purpose} | ({"pair": pair.public_id} if pair else {"pair": "none"})
    return f"{reverse('matching-review', args=[task.public_id])}?{urlencode(query)}"
