"""Pages of leads: the lists, a new one, one lead, its steps, the script of a first contact."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access import clock
from xgz.access.actor import Actor, actor_of, may
from xgz.access.cases import may_take
from xgz.access.leads import CHECK, FUNNEL, may_check, may_record, visible_leads
from xgz.access.reveals import revealable_fields
from xgz.access.transfers import proposable_members
from xgz.models import Lead
from xgz.queries import leads as reads
from xgz.queries.lead_joining import joining_of
from xgz.queries.transfers import has_open_transfer
from xgz.rules.leads import UNCONFIRMED, LeadAction, LeadProof, LeadState
from xgz.services import leads
from xgz.web.cases.page import case_page, know_seats, take_case_step
from xgz.web.leads.forms import STEP_FORMS, LeadFilter, NewLeadForm
from xgz.web.leads.listing import lead_table
from xgz.web.leads.room import lead_in_sight, lead_room, sheet_shown
from xgz.web.leads.wording import (
    REFUSALS,
    STEP_FAULTS,
    kind_words,
    missing_words,
    refusal,
    result_words,
    says_words,
    source_words,
)
from xgz.web.lists import open_list
from xgz.web.sightings import count_seen


class LeadList(StrEnum):
    TO_DO = "to-do"
    OPEN = "open"
    CLOSED = "closed"


_LIST_LABELS: dict[LeadList, str] = {
    LeadList.TO_DO: gettext_noop("待办"),
    LeadList.OPEN: gettext_noop("在办"),
    LeadList.CLOSED: gettext_noop("已结束"),
}


# Steps that are taken on the strength of both proofs.
_ON_PROOFS = frozenset({LeadAction.CONFIRM, LeadAction.PLACE, LeadAction.RECONSIDER})


@dataclass(frozen=True, slots=True)
class _Lack:
    """A proof that is missing. url: where the reader writes it down, "" for others."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class _Transfer:
    """is_open: one is under way. may_propose: the reader may open one."""

    is_open: bool
    may_propose: bool


