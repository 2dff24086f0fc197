"""Pages of the district's procedure for forming organisations: in force, coming, a new one."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import actor as access
from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.models import FormationProcedure
from xgz.models.bodies import ROLE_LABELS
from xgz.queries.formation_procedures import (
    cases_under_way,
    procedure_sheet,
    roles_without_body,
)
from xgz.rules.formation_procedures import (
    DAYS_LABELS,
    PRESET_LABELS,
    PRESETS,
    STAGE_LABELS,
    WAY_LABELS,
    Preset,
    Procedure,
    Way,
    preset_of,
)
from xgz.rules.roles import Role
from xgz.services import formations
from xgz.services.parameters import CHANGE
from xgz.web.rules.procedure_forms import ProcedureForm
from xgz.web.rules.wording import PROCEDURE_REFUSALS, procedure_refusal


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step in words. beside: who is heard at the same time and until when, "" for nobody."""

    number: int
    body: str
    deed: str
    limit: str
    beside: str
    is_decision: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A procedure that was entered, with its steps in words and how it stands today."""

    entry: FormationProcedure
    name: str
    steps: Sequence[StepLine]
    is_coming: bool
    is_standing: bool


@require_safe
@login_required
def procedure_list(request: HttpRequest) -> HttpResponse:
    """Show the procedure in force, those to come, what is shipped, and all ever entered."""
    actor = actor_of(request)
    sheet = procedure_sheet(actor.today)
    lines = [_entry(row, sheet.standing, sheet.coming) for row in sheet.history]
    context = {
        "tab": "procedures",
        "steps": step_lines(sheet.now),
        "name": _name_of(sheet.now),
        "standing": sheet.standing,
        "coming": [line for line in reversed(lines) if line.is_coming],
        "history": lines,
        "presets": [(key.value, _(PRESET_LABELS[key]), step_lines(PRESETS[key])) for key in Preset],
        "today": actor.today,
        "may_change": access.may(actor, CHANGE),
    }
    return render(request, "rules/procedures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def procedure_change(request: HttpRequest) -> HttpResponse:
    """Take the district's own steps: shown in words first, saved when confirmed.

    ?from= names what is shipped to start from; without it the form starts from what is in force.
    """
    actor = actor_of(request)
    access.require(actor, CHANGE)
    start = _start(request.GET.get("from", ""), actor)
    data = request.POST if request.method == "POST" else None
    form = ProcedureForm(data, start=start, today=actor.today)
    context: dict[str, object] = {"tab": "procedures", "form": form}
    if request.method != "POST" or "back" in request.POST or not form.is_valid():
        return render(request, "rules/procedure_change.html", context)
    if "confirmed" not in request.POST:
        context |= _seen_before_saving(form, actor)
        return render(request, "rules/procedure_preview.html", context)
    try:
        formations.set_procedure(actor=actor, steps=form.procedure, now=clock.now(), **form.whole())
    except PROCEDURE_REFUSALS as error:
        form.add_error(None, procedure_refusal(error))
        return render(request, "rules/procedure_change.html", context)
    messages.success(request, _("已保存组建程序。"))
    return redirect("procedure-list")


@require_POST
@login_required
def procedure_withdraw(request: HttpRequest) -> HttpResponse:
    """Take back a procedure that has not begun; `procedure` names it."""
    actor = actor_of(request)
    access.require(actor, CHANGE)
    asked = request.POST.get("procedure", "")
    rows = procedure_sheet(actor.today).history
    row = next((each for each in rows if each.public_id == asked), None)
    if row is None:
        messages.error(request, _("没有找到要撤回的程序，请刷新后重试。"))
        return redirect("procedure-list")
    try:
        formations.withdraw_procedure(actor=actor, procedure=row, now=clock.now())
    except PROCEDURE_REFUSALS as error:
        messages.error(request, procedure_refusal(error))
    else:
        messages.success(request, _("已撤回，继续执行原来的程序。"))
    return redirect("procedure-list")


def step_lines(procedure: Procedure) -> list[StepLine]:
    """Return the steps of a procedure in words."""
    return [
        StepLine(
            number=number,
            body=_(ROLE_LABELS[step.role]),
            deed=_(WAY_LABELS[step.way] if step.way is Way.FILE else STAGE_LABELS[step.stage]),
            limit=_("%(days)d %(unit)s") % {"days": step.days, "unit": _(DAYS_LABELS[step.unit])},
            beside=_beside(step.beside, step.beside_days),
            is_decision=step.decides,
        )
        for number, step in enumerate(procedure, start=1)
    ]


def _start(asked: str, actor: Actor) -> Procedure:
    """Return the steps a form begins with: what is shipped under a name, else what is in force."""
    preset = next((key for key in Preset if key == asked), None)
    return PRESETS[preset] if preset else procedure_sheet(actor.today).now


def _seen_before_saving(form: ProcedureForm, actor: Actor) -> dict[str, object]:
    """Return the steps in words and what they change, for the page that asks to confirm."""
    missing = roles_without_body(form.procedure)
    return {
        "steps": step_lines(form.procedure),
        "given": form.cleaned_data,
        "missing": [_(ROLE_LABELS[role]) for role in Role if role in missing],
        "kept": cases_under_way(actor),
    }


def _beside(roles: Sequence[Role], days: int) -> str:
    if not roles:
        return ""
    names = _("、").join(_(ROLE_LABELS[role]) for role in roles)
    return _("%(names)s（%(days)d 个工作日）") % {"names": names, "days": days}


def _name_of(procedure: Procedure) -> str:
    preset = preset_of(procedure)
    return _(PRESET_LABELS[preset]) if preset else _("本区自定程序")


def _entry(
    row: FormationProcedure,
    standing: FormationProcedure | None,
    coming: Sequence[FormationProcedure],
) -> EntryLine:
    return EntryLine(
        entry=row,
        name=_name_of(row.procedure),
        steps=step_lines(row.procedure),
        is_coming=row in coming,
        is_standing=row == standing,
    )
