"""Coverage figures and the rows behind each of them, from the same narrowed querysets."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from xgz.access.actor import Actor
from xgz.access.coverage import (
    countable_businesses,
    countable_markets,
    countable_townships,
    counts_district,
)
from xgz.models import (
    AnnualReport,
    Body,
    Business,
    Coverage,
    InstructorLink,
    Market,
    OrganisationChange,
    Stall,
)
from xgz.models.dated import holds_on
from xgz.queries.operating import Day, operating_conditions, rebuild_facts
from xgz.queries.statements import kept, reach_of, rows_of
from xgz.rules.coverage import (
    FIGURE_KINDS,
    WORK_MODES,
    CoverageClass,
    Figure,
    FigureKind,
    Part,
    Rate,
)
from xgz.rules.organisations import (
    COVERING_MODES,
    MIN_FULL_MEMBERS,
    FormationMode,
    OrgChangeKind,
    OrgState,
)
from xgz.rules.registration import COUNTED_KINDS, BusinessKind

BUSINESS_KINDS = {
    FigureKind.SMALL_MICRO: BusinessKind.SMALL_MICRO_ENTERPRISE,
    FigureKind.INDIVIDUAL: BusinessKind.INDIVIDUAL_BUSINESS,
}
_MODES: dict[Figure, frozenset[FormationMode]] = {
    Figure.ORGANISATION: COVERING_MODES,
    Figure.STANDALONE: frozenset({FormationMode.STANDALONE}),
    Figure.WORK: COVERING_MODES | WORK_MODES,
    Figure.SHOULD_FORM: COVERING_MODES,
}


def valid_on(day: Day) -> Q:
    """Return the condition that a dated row holds on the day; both ends count."""
    return holds_on(day.as_at)


def listings(day: Day, modes: frozenset[FormationMode] = COVERING_MODES) -> QuerySet[Coverage]:
    """Return the coverage rows valid on the day of confirmed, living organisations (CV-2, CV-4)."""
    rows = Coverage.objects.filter(valid_on(day), organisation__formation_mode__in=modes)
    if not day.is_past:
        return rows.filter(organisation__state=OrgState.ACTIVE)
    alive = Q(organisation__state=OrgState.ACTIVE) | Q(
        organisation__state=OrgState.DISSOLVED, organisation__dissolved_on__gt=day.as_at
    )
    founded = Q(organisation__founded_on__isnull=True) | Q(organisation__founded_on__lte=day.as_at)
    confirmed_later = OrganisationChange.objects.filter(
        kind=OrgChangeKind.CONFIRMED, happened_on__gt=day.as_at
    )
    return rows.filter(alive, founded).exclude(
        organisation__in=confirmed_later.values("organisation")
    )


def latest_reports(day: Day) -> QuerySet[AnnualReport]:
    """Return each business's newest report of a year ended before the day."""
    if not day.is_past:
        return AnnualReport.objects.filter(is_latest=True)
    known = AnnualReport.objects.filter(year__lt=day.as_at.year)
    newer = known.filter(business=OuterRef("business"), year__gt=OuterRef("year"))
    return known.filter(~Exists(newer))