@require_safe
@lead_room
def lead_list(request: HttpRequest) -> HttpResponse:
    """Show what lies with the actor, what is open, or what has ended; the nearest date first."""
    actor = actor_of(request)
    visible = visible_leads(actor)
    form = LeadFilter(request.GET, visible=visible)
    lists = {key: _in_list(key, visible, actor) for key in LeadList}
    counts = {key: rows.count() for key, rows in lists.items()}
    which, tabs = open_list(request, counts, _LIST_LABELS)
    shown = form.narrow(lists[which])
    table = lead_table(request, shown, is_ended=which is LeadList.CLOSED)
    sends = may(actor, CHECK) and not table["is_printed"]
    context = {
        **table,
        "form": form,
        "which": which,
        "tabs": tabs,
        "list_label": _(_LIST_LABELS[which]),
        "sendable": reads.sendable(table["listing"].rows, actor) if sends else frozenset(),
        "filtered": form.has_changed(),
        "may_check": may(actor, CHECK),
        "may_funnel": may(actor, FUNNEL),
    }
    return render(request, "leads/list.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@lead_room
def lead_new(request: HttpRequest) -> HttpResponse:
    """Enter a lead by hand. What is said afterwards is the same whether one was opened or not."""
    actor = actor_of(request)
    form = NewLeadForm(request.POST if request.method == "POST" else None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            leads.open_lead(actor, form.draft(), now=clock.now())
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("已提交，由所在地党委安排走访。"))
            return redirect("lead-list")
    return render(request, "leads/new.html", {"form": form})


@require_safe
@login_required
def lead_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one lead as the actor may read it; out of sight it is not there."""
    actor = actor_of(request)
    lead = lead_in_sight(request, public_id)
    know_seats(request, lead)
    sheet = reads.lead_sheet(lead, actor)
    if sheet.found is not None:  # named also where the lead itself names nobody
        count_seen(request, [sheet.found.pk])
    is_unconfirmed = lead.state in UNCONFIRMED
    records = is_unconfirmed and may_record(actor, lead)
    checks = is_unconfirmed and may_check(actor, lead)
    check_first = checks and _lacks_the_check(lead, sheet)
    extra = {
        "sheet": sheet,
        "is_told": reads.is_told(lead, actor),
        "told_as": reads.told_as(lead, actor),
        **_proofs(sheet),
        "source": source_words(sheet.source),
        "missing": _lacks(lead, sheet, records=records, checks=checks) if is_unconfirmed else [],
        "barred": [LeadAction.CONFIRM.value] if sheet.missing else [],
        "check_first": check_first,
        "task": _("核对名册") if check_first else "",
        "revealable": revealable_fields(actor, lead) if lead.is_open else frozenset(),
        "may_record": records,
        "may_check": checks,
        "may_amend": lead.is_open and may_check(actor, lead),
        "transfer": _transfer(lead, sheet, actor),
        **_formation(lead, sheet, actor),
    }
    return case_page(request, lead, template="leads/detail.html", extra=extra)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def lead_step(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Show and take one step; whoever thereby loses sight of the lead comes back to the list."""
    lead = lead_in_sight(request, public_id)
    actor = actor_of(request)
    sheet = sheet_shown(request, lead)
    shows_proofs = sheet.whole and action in _ON_PROOFS
    if shows_proofs and sheet.found is not None:  # named beside the proofs
        count_seen(request, [sheet.found.pk])
    response = take_case_step(
        request,
        lead,
        action,
        actions=leads.ACTIONS,
        forms=STEP_FORMS,
        faults=STEP_FAULTS,
        template="leads/step.html",
        extra={
            "sheet": sheet,
            "shows_proofs": shows_proofs,
            "transfer": _transfer(lead, sheet, actor) if action == LeadAction.PLACE else None,
            **_proofs(sheet),
        },
    )
    if response.status_code == 302 and not _sees(request, lead):
        return redirect("lead-list")
    return response


@require_safe
@login_required
def lead_script(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the neutral words of a first contact, for reading and printing; no name stands on it."""
    return render(request, "leads/script.html", {"case": lead_in_sight(request, public_id)})


def _lacks(lead: Lead, sheet: reads.LeadSheet, *, records: bool, checks: bool) -> list[_Lack]:
    """Return what a confirmation lacks, each with its page where the actor may write it down."""
    pages = {
        LeadProof.STATEMENT: reverse("lead-statement", args=[lead.public_id]) if records else "",
        LeadProof.ROSTER_CHECK: reverse("lead-check", args=[lead.public_id]) if checks else "",
    }
    words = missing_words(sheet.missing)
    return [_Lack(each, pages[proof]) for each, proof in zip(words, sheet.missing, strict=True)]


def _lacks_the_check(lead: Lead, sheet: reads.LeadSheet) -> bool:
    """Test whether the roster check comes next: after the person's word, or after a visit (LD-8)."""
    is_told = LeadProof.STATEMENT not in sheet.missing or lead.state == LeadState.VISITED
    return is_told and LeadProof.ROSTER_CHECK in sheet.missing


def _transfer(lead: Lead, sheet: reads.LeadSheet, actor: Actor) -> _Transfer | None:
    """Return how the confirmed member's transfer comes about; None where none is asked for (LD-9)."""
    if lead.state != LeadState.CONFIRMED or sheet.found is None:
        return None
    is_open = has_open_transfer(sheet.found)
    own = proposable_members(actor).filter(pk=sheet.found.pk)
    return _Transfer(is_open, may_propose=not is_open and own.exists())


def _formation(lead: Lead, sheet: reads.LeadSheet, actor: Actor) -> dict[str, Any]:
    """Return the formation of the person the roster check names, and whether one may be chosen."""
    if not sheet.whole or sheet.found is None:
        return {}
    joining = joining_of(lead, actor)
    is_waiting = lead.state == LeadState.CONFIRMED and joining is None
    return {
        "joining": joining,
        "may_join": is_waiting and may_take(actor, lead, LeadAction.PLACE),
    }


def _proofs(sheet: reads.LeadSheet) -> dict[str, str]:
    """Return the words of both proofs, as far as the reader may know them."""
    return {
        "says": says_words(sheet.says),
        "said_how": kind_words(sheet.statement_kind),
        "result": result_words(sheet.result),
    }


def _sees(request: HttpRequest, lead: Lead) -> bool:
    return visible_leads(actor_of(request)).filter(pk=lead.pk).exists()


def _in_list(which: LeadList, visible: QuerySet[Lead], actor: Actor) -> QuerySet[Lead]:
    if which is LeadList.TO_DO:
        return reads.my_leads(actor, visible)
    return visible.filter(closed_at__isnull=which is LeadList.OPEN)
