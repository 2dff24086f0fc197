"""The figures of coverage, counted at one moment for one actor and day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.coverage import countable_townships
from xgz.access.prepared import answers
from xgz.models import Body, Business, Market
from xgz.queries.counting import counted_together
from xgz.queries.coverage import Operating, Population, market_condition, markets_among
from xgz.queries.operating import Day
from xgz.rules.coverage import FIGURE_KINDS, CoverageClass, Figure, FigureKind, Part, Rate

Cells = dict[tuple[int | None, FigureKind], int]
_Asked = tuple[Figure, Part]
_COUNTED_PARTS = (Part.NUMERATOR, Part.DENOMINATOR, Part.UNKNOWN)


@dataclass(frozen=True, slots=True)
class TownshipRate:
    """One township's share of a figure; township is None for rows without one."""

    township: Body | None
    rate: Rate


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """Every figure by township and kind, counted at one moment for one actor and day."""

    day: Day
    townships: Sequence[Body]
    cells: dict[tuple[Figure, Part], Cells]

    def rate(self, figure: Figure, kind: FigureKind) -> Rate:
        """Return the figure over the actor's whole scope."""
        return Rate(*(self._sum(figure, part, kind) for part in _COUNTED_PARTS))

    def by_township(self, figure: Figure, kind: FigureKind) -> list[TownshipRate]:
        """Return the figure for each township, in the tree's order; the rows add up to `rate`."""
        rows: list[TownshipRate] = []
        for township in (*self.townships, None):
            numbers = (
                self._sum(figure, part, kind, township.pk if township else None, all_of=False)
                for part in _COUNTED_PARTS
            )
            rate = Rate(*numbers)
            if township is not None or rate.denominator:
                rows.append(TownshipRate(township, rate))
        return rows

    def _sum(
        self,
        figure: Figure,
        part: Part,
        kind: FigureKind,
        township: int | None = None,
        *,
        all_of: bool = True,
    ) -> int:
        return sum(
            number
            for (place, cell_kind), number in self.cells[figure, part].items()
            if kind in (FigureKind.ALL, cell_kind) and (all_of or place == township)
        )


def coverage_report(
    actor: Actor, day: Day, figures: Sequence[Figure] = tuple(Figure)
) -> CoverageReport:
    """Return the chosen figures for the actor's scope on one day."""
    population = Population(actor, day)
    # Three figures share one denominator; the should-form rate has its own.
    shared = {f: f if f is Figure.SHOULD_FORM else Figure.ORGANISATION for f in figures}
    wholes = dict.fromkeys(shared.values())
    asked = [(figure, Part.NUMERATOR) for figure in figures]
    asked += [(figure, part) for figure in wholes for part in (Part.DENOMINATOR, Part.UNKNOWN)]
    cells: dict[_Asked, Cells] = {each: {} for each in asked}
    _count_businesses(population, cells)
    _count_markets(population, cells)
    for figure, whole in shared.items():
        for part in (Part.DENOMINATOR, Part.UNKNOWN):
            cells[figure, part] = cells[whole, part]
    return CoverageReport(day, list(countable_townships(actor)), cells)


def _count_businesses(population: Population, cells: Mapping[_Asked, Cells]) -> None:
    """Count the businesses of all parts at one moment, each part among the fewest rows."""
    groups = _groups(cells)
    rows = answers(_business_counts, population.actor.bare, population.day, groups)
    for number, township, kind, *numbers in rows:
        counted = [cells[each] for each in groups[number][1]]
        _enter(counted, (township, FigureKind(kind)), numbers[: len(counted)])


def _groups(asked: Iterable[_Asked]) -> tuple[tuple[_Asked, tuple[_Asked, ...]], ...]:
    """Return what is asked by the part that holds it."""
    among: dict[_Asked, list[_Asked]] = {}
    for each in asked:
        among.setdefault(_widest(*each), []).append(each)
    return tuple((widest, tuple(parts)) for widest, parts in among.items())


def _widest(figure: Figure, part: Part) -> _Asked:
    """Return a part that holds all of this one.

    Whoever is reached or declared three members is one of a few that the small tables name; only
    the wholes are counted over the register.
    """
    if figure is Figure.SHOULD_FORM:
        return figure, Part.DENOMINATOR
    if part is Part.NUMERATOR:
        return Figure.WORK, part
    return Figure.ORGANISATION, Part.DENOMINATOR


def _business_counts(
    actor: Actor, day: Day, groups: Sequence[tuple[_Asked, Sequence[_Asked]]]
) -> QuerySet[Business, Any]:
    population = Population(actor, day)
    return counted_together(
        [
            (
                population.businesses(*widest),
                {f"{figure}_{part}": population.condition(figure, part) for figure, part in asked},
            )
            for widest, asked in groups
        ],
        by=("township", "kind"),
    )


def _count_markets(population: Population, cells: Mapping[_Asked, Cells]) -> None:
    """Add the markets, for figures that count markets; one pass."""
    asked = tuple(each for each in cells if FigureKind.MARKET in FIGURE_KINDS[each[0]])
    operating = population.operating_markets
    for township, *numbers in answers(_market_counts, population.day, operating, asked):
        _enter((cells[each] for each in asked), (township, FigureKind.MARKET), numbers)


def _market_counts(
    day: Day, operating: Operating, asked: Sequence[_Asked]
) -> QuerySet[Market, Any]:
    counts = _counts({each: market_condition(day, operating, *each) for each in asked})
    return markets_among(operating).order_by().values_list("township").annotate(**counts)


def _counts(conditions: Mapping[_Asked, Q]) -> dict[str, Count]:
    """Return one conditional count for each part, in the same order."""
    return {
        f"{figure.name}_{part.name}": Count("pk", filter=condition or None)
        for (figure, part), condition in conditions.items()
    }


def _enter(
    cells: Iterable[Cells], place: tuple[int | None, FigureKind], numbers: Iterable[int]
) -> None:
    for cell, number in zip(cells, numbers, strict=True):
        if number:
            cell[place] = number


def class_counts(population: Population, report: CoverageReport) -> dict[CoverageClass, int]:
    """Return how many operating businesses of the counted kinds are in each class (CV-7).

    What the report has counted already is not counted again: the last class is the remainder.
    """
    kinds = (FigureKind.SMALL_MICRO, FigureKind.INDIVIDUAL)
    standalone, covered = (
        sum((report.rate(figure, kind) for kind in kinds), Rate(0, 0))
        for figure in (Figure.STANDALONE, Figure.ORGANISATION)
    )
    should_form = report.rate(Figure.SHOULD_FORM, FigureKind.ALL).gap
    counted = {CoverageClass.SHOULD_FORM: should_form} | {
        which: population.class_rows(which).count()
        for which in (CoverageClass.TO_VERIFY, CoverageClass.FEW_MEMBERS, CoverageClass.WORK)
    }
    return {
        CoverageClass.STANDALONE: standalone.numerator,
        CoverageClass.JOINT: covered.numerator - standalone.numerator,
        **counted,
        CoverageClass.NONE: covered.gap - sum(counted.values()),
    }
