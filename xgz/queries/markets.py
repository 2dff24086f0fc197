"""Reads of the market list: stalls, how many of them operate, and what covers the market."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from xgz.models import Body, Coverage, InstructorLink, Market, Stall
from xgz.models.dated import holds_on
from xgz.queries.businesses import (
    CoverageChoice,
    CoverageMark,
    Mark,
    covered_ids,
    covering,
    operating,
)
from xgz.rules.organisations import COVERING_MODES, FORMATION_MODE_LABELS, FormationMode, OrgState


@dataclass(frozen=True, slots=True)
class WantedMarkets:
    """The conditions of the filter bar; an empty value asks nothing."""

    text: str = ""
    township: Body | None = None
    coverage: CoverageChoice | None = None


@dataclass(frozen=True, slots=True)
class StallCounts:
    """stalls: businesses trading there today; operating and covered: so many of them."""

    stalls: int = 0
    operating: int = 0
    covered: int = 0


@dataclass(frozen=True, slots=True)
class MarketRow:
    market: Market
    counts: StallCounts
    marks: tuple[CoverageMark, ...]
    instructor: str


def narrow(markets: QuerySet[Market], wanted: WantedMarkets, today: date) -> QuerySet[Market]:
    """Return the markets that meet every condition of `wanted`."""
    if wanted.text:
        markets = markets.filter(name__icontains=wanted.text)
    if wanted.township:
        markets = markets.filter(township=wanted.township)
    covered = Q(pk__in=covering(today).filter(market__isnull=False).values("market"))
    if wanted.coverage is CoverageChoice.COVERED:
        return markets.filter(covered)
    if wanted.coverage is CoverageChoice.NOT_COVERED:
        return markets.filter(~covered)
    return markets


def with_counts(markets: QuerySet[Market], today: date) -> QuerySet[Market]:
    """Return the markets with `stall_count` and `operating_count`, for sorting by them."""
    stalls = Stall.objects.filter(holds_on(today), market=OuterRef("pk")).order_by()
    return markets.annotate(
        stall_count=_counted(stalls),
        operating_count=_counted(stalls.filter(operating(today, "business__"))),
    )


def stall_counts(markets: Sequence[Market], today: date) -> dict[int, StallCounts]:
    """Return the counts of each market by its row number; one query."""
    rows = (
        Stall.objects.filter(holds_on(today), market__in=markets)
        .order_by()
        .values("market")
        .annotate(
            stalls=Count("pk"),
            operating=Count("pk", filter=operating(today, "business__")),
            covered=Count("pk", filter=Q(business__in=covered_ids(today))),
        )
    )
    return {
        row["market"]: StallCounts(row["stalls"], row["operating"], row["covered"]) for row in rows
    }


def market_rows(markets: Sequence[Market], today: date) -> list[MarketRow]:
    """Return the rows of a list in the order given; three queries however many rows."""
    counts = stall_counts(markets, today)
    marks = _marks_of(markets, today)
    links = InstructorLink.objects.filter(holds_on(today), market__in=markets)
    instructors = {
        link.market_id: str(link.instructor) for link in links.select_related("instructor")
    }
    return [
        MarketRow(
            market=market,
            counts=counts.get(market.pk, StallCounts()),
            marks=marks.get(market.pk) or (CoverageMark(Mark.NOT_COVERED),),
            instructor=instructors.get(market.pk, ""),
        )
        for market in markets
    ]


def businesses_in(market: Market, today: date) -> QuerySet[Stall, int]:
    """Return the row numbers of the businesses that trade in a market today."""
    return Stall.objects.filter(holds_on(today), market=market).values_list(
        "business_id", flat=True
    )


def coverages_of(market: Market, today: date) -> QuerySet[Coverage]:
    """Return the current coverage rows of one market, with their organisations."""
    rows = Coverage.objects.filter(
        holds_on(today), market=market, organisation__state=OrgState.ACTIVE
    )
    return rows.select_related("organisation").order_by("valid_from", "pk")


def _marks_of(markets: Sequence[Market], today: date) -> dict[int, tuple[CoverageMark, ...]]:
    marks: dict[int, tuple[CoverageMark, ...]] = {}
    rows = Coverage.objects.filter(
        holds_on(today), market__in=markets, organisation__state=OrgState.ACTIVE
    ).values_list("market", "organisation__formation_mode")
    for market, text in rows.order_by("market", "organisation__formation_mode").distinct():
        mode = FormationMode(text)
        mark = Mark.COVERED if mode in COVERING_MODES else Mark.WORK_COVERED
        marks[market] = (*marks.get(market, ()), CoverageMark(mark, FORMATION_MODE_LABELS[mode]))
    return marks


def _counted(stalls: QuerySet[Stall]) -> Coalesce:
    count = stalls.values("market").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)
