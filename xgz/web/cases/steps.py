"""Taking a step of a case's table: the page that asks, the second question, the refusals."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.cases import offered_steps, require_step
from xgz.models import Case
from xgz.services.cases import ChangedMeanwhile
from xgz.web.cases.forms import StepForm
from xgz.web.cases.wording import SPINE_FAULT_TEXTS, Faults, fault_text


def take_case_step(
    request: HttpRequest,
    case: Case,
    action: str,
    *,
    actions: Mapping[Any, Callable[..., Any]],
    forms: Mapping[Any, type[StepForm]],
    faults: Faults,
    template: str = "cases/step.html",
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show (GET) or take (POST) one step of a case the actor was already found to see.

    actions: of the kind's service; forms: of those steps that ask more than an opinion; faults:
    the kind's own exceptions with their sentences; template: over cases/step.html, with what its
    blocks need in extra. An unknown action is 404, one the actor never
    takes 403, one the state does not offer 409. A stale or repeated submission changes nothing:
    while the step is still possible the page comes back with what was typed, else the case's page
    says that somebody was faster. Grave steps are asked a second time.
    """
    actor = actor_of(request)
    if not any(name == action for _state, name in case.KIND.steps):
        raise Http404
    require_step(actor, case, action)
    step = offered_steps(actor, case).get(action)
    if step is None:
        return _not_offered(request, case, action)
    form = forms.get(action, StepForm)(
        request.POST if request.method == "POST" else None, actor=actor, case=case, step=step
    )
    form.opinion_last()
    frame = case_frame(case, _(case.step_word(action, step)))
    context = {**frame, "form": form, "step": step, "template": template}
    context.update(extra or {})
    return _answer(request, form, actions[action], faults, context)


def case_frame(case: Case, title: str) -> dict[str, Any]:
    """Return what every page about one deed of a case shows around it; title: what is done."""
    name = case.KIND.name
    return {
        "case": case,
        "kind": case.KIND,
        "title": title,
        "state_label": _(case.state_label),
        "list_name": f"{name}-list",
        "back": reverse(f"{name}-detail", args=[case.public_id]),
    }


def _answer(
    request: HttpRequest,
    form: StepForm,
    act: Callable[..., Any],
    faults: Faults,
    context: dict[str, Any],
) -> HttpResponse:
    """Show the form, ask a second time, or take the step, as far as the person has come."""
    case, step = form.case, form.step
    if request.method != "POST" or "back" in request.POST or not form.is_valid():
        return render(request, context["template"], context)
    if _is_stale(form):
        return _with_fault(request, form, ChangedMeanwhile(case.public_id), faults, context)
    if step.is_grave and "confirmed" not in request.POST:
        return render(request, "cases/confirm.html", context)
    try:
        _apply(form, act)
    except (*SPINE_FAULT_TEXTS, *faults) as error:
        return _with_fault(request, form, error, faults, context)
    messages.success(request, _("已办理：%(step)s。") % {"step": context["title"]})
    return redirect(str(context["back"]))


def _apply(form: StepForm, act: Callable[..., Any]) -> None:
    act(
        case=form.case,
        actor=form.actor,
        now=clock.now(),
        opinion=form.cleaned_data["opinion"],
        version=form.cleaned_data["version"],
        **form.given(),
    )


def _is_stale(form: StepForm) -> bool:
    shown = form.cleaned_data["version"]
    return shown is not None and shown != form.case.version


def _with_fault(
    request: HttpRequest,
    form: StepForm,
    error: Exception,
    faults: Faults,
    context: dict[str, Any],
) -> HttpResponse:
    """Show the page again with the reason and everything typed, for the case as it is now."""
    case = form.case
    case.refresh_from_db()
    if form.step not in case.KIND.steps_from(case.state).values():
        messages.warning(request, fault_text(error, faults))
        return redirect(str(context["back"]))
    form.show_version(case.version)
    form.add_error(None, fault_text(error, faults))
    return render(request, context["template"], context)


def _not_offered(request: HttpRequest, case: Case, action: str) -> HttpResponse:
    """Answer 409; a submission that comes too late goes back to the case with a message."""
    if request.method == "POST" and request.POST.get("version") not in (None, str(case.version)):
        told = _("这件事项已有新的进展（现为“%(state)s”），您这次提交没有生效，请查看最新情况。")
        messages.warning(request, told % {"state": _(case.state_label)})
        return redirect(f"{case.KIND.name}-detail", public_id=case.public_id)
    label = next(step.label for (_at, name), step in case.KIND.steps.items() if name == action)
    return render(request, "cases/not_offered.html", case_frame(case, _(label)), status=409)
