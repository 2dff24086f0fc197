"""Proposing a transfer: finding the member, then where to and why."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access import actor as access
from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.members import visible_members
from xgz.access.transfers import OPEN, proposable_members, require_proposable
from xgz.queries.members import member_rows, members_named, named_in
from xgz.queries.transfers import emptied, has_open_transfer, open_transfer_of
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES
from xgz.rules.roles import Resource
from xgz.services.transfers import propose_transfer
from xgz.web.pages import room
from xgz.web.sightings import count_seen
from xgz.web.transfers.forms import PersonForm, ProposalForm
from xgz.web.transfers.wording import PROPOSAL_REFUSALS, proposal_refusal

_SHOWN = 20


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.MEMBER)
def choose_member(request: HttpRequest) -> HttpResponse:
    """Find the member whose relation is to move, by name inside the actor's scope."""
    actor = actor_of(request)
    access.require(actor, OPEN)
    form = PersonForm(request.POST or None)
    rows, is_searched = [], request.method == "POST" and form.is_valid()
    if is_searched:
        people = proposable_members(actor).filter(
            status__in=ON_ROLLS, member_class__in=PARTY_CLASSES
        )
        text = "".join(form.cleaned_data["name"].split())
        found = members_named(people, text).select_related("formal_org").order_by("pk")
        rows = member_rows(list(found[: _SHOWN + 1]), actor)
        count_seen(request, named_in(rows[:_SHOWN]))
    context = {
        "form": form,
        "rows": rows[:_SHOWN],
        "is_searched": is_searched,
        "are_more": len(rows) > _SHOWN,
        "shown": _SHOWN,
    }
    return render(request, "transfers/choose_member.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.MEMBER)
def propose(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show and take the proposal for one member; a hidden member is 404, no right is 403."""
    actor = actor_of(request)
    people = visible_members(actor).select_related("formal_org")
    member = get_object_or_404(people, public_id=public_id)
    require_proposable(actor, member)
    (row,) = member_rows([member], actor)
    count_seen(request, named_in([row]))
    searching = "search" in request.POST
    form = ProposalForm(request.POST or None, actor=actor, member=member, searching=searching)
    if request.method == "POST" and not searching and form.is_valid():
        try:
            case = propose_transfer(actor=actor, member=member, now=clock.now(), **form.given())
        except PROPOSAL_REFUSALS as error:
            form.add_error(None, proposal_refusal(error))
        else:
            messages.success(request, _("已提出转接，由转出地党委核对后开具介绍信。"))
            return redirect("transfer-detail", public_id=case.public_id)
    context = {
        "form": form,
        "member": member,
        "row": row,
        "open": open_transfer_of(member, actor),
        "is_under_way": has_open_transfer(member),
        "emptied": emptied(form.found, actor.today),
    }
    return render(request, "transfers/propose.html", context)
