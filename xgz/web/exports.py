"""A list as a workbook: a short one is sent at once, a long one is made beside.

One that tells of people of the roster is asked for with a form: purpose, masked or not (EX-1).
"""

import tempfile
from dataclasses import replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.actor import Actor, actor_of, may, require
from xgz.access.exports import may_take_clear
from xgz.access.jobs import export_action
from xgz.queries.export_frame import Asked, Export
from xgz.queries.exports import build_export
from xgz.queries.tracing import marks_at_once
from xgz.rules import jobs as rules
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.exports import APPROVED_ABOVE, SHORTEST_PURPOSE, needs_approval
from xgz.services.allowances import AllowanceUsedUp
from xgz.services.export_approvals import NoApprover
from xgz.services.exports import record_taken
from xgz.services.reports.asking import (
    PurposeMissing,
    TooManyReports,
    ask_for_people,
    ask_for_report,
)
from xgz.web.forms import OfficeForm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MASKED, _CLEAR = "masked", "clear"
_FILTERS = ("q", "state", "township", "superior")  # of the lists that leave by their tab


class PeopleForm(OfficeForm):
    """What a list of people is for, and how their names and numbers stand in it."""

    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=200,
        min_length=SHORTEST_PURPOSE,
        help_text=gettext_lazy("写明用在哪项工作、交给谁。加密保存，只有您和审批人能看到。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    names = forms.ChoiceField(
        label=gettext_lazy("姓名和号码"),
        choices=[
            (_MASKED, gettext_lazy("掩码（张*，号码只留首尾）")),
            (_CLEAR, gettext_lazy("需要完整姓名和号码，须组织部门另一人批准")),
        ],
        initial=_MASKED,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )

    def __init__(self, data: Any, *, may_be_clear: bool) -> None:
        super().__init__(data)
        if not may_be_clear:
            del self.fields["names"]

    @property
    def in_clear(self) -> bool:
        return self.cleaned_data.get("names") == _CLEAR


def export_context(request: HttpRequest, which: StrEnum) -> dict[str, Any]:
    """Return whether the reader takes out the list of a tab, and the query for its rows (FM-21)."""
    asked = {name: request.GET.get(name, "") for name in _FILTERS}
    query = {"list": which.value, **{name: value for name, value in asked.items() if value}}
    return {"may_export": may(actor_of(request), "ledger.export"), "export_query": urlencode(query)}


def answer_export(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """Send the list, or offer to make it in the background; a POST has it made there.

    Raises NotPermitted, ListOutOfReach.
    """
    actor = actor_of(request)
    require(actor, export_action(asked.kind))
    export = build_export(asked, actor, clock.now())
    may_be_clear = may_take_clear(actor, asked.kind)
    persons = export.persons()
    most = _fullest(asked, actor) if may_be_clear else persons
    if most:
        return _answer_people(request, actor, asked, export, persons, may_be_clear=may_be_clear)
    if request.method == "POST":
        return _make_beside(request, actor, asked, export)
    count = export.count()
    if count > rules.BACKGROUND_ROWS:
        context = {
            "export": export,
            "asked": asked,
            "count": count,
            "hours": rules.REPORT_HOURS,
        }
        return render(request, "reports/ask.html", context)
    return _send(actor, asked, export)


def _fullest(asked: Asked, actor: Actor) -> int:
    return build_export(replace(asked, in_clear=True), actor, clock.now()).persons()


def _answer_people(
    request: HttpRequest,
    actor: Actor,
    asked: Asked,
    export: Export,
    persons: int,
    *,
    may_be_clear: bool,
) -> HttpResponseBase:
    data = request.POST if request.method == "POST" else None
    form = PeopleForm(data, may_be_clear=may_be_clear)
    if data is not None and form.is_valid():
        wanted = replace(asked, in_clear=True) if form.in_clear else asked
        if _ask_for_people(request, actor, wanted, form):
            return redirect("report-list")
    context = {
        "export": export,
        "asked": asked,
        "form": form,
        "persons": persons,
        "count": export.count(),
        "second": needs_approval(persons, is_masked=True),
        "limit": APPROVED_ABOVE,
        "most": LIMITS[Purpose.EXPORT].most,
        "hours": rules.REPORT_HOURS,
    }
    return render(request, "reports/ask_people.html", context)


def _ask_for_people(request: HttpRequest, actor: Actor, asked: Asked, form: PeopleForm) -> bool:
    now = clock.now()
    try:
        report = ask_for_people(
            actor=actor,
            asked=asked,
            export=build_export(asked, actor, now),
            language=get_language() or "",
            purpose=form.cleaned_data["purpose"],
            now=now,
        )
    except PurposeMissing:
        form.add_error("purpose", _("请写明用途，至少 %d 个字。") % SHORTEST_PURPOSE)
    except TooManyReports:
        form.add_error(None, _("您已有几份报表在生成或待审批，请等它们完成后再要。"))
    except AllowanceUsedUp as used:
        until = f"{clock.local(used.until):%Y-%m-%d %H:%M}"
        form.add_error(None, _("今天不经审批导出的人数已到上限，%s 后再导出，或缩小范围。") % until)
    except NoApprover:
        form.add_error(None, _("系统里还没有组织部门，没有人能审批，请告诉系统管理员。"))
    else:
        if report.approved_at is None:
            messages.success(request, _("已提交，等组织部门另一人批准；批准后自动生成。"))
        return True
    return False


def _send(actor: Actor, asked: Asked, export: Export) -> FileResponse:
    folder, now = settings.FILE_UPLOAD_TEMP_DIR, clock.now()
    target = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (the response closes it)
    marks = marks_at_once(actor, asked, now)
    rows = export.write(target, str(folder), lambda _rows: None, marks)
    record_taken(actor=actor, asked=asked, export=export, rows=rows, now=now)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=export.file_name, content_type=XLSX)


def _make_beside(
    request: HttpRequest, actor: Actor, asked: Asked, export: Export
) -> HttpResponseBase:
    try:
        ask_for_report(
            actor=actor,
            asked=asked,
            title=export.title,
            language=get_language() or "",
            now=clock.now(),
        )
    except TooManyReports:
        messages.warning(request, _("您已有几份报表在生成，请等它们完成后再要。"))
    return redirect("report-list")
