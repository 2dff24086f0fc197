"""Who reads of the looks: the person concerned, the supervisor, the security administrator."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.reveals import sighting_alarms
from xgz.models import AuditEntry
from xgz.queries import reveals as reads
from xgz.rules.allowances import Purpose
from xgz.rules.reveals import (
    ALARM_PEOPLE,
    MARK_LABELS,
    MOST_PEOPLE,
    REVEAL_REASON_LABELS,
    WATCHED_DAYS,
    RevealField,
    RevealReason,
)
from xgz.web.lists import sequence_page
from xgz.web.reveals.wording import field_label


@dataclass(frozen=True, slots=True)
class _Line:
    """One look in words."""

    row: reads.WatchedRow
    field: str
    reason: str
    marks: list[str]


@dataclass(frozen=True, slots=True)
class _Mine:
    """One look at the reader's own data; unit: office and role, never the person's name."""

    at: datetime
    unit: str
    role: str
    field: str
    reason: str
    business: str


@require_safe
@login_required
def of_me(request: HttpRequest) -> HttpResponse:
    """Show a member or owner who looked at which of the own values, and for which reason (RV-6)."""
    actor = actor_of(request)
    listing = sequence_page(request, reads.reveals_of_me(actor), [])
    lines = [
        _Mine(
            at=row.at,
            unit=row.body.name,
            role=_(row.get_role_display()),
            field=field_label(RevealField(row.field), of_owner=row.business_id is not None),
            reason=_(REVEAL_REASON_LABELS[RevealReason(row.reason)]),
            business=row.business.name if row.business else "",
        )
        for row in listing.rows
    ]
    return render(request, "reveals/mine.html", {"listing": listing, "lines": lines})


@require_safe
@login_required
def watch(request: HttpRequest) -> HttpResponse:
    """Show the supervisor the looks of the last days, and which of them stand out (RV-7)."""
    now = clock.now()
    lookers, rows = reads.watched_week(actor_of(request), now)
    if "marked" in request.GET:
        rows = [row for row in rows if row.marks]
    listing = sequence_page(request, rows, [])
    context = {
        "lookers": lookers,
        "listing": listing,
        "lines": [_line(row) for row in listing.rows],
        "only_marked": "marked" in request.GET,
        "marked": sum(looker.marked for looker in lookers),
        "days": WATCHED_DAYS,
        "since": reads.watched_since(now),
    }
    return render(request, "reveals/watch.html", context)


@require_safe
@login_required
def alarms(request: HttpRequest) -> HttpResponse:
    """Show who saw more people of the roster within an hour than anybody's work needs (RV-5)."""
    rows = sighting_alarms(actor_of(request)).order_by("-number")
    listing = sequence_page(request, rows, [])
    context = {
        "listing": listing,
        "lines": [(row, _is_refusal(row)) for row in listing.rows],
        "alarm": ALARM_PEOPLE,
        "most": MOST_PEOPLE,
    }
    return render(request, "reveals/alarms.html", context)


def _is_refusal(row: AuditEntry) -> bool:
    return row.action == Purpose.SIGHTING_REFUSED.value


def _line(row: reads.WatchedRow) -> _Line:
    of_owner = row.reveal.business_id is not None
    return _Line(
        row=row,
        field=field_label(RevealField(row.reveal.field), of_owner=of_owner),
        reason=_(REVEAL_REASON_LABELS[RevealReason(row.reveal.reason)]),
        marks=[_(MARK_LABELS[mark]) for mark in row.marks],
    )
