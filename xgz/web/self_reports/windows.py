"""The desk of self-report windows: when people of a township are asked, before any matching (SR-8)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.self_reports import require_handling, visible_windows
from xgz.models import SelfReportWindow
from xgz.queries.parameters import parameters_on
from xgz.queries.self_reports import windows_of
from xgz.rules.roles import Resource
from xgz.services.self_reports import windows as services
from xgz.web.pages import room
from xgz.web.self_reports.forms import WindowEndForm, WindowForm

_SENTENCE_OF: dict[type[Exception], str] = {
    services.DayNotAllowed: gettext_noop("请填写今天或以后的日期。"),
    services.WindowTooShort: gettext_noop("报到期太短，至少要有参数规定的天数。"),
    services.WindowsOverlap: gettext_noop("这个乡镇在这段时间已有报到期。"),
    services.HasBegun: gettext_noop("报到期已经开始、结束或撤回，请刷新后核对。"),
}


@dataclass(frozen=True, slots=True)
class _Line:
    """A window in words."""

    window: SelfReportWindow
    state: str
    may_end: bool
    may_withdraw: bool


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.SELF_REPORT)
def window_list(request: HttpRequest) -> HttpResponse:
    """Show the windows in reach; open another one."""
    actor = actor_of(request)
    require_handling(actor)
    form = WindowForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            services.open_window(actor=actor, now=clock.now(), **form.cleaned_data)
        except tuple(_SENTENCE_OF) as refused:
            form.add_error(None, _(_SENTENCE_OF[type(refused)]))
        else:
            messages.success(request, _("报到期已设定。"))
            return redirect("self_report-windows")
    context = {
        "form": form,
        "lines": [_line(row, actor.today) for row in windows_of(actor)[:200]],
        "days": parameters_on(actor.today)["self_report.window_days"],
    }
    return render(request, "self_reports/windows.html", context)


@require_POST
@room(Resource.SELF_REPORT)
def window_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """Set another last day of a window."""
    actor, form = actor_of(request), WindowEndForm(request.POST)

    def move(row: SelfReportWindow) -> None:
        if form.is_valid():
            services.close_window(actor=actor, window=row, closes_on=form.day, now=clock.now())
        else:
            raise services.DayNotAllowed

    return _change(request, public_id, move)


@require_POST
@room(Resource.SELF_REPORT)
def window_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back a window that has not begun."""
    actor = actor_of(request)
    return _change(
        request,
        public_id,
        lambda row: services.withdraw_window(actor=actor, window=row, now=clock.now()),
    )


def _change(
    request: HttpRequest, public_id: str, change: Callable[[SelfReportWindow], object]
) -> HttpResponse:
    actor = actor_of(request)
    rows = visible_windows(actor).select_related("area")
    row = get_object_or_404(rows, public_id=public_id)
    try:
        change(row)
    except tuple(_SENTENCE_OF) as refused:
        messages.error(request, _(_SENTENCE_OF[type(refused)]))
    else:
        messages.success(request, _("报到期已更新。"))
    return redirect("self_report-windows")


def _line(row: SelfReportWindow, today: date) -> _Line:
    if row.opens_on > today:
        return _Line(row, _("未开始"), may_end=True, may_withdraw=True)
    if row.closes_on >= today:
        return _Line(row, _("进行中"), may_end=True, may_withdraw=False)
    return _Line(row, _("已结束"), may_end=False, may_withdraw=False)
