"""Matching tasks: the list, writing one down, one with all it rests on, starting and stopping."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.matching import HEAR, RUN, townships_to_choose, visible_notices, visible_tasks
from xgz.queries import matching as reads
from xgz.queries.jobs import jobs_ahead, waiting_job
from xgz.rules.matching import EDITABLE, TaskState
from xgz.services import matching
from xgz.web.lists import Column, list_page
from xgz.web.matching.forms import PurposeForm, TaskForm
from xgz.web.matching.pages import open_to, task_of
from xgz.web.matching.wording import REFUSALS, missing_words, refusal

_STARTABLE = frozenset({TaskState.READY, TaskState.FAILED})
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_safe
@open_to(RUN)
def task_list(request: HttpRequest) -> HttpResponse:
    """Show the tasks, newest first."""
    rows = visible_tasks(actor_of(request)).prefetch_related("areas")
    columns = [
        Column("created", _("建立时间"), ("created_at",)),
        Column("area", _("乡镇（街道）")),
        Column("purpose", _("用途"), minor=True),
        Column("expires", _("到期日"), ("expires_on",), minor=True),
        Column("state", _("状态")),
        Column("found", _("结果条数"), ("found",), numeric=True),
    ]
    listing = list_page(request, rows, columns, ("-created_at", "-pk"), source=rows)
    return render(request, "matching/list.html", {"listing": listing})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(RUN)
def task_new(request: HttpRequest) -> HttpResponse:
    """Write down a task with what is known of it so far."""
    actor = actor_of(request)
    form = TaskForm(
        request.POST or None, request.FILES or None, townships=townships_to_choose(actor)
    )
    if request.method == "POST" and form.is_valid():
        try:
            task = matching.create_task(actor=actor, papers=form.papers(), now=clock.now())
        except REFUSALS as error:
            form.add_error("assessment", refusal(error))
        else:
            return redirect("matching-detail", public_id=task.public_id)
    context = {"form": form, "back": reverse("matching-list"), "task": None}
    return render(request, "matching/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(RUN)
def task_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Complete what a task rests on, as long as it has not run."""
    actor = actor_of(request)
    task = task_of(request, public_id)
    if task.state not in EDITABLE:
        messages.error(request, refusal(matching.TaskChanged()))
        return redirect("matching-detail", public_id=public_id)
    form = TaskForm(
        request.POST or None,
        request.FILES or None,
        townships=townships_to_choose(actor),
        task=task,
    )
    if request.method == "POST" and form.is_valid():
        try:
            matching.edit_task(actor=actor, task=task, papers=form.papers(), now=clock.now())
        except matching.AssessmentRefused as error:
            form.add_error("assessment", refusal(error))
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            return redirect("matching-detail", public_id=public_id)
    context = {"form": form, "back": reverse("matching-detail", args=[public_id]), "task": task}
    return render(request, "matching/edit.html", context)


@require_safe
@open_to(RUN)
def task_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a task: its papers, what is missing, how far the comparison is, what came of it."""
    task = task_of(request, public_id)
    is_running = task.state == TaskState.RUNNING
    if request.headers.get("HX-Request") and not is_running:
        return HttpResponseClientRefresh()
    today = actor_of(request).today
    waits = task.state in EDITABLE | _STARTABLE
    areas = list(task.areas.order_by("path"))
    still_open = reads.open_areas(areas, today) if waits else []
    missing = reads.missing_with(task, areas, still_open, today) if waits else ()
    context: dict[str, Any] = {
        "task": task,
        "areas": areas,
        "open_areas": still_open,
        "missing": missing_words(missing),
        "may_start": task.state in _STARTABLE,
        "may_edit": task.state in EDITABLE,
        "is_running": is_running,
        "counted": reads.counted(task),
        "form": PurposeForm(task) if task.state == TaskState.DONE else None,
    }
    if is_running:
        job = waiting_job(task.public_id)
        context |= {"job": job, "ahead": jobs_ahead(job) if job else 0}
    template = "progress" if request.headers.get("HX-Request") else "detail"
    return render(request, f"matching/{template}.html", context)


@require_POST
@open_to(RUN)
def task_step(request: HttpRequest, public_id: str, step: str) -> HttpResponse:
    """Start or stop the comparison; a refusal says in words what is missing."""
    steps = {"start": matching.start_task, "cancel": matching.cancel_task}
    if step not in steps:
        raise Http404
    task = task_of(request, public_id)
    try:
        steps[step](actor=actor_of(request), task=task, now=clock.now())
    except REFUSALS as error:
        messages.error(request, refusal(error))
    return redirect("matching-detail", public_id=public_id)


@require_safe
@open_to(RUN)
def assessment(request: HttpRequest, public_id: str) -> HttpResponse | StreamingHttpResponse:
    """Send the impact assessment of a task; taking it is written down."""
    task = task_of(request, public_id)
    try:
        kind, blocks = matching.take_assessment(actor=actor_of(request), task=task, now=clock.now())
    except (FileNotFoundError, IsADirectoryError):
        raise Http404 from None
    name = _("影响评估 %(day)s") % {"day": f"{clock.local(task.created_at):%Y-%m-%d}"}
    response = StreamingHttpResponse(blocks, content_type=_TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or ""
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@open_to(HEAR)
def notice_list(request: HttpRequest) -> HttpResponse:
    """Show what the bureau or station was told of comparisons: done, about so many leads (MT-7)."""
    rows = visible_notices(actor_of(request))
    columns = [Column("made", _("时间")), Column("body", _("单位")), Column("about", _("内容"))]
    listing = list_page(request, rows, columns, ("-made_on", "-pk"))
    return render(request, "matching/notices.html", {"listing": listing})
