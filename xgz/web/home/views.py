"""The role's first page: what it may count, what waits, and its own rows."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access import clock
from xgz.access.actor import Actor, actor_of, may
from xgz.access.coverage import counts_district
from xgz.access.jobs import failed_jobs
from xgz.models import Job
from xgz.queries import home as reads
from xgz.queries.coverage_report import coverage_report
from xgz.queries.inbox import inbox_rows
from xgz.queries.inbox_lines import inbox_items
from xgz.queries.operating import Day
from xgz.queries.parameters import work_limits_on
from xgz.queries.served import served_by
from xgz.queries.work_lines import work_lines
from xgz.queries.worklists import worklist_counts
from xgz.rules.coverage import DEFINITION_VERSION, Figure, FigureKind
from xgz.rules.jobs import JOB_KIND_LABELS
from xgz.rules.roles import Resource
from xgz.rules.worklists import Worklist
from xgz.web.coverage.parts import township_chart
from xgz.web.desk import desk_of
from xgz.web.organisations.wording import findings
from xgz.web.snapshots.parts import cards_with_changes
from xgz.web.worklists.views import lines_of, list_line, list_url

_FAILURES_SHOWN = timedelta(days=7)
_FIRST_ITEMS = 7  # of the inbox, on the first page
_FIGURES = (Figure.ORGANISATION, Figure.WORK, Figure.SHOULD_FORM)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show each of the actor's roles its own counts; every number is a link to its rows."""
    actor = actor_of(request)
    context: dict[str, Any] = {"today": actor.today, "has_roles": bool(actor.grants)}
    if desk := desk_of(request, actor):
        rows: Any = inbox_rows(actor, work=desk.work)[:_FIRST_ITEMS]
        context["inbox"] = {"counts": desk.counts, "items": inbox_items(rows, actor)}
        context["work_lines"] = work_lines(actor)
    if actor.reaches(Resource.COVERAGE):
        context |= _office(actor)
    context |= {
        "served": served_by(actor),
        "branches": [(row, findings(row, actor.today)) for row in reads.own_organisations(actor)],
        "member": reads.own_membership(actor),
        "owned": reads.own_businesses(actor),
        "markets": reads.own_markets(actor),
        "administration": reads.administration(actor),
        "failed_jobs": _failed_jobs(actor),
    }
    return render(request, "home/home.html", context)


def _office(actor: Actor) -> dict[str, Any]:
    report = coverage_report(actor, Day(actor.today, actor.today), _FIGURES)
    if not any(report.cells.values()) and not reads.has_businesses(actor):
        return {"is_office": True, "is_empty": True, "may_import": may(actor, "import.registry")}
    limits = work_limits_on(actor.today)
    work = worklist_counts(actor, actor.today, limits)
    chart = None
    if counts_district(actor):
        chart = township_chart(report, Figure.ORGANISATION, FigureKind.ALL)
    cards, since = cards_with_changes(actor, report)
    return {
        "is_office": True,
        "since": since,
        "computed_at": clock.now(),
        "version": DEFINITION_VERSION,
        "cards": cards,
        "work": [
            list_line(which, number, limits) for which, number in work.lists.items() if number
        ],
        "work_done": sum(1 for number in work.lists.values() if not number),
        "closures": lines_of(reads.newest_closures(actor, actor.today, limits), actor),
        "closures_needing": work.lists[Worklist.CLOSURES],
        "closures_count": work.closures,
        "closure_days": limits.closure_days,
        "closures_url": f"{list_url(Worklist.CLOSURES)}?need=all",
        "chart": chart,
    }


def _failed_jobs(actor: Actor) -> list[tuple[str, Job]]:
    """Return what to call each job that failed in the last days, with the job (JB-2)."""
    since = clock.now() - _FAILURES_SHOWN
    jobs = failed_jobs(actor, since)[:20]
    return [(_(JOB_KIND_LABELS.get(job.kind, job.kind)), job) for job in jobs]