@dataclass(frozen=True)
class Population:
    """What the actor's figures are counted over on one day.

    Denominator and numerator of a figure come from the same queryset; the numerator only adds a
    condition, so it can never exceed the denominator.
    """

    actor: Actor
    day: Day

    @cached_property
    def _rebuilt(self) -> QuerySet[Business]:
        return rebuild_facts(countable_businesses(self.actor), self.day)

    @cached_property
    def operating_markets(self) -> dict[int, bool]:
        """Return the operating markets in scope, and whether that is certain (CV-5).

        Read once: several figures count markets, and there are few of them.
        """
        rows = rows_of(kept(("stalls", reach_of(self.actor), self.day), self._stalls))
        return {pk: certain > 0 for pk, certain in rows}

    def _stalls(self) -> QuerySet[Any, Any]:
        """Return the query of (market, how many of its stalls operate for certain)."""
        conditions = operating_conditions(self.day, "business__")
        stalls = Stall.objects.filter(valid_on(self.day))
        if not counts_district(self.actor):
            stalls = stalls.filter(market__in=countable_markets(self.actor).values("pk"))
        counted = rebuild_facts(stalls, self.day, "business_id", "business__")
        by_market: QuerySet[Any, Any] = (
            counted.filter(conditions.counted)
            .order_by()
            .values_list("market")
            .annotate(certain=Count("pk", filter=conditions.certain))
        )
        return by_market

    def operating(self) -> QuerySet[Business]:
        """Return operating businesses of every kind, unknown operation included (CV-1)."""
        return self._rebuilt.filter(operating_conditions(self.day).counted)

    def businesses(self, figure: Figure, part: Part) -> QuerySet[Business]:
        """Return the businesses of the counted kinds behind one part of a figure."""
        rows = self.operating().filter(kind__in=COUNTED_KINDS)
        if figure is Figure.SHOULD_FORM:
            proven = latest_reports(self.day).filter(full_members__gte=MIN_FULL_MEMBERS)
            rows = rows.filter(pk__in=proven.values("business"))
        if part is Part.UNKNOWN:
            return rows.filter(operating_conditions(self.day).unknown)
        if part is Part.NUMERATOR:
            return rows.filter(pk__in=self.reached(figure, "business"))
        if part is Part.GAP:
            return rows.exclude(pk__in=self.reached(figure, "business"))
        return rows

    def markets(self, figure: Figure, part: Part) -> QuerySet[Market]:
        """Return the markets behind one part of a figure; a market operates with a stall (CV-5)."""
        if FigureKind.MARKET not in FIGURE_KINDS[figure]:
            return Market.objects.none()
        operating = self.operating_markets
        if part is Part.UNKNOWN:
            operating = {pk: is_certain for pk, is_certain in operating.items() if not is_certain}
        rows = Market.objects.filter(pk__in=list(operating))
        if part is Part.NUMERATOR:
            return rows.filter(pk__in=self.reached(figure, "market"))
        if part is Part.GAP:
            return rows.exclude(pk__in=self.reached(figure, "market"))
        return rows

    def reached(self, figure: Figure, column: str) -> QuerySet[Coverage, Any]:
        """Return the ids of the businesses or markets in the numerator's lists.

        column: "business" or "market".
        """
        given = {f"{column}__isnull": False}
        listed: QuerySet[Coverage, Any] = (
            listings(self.day, _MODES[figure]).filter(**given).order_by().values(column)
        )
        if figure is not Figure.WORK:
            return listed
        served = InstructorLink.objects.filter(valid_on(self.day), **given).order_by()
        both: QuerySet[Coverage, Any] = listed.union(served.values(column))
        return both

    def class_rows(self, which: CoverageClass) -> QuerySet[Business]:
        """Return the operating businesses of one class; the classes part the denominator (CV-7)."""
        rows = self.businesses(Figure.ORGANISATION, Part.DENOMINATOR)
        standalone = self.reached(Figure.STANDALONE, "business")
        if which is CoverageClass.STANDALONE:
            return rows.filter(pk__in=standalone)
        covered = self.reached(Figure.ORGANISATION, "business")
        if which is CoverageClass.JOINT:
            return rows.filter(pk__in=covered).exclude(pk__in=standalone)
        rows = rows.exclude(pk__in=covered)
        sizes = _size_conditions()
        if which in sizes:
            sized = latest_reports(self.day).filter(sizes[which])
            return rows.filter(pk__in=sized.values("business"))
        declared = latest_reports(self.day).filter(
            Q(full_members__gte=1) | Q(full_members__isnull=True, members_declared__gte=1)
        )
        rows = rows.exclude(pk__in=declared.values("business"))
        by_work = self.reached(Figure.WORK, "business")
        if which is CoverageClass.WORK:
            return rows.filter(pk__in=by_work)
        return rows.exclude(pk__in=by_work)


def declared_sizes(day: Day) -> dict[CoverageClass, set[int]]:
    """Return the businesses whose newest report puts them into each class of declared members."""
    return {
        which: set(latest_reports(day).filter(condition).values_list("business", flat=True))
        for which, condition in _size_conditions().items()
    }


def other_listings(day: Day) -> QuerySet[Coverage]:
    """Return the businesses' listings by organisations that neither cover nor reach by work."""
    others = frozenset(FormationMode) - COVERING_MODES - WORK_MODES
    return listings(day, others).filter(business__isnull=False).order_by()


def _size_conditions() -> dict[CoverageClass, Q]:
    mixed = Q(full_members__isnull=True)
    few = range(1, MIN_FULL_MEMBERS)
    return {
        CoverageClass.SHOULD_FORM: Q(full_members__gte=MIN_FULL_MEMBERS),
        CoverageClass.TO_VERIFY: mixed & Q(members_declared__gte=MIN_FULL_MEMBERS),
        CoverageClass.FEW_MEMBERS: Q(full_members__in=few) | mixed & Q(members_declared__in=few),
    }


@dataclass(frozen=True, slots=True)
class TownshipRate:
    """One township's share of a figure; township is None for rows without one."""

    township: Body | None
    rate: Rate


Cells = dict[tuple[int | None, FigureKind], int]


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


_COUNTED_PARTS = (Part.NUMERATOR, Part.DENOMINATOR, Part.UNKNOWN)


def coverage_report(
    actor: Actor, day: Day, figures: Sequence[Figure] = tuple(Figure)
) -> CoverageReport:
    """Return the chosen figures for the actor's scope on one day."""
    population = Population(actor, day)
    # Three figures share one denominator; the should-form rate has its own.
    shared = {f: f if f is Figure.SHOULD_FORM else Figure.ORGANISATION for f in figures}
    wholes = list(dict.fromkeys(shared.values()))
    asked = [(figure, Part.NUMERATOR) for figure in figures]
    asked += [(figure, Part.DENOMINATOR) for figure in wholes]
    cells = _count_businesses(population, asked)
    _add_markets(population, [*asked, *((figure, Part.UNKNOWN) for figure in wholes)], cells)
    for figure, whole in shared.items():
        for part in (Part.DENOMINATOR, Part.UNKNOWN):
            cells[figure, part] = cells[whole, part]
    return CoverageReport(day, list(countable_townships(actor)), cells)


