"""Whether the trail is whole: the latest checks, the anchors, and a check at once."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.audit import visible_checks
from xgz.models import AuditCheck
from xgz.queries.audit import alarm_now
from xgz.queries.audit_anchors import anchors_path, read_anchors
from xgz.queries.jobs import newest_jobs
from xgz.rules.audit import CHAIN_FAULT_ADVICE, CHAIN_FAULT_LABELS, ChainFault
from xgz.rules.jobs import WAITING
from xgz.rules.roles import Resource
from xgz.services.audit_checks import ASKED, ask_for_check
from xgz.services.jobs import AlreadyQueued
from xgz.web.pages import room

_SHOWN = 30
_ANCHORS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Fault:
    label: str
    number: int
    advice: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check with its faults in words, and by whom it was asked for."""

    check: AuditCheck
    who: str
    faults: list[Fault]


@require_safe
@room(Resource.AUDIT)
def audit_checks(request: HttpRequest) -> HttpResponse:
    """Show the latest checks, the progress of one that runs, and the newest anchors."""
    now = clock.now()
    job = newest_jobs([ASKED]).get(ASKED)
    anchors = read_anchors()
    lines = [_line(check) for check in visible_checks(actor_of(request))[:_SHOWN]]
    context: dict[str, Any] = {
        "lines": lines,
        "newest": lines[0] if lines else None,
        "alarm": alarm_now(now),
        "job": job,
        "is_busy": job is not None and job.state in WAITING,
        "anchors": list(reversed(anchors.lines[-_ANCHORS_SHOWN:])),
        "anchor_count": len(anchors.lines),
        "anchor_place": anchors_path(),
        "meanings": [
            (_(label), _(CHAIN_FAULT_ADVICE[fault])) for fault, label in CHAIN_FAULT_LABELS.items()
        ],
    }
    return render(request, "audit/checks.html", context)


@require_POST
@room(Resource.AUDIT)
def audit_check_start(request: HttpRequest) -> HttpResponse:
    """Queue a check of the whole trail."""
    try:
        ask_for_check(actor=actor_of(request), now=clock.now())
    except AlreadyQueued:
        messages.info(request, _("已有一次核验在排队或进行。"))
    else:
        messages.success(request, _("核验已排队，结果会列在下面。"))
    return redirect("audit-checks")


def _line(check: AuditCheck) -> CheckLine:
    faults = [
        Fault(
            _(CHAIN_FAULT_LABELS[ChainFault(kind)]), number, _(CHAIN_FAULT_ADVICE[ChainFault(kind)])
        )
        for kind, number in check.faults.items()
    ]
    return CheckLine(check, check.asked_by.username if check.asked_by else _("系统"), faults)
