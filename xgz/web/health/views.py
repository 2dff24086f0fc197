"""Health: two addresses for machines, and the page of who looks after the system."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.jobs import failed_jobs
from xgz.queries import health as queries
from xgz.rules.jobs import KEEP_DONE_DAYS
from xgz.rules.roles import Resource
from xgz.services.jobs import AlreadyQueued
from xgz.services.jobs.resting import NotResting, dismiss_job, retry_job
from xgz.web.health.status import job_lines, status_lines
from xgz.web.pages import room

_SHOWN = 200  # failed jobs on the page; more of them have one cause


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; the database is not asked."""
    return JsonResponse({"status": "live"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether the site can do its work, with 503 where it cannot, and which check failed."""
    state = queries.readiness(clock.now())
    return JsonResponse(
        {"status": "ready" if state.is_ready else "not ready", "checks": state.checks()},
        status=200 if state.is_ready else 503,
    )


class HealthPages:
    """Answer the two addresses of machines before sessions, host names and sign-in are looked at.

    A probe asks a process by its own address, over plain HTTP, and is nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = {"/health/live": live, "/health/ready": ready}.get(request.path_info)
        return view(request) if view else self.get_response(request)


@require_safe
@room(Resource.SYSTEM)
def system_status(request: HttpRequest) -> HttpResponse:
    """Show the checks in words, the database, the disk, and the jobs that rest as failed."""
    actor, now = actor_of(request), clock.now()
    failed = failed_jobs(actor, now - timedelta(days=KEEP_DONE_DAYS))
    context = {
        "lines": status_lines(now),
        "jobs": job_lines(failed[:_SHOWN]),
        "failed_count": failed.count(),
        "keep_days": KEEP_DONE_DAYS,
        "now": now,
    }
    return render(request, "health/status.html", context)


@require_POST
@room(Resource.SYSTEM)
def job_retry(request: HttpRequest, public_id: str) -> HttpResponse:
    """Queue a failed job once more."""
    return _leave(request, public_id, retry_job, _("任务已重新排队。"))


@require_POST
@room(Resource.SYSTEM)
def job_dismiss(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a failed job up."""
    return _leave(request, public_id, dismiss_job, _("任务不再处理，已移出列表。"))


def _leave(
    request: HttpRequest, public_id: str, step: Callable[..., None], said: str
) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    failed = failed_jobs(actor, now - timedelta(days=KEEP_DONE_DAYS))
    job = get_object_or_404(failed, public_id=public_id)
    try:
        step(actor=actor, job=job, now=now)
    except NotResting:
        messages.info(request, _("这个任务刚才已有人处理。"))
    except AlreadyQueued:
        messages.error(request, _("同一事项已有任务在排队或进行，等它结束后再试。"))
    else:
        messages.success(request, said)
    return redirect("system-status")