def _count_businesses(
    population: Population, asked: Sequence[tuple[Figure, Part]]
) -> dict[tuple[Figure, Part], Cells]:
    """Count the businesses of all parts asked for in one query.

    The unknown part comes from the same pass as its denominator.
    """
    unknown = operating_conditions(population.day).unknown

    def build() -> QuerySet[Any, Any]:
        return _union(
            population.businesses(figure, part)
            .order_by()
            .annotate(place=Value(place))
            .values_list("place", "township", "kind")
            .annotate(n=Count("pk"), unknown=Count("pk", filter=unknown))
            for place, (figure, part) in enumerate(asked)
        )

    key = ("figures", tuple(asked), reach_of(population.actor), population.day)
    rows = rows_of(kept(key, build))
    cells: dict[tuple[Figure, Part], Cells] = {each: {} for each in asked}
    cells |= {(figure, Part.UNKNOWN): {} for figure, part in asked if part is Part.DENOMINATOR}
    for place, township, kind, number, not_known in rows:
        figure, part = asked[place]
        cells[figure, part][township, FigureKind(kind)] = number
        if part is Part.DENOMINATOR:
            cells[figure, Part.UNKNOWN][township, FigureKind(kind)] = not_known
    return cells


def _add_markets(
    population: Population,
    asked: Sequence[tuple[Figure, Part]],
    cells: dict[tuple[Figure, Part], Cells],
) -> None:
    """Add the markets of the parts asked for, for figures that count markets; two queries at most.

    Markets are few: they are read, with those in each numerator's lists, and counted here.
    """
    counted = [each for each in asked if FigureKind.MARKET in FIGURE_KINDS[each[0]]]
    if not population.operating_markets:
        return
    figures = list(dict.fromkeys(figure for figure, _part in counted))
    townships, reached = _read_markets(population, figures)
    operating = {pk: sure for pk, sure in population.operating_markets.items() if pk in townships}
    for figure, part in counted:
        found = Counter(
            townships[pk]
            for pk, sure in operating.items()
            if (part is not Part.UNKNOWN or not sure)
            and (part is not Part.NUMERATOR or pk in reached[figure])
        )
        cells[figure, part] |= {
            (township, FigureKind.MARKET): number for township, number in found.items()
        }


def _read_markets(
    population: Population, figures: Sequence[Figure]
) -> tuple[dict[int, int | None], dict[Figure, set[int]]]:
    """Return the township of every market, and the markets in each figure's lists; one query."""

    def build() -> QuerySet[Any, Any]:
        markets = Market.objects.order_by()
        listed = [markets.filter(pk__in=population.reached(each, "market")) for each in figures]
        return _union(
            rows.annotate(place=Value(place)).values_list("place", "pk", "township")
            for place, rows in enumerate([*listed, markets])
        )

    townships: dict[int, int | None] = {}
    reached: dict[Figure, set[int]] = {each: set() for each in figures}
    for place, pk, township in rows_of(kept(("markets", tuple(figures), population.day), build)):
        if place == len(figures):
            townships[pk] = township
        else:
            reached[figures[place]].add(pk)
    return townships, reached


def _union(parts: Iterable[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    """Return the rows of all parts as one query."""
    first, *others = parts
    return first.union(*others, all=True)


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


@dataclass(frozen=True, slots=True)
class Outside:
    """What no figure counts, said beside the figures.

    unknown_kind: operating businesses whose kind nobody stated; other_modes: operating businesses
    listed only by organisations of another or unknown way of forming.
    """

    unknown_kind: int
    other_modes: int


def outside_figures(population: Population) -> Outside:
    """Return the two counts that stand beside the figures as notes (CV-2)."""
    gap = population.businesses(Figure.ORGANISATION, Part.DENOMINATOR).filter(
        pk__in=other_listings(population.day).values("business")
    )
    return Outside(
        unknown_kind=population.operating().filter(kind=BusinessKind.UNKNOWN).count(),
        other_modes=gap.exclude(pk__in=population.reached(Figure.ORGANISATION, "business")).count(),
    )


def covering_names(day: Day, column: str, rows: Sequence[Business | Market]) -> dict[int, str]:
    """Return the names of the organisations that cover each row of a page (CV-2).

    column: "business" or "market", as the rows are.
    """
    names: dict[int, list[str]] = {}
    listed = listings(day).filter(**{f"{column}__in": [row.pk for row in rows]})
    for pk, name in listed.order_by("organisation").values_list(column, "organisation__name"):
        names.setdefault(pk, []).append(name)
    return {pk: "、".join(dict.fromkeys(found)) for pk, found in names.items()}
