"""Pages of the district's parameters: all values, one with its history, a change with preview."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import actor as access
from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.queries.parameter_effects import effect_of
from xgz.queries.parameter_rows import ParameterRow, parameter_rows, parameter_values
from xgz.queries.parameters import parameters_on
from xgz.queries.rulebook import rule_texts
from xgz.rules.parameters import GROUP_LABELS, PARAMETERS, UNIT_LABELS, Parameter
from xgz.services.parameters import CHANGE, set_parameter, withdraw_value
from xgz.web.rules.forms import ParameterForm
from xgz.web.rules.rulebook import reads_chinese
from xgz.web.rules.wording import REFUSALS, effect_in_words, refusal


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """A parameter with its words."""

    row: ParameterRow
    label: str
    unit: str

    @property
    def parameter(self) -> Parameter:
        return self.row.parameter


@require_safe
@login_required
def parameter_list(request: HttpRequest) -> HttpResponse:
    """Show every parameter with the value of today, values to come, default and bounds."""
    actor = actor_of(request)
    lines = [_line(row) for row in parameter_rows(actor.today)]
    groups = [
        (_(label), [line for line in lines if line.parameter.group is group])
        for group, label in GROUP_LABELS.items()
    ]
    context = {
        "tab": "parameters",
        "groups": groups,
        "today": actor.today,
        "may_change": access.may(actor, CHANGE),
    }
    return render(request, "rules/parameters.html", context)


@require_safe
@login_required
def parameter_detail(request: HttpRequest, key: str) -> HttpResponse:
    """Show one parameter with all values ever entered."""
    actor = actor_of(request)
    line = _asked(request, key)
    context = {
        "tab": "parameters",
        "line": line,
        "rule_text": rule_texts([line.parameter.rule], in_chinese=reads_chinese()).get(
            line.parameter.rule, ""
        ),
        "values": parameter_values(key),
        "today": actor.today,
        "may_change": access.may(actor, CHANGE),
    }
    return render(request, "rules/parameter.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def parameter_change(request: HttpRequest, key: str) -> HttpResponse:
    """Take a new value: first shown with what it changes, saved when confirmed."""
    actor = actor_of(request)
    line = _asked(request, key)
    access.require(actor, CHANGE)
    form = ParameterForm(request.POST or None, key=key, today=actor.today)
    context: dict[str, object] = {"tab": "parameters", "line": line, "form": form}
    if request.method != "POST" or "back" in request.POST or not form.is_valid():
        return render(request, "rules/parameter_change.html", context)
    if form.cleaned_data["valid_from"] < actor.today:
        form.add_error("valid_from", _("起用日期不能早于今天：已经定下的期限和数字不变。"))
        return render(request, "rules/parameter_change.html", context)
    if "confirmed" not in request.POST:
        given = form.cleaned_data
        effect = effect_of(actor, key, given["value"], given["valid_from"])
        context |= {
            "effect": effect,
            "sentence": effect_in_words(effect),
            "given": given,
            "old": parameters_on(given["valid_from"])[key],
        }
        return render(request, "rules/parameter_preview.html", context)
    try:
        set_parameter(actor=actor, key=key, now=clock.now(), **form.cleaned_data)
    except REFUSALS as error:
        form.add_error(None, refusal(error))
        return render(request, "rules/parameter_change.html", context)
    messages.success(request, _("已保存：%(label)s") % {"label": line.label})
    return redirect("parameter-detail", key=key)


@require_POST
@login_required
def parameter_withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Take back a value that has not begun; `value` names it."""
    actor = actor_of(request)
    _asked(request, key)
    access.require(actor, CHANGE)
    asked = request.POST.get("value", "")
    value = next((each for each in parameter_values(key) if each.public_id == asked), None)
    if value is None:
        messages.error(request, _("没有找到要撤回的数值，请刷新后重试。"))
        return redirect("parameter-detail", key=key)
    try:
        withdraw_value(actor=actor, value=value, now=clock.now())
    except REFUSALS as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("已撤回，起用前的数值继续执行。"))
    return redirect("parameter-detail", key=key)


def _asked(request: HttpRequest, key: str) -> ParameterLine:
    if key not in PARAMETERS:
        raise Http404
    rows = parameter_rows(actor_of(request).today)
    return _line(next(row for row in rows if row.key == key))


def _line(row: ParameterRow) -> ParameterLine:
    return ParameterLine(row, _(row.parameter.label), _(UNIT_LABELS[row.parameter.unit]))
