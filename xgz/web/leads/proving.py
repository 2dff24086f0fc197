"""The two proofs of a lead: the person's own statement, and the comparison with the roster."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.leads import require_check, require_recording
from xgz.models import Lead, Member, sealing
from xgz.queries.leads import Candidate, RosterQuery, roster_candidates
from xgz.rules.cases import StepNotAllowed
from xgz.rules.leads import UNCONFIRMED, CheckResult
from xgz.services import leads
from xgz.services.searches import count_search
from xgz.web.leads.proof_forms import RosterForm, StatementForm
from xgz.web.leads.room import lead_in_sight, sheet_shown
from xgz.web.leads.wording import REFUSALS, refusal
from xgz.web.sightings import count_seen

_SEARCHED = "lead_searched"  # of the session: the keyed digest of the search that was counted last


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def lead_statement(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for and write down what the person said; for whoever works on the lead."""
    actor = actor_of(request)
    lead = lead_in_sight(request, public_id)
    require_recording(actor, lead)
    sheet = sheet_shown(request, lead)
    initial = {"version": lead.version, "stated_on": actor.today}
    form = StatementForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            leads.record_statement(case=lead, actor=actor, now=clock.now(), **form.given())
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("已记录本人说明。"))
            return redirect("lead-detail", public_id=public_id)
    context = {"form": form, "case": lead, "sheet": sheet}
    return render(request, "leads/statement.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def lead_check(request: HttpRequest, public_id: str) -> HttpResponse:
    """Look somebody up on the roster and write down what it says; the organization line alone.

    Each search counts and is written down (RV-4); the answer is one of those it found. Of a lead
    that was confirmed or has ended nothing is looked up any more.
    """
    actor = actor_of(request)
    lead = lead_in_sight(request, public_id)
    require_check(actor, lead)
    sheet = sheet_shown(request, lead)
    posted = request.method == "POST"
    form = RosterForm(request.POST if posted else None, lead=lead)
    candidates: Sequence[Candidate] = []
    is_searched = posted and form.is_valid()
    try:
        if is_searched:
            _count(request, lead, form.query)
            candidates = roster_candidates(form.query)
            form.offer_candidates(candidates)
            count_seen(request, [each.member.pk for each in candidates])
        if is_searched and "save" in request.POST and _save(request, lead, form, candidates):
            return redirect("lead-detail", public_id=public_id)
    except REFUSALS as error:
        form.add_error(None, refusal(error))
        is_searched = False
    context = {
        "form": form,
        "case": lead,
        "sheet": sheet,
        "candidates": candidates,
        "is_searched": is_searched,
    }
    return render(request, "leads/check.html", context)


def _count(request: HttpRequest, lead: Lead, query: RosterQuery) -> None:
    """Count the search, unless it is the very one an answer to which is written down now.

    Raises StepNotAllowed for a lead that is not looked up any more, and SearchesUsedUp.
    """
    if lead.state not in UNCONFIRMED:
        raise StepNotAllowed(lead.public_id)
    mark = sealing.digest("lead.search", f"{lead.public_id}|{query.term}")
    if "save" in request.POST and request.session.get(_SEARCHED) == mark:
        return
    count_search(actor=actor_of(request), term=query.term, now=clock.now())
    request.session[_SEARCHED] = mark


def _save(
    request: HttpRequest, lead: Lead, form: RosterForm, candidates: Sequence[Candidate]
) -> bool:
    """Write the answer down; False where something is to be filled in first."""
    given = _given(request.POST.get("answer", ""), candidates)
    if given is None:
        form.add_error("answer", _("请选择一项。"))
        return False
    try:
        leads.record_roster_check(
            case=lead,
            actor=actor_of(request),
            now=clock.now(),
            words=form.cleaned_data["words"],
            version=form.cleaned_data["version"],
            is_same_person=form.cleaned_data["is_same_person"],
            **given,
        )
    except leads.NameDiffers as error:
        form.add_error("is_same_person", refusal(error))
        return False
    except leads.WordsMissing as error:
        form.add_error("words", refusal(error))
        return False
    messages.success(request, _("已记录名册核对结果。"))
    return True


def _given(answer: str, candidates: Sequence[Candidate]) -> dict[str, Any] | None:
    chosen: Member | None = next(
        (each.member for each in candidates if each.member.public_id == answer), None
    )
    if chosen is not None:
        return {"result": CheckResult.FOUND, "member": chosen}
    if answer in (CheckResult.OUTSIDE, CheckResult.NOT_FOUND):
        return {"result": CheckResult(answer)}
    return None
