"""Coverage: the figures with their definition, and the rows behind each number."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access import clock
from xgz.access.actor import actor_of, may
from xgz.access.coverage import counts_district
from xgz.queries.coverage import Population, covering_names, outside_figures
from xgz.queries.coverage_report import CoverageReport, class_counts, coverage_report
from xgz.queries.home import has_businesses
from xgz.rules.coverage import (
    CLASS_LABELS,
    DEFINITION_VERSION,
    FIGURE_FORMULAS,
    FIGURE_KIND_LABELS,
    FIGURE_KINDS,
    FIGURE_LABELS,
    FIGURE_RULES,
    OPERATING_WORDS,
    PART_LABELS,
    Figure,
    FigureKind,
    formula_of,
)
from xgz.rules.roles import Resource
from xgz.web.coverage.forms import CoverageForm, RowsForm
from xgz.web.coverage.parts import (
    figure_card,
    group_url,
    rate_cells,
    township_chart,
    township_rows,
)
from xgz.web.lists import Column, list_page
from xgz.web.pages import room

_CARDS = (
    (Figure.ORGANISATION, FigureKind.ALL),
    (Figure.WORK, FigureKind.ALL),
    (Figure.SHOULD_FORM, FigureKind.ALL),
    (Figure.ORGANISATION, FigureKind.MARKET),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists a sum consists of."""

    label: str
    count: int
    url: str


@require_safe
@room(Resource.COVERAGE)
def coverage(request: HttpRequest) -> HttpResponse:
    """Show every figure for the actor's scope, by kind, by class and by township."""
    actor = actor_of(request)
    if not has_businesses(actor):
        may_import = may(actor, "import.registry")
        return render(request, "coverage/empty.html", {"may_import": may_import})
    form = CoverageForm(request.GET, actor)
    day, figure, kind = form.day, form.figure_asked, form.kind_asked
    population = Population(actor, day)
    report = coverage_report(actor, day)
    groups = class_counts(population, report)
    return render(
        request,
        "coverage/coverage.html",
        {
            "form": form,
            "day": day,
            "computed_at": clock.now(),
            "version": DEFINITION_VERSION,
            "operating_words": _(OPERATING_WORDS),
            "cards": [figure_card(report, *card) for card in _CARDS],
            "tables": [_kind_table(report, each) for each in Figure],
            "groups": [
                (_(CLASS_LABELS[group]), number, group_url(day, group))
                for group, number in groups.items()
            ],
            "groups_total": sum(groups.values()),
            "outside": outside_figures(population),
            "title": _figure_title(figure, kind),
            "chart": township_chart(report, figure, kind) if counts_district(actor) else None,
            "townships": township_rows(report, figure, kind),
            "may_export": may(actor, "ledger.export"),
        },
    )


@require_safe
@room(Resource.COVERAGE)
def coverage_rows(request: HttpRequest) -> HttpResponse:
    """List exactly the rows that one number counts."""
    actor = actor_of(request)
    form = RowsForm(request.GET, actor)
    population = Population(actor, form.day)
    is_market = form.kind_asked is FigureKind.MARKET and form.group_asked is None
    rows = _narrow(form, _rows_of(population, form))
    listing = list_page(
        request,
        rows.select_related("township"),
        _market_columns() if is_market else _business_columns(),
    )
    names = covering_names(population.day, "market" if is_market else "business", listing.rows)
    figure, tabs = form.figure_asked, _sum_tabs(request, population, form)
    return render(
        request,
        "coverage/rows.html",
        {
            "form": form,
            "day": form.day,
            "is_market": is_market,
            "listing": listing,
            "rows": [(row, names.get(row.pk, "")) for row in listing.rows],
            "title": _rows_title(form),
            "formula": "" if form.group_asked else _(formula_of(figure, form.kind_asked)),
            "rule_id": "CV-7" if form.group_asked else FIGURE_RULES[figure],
            "operating_words": _(OPERATING_WORDS),
            "tabs": tabs,
            "total": sum(tab.count for tab in tabs) if tabs else listing.total,
        },
    )


def _rows_of(population: Population, form: RowsForm) -> QuerySet[Any]:
    if form.group_asked is not None:
        return population.class_rows(form.group_asked)
    if form.kind_asked is FigureKind.MARKET:
        return population.markets(form.figure_asked, form.part_asked)
    rows = population.businesses(form.figure_asked, form.part_asked)
    if form.kind_asked is FigureKind.ALL:
        return rows
    return rows.filter(kind=form.kind_asked.value)


def _narrow(form: RowsForm, rows: QuerySet[Any]) -> QuerySet[Any]:
    if form.cleaned_data.get("unplaced"):
        return rows.filter(township=None)
    if form.township_asked is not None:
        return rows.filter(township=form.township_asked)
    return rows


def _sum_tabs(request: HttpRequest, population: Population, form: RowsForm) -> list[Tab]:
    """Return the two lists that a figure over all kinds is the sum of, with their counts.

    Businesses and markets are different rows, so the sum opens as two lists side by side.
    """
    figure, part = form.figure_asked, form.part_asked
    kinds = FIGURE_KINDS[figure]
    if form.group_asked or form.kind_asked is not FigureKind.ALL or FigureKind.MARKET not in kinds:
        return []
    lists: tuple[tuple[FigureKind, str, QuerySet[Any]], ...] = (
        (FigureKind.ALL, _("经营主体"), population.businesses(figure, part)),
        (FigureKind.MARKET, _("专业市场"), population.markets(figure, part)),
    )
    query = request.GET.copy()
    for key in ("page", "sort"):
        query.pop(key, None)
    tabs = []
    for kind, label, rows in lists:
        query["kind"] = kind.value
        tabs.append(Tab(label, _narrow(form, rows).count(), f"?{query.urlencode()}"))
    return tabs


def _business_columns() -> list[Column]:
    return [
        Column("name", _("名称"), ("name",)),
        Column("code", _("统一社会信用代码"), ("credit_code",), minor=True),
        Column("kind", _("类型"), ("kind",), minor=True),
        Column("status", _("登记状态"), ("status",)),
        Column("township", _("乡镇"), ("township__path",)),
        Column("staff", _("从业"), ("staff",), numeric=True),
        Column("report", _("最近年报"), ("last_report_year",), numeric=True, minor=True),
        Column("covered", _("覆盖的党组织")),
    ]


def _market_columns() -> list[Column]:
    return [
        Column("name", _("市场名称"), ("name",)),
        Column("township", _("乡镇"), ("township__path",)),
        Column("covered", _("覆盖的党组织")),
    ]


def _kind_table(report: CoverageReport, figure: Figure) -> dict[str, Any]:
    return {
        "title": _(FIGURE_LABELS[figure]),
        "formula": _(FIGURE_FORMULAS[figure]),
        "rule_id": FIGURE_RULES[figure],
        "rows": [
            rate_cells(report, figure, kind, _(FIGURE_KIND_LABELS[kind]))
            for kind in FIGURE_KINDS[figure]
        ],
    }


def _figure_title(figure: Figure, kind: FigureKind) -> str:
    return _("%(figure)s（%(kind)s）") % {
        "figure": _(FIGURE_LABELS[figure]),
        "kind": _(FIGURE_KIND_LABELS[kind]),
    }


def _rows_title(form: RowsForm) -> str:
    if form.group_asked is not None:
        return _(CLASS_LABELS[form.group_asked])
    return _("%(figure)s：%(part)s") % {
        "figure": _figure_title(form.figure_asked, form.kind_asked),
        "part": _(PART_LABELS[form.part_asked]),
    }
