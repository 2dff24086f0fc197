"""A list as a workbook: a short one is sent at once, a long one is asked for and made beside."""

import tempfile

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.actor import Actor, actor_of, require
from xgz.access.jobs import export_action
from xgz.queries.exports import Asked, Export, build_export
from xgz.rules import jobs as rules
from xgz.services.exports import record_taken
from xgz.services.reports.asking import TooManyReports, ask_for_report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def answer_export(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """Send the list, or offer to make it in the background; a POST has it made there.

    Raises NotPermitted, ListOutOfReach.
    """
    actor = actor_of(request)
    require(actor, export_action(asked.kind))
    export = build_export(asked, actor, clock.now())
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


def _send(actor: Actor, asked: Asked, export: Export) -> FileResponse:
    folder = settings.FILE_UPLOAD_TEMP_DIR
    target = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (the response closes it)
    rows = export.write(target, str(folder), lambda _rows: None)
    record_taken(actor=actor, asked=asked, export=export, rows=rows, now=clock.now())
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
