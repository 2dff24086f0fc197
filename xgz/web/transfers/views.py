"""Pages of transfers: the lists, one transfer, its steps, the letter on paper."""

from collections.abc import Sequence
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access import actor as access
from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.cases import offered_steps
from xgz.access.transfers import (
    OPEN,
    arrival_organisations,
    may_print_letter,
    require_letter,
    visible_transfers,
)
from xgz.models import Transfer
from xgz.queries import transfers as reads
from xgz.queries.formation_transfers import asked_rows
from xgz.queries.transfers import TransferList
from xgz.rules.roles import Resource
from xgz.rules.transfers import LetterStanding, TransferAction, letter_standing
from xgz.services import transfers
from xgz.web.accounts.fresh import fresh_sign_in_required
from xgz.web.cases.page import case_page, know_seats, take_case_step
from xgz.web.lists import Column, list_page, open_list
from xgz.web.pages import room
from xgz.web.sightings import count_seen
from xgz.web.transfers.forms import STEP_FORMS, TransferFilter
from xgz.web.transfers.wording import STEP_FAULTS, letter_words, missing_words

_LIST_LABELS: dict[TransferList, str] = {
    TransferList.TO_DO: gettext_noop("待办理"),
    TransferList.UNDER_WAY: gettext_noop("在途"),
    TransferList.COMING: gettext_noop("即将转入"),
    TransferList.POCKET: gettext_noop("口袋党员"),
    TransferList.DONE: gettext_noop("已办结"),
}
_LETTER_STEPS = frozenset({TransferAction.ISSUE, TransferAction.SEND_OUT})
_ARRIVALS = frozenset({TransferAction.ACCEPT, TransferAction.ACCEPT_LATE})


@require_safe
@room(Resource.MEMBER)
def transfer_list(request: HttpRequest) -> HttpResponse:
    """Show one of the five lists of transfers in the actor's scope, the nearest date first."""
    actor = actor_of(request)
    lists = reads.transfer_lists(actor)
    counts = reads.transfer_counts(actor, lists)
    which, tabs = open_list(request, counts.lists, _LIST_LABELS)
    form = TransferFilter(request.GET)
    rows = form.narrow(visible_transfers(actor).filter(lists[which]), actor)
    related = visible_transfers(actor).select_related("member", "from_org", "to_org", "owner_body")
    order = ("-closed_at", "pk") if which is TransferList.DONE else ("due_on", "pk")
    listing = list_page(request, rows, _columns(which), order, related)
    shown = reads.transfer_rows(listing.rows, actor)
    _count(request, shown)
    asked = asked_rows(actor)
    count_seen(request, [each.row.member_id for each in asked if each.in_clear])
    context = {
        "form": form,
        "which": which,
        "tabs": tabs,
        "soon": counts.expiring,
        "listing": listing,
        "rows": shown,
        "filtered": form.has_changed(),
        "may_propose": access.may(actor, OPEN),
        "asked": asked,
        "today": actor.today,
    }
    return render(request, "transfers/list.html", context)


@require_safe
@room(Resource.MEMBER)
def transfer_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one transfer: whose it is, what stands in its way, both sides, its letters."""
    actor = actor_of(request)
    case = _visible(request, public_id)
    know_seats(request, case)
    (row,) = reads.transfer_rows([case], actor)
    offered = frozenset(offered_steps(actor, case))
    missing = transfers.missing_on_letter(case) if offered & _LETTER_STEPS else []
    extra = {
        "row": row,
        "missing": missing_words(missing),
        "barred": _LETTER_STEPS if missing else (),
        "is_letter_valid": _is_letter_valid(case, actor.today),
        "target_gone": bool(offered & _ARRIVALS) and _is_target_gone(case),
        "letters": reads.letters_of(case),
        "may_print": may_print_letter(actor, case),
        "may_open_member": reads.may_open_member(case, actor),
    }
    return case_page(request, case, template="transfers/detail.html", extra=extra)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.MEMBER)
def transfer_step(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Show and take one step of a transfer, with whom it concerns and from where to where."""
    actor = actor_of(request)
    case = _visible(request, public_id)
    (row,) = reads.transfer_rows([case], actor)
    _count(request, [row])
    targets = [case.to_org] if case.to_org and action in _LETTER_STEPS | _ARRIVALS else []
    return take_case_step(
        request,
        case,
        action,
        actions=transfers.ACTIONS,
        forms=STEP_FORMS,
        faults=STEP_FAULTS,
        template="transfers/step.html",
        extra={"row": row, "emptied": reads.emptied(targets, actor.today)},
    )


@require_safe
@room(Resource.MEMBER)
def transfer_letter(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Show the letter with its stub and receipt for printing; every look is written down.

    One that is still valid shows whole numbers, so it asks again who it is (RV-3, AC-11).
    """
    actor = actor_of(request)
    case = _visible(request, public_id)
    require_letter(actor, case)
    is_whole = _is_letter_valid(case, actor.today)
    return _whole_letter(request, case) if is_whole else _letter(request, case)


@fresh_sign_in_required
def _whole_letter(request: HttpRequest, case: Transfer) -> HttpResponse:
    return _letter(request, case)


def _letter(request: HttpRequest, case: Transfer) -> HttpResponse:
    count_seen(request, [case.member_id])
    try:
        letter = transfers.take_letter(actor=actor_of(request), case=case, now=clock.now())
    except transfers.NoLetter:
        raise Http404 from None
    context = {"case": case, "letter": letter, "words": letter_words(letter)}
    return render(request, "transfers/letter.html", context)


def _count(request: HttpRequest, rows: Sequence[reads.TransferRow]) -> None:
    count_seen(request, [row.named for row in rows if row.named is not None])


def _visible(request: HttpRequest, public_id: str) -> Transfer:
    """Return a transfer the actor sees, after the clock caught up with its letter."""
    case = _found(request, public_id)
    caught_up = transfers.catch_up(case=case, today=clock.today(), now=clock.now())
    return _found(request, public_id) if caught_up else case


def _found(request: HttpRequest, public_id: str) -> Transfer:
    case = reads.transfer_at(actor_of(request), public_id)
    if case is None:
        raise Http404
    return case


def _is_letter_valid(case: Transfer, today: date) -> bool:
    """Test whether the last letter may still be printed whole (TR-6)."""
    if case.expires_on is None:
        return False
    return letter_standing(case.state, case.expires_on, today) is LetterStanding.VALID


def _is_target_gone(case: Transfer) -> bool:
    """Test whether the organisation addressed cannot take anybody in for the receiving committee."""
    return not arrival_organisations(case).filter(pk=case.to_org_id or 0).exists()


def _columns(which: TransferList) -> list[Column]:
    is_done = which is TransferList.DONE
    last = (
        Column("closed", _("办结时间"), ("closed_at",), off_phone=True)
        if is_done
        else Column("due", _("办理期限"), ("due_on",), off_phone=True)
    )
    return [
        Column("person", _("党员")),
        Column("from", _("转出党组织"), ("from_org__name",), off_phone=True),
        Column("to", _("转入党组织"), ("to_org__name", "to_outside")),
        Column("state", _("状态"), ("state",)),
        Column("letter", _("介绍信"), ("letter_number",), off_phone=True),
        Column("expires", _("有效期至"), ("expires_on",)),
        Column("owner", _("当前责任方"), ("owner_body__path",), off_phone=True),
        last,
    ]
