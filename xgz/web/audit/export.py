"""The trail of a period as a workbook for the auditor; itself a row of the trail."""

import tempfile
from collections.abc import Iterator

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.audit import visible_entries
from xgz.files.listing_sheet import Cell, SheetColumn, write_listing
from xgz.models import AuditEntry
from xgz.queries.audit import on_days
from xgz.rules.audit import OUTCOME_LABELS, Outcome
from xgz.rules.roles import Resource
from xgz.services.audit_export import record_trail_export
from xgz.web.audit.fields import field_label
from xgz.web.audit.forms import PeriodForm
from xgz.web.audit.views import who_of
from xgz.web.audit.wording import action_label, subject_label
from xgz.web.exports import XLSX
from xgz.web.pages import room


@require_safe
@room(Resource.AUDIT)
def audit_export(request: HttpRequest) -> HttpResponseBase:
    """Ask for the days, and send their rows; a period that does not hold says why beside it."""
    actor = actor_of(request)
    month = {"since": actor.today.replace(day=1), "until": actor.today}
    form = PeriodForm(request.GET or None, initial=month)
    if not form.is_valid():
        return render(request, "audit/export.html", {"form": form})
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    record_trail_export(actor=actor, since=since, until=until, now=clock.now())
    folder = settings.FILE_UPLOAD_TEMP_DIR
    target = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (the response closes it)
    rows = on_days(visible_entries(actor), since, until)
    period = _("%(since)s 至 %(until)s") % {"since": since, "until": until}
    write_listing(
        target,
        title=_("审计日志"),
        conditions=period,
        columns=_columns(),
        rows=_rows(rows.select_related("actor").order_by("number")),
        scratch=str(folder),
    )
    target.seek(0)
    name = _("审计日志 %s.xlsx") % period
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


def _columns() -> list[SheetColumn]:
    return [
        SheetColumn(_("行号"), 8),
        SheetColumn(_("编号"), 12),
        SheetColumn(_("时间"), 20),
        SheetColumn(_("账号"), 18),
        SheetColumn(_("操作"), 26),
        SheetColumn(_("操作代码"), 26),
        SheetColumn(_("结果"), 8),
        SheetColumn(_("对象"), 14),
        SheetColumn(_("对象编号"), 16),
        SheetColumn(_("涉及的项目"), 30),
        SheetColumn(_("网络地址"), 18),
        SheetColumn(_("会话摘要"), 34),
        SheetColumn(_("请求编号"), 34),
        SheetColumn(_("链值"), 66),
    ]


def _rows(rows: QuerySet[AuditEntry]) -> Iterator[list[Cell]]:
    for row in rows.iterator(chunk_size=2000):
        yield [
            row.number,
            f"{clock.local(row.at):%Y-%m-%d %H:%M:%S}",
            who_of(row),
            action_label(row.action),
            row.action,
            _(OUTCOME_LABELS[Outcome(row.outcome)]),
            subject_label(row.subject_type),
            row.subject_id,
            _("、").join(sorted(field_label(name) for name in row.fields)),
            row.address,
            row.session,
            row.request,
            row.mac,
        ]
