"""Coverage figures and the rows behind each of them, from the same narrowed querysets."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.coverage import (
    countable_businesses,
    countable_markets,
    counts_district,
)
from xgz.access.prepared import answers
from xgz.models import (
    AnnualReport,
    Business,
    Coverage,
    InstructorLink,
    Market,
    OrganisationChange,
    Stall,
)
from xgz.models.dated import holds_on
from xgz.queries.operating import Day, operating_conditions, rebuild_facts
from xgz.rules.coverage import (
    FIGURE_KINDS,
    WORK_MODES,
    CoverageClass,
    Figure,
    FigureKind,
    Part,
)
from xgz.rules.organisations import (
    COVERING_MODES,
    MIN_FULL_MEMBERS,
    FormationMode,
    OrgChangeKind,
    OrgState,
)
from xgz.rules.registration import COUNTED_KINDS, BusinessKind

_MODES: dict[Figure, frozenset[FormationMode]] = {
    Figure.ORGANISATION: COVERING_MODES,
    Figure.STANDALONE: frozenset({FormationMode.STANDALONE}),
    Figure.WORK: COVERING_MODES | WORK_MODES,
    Figure.SHOULD_FORM: COVERING_MODES,
}
Operating = tuple[tuple[int, bool], ...]  # markets by number, and whether that is certain


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
    def operating_markets(self) -> tuple[tuple[int, bool], ...]:
        """Return the operating markets in scope, and whether that is certain (CV-5).

        Read once: several figures count markets, and there are few of them.
        """
        rows = answers(_stalls, self.actor.bare, self.day)
        return tuple((pk, certain > 0) for pk, certain in sorted(rows))

    def operating(self) -> QuerySet[Business]:
        """Return operating businesses of every kind, unknown operation included (CV-1)."""
        return self._rebuilt.filter(operating_conditions(self.day).counted)

    def businesses(self, figure: Figure, part: Part) -> QuerySet[Business]:
        """Return the businesses of the counted kinds behind one part of a figure."""
        return self.counted().filter(self.condition(figure, part))

    def counted(self) -> QuerySet[Business]:
        """Return the operating businesses of the counted kinds; every part is among them."""
        return self.operating().filter(kind__in=COUNTED_KINDS)

    def condition(self, figure: Figure, part: Part) -> Q:
        """Return which of the counted businesses are one part of a figure."""
        condition = Q()
        if figure is Figure.SHOULD_FORM:
            proven = latest_reports(self.day).filter(full_members__gte=MIN_FULL_MEMBERS)
            condition &= Q(pk__in=proven.values("business"))
        if part is Part.UNKNOWN:
            condition &= operating_conditions(self.day).unknown
        if part is Part.NUMERATOR:
            condition &= Q(pk__in=self.reached(figure, "business"))
        if part is Part.GAP:
            condition &= unreached(self.day, figure, "business")
        return condition

    def markets(self, figure: Figure, part: Part) -> QuerySet[Market]:
        """Return the markets behind one part of a figure; a market operates with a stall (CV-5)."""
        if FigureKind.MARKET not in FIGURE_KINDS[figure]:
            return Market.objects.none()
        operating = self.operating_markets
        return markets_among(operating).filter(market_condition(self.day, operating, figure, part))

    def reached(self, figure: Figure, column: str) -> QuerySet[Coverage, Any]:
        """Return the ids of the businesses or markets in the numerator's lists.

        column: "business" or "market".
        """
        return _reached(self.day, figure, column)

    def class_rows(self, which: CoverageClass) -> QuerySet[Business]:
        """Return the operating businesses of one class; the classes part the denominator (CV-7)."""
        if which is CoverageClass.STANDALONE:
            return self.businesses(Figure.STANDALONE, Part.NUMERATOR)
        if which is CoverageClass.JOINT:
            covered = self.businesses(Figure.ORGANISATION, Part.NUMERATOR)
            return covered.filter(unreached(self.day, Figure.STANDALONE, "business"))
        rows = self.businesses(Figure.ORGANISATION, Part.GAP)
        sizes = _size_conditions()
        if which in sizes:
            sized = latest_reports(self.day).filter(sizes[which])
            return rows.filter(pk__in=sized.values("business"))
        declared = latest_reports(self.day).filter(
            Q(full_members__gte=1) | Q(full_members__isnull=True, members_declared__gte=1)
        )
        rows = rows.filter(~Exists(declared.filter(business=OuterRef("pk"))))
        if which is CoverageClass.WORK:
            return rows.filter(pk__in=self.reached(Figure.WORK, "business"))
        return rows.filter(unreached(self.day, Figure.WORK, "business"))


def _stalls(actor: Actor, day: Day) -> QuerySet[Stall, Any]:
    """Ask for (market, how many of its stalls operate for certain), of those that operate."""
    conditions = operating_conditions(day, "business__")
    stalls = Stall.objects.filter(valid_on(day))
    if not counts_district(actor):
        stalls = stalls.filter(market__in=countable_markets(actor).values("pk"))
    counted = rebuild_facts(stalls, day, "business_id", "business__")
    rows: QuerySet[Stall, Any] = (
        counted.filter(conditions.counted)
        .order_by()
        .values_list("market")
        .annotate(certain=Count("pk", filter=conditions.certain))
    )
    return rows


def markets_among(operating: Operating) -> QuerySet[Market]:
    """Return the operating markets; every part of a figure is among them."""
    return Market.objects.filter(pk__in=[pk for pk, _is_certain in operating])


def market_condition(day: Day, operating: Operating, figure: Figure, part: Part) -> Q:
    """Return which of the operating markets are one part of a figure."""
    if part is Part.UNKNOWN:
        return Q(pk__in=[pk for pk, is_certain in operating if not is_certain])
    if part is Part.NUMERATOR:
        return Q(pk__in=_reached(day, figure, "market"))
    if part is Part.GAP:
        return unreached(day, figure, "market")
    return Q()


def unreached(day: Day, figure: Figure, column: str) -> Q:
    """Return the condition that a business or market is in none of the numerator's lists.

    Asked row by row: PostgreSQL charges a list to every row it looks up alone, and then walks the
    whole register to find a few. column: "business" or "market", as the rows are.
    """
    row = {column: OuterRef("pk")}
    condition = Q(~Exists(listings(day, _MODES[figure]).filter(**row)))
    if figure is Figure.WORK:
        condition &= Q(~Exists(InstructorLink.objects.filter(valid_on(day), **row)))
    return condition


def _reached(day: Day, figure: Figure, column: str) -> QuerySet[Coverage, Any]:
    given = {f"{column}__isnull": False}
    listed: QuerySet[Coverage, Any] = (
        listings(day, _MODES[figure]).filter(**given).order_by().values(column)
    )
    if figure is not Figure.WORK:
        return listed
    served = InstructorLink.objects.filter(valid_on(day), **given).order_by()
    both: QuerySet[Coverage, Any] = listed.union(served.values(column))
    return both


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
class Outside:
    """What no figure counts, said beside the figures.

    unknown_kind: operating businesses whose kind nobody stated; other_modes: operating businesses
    listed only by organisations of another or unknown way of forming.
    """

    unknown_kind: int
    other_modes: int


def outside_figures(population: Population) -> Outside:
    """Return the two counts that stand beside the figures as notes (CV-2)."""
    gap = population.businesses(Figure.ORGANISATION, Part.GAP).filter(
        pk__in=other_listings(population.day).values("business")
    )
    return Outside(
        unknown_kind=population.operating().filter(kind=BusinessKind.UNKNOWN).count(),
        other_modes=gap.count(),
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
