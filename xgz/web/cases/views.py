"""What can be done to a case of any kind: urge, assign to one person, answer a sub-step."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.cases import require_owner, require_urging, reviews_of, visible_cases
from xgz.models import Case, CaseReview
from xgz.models.cases import case_model
from xgz.queries.cases import people_at
from xgz.services.cases import ChangedMeanwhile
from xgz.services.cases.owning import NotAtThisBody, UrgedToday, assign_case
from xgz.services.cases.owning import urge as urge_service
from xgz.services.cases.reviews import answer_review, review_rule
from xgz.web.cases.forms import AssignForm, ReviewForm, UrgeForm
from xgz.web.cases.room import case_room
from xgz.web.cases.wording import OWNING_FAULT_TEXTS, fault_text


@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def urge_case(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Ask for a few words (GET) and urge whoever has the case (POST); once a day (CS-8)."""
    actor = actor_of(request)
    case = visible_case(request, kind, public_id)
    require_urging(actor, case)
    form = UrgeForm(request.POST if request.method == "POST" else None)
    context = {
        "form": form,
        "case": case,
        "kind": case.KIND,
        "back": _back(case),
        "list_name": f"{kind}-list",
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "cases/urge.html", context)
    words = form.cleaned_data["words"]
    try:
        urge_service(actor=actor, case=case, now=clock.now(), text=words)
    except (UrgedToday, ChangedMeanwhile) as error:
        messages.warning(request, fault_text(error, OWNING_FAULT_TEXTS))
    else:
        messages.success(request, _("已催办，责任方的待阅里会看到。"))
    return redirect(str(context["back"]))


@require_POST
@case_room
def assign(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Give a case to one person of the owning body, or take it back."""
    case = visible_case(request, kind, public_id)
    return _assign(request, case, case)


@require_POST
@case_room
def assign_review(request: HttpRequest, kind: str, public_id: str, review: str) -> HttpResponse:
    """Give one sub-step to one person of the body it lies with, or take it back."""
    case = visible_case(request, kind, public_id)
    return _assign(request, case, get_object_or_404(reviews_of(case), public_id=review))


@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def review(request: HttpRequest, kind: str, public_id: str, review: str) -> HttpResponse:
    """Ask for (GET) and take (POST) the answer to a sub-step of a case."""
    actor = actor_of(request)
    case = visible_case(request, kind, public_id)
    asked = get_object_or_404(reviews_of(case), public_id=review)
    if asked.closed_at is not None:
        messages.warning(request, _("这一项已经反馈过，或者事项已推进、不再需要反馈。"))
        return redirect(_back(case))
    require_owner(actor, asked)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = {
            "form": form,
            "case": case,
            "kind": case.KIND,
            "review": asked,
            "rule": review_rule(case, asked),
            "back": _back(case),
            "list_name": f"{kind}-list",
        }
        return render(request, "cases/answer.html", context)
    try:
        answer_review(
            actor=actor,
            case=case,
            review=asked,
            agrees=form.agrees,
            opinion=form.cleaned_data["opinion"],
            now=clock.now(),
        )
    except ChangedMeanwhile:
        messages.warning(request, _("这一项已经反馈过，或者事项已推进、不再需要反馈。"))
    else:
        messages.success(request, _("已提交反馈。"))
    return redirect(_back(case))


def visible_case(request: HttpRequest, kind: str, public_id: str) -> Case:
    """Return the case the address names. Raises Http404 for one out of sight."""
    try:
        model = case_model(kind)
    except LookupError as error:
        raise Http404 from error
    rows = visible_cases(actor_of(request), model).select_related(*model.RELATED, "owner_body")
    return get_object_or_404(rows, public_id=public_id)


def _assign(request: HttpRequest, case: Case, item: Case | CaseReview) -> HttpResponse:
    actor = actor_of(request)
    require_owner(actor, item)
    body = item.owner_body_id or 0
    people = people_at([body], actor.today)
    form = AssignForm(request.POST, people=people.get(body, []), now=item.assignee)
    if not form.is_valid():
        messages.warning(request, fault_text(NotAtThisBody(), OWNING_FAULT_TEXTS))
        return redirect(_back(case))
    try:
        assign_case(actor=actor, case=item, of=case, assignee=form.chosen, now=clock.now())
    except (NotAtThisBody, ChangedMeanwhile) as error:
        messages.warning(request, fault_text(error, OWNING_FAULT_TEXTS))
    else:
        messages.success(request, _("已指定经办人。") if form.chosen else _("已改为由本单位办理。"))
    return redirect(_back(case))


def _back(case: Case) -> str:
    return reverse(f"{case.KIND.name}-detail", args=[case.public_id])
