"""Snapshots of figures: when one is taken, what is counted, and what is kept with it (SN-1…)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from xgz.rules.coverage import (
    CLASS_LABELS,
    DEFINITION_VERSION,
    FIGURE_FORMULAS,
    FIGURE_KIND_LABELS,
    FIGURE_LABELS,
    FIGURE_RULES,
    OPERATING_WORDS,
    Figure,
    FigureKind,
    Rate,
)
from xgz.rules.organisation_warnings import WARNING_LABELS, WARNING_RULES


class SnapshotKind(StrEnum):
    MONTHLY = "monthly"
    ON_DEMAND = "on_demand"


class Table(StrEnum):
    """What a snapshot counts besides the figures of rules/coverage.py.

    CLASSES: a CoverageClass each; OUTSIDE: what no figure counts; FINDINGS: an OrgWarning each and
    WITH_ANY, over the active organisations; CASES: a kind of case each, overdue of open.
    """

    CLASSES = "classes"
    OUTSIDE = "outside"
    FINDINGS = "findings"
    CASES = "cases"


class Subject(StrEnum):
    """What the rows behind a figure are; a case is a row of its own kind's table."""

    BUSINESS = "business"
    MARKET = "market"
    ORGANISATION = "organisation"
    CASE = "case"


class DayNotOver(Exception):
    """Figures are kept for today or a day before, not for a day to come."""


class NotMonthEnd(Exception):
    """The monthly snapshot belongs to the last day of a month (SN-2)."""


SNAPSHOT_KIND_LABELS: dict[SnapshotKind, str] = {
    SnapshotKind.MONTHLY: "每月定期",
    SnapshotKind.ON_DEMAND: "手工生成",
}
WITH_ANY = "any"  # an organisation with at least one finding
UNKNOWN_KIND, OTHER_MODES = "unknown_kind", "other_modes"
# These count over the rows of another figure, so the rows are kept once.
DENOMINATOR_OF: dict[str, str] = {
    Figure.STANDALONE: Figure.ORGANISATION,
    Figure.WORK: Figure.ORGANISATION,
}
TABLE_LABELS: dict[Table, str] = {
    Table.CLASSES: "覆盖类别",
    Table.OUTSIDE: "不计入以上数字的主体",
    Table.FINDINGS: "党组织提示",
    Table.CASES: "未办结事项",
}
TABLE_TEXTS: dict[Table, str] = {
    Table.CLASSES: "实体运营的小微企业和个体工商户，每户只归一类",
    Table.OUTSIDE: "实体运营，但类型未知，或只由其他组建方式的党组织列名",
    Table.FINDINGS: "截止日在册的党组织中有该项提示的，占全部在册党组织",
    Table.CASES: "截止日尚未办结的事项中已超过办理期限的，占未办结事项",
}
TABLE_RULES: dict[Table, str] = {
    Table.CLASSES: "CV-7",
    Table.OUTSIDE: "CV-2",
    Table.FINDINGS: "",  # each finding has its own
    Table.CASES: "CL-3",
}
OUTSIDE_LABELS: dict[str, str] = {
    UNKNOWN_KIND: "实体运营主体，类型未知",
    OTHER_MODES: "只由区域组建、其他方式或方式未知的党组织列名",
}
WITH_ANY_LABELS: dict[str, str] = {WITH_ANY: "有任何提示"}
# What a day before the day of counting cannot be rebuilt from.
PAST_DAY_TEXTS: tuple[str, ...] = (
    "截止日早于生成日：登记状态、住所失联、年报、覆盖关系、包联关系和事项按截止日的历史记录还原；"
    "所属乡镇、管辖单位、主体类型和从业人数没有历史，按生成时的登记数据（CV-8）；"
    "党组织提示按生成时的名册、换届和组织生活日期，以截止日判断。",
)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of two snapshots, both with their parts (SN-5)."""

    before: Rate
    after: Rate

    @property
    def points(self) -> float | None:
        """Return the change in percentage points, one decimal; None where a side has no rate."""
        if not self.before.denominator or not self.after.denominator:
            return None
        after = 100 * self.after.numerator / self.after.denominator
        before = 100 * self.before.numerator / self.before.denominator
        return round(after - before, 1) + 0.0  # without the sign of a fall too small to show

    @property
    def is_same(self) -> bool:
        """Test whether the rates are equal to the last digit."""
        before, after = self.before, self.after
        return after.numerator * before.denominator == before.numerator * after.denominator

    @property
    def numerator(self) -> int:
        return self.after.numerator - self.before.numerator

    @property
    def denominator(self) -> int:
        return self.after.denominator - self.before.denominator


def is_month_end(day: date) -> bool:
    """Test whether this is the last day of a month."""
    return (day + timedelta(days=1)).day == 1


def last_month_end(today: date) -> date:
    """Return the last day of the month before `today`'s (SN-2)."""
    return today.replace(day=1) - timedelta(days=1)


def subject_of(figure: str, kind: str) -> Subject:
    """Return what the rows behind a figure are."""
    if figure == Table.FINDINGS:
        return Subject.ORGANISATION
    if figure == Table.CASES:
        return Subject.CASE
    return Subject.MARKET if kind == FigureKind.MARKET else Subject.BUSINESS


def is_rate(figure: str, kind: str) -> bool:
    """Test whether a figure is counted over a denominator, or is a plain count."""
    return figure in set(Figure) or figure == Table.CASES or kind == WITH_ANY


def definition_words(
    *, parameters: Mapping[str, int], cases: Mapping[str, str], is_past: bool
) -> dict[str, Any]:
    """Return what is kept beside the numbers, as JSON: version, wording, parameters (SN-1).

    cases: name of each kind of case → its label. is_past: whether the day was rebuilt later.
    Kinds are pairs in their order: a database may reorder the keys of an object.
    """
    figures = {
        str(figure): [FIGURE_LABELS[figure], FIGURE_FORMULAS[figure], FIGURE_RULES[figure]]
        for figure in Figure
    }
    tables = {str(t): [TABLE_LABELS[t], TABLE_TEXTS[t], TABLE_RULES[t]] for t in Table}
    kinds: dict[str, Mapping[Any, str]] = {
        "coverage": FIGURE_KIND_LABELS,
        Table.CLASSES: CLASS_LABELS,
        Table.OUTSIDE: OUTSIDE_LABELS,
        Table.FINDINGS: {**WITH_ANY_LABELS, **WARNING_LABELS},
        Table.CASES: cases,
    }
    return {
        "version": DEFINITION_VERSION,
        "operating": OPERATING_WORDS,
        "figures": figures | tables,
        "kinds": {
            str(table): [[str(kind), label] for kind, label in labels.items()]
            for table, labels in kinds.items()
        },
        "rules": {str(warning): rule for warning, rule in WARNING_RULES.items()},
        "parameters": dict(parameters),
        "limits": list(PAST_DAY_TEXTS) if is_past else [],
    }
