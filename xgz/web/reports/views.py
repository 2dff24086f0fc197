"""My reports: what is being made, how far it is, and the files of the last day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.access.jobs import visible_reports
from xgz.models import ExportApproval, Job, Report
from xgz.queries.jobs import jobs_ahead, newest_jobs
from xgz.rules.exports import BROKEN_DOWNLOAD
from xgz.rules.jobs import JOB_STATE_LABELS, REPORT_HOURS, JobState
from xgz.rules.roles import Resource
from xgz.services.jobs import NotCancellable
from xgz.services.reports.asking import cancel_report
from xgz.services.reports.keeping import (
    ReachChanged,
    ReportGone,
    TakenBefore,
    note_broken_download,
    take_report,
)
from xgz.web.accounts.fresh import fresh_sign_in_required
from xgz.web.exports import XLSX
from xgz.web.pages import room
from xgz.web.reports.handing import Handing

_SHOWN = 50
_TONES = {JobState.DONE: "ok", JobState.RUNNING: "info", JobState.FAILED: "danger"}


@dataclass(frozen=True, slots=True)
class Line:
    """A report ready to show. ahead: jobs before it; keep_until: None where there is none to take.

    may_take: its file can be downloaded still; approval: public id of the request it waits for.
    """

    report: Report
    label: str
    tone: str
    is_busy: bool
    is_running: bool
    is_made: bool
    may_cancel: bool
    done: int
    total: int
    percent: int
    ahead: int
    why: str
    keep_until: datetime | None
    may_take: bool
    approval: str


@require_safe
@room(Resource.LEDGER)
def report_list(request: HttpRequest) -> HttpResponse:
    """Show the person's reports; asked for by htmx, the table alone."""
    actor = actor_of(request)
    rows = visible_reports(actor).select_related("approval").order_by("-asked_at", "-pk")
    lines = _lines(rows[:_SHOWN])
    context: dict[str, Any] = {
        "lines": lines,
        "is_busy": any(line.is_busy for line in lines),
        "hours": REPORT_HOURS,
    }
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "reports/table.html" if is_part else "reports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.LEDGER)
def report_download(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Send the workbook of a report to the person it was made for.

    One that names people is asked for on a page of its own, by somebody who just proved who it is.
    """
    report = get_object_or_404(visible_reports(actor_of(request)), public_id=public_id)
    return _people_file(request, report) if report.persons else _file(request, report)


@fresh_sign_in_required
def _people_file(request: HttpRequest, report: Report) -> HttpResponseBase:
    if request.method == "POST" or not report.made_at:
        return _file(request, report)
    minutes = int(BROKEN_DOWNLOAD.total_seconds()) // 60
    return render(request, "reports/take.html", {"report": report, "minutes": minutes})


def _file(request: HttpRequest, report: Report) -> HttpResponseBase:
    actor = actor_of(request)
    try:
        file = take_report(actor=actor, report=report, now=clock.now())
    except ReachChanged:
        messages.warning(request, _("您的岗位已有变动，这份报表不能再下载，请重新导出。"))
    except ReportGone:
        messages.info(request, _("这份报表还没有生成，或已删除。"))
    except TakenBefore:
        messages.warning(request, _("已下载过一次，请重新申请。"))
    else:
        return StreamingHttpResponse(
            Handing(file.blocks, partial(_note_broken, report)) if report.persons else file.blocks,
            content_type=XLSX,
            headers={
                "Content-Length": str(file.size),
                "Content-Disposition": content_disposition_header(True, file.name) or "",
            },
        )
    return redirect("report-list")


def _note_broken(report: Report) -> None:
    note_broken_download(report=report, now=clock.now())


@require_POST
@room(Resource.LEDGER)
def report_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Stop a report that waits or is being made."""
    actor: Actor = actor_of(request)
    report = get_object_or_404(visible_reports(actor), public_id=public_id)
    try:
        cancel_report(actor=actor, report=report, now=clock.now())
    except NotCancellable:
        messages.info(request, _("这份报表已经结束，不用取消。"))
    return redirect("report-list")


def _lines(reports: Iterable[Report]) -> list[Line]:
    shown = list(reports)
    jobs = newest_jobs([report.public_id for report in shown])
    queued = [job for job in jobs.values() if job.state == JobState.QUEUED]
    first = jobs_ahead(min(queued, key=lambda job: job.pk)) if queued else 0
    return [_line(report, jobs.get(report.public_id), first) for report in shown]


def _line(report: Report, job: Job | None, ahead: int) -> Line:
    state = JobState(job.state) if job is not None else JobState.FAILED
    done, total = (job.done, job.total) if job is not None else (0, 0)
    asked = job is not None and job.cancel_asked_at is not None
    is_running = state is JobState.RUNNING
    is_made = report.made_at is not None
    may_take = is_made and (not report.persons or _is_takeable(report))
    approval: ExportApproval | None = getattr(report, "approval", None)
    undecided = approval is not None and report.approved_at is None
    return Line(
        report=report,
        label=_label(report, approval, state, is_ending=asked and is_running),
        tone="" if undecided else _TONES.get(state, ""),
        is_busy=not undecided and state in (JobState.QUEUED, JobState.RUNNING),
        is_running=is_running,
        is_made=is_made,
        may_cancel=state in (JobState.QUEUED, JobState.RUNNING) and not asked,
        done=done,
        total=total,
        percent=100 * done // total if total else 0,
        ahead=ahead,
        why=_why(job) if state is JobState.FAILED and not undecided else "",
        keep_until=_keep_until(report) if may_take else None,
        may_take=may_take,
        approval=approval.public_id if approval else "",
    )


def _keep_until(report: Report) -> datetime | None:
    return report.made_at + timedelta(hours=REPORT_HOURS) if report.made_at else None


def _label(
    report: Report, approval: ExportApproval | None, state: JobState, *, is_ending: bool
) -> str:
    if approval is not None and report.approved_at is None:
        return _(approval.state_label)
    if report.persons and report.taken_at is not None:
        return _("已下载")
    return _("正在取消") if is_ending else _(JOB_STATE_LABELS[state])


def _is_takeable(report: Report) -> bool:
    """Test whether a file that names people is still to be had, by whoever's sign-in."""
    if report.taken_at is None:
        return True
    return report.broke_off_at is not None and report.taken_at + BROKEN_DOWNLOAD > clock.now()


def _why(job: Job | None) -> str:
    fault = job.fault if job is not None else ""
    if fault in ("NotPermitted", "ListOutOfReach"):
        return _("您现在没有导出这份清单的权限。")
    if fault == "NotAsApproved":
        return _("名单上的人数比申请时多，请重新申请。")
    if fault == "ConditionGone":
        return _("筛选条件里的乡镇或管辖单位已不存在，请重新导出。")
    return _("系统故障，请重新导出；仍不成功时告诉管理员。")
