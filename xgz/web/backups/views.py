"""Backups for who runs the system: how old, how large, whether they restore. Nothing is downloaded."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of, may
from xgz.queries.backups import backup_state
from xgz.queries.jobs import waiting_job
from xgz.rules.backups import TOO_OLD_HOURS
from xgz.rules.roles import Resource
from xgz.services.backups.making import ASKED, MAKE, ask_for_backup
from xgz.services.jobs import AlreadyQueued
from xgz.web.pages import room


@require_safe
@room(Resource.SYSTEM)
def backup_list(request: HttpRequest) -> HttpResponse:
    """Show the newest backups, what their trials found, and whether there is a recent one."""
    now = clock.now()
    context = {
        "state": backup_state(now),
        "is_waiting": waiting_job(ASKED) is not None,
        "may_make": may(actor_of(request), MAKE),
        "too_old_hours": TOO_OLD_HOURS,
        "hours_kept": settings.BACKUP_HOURS_KEPT,
        "days_kept": settings.BACKUP_DAYS_KEPT,
        "now": now,
    }
    return render(request, "backups/list.html", context)


@require_POST
@room(Resource.SYSTEM)
def backup_make(request: HttpRequest) -> HttpResponse:
    """Queue a backup of this moment."""
    try:
        ask_for_backup(actor=actor_of(request), now=clock.now())
    except AlreadyQueued:
        messages.info(request, _("已有备份在排队或进行。"))
    else:
        messages.success(request, _("备份已排队，由后台进程生成，完成后列在下面。"))
    return redirect("backup-list")
