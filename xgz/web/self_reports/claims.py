"""The desk of claims: list, one claim, its phone, deciding on it. The organization line's alone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.self_reports import require_handling, require_handling_at
from xgz.models import SelfReport
from xgz.queries.self_reports import report_rows, reports_of
from xgz.rules.masking import mask_name
from xgz.rules.roles import Resource
from xgz.rules.self_reports import (
    REPORT_ACTION_LABELS,
    ReportAction,
    ReportState,
    StepNotAllowed,
)
from xgz.services.allowances import AllowanceUsedUp
from xgz.services.self_reports import claims as services
from xgz.web.forms import OfficeForm
from xgz.web.lists import Column, list_page
from xgz.web.pages import room
from xgz.web.self_reports.forms import DoubtForm, StateFilter, VerifyForm

_SENTENCE_OF: dict[type[Exception], str] = {
    services.HowMissing: gettext_noop("请选择是怎么核实的。"),
    services.WhyMissing: gettext_noop("请选择不采信的原因。"),
    StepNotAllowed: gettext_noop("这条登记已经办理过，请刷新后核对。"),
    services.ChangedMeanwhile: gettext_noop("本人刚才改正过或别人刚办理过，请核对后再办。"),
}
_DONE_TEXTS: dict[ReportAction, str] = {
    ReportAction.VERIFY: gettext_noop("已核实。"),
    ReportAction.DOUBT: gettext_noop("已记为不采信，到期自动删除。"),
    ReportAction.DUPLICATE: gettext_noop("已记为重复，到期自动删除。"),
}

_EFFECT_TEXTS: dict[ReportAction, str] = {
    ReportAction.DOUBT: gettext_noop(
        "不转为线索，不再联系；登记到期自动删除。本人凭回执码会看到这一结论。"
    ),
    ReportAction.DUPLICATE: gettext_noop(
        "这一条不转为线索，按同一人的另一条办理；登记到期自动删除。本人凭回执码会看到这一结论。"
    ),
}


@require_safe
@room(Resource.SELF_REPORT)
def report_list(request: HttpRequest) -> HttpResponse:
    """Show the claims of the townships in reach, masked; ?state= of one state alone."""
    actor = actor_of(request)
    form = StateFilter(request.GET if "state" in request.GET else {"state": ReportState.NEW})
    chosen = form.cleaned_data["state"] if form.is_valid() else ReportState.NEW.value
    rows = reports_of(actor, ReportState(chosen) if chosen else None)
    listing = list_page(request, rows, _columns(), ("received_at", "pk"))
    context = {
        "form": form,
        "listing": listing,
        "rows": report_rows(actor, listing.rows),
        "has_others": bool(chosen) and not listing.total and reports_of(actor).exists(),
    }
    return render(request, "self_reports/list.html", context)


@require_safe
@room(Resource.SELF_REPORT)
def report_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one claim with what can be decided on it; name and phone stay masked."""
    return _page(request, _visible(request, public_id))


@require_POST
@room(Resource.SELF_REPORT)
def report_phone(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show name and phone of a claim once, to call the person; counted and written down (RV-2)."""
    report = _visible(request, public_id)
    try:
        phone = services.show_phone(actor=actor_of(request), report=report, now=clock.now())
    except StepNotAllowed as refused:
        messages.error(request, _(_SENTENCE_OF[type(refused)]))
    except AllowanceUsedUp:
        messages.error(request, _("今天查看完整号码的次数已用完。"))
    else:
        return _page(request, report, phone=phone)
    return redirect("self_report-detail", public_id=public_id)


@require_POST
@room(Resource.SELF_REPORT)
def report_step(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Decide on a claim: verified, not credible, a duplicate."""
    report = _visible(request, public_id)
    if action not in set(ReportAction):
        raise Http404
    asked = ReportAction(action)
    form = _said_with(request, asked)
    if _needs_second_look(request, report, asked, form):
        return _sure(request, report, asked, form)
    said = form.cleaned_data if form is not None and form.is_valid() else {}
    try:
        services.decide(
            actor=actor_of(request),
            report=report,
            action=asked,
            verification=said.get("verification"),
            doubt=said.get("doubt"),
            seen=request.POST.get("seen", ""),
            now=clock.now(),
        )
    except tuple(_SENTENCE_OF) as refused:
        messages.error(request, _(_SENTENCE_OF[type(refused)]))
        return redirect("self_report-detail", public_id=public_id)
    messages.success(request, _(_DONE_TEXTS[asked]))
    return redirect("self_report-list")


def _said_with(request: HttpRequest, asked: ReportAction) -> OfficeForm | None:
    """Return the form of what is said with a decision; not filled in before it is confirmed."""
    if asked is ReportAction.VERIFY:
        return VerifyForm(request.POST)
    if asked is ReportAction.DOUBT:
        return DoubtForm(request.POST if "confirmed" in request.POST else None)
    return None


def _needs_second_look(
    request: HttpRequest, report: SelfReport, asked: ReportAction, form: OfficeForm | None
) -> bool:
    """Test whether to ask first, or again where the reason was left out."""
    if report.state != ReportState.NEW or asked not in _EFFECT_TEXTS:
        return False
    return "confirmed" not in request.POST or (form is not None and not form.is_valid())


def _sure(
    request: HttpRequest, report: SelfReport, asked: ReportAction, form: OfficeForm | None
) -> HttpResponse:
    """Ask a second time, with what follows; the edition that was looked at is carried on."""
    require_handling_at(actor_of(request), report.poster.area)
    context = {
        "title": _(REPORT_ACTION_LABELS[asked]),
        "about": mask_name(report.name),
        "effect": _(_EFFECT_TEXTS[asked]),
        "seen": request.POST.get("seen", ""),
        "form": form,
        "back": reverse("self_report-detail", args=[report.public_id]),
    }
    return render(request, "self_reports/sure.html", context)


def _page(request: HttpRequest, report: SelfReport, phone: str = "") -> HttpResponse:
    actor = actor_of(request)
    (row,) = report_rows(actor, [report])
    context = {
        "report": report,
        "row": row,
        "phone": phone,
        "form": VerifyForm(),
        "is_open": report.state == ReportState.NEW,
    }
    return render(request, "self_reports/detail.html", context)


def _visible(request: HttpRequest, public_id: str) -> SelfReport:
    actor = actor_of(request)
    report = get_object_or_404(reports_of(actor), public_id=public_id)
    require_handling(actor)
    return report


def _columns() -> list[Column]:
    return [
        Column("name", _("姓名")),
        Column("phone", _("手机号")),
        Column("place", _("张贴处"), minor=True),
        Column("received", _("收到"), ("received_at",)),
        Column("state", _("状态")),
        Column("gone", _("自动删除"), minor=True),
    ]
