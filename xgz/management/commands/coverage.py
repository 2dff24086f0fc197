"""xgz coverage: the coverage figures of decisions.md on the terminal or as JSON."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.actor import Actor, NotPermitted
from xgz.management.base import XgzCommand, day_written
from xgz.queries.coverage import Population, outside_figures
from xgz.queries.coverage_report import CoverageReport, class_counts, coverage_report
from xgz.queries.operating import Day
from xgz.rules.coverage import (
    CLASS_LABELS,
    DEFINITION_VERSION,
    FIGURE_FORMULAS,
    FIGURE_KIND_LABELS,
    FIGURE_KINDS,
    FIGURE_LABELS,
    FIGURE_RULES,
    OPERATING_WORDS,
    CoverageClass,
    Figure,
    FigureKind,
    Rate,
)
from xgz.rules.roles import Resource


class Command(XgzCommand):
    help = _("输出覆盖统计：公式、分子、分母、截止日期和口径")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--as-at", metavar="DATE", help=_("截止日期，如 2026-10-10，默认今天"))
        parser.add_argument("--json", action="store_true", help=_("输出 JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        actor: Actor = self.actor(options)
        if not actor.reaches(Resource.COVERAGE):
            raise NotPermitted(Resource.COVERAGE)
        asked = options["as_at"]
        day = Day(day_written(asked) if asked else actor.today, actor.today)
        if day.as_at > day.today:
            raise CommandError(_("截止日期不能晚于今天。"))
        population = Population(actor, day)
        report = coverage_report(actor, day)
        groups = class_counts(population, report)
        if options["json"]:
            found = _as_json(report, groups) | {
                "computed_at": clock.now().isoformat(timespec="seconds"),
                "unknown_kind": outside_figures(population).unknown_kind,
            }
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            return
        self.stdout.write("\n".join(_as_text(report, groups)))


def _as_json(report: CoverageReport, groups: dict[CoverageClass, int]) -> dict[str, Any]:
    return {
        "as_at": report.day.as_at.isoformat(),
        "definition_version": DEFINITION_VERSION,
        "operating": {"rule": "CV-1", "words": _(OPERATING_WORDS)},
        "figures": [
            {
                "figure": figure.value,
                "name": _(FIGURE_LABELS[figure]),
                "definition": FIGURE_RULES[figure],
                "formula": _(FIGURE_FORMULAS[figure]),
                "kinds": {
                    kind.value: _rate(report.rate(figure, kind)) for kind in FIGURE_KINDS[figure]
                },
                "townships": [
                    {"township": str(place.township) if place.township else None}
                    | _rate(place.rate)
                    for place in report.by_township(figure, FigureKind.ALL)
                ],
            }
            for figure in Figure
        ],
        "classes": {group.value: number for group, number in groups.items()},
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "numerator": rate.numerator,
        "denominator": rate.denominator,
        "percent": rate.percent,
        "unknown": rate.unknown,
        "unknown_percent": rate.unknown_percent,
    }


def _as_text(report: CoverageReport, groups: dict[CoverageClass, int]) -> list[str]:
    lines = [
        _("截止日期 %(day)s　口径第 %(version)d 版")
        % {"day": report.day.as_at, "version": DEFINITION_VERSION},
        _(OPERATING_WORDS) + " (CV-1)",
    ]
    for figure in Figure:
        title, formula = _(FIGURE_LABELS[figure]), _(FIGURE_FORMULAS[figure])
        lines += ["", f"{title} ({FIGURE_RULES[figure]})：{formula}"]
        lines += [
            _line(_(FIGURE_KIND_LABELS[kind]), report.rate(figure, kind))
            for kind in FIGURE_KINDS[figure]
        ]
    lines += ["", _("覆盖类别 (CV-7)")]
    lines += [f"  {_(CLASS_LABELS[group])}　{number}" for group, number in groups.items()]
    return lines


def _line(name: str, rate: Rate) -> str:
    percent = "—" if rate.percent is None else f"{rate.percent}%"
    return _("  %(name)s　%(part)d / %(whole)d　%(percent)s　其中运营情况不明 %(unknown)d") % {
        "name": name,
        "part": rate.numerator,
        "whole": rate.denominator,
        "percent": percent,
        "unknown": rate.unknown,
    }
