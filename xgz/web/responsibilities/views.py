"""Pages of the responsibility table: every matter on a day, one with history, its changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import actor as access
from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.models import Responsibility
from xgz.models.bodies import ROLE_LABELS
from xgz.queries.responsibilities import MatterPage, matter_page, matter_pages
from xgz.rules.bodies import LINE_LABELS, Line
from xgz.rules.responsibilities import DUTY_LABELS, MATTER_LABELS, Matter, MatterDuty
from xgz.rules.roles import Role
from xgz.services import responsibilities as services
from xgz.web.responsibilities.forms import DayFilter, DutyForm, EndForm

_SENTENCE_OF: dict[type[Exception], str] = {
    services.RoleNotFit: gettext_noop("这个岗位不能作责任方。"),
    services.DayNotAllowed: gettext_noop("日期应是今天或以后，终止不能早于起始。"),
    services.AlreadyResponsible: gettext_noop("它在这段时间已有这项责任，请先终止原来的。"),
    services.OneDecides: gettext_noop(
        "同一事项任何一天都有且只有一方决定：要换由谁决定，请新增决定方，原来的自动终止到前一天；"
        "同一天已有新的决定方的，请换一个日期或先撤回。"
    ),
    services.HasBegun: gettext_noop("这项责任已经起始、终止或撤回，请刷新后核对。"),
    services.ChangedMeanwhile: gettext_noop("刚才有人改动过，请刷新后核对再提交。"),
}
_REFUSALS = tuple(_SENTENCE_OF)


@dataclass(frozen=True, slots=True)
class Strip:
    """One line of the strip in words. cells: each duty with its (role, remark)."""

    line: Line
    label: str
    cells: list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class MatterWords:
    """A matter with its strip."""

    page: MatterPage
    label: str
    strips: list[Strip]


@dataclass(frozen=True, slots=True)
class RowWords:
    """One row of the history. state: as it stands today, in words; may_…: what is offered."""

    row: Responsibility
    state: str
    may_end: bool
    may_withdraw: bool


@require_safe
@login_required
def responsibility_list(request: HttpRequest) -> HttpResponse:
    """Show every matter's strip as it holds on a day, today unless ?day= says otherwise."""
    actor = actor_of(request)
    form = DayFilter(request.GET or {"day": actor.today.isoformat()})
    day = actor.today
    if form.is_valid() and form.cleaned_data["day"]:
        day = form.cleaned_data["day"]
    context = {
        "form": form,
        "day": day,
        "matters": [_words(page) for page in matter_pages(day)],
        "duties": _duties(),
        "may_change": access.may(actor, services.CHANGE),
    }
    return render(request, "responsibilities/list.html", context)


@require_safe
@login_required
def responsibility_matter(request: HttpRequest, matter: str) -> HttpResponse:
    """Show one matter: today's strip and every row ever entered."""
    actor = actor_of(request)
    page = matter_page(_asked(matter), actor.today)
    may_change = access.may(actor, services.CHANGE)
    context = {
        "matter": _words(page),
        "duties": _duties(),
        "day": actor.today,
        "rows": [_row(row, actor.today, may_change=may_change) for row in page.rows],
        "may_change": may_change,
    }
    return render(request, "responsibilities/matter.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def responsibility_add(request: HttpRequest, matter: str) -> HttpResponse:
    """Give a role a duty from a day on."""
    actor = actor_of(request)
    asked = _asked(matter)
    access.require(actor, services.CHANGE)
    form = DutyForm(request.POST or None, today=actor.today)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_duty(actor=actor, matter=asked, now=clock.now(), **form.cleaned_data)
        except _REFUSALS as error:
            form.add_error(None, _(_SENTENCE_OF[type(error)]))
        else:
            messages.success(request, _("责任表已更新。"))
            return redirect("responsibility-matter", matter=matter)
    context = {"form": form, "matter": _words(matter_page(asked, actor.today))}
    return render(request, "responsibilities/add.html", context)


@require_POST
@login_required
def responsibility_end(request: HttpRequest, matter: str) -> HttpResponse:
    """End a duty with a last day; `row` names it."""
    actor = actor_of(request)
    form = EndForm(request.POST, today=actor.today)

    def end(row: Responsibility) -> None:
        services.end_duty(
            actor=actor, row=row, last_day=form.cleaned_data["last_day"], now=clock.now()
        )

    if not form.is_valid():
        access.require(actor, services.CHANGE)
        messages.error(request, _("请填写终止日期，如 2026-10-10。"))
        return redirect("responsibility-matter", matter=_asked(matter).value)
    return _change(request, actor, matter, end)


@require_POST
@login_required
def responsibility_withdraw(request: HttpRequest, matter: str) -> HttpResponse:
    """Take back a duty that has not begun; `row` names it."""
    actor = actor_of(request)

    def withdraw(row: Responsibility) -> None:
        services.withdraw_duty(actor=actor, row=row, now=clock.now())

    return _change(request, actor, matter, withdraw)


def _change(
    request: HttpRequest, actor: Actor, matter: str, change: Callable[[Responsibility], None]
) -> HttpResponse:
    page = matter_page(_asked(matter), actor.today)
    access.require(actor, services.CHANGE)
    asked = request.POST.get("row", "")
    row = next((each for each in page.rows if each.public_id == asked), None)
    if row is None:
        messages.error(request, _("没有找到这项责任，请刷新后重试。"))
        return redirect("responsibility-matter", matter=matter)
    try:
        change(row)
    except _REFUSALS as error:
        messages.error(request, _(_SENTENCE_OF[type(error)]))
    else:
        messages.success(request, _("责任表已更新。"))
    return redirect("responsibility-matter", matter=matter)


def _asked(matter: str) -> Matter:
    try:
        return Matter(matter)
    except ValueError:
        raise Http404 from None


def _duties() -> list[str]:
    return [_(label) for label in DUTY_LABELS.values()]


def _words(page: MatterPage) -> MatterWords:
    strips = [
        Strip(
            line,
            _(LINE_LABELS[line]),
            [(_(label), _in_words(page.of(line, duty))) for duty, label in DUTY_LABELS.items()],
        )
        for line in page.lines
    ]
    return MatterWords(page, _(MATTER_LABELS[page.matter]), strips)


def _in_words(roles: list[tuple[Role, str]]) -> list[tuple[str, str]]:
    return [(_(ROLE_LABELS[role]), _(note) if note else "") for role, note in roles]


def _row(row: Responsibility, today: date, *, may_change: bool) -> RowWords:
    stands = row.withdrawn_at is None
    coming = stands and row.valid_from > today
    ended = row.valid_to is not None and row.valid_to < today
    if not stands:
        state = _("已撤回")
    elif coming:
        state = _("未起始")
    else:
        state = _("已终止") if ended else _("执行中")
    may_end = stands and row.valid_to is None and row.duty != MatterDuty.DECIDES
    return RowWords(row, state, may_change and may_end, may_change and coming)
