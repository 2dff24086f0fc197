"""The trail on screen: who did what to which row, never a value, never a person's data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access.actor import actor_of
from xgz.access.audit import visible_entries
from xgz.models import AuditEntry
from xgz.queries.audit import account_names, page_of
from xgz.rules.audit import OUTCOME_LABELS, Outcome
from xgz.rules.roles import Resource
from xgz.web.audit.fields import field_label
from xgz.web.audit.forms import TrailFilter
from xgz.web.audit.wording import action_label, subject_label
from xgz.web.pages import room

_OF_ONE_SUBJECT = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One row in words. who: user name, or the machine's operator or clock."""

    entry: AuditEntry
    who: str
    what: str
    outcome: str
    is_refused: bool
    subject: str
    subject_id: str


@require_safe
@room(Resource.AUDIT)
def audit_list(request: HttpRequest) -> HttpResponse:
    """Show the rows that fit the filter, newest first, fifty a page."""
    form = TrailFilter(request.GET)
    rows = form.narrow(visible_entries(actor_of(request)))
    page = page_of(rows, _number(request, "before"), _number(request, "after"))
    context = {
        "form": form,
        "lines": lines_of(page.rows),
        "page": page,
        "query": _query(request),
        "is_first": not request.GET,
    }
    return render(request, "audit/list.html", context)


@require_safe
@room(Resource.AUDIT)
def audit_entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show one row whole, with what else was done to the same subject."""
    rows = visible_entries(actor_of(request))
    entry = get_object_or_404(rows.select_related("actor"), number=number)
    others: list[AuditEntry] = []
    if entry.subject_id:
        same = rows.filter(subject_type=entry.subject_type, subject_id=entry.subject_id)
        newest = same.exclude(pk=entry.pk).select_related("actor").order_by("-number")
        others = list(newest[:_OF_ONE_SUBJECT])
    context: dict[str, Any] = {
        "line": lines_of([entry])[0],
        "fields": sorted((field_label(name), digest) for name, digest in entry.fields.items()),
        "others": lines_of(others),
    }
    return render(request, "audit/entry.html", context)


def lines_of(rows: Iterable[AuditEntry]) -> list[Line]:
    """Return rows in words; two queries for any number of them."""
    shown = list(rows)
    names = account_names(shown)
    return [
        Line(
            entry=row,
            who=who_of(row),
            what=action_label(row.action) or row.action,
            outcome=_(OUTCOME_LABELS[Outcome(row.outcome)]),
            is_refused=row.outcome == Outcome.REFUSED,
            subject=subject_label(row.subject_type),
            subject_id=names.get(row.subject_id, row.subject_id)
            if row.subject_type == "user"
            else row.subject_id,
        )
        for row in shown
    ]


def who_of(row: AuditEntry) -> str:
    """Return the user name of who acted; people's names are not for the auditor."""
    if row.actor is not None:
        return row.actor.username
    machines = {"shell": _("命令行"), "clock": _("系统")}
    return machines.get(row.actor_label, _("未登录"))


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    for name in ("before", "after"):
        kept.pop(name, None)
    return kept.urlencode()
