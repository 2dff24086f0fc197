"""Figures made ready for templates: words, links to the rows, and the geometry of the charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from xgz.queries.coverage_report import CoverageReport, TownshipRate
from xgz.queries.operating import Day
from xgz.rules.coverage import (
    FIGURE_KIND_LABELS,
    FIGURE_LABELS,
    FIGURE_RULES,
    CoverageClass,
    Figure,
    FigureKind,
    Part,
    Rate,
    formula_of,
)

_CARD_WIDTH = 200  # of the bar under a figure
_CHART_WIDTH = 210  # of 100 per cent in the chart by township
_ROW_HEIGHT, _HEAD_HEIGHT = 23, 18
# The place for a township's name beside its bar, and how wide letters of that size run.
_NAME_WIDTH, _WIDE_LETTER, _LETTER = 116, 12, 6


@dataclass(frozen=True, slots=True)
class CardChange:
    """How a figure moved since the last monthly snapshot; tone: "up", "down" or "flat"."""

    tone: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class FigureCard:
    """One figure with everything that must stand beside it."""

    title: str
    formula: str
    rule: str
    unit: str
    rate: Rate
    numerator_url: str
    denominator_url: str
    unknown_url: str
    bar: float
    change: CardChange | None = None


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One bar: y of its top, y of its text, width; the link opens the township's rows.

    label: as much of the name as fits beside the bar.
    """

    name: str
    label: str
    rate: Rate
    url: str
    top: int
    text: int
    width: float


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    height: int
    bars: Sequence[ChartBar]


@dataclass(frozen=True, slots=True)
class RateCells:
    """A rate in a table with its three links."""

    name: str
    rate: Rate
    numerator_url: str
    denominator_url: str
    unknown_url: str


class RowsAddress(Protocol):
    """Tells where the rows behind one number are listed."""

    def __call__(
        self,
        day: Day,
        figure: Figure,
        kind: FigureKind,
        part: Part,
        *,
        place: TownshipRate | None = None,
    ) -> str:
        """Return the address."""


def rows_url(
    day: Day,
    figure: Figure,
    kind: FigureKind,
    part: Part,
    *,
    place: TownshipRate | None = None,
) -> str:
    """Return the address of exactly the rows behind one number."""
    query: dict[str, str] = {"figure": figure, "kind": kind, "part": part}
    if place is not None and place.township is not None:
        query["township"] = place.township.public_id
    elif place is not None:
        query["unplaced"] = "on"
    return _address(day, query)


def group_url(day: Day, group: CoverageClass) -> str:
    """Return the address of the rows of one class (CV-7)."""
    return _address(day, {"group": group})


def card_title(kind: FigureKind, figure_name: str, kind_name: str) -> str:
    """Return what a card says: the figure's name, after the kind's unless all kinds count."""
    if kind is FigureKind.ALL:
        return figure_name
    return _("%(kind)s的%(figure)s") % {"kind": kind_name, "figure": figure_name}


def figure_card(
    report: CoverageReport, figure: Figure, kind: FigureKind, address: RowsAddress = rows_url
) -> FigureCard:
    """Return the card of one figure over the whole scope."""
    rate = report.rate(figure, kind)
    numerator, denominator, unknown = _links(address, report.day, figure, kind)
    return FigureCard(
        title=card_title(kind, _(FIGURE_LABELS[figure]), _(FIGURE_KIND_LABELS[kind])),
        formula=_(formula_of(figure, kind)),
        rule=FIGURE_RULES[figure],
        unit=_("个") if kind is FigureKind.MARKET else _("户"),
        rate=rate,
        numerator_url=numerator,
        denominator_url=denominator,
        unknown_url=unknown,
        bar=_CARD_WIDTH * rate.numerator / rate.denominator if rate.denominator else 0,
    )


def rate_cells(
    report: CoverageReport,
    figure: Figure,
    kind: FigureKind,
    name: str,
    place: TownshipRate | None = None,
    address: RowsAddress = rows_url,
) -> RateCells:
    """Return one figure's cells for a kind, or for one township of it."""
    rate = place.rate if place is not None else report.rate(figure, kind)
    return RateCells(name, rate, *_links(address, report.day, figure, kind, place))


def township_rows(
    report: CoverageReport, figure: Figure, kind: FigureKind, address: RowsAddress = rows_url
) -> list[RateCells]:
    """Return the figure's table by township; the rows add up to the whole."""
    return [
        rate_cells(report, figure, kind, place_name(place), place, address)
        for place in report.by_township(figure, kind)
    ]


def township_chart(
    report: CoverageReport, figure: Figure, kind: FigureKind, address: RowsAddress = rows_url
) -> Chart:
    """Return the bars by township, the highest rate first."""
    places = report.by_township(figure, kind)
    places.sort(key=lambda place: (-(place.rate.percent or 0), -place.rate.denominator))
    bars = [
        ChartBar(
            name=place_name(place),
            label=_fitting(place_name(place)),
            rate=place.rate,
            url=address(report.day, figure, kind, Part.DENOMINATOR, place=place),
            top=_HEAD_HEIGHT + 5 + number * _ROW_HEIGHT,
            text=_HEAD_HEIGHT + 15 + number * _ROW_HEIGHT,
            width=round((place.rate.percent or 0) * _CHART_WIDTH / 100, 1),
        )
        for number, place in enumerate(places)
    ]
    title = _("各乡镇（街道）%s") % _(FIGURE_LABELS[figure])
    return Chart(title, _HEAD_HEIGHT + len(bars) * _ROW_HEIGHT + 2, bars)


def place_name(place: TownshipRate) -> str:
    """Return a township's short name, or that none is stated."""
    return str(place.township) if place.township is not None else _("未标明乡镇")


def _fitting(name: str) -> str:
    """Return the name, cut with … where it would not fit beside the bars."""
    left = _NAME_WIDTH - sum(_width(letter) for letter in name)
    if left >= 0:
        return name
    left -= _WIDE_LETTER
    while left < 0:
        left, name = left + _width(name[-1]), name[:-1]
    return f"{name}…"


def _width(letter: str) -> int:
    return _LETTER if letter.isascii() else _WIDE_LETTER


def _links(
    address: RowsAddress,
    day: Day,
    figure: Figure,
    kind: FigureKind,
    place: TownshipRate | None = None,
) -> tuple[str, str, str]:
    numerator, denominator, unknown = (
        address(day, figure, kind, part, place=place)
        for part in (Part.NUMERATOR, Part.DENOMINATOR, Part.UNKNOWN)
    )
    return numerator, denominator, unknown


def _address(day: Day, query: dict[str, str]) -> str:
    if day.is_past:
        query = {**query, "as_at": day.as_at.isoformat()}
    return f"{reverse('coverage-rows')}?{urlencode(query)}"
