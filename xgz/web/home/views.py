"""The role's first page: what it may count, what waits, and its own rows."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access.actor import Actor, actor_of, may
from xgz.access.coverage import counts_district
from xgz.queries import home as reads
from xgz.queries.coverage import coverage_report
from xgz.queries.operating import Day
from xgz.queries.served import served_by
from xgz.queries.worklist_wording import LISTS
from xgz.queries.worklists import worklist_counts
from xgz.rules.coverage import DEFINITION_VERSION, Figure, FigureKind
from xgz.rules.roles import Resource
from xgz.rules.worklists import RULE_IDS, Worklist
from xgz.web.coverage.parts import figure_card, township_chart
from xgz.web.organisations.wording import findings
from xgz.web.worklists.views import line_of, list_url

_CARDS = (
    (Figure.ORGANISATION, FigureKind.ALL),
    (Figure.WORK, FigureKind.ALL),
    (Figure.SHOULD_FORM, FigureKind.ALL),
    (Figure.ORGANISATION, FigureKind.MARKET),
)
_FIGURES = (Figure.ORGANISATION, Figure.WORK, Figure.SHOULD_FORM)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show each of the actor's roles its own counts; every number is a link to its rows."""
    actor = actor_of(request)
    context: dict[str, Any] = {"today": actor.today, "has_roles": bool(actor.grants)}
    if actor.reaches(Resource.COVERAGE):
        context |= _office(actor)
    context |= {
        "served": served_by(actor),
        "branches": [
            (row, findings(row.warnings, row.facts, actor.today, with_people=row.with_people))
            for row in reads.own_organisations(actor)
        ],
        "member": reads.own_membership(actor),
        "owned": reads.own_businesses(actor),
        "markets": reads.own_markets(actor),
        "administration": reads.administration(actor),
    }
    return render(request, "home/home.html", context)


def _office(actor: Actor) -> dict[str, Any]:
    if not reads.has_businesses(actor):
        return {"is_office": True, "is_empty": True, "may_import": may(actor, "import.registry")}
    report = coverage_report(actor, Day(actor.today, actor.today), _FIGURES)
    counts = worklist_counts(actor, actor.today)
    chart = None
    if counts_district(actor):
        chart = township_chart(report, Figure.ORGANISATION, FigureKind.ALL)
    return {
        "is_office": True,
        "computed_at": timezone.now(),
        "version": DEFINITION_VERSION,
        "cards": [figure_card(report, *card) for card in _CARDS],
        "work": [
            (_(LISTS[which].title), _(LISTS[which].what), RULE_IDS[which], number, list_url(which))
            for which, number in counts.items()
            if number
        ],
        "work_done": sum(1 for number in counts.values() if not number),
        "closures": [line_of(row) for row in reads.newest_closures(actor, actor.today)],
        "closures_needing": counts[Worklist.CLOSURES],
        "closures_count": reads.closures_in_all(actor, actor.today),
        "closures_url": f"{list_url(Worklist.CLOSURES)}?need=all",
        "chart": chart,
    }
