"""Reads of snapshots: the stored figures as a report, two days compared, the rows behind."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from xgz.access.actor import Actor
from xgz.access.coverage import countable_organisations, countable_townships
from xgz.access.snapshots import (
    case_townships,
    rows_in_reach,
    still_there,
    visible_figures,
    visible_snapshots,
)
from xgz.models import Body, Snapshot, SnapshotFigure
from xgz.queries.coverage import Population, outside_figures
from xgz.queries.coverage_report import CoverageReport, class_counts, coverage_report
from xgz.queries.operating import Day
from xgz.queries.snapshot_cells import Cell, case_cells, finding_cells
from xgz.rules.coverage import (
    DEFINITION_VERSION,
    FIGURE_KINDS,
    Figure,
    FigureKind,
    Part,
    Rate,
)
from xgz.rules.row_numbers import unpack_rows
from xgz.rules.snapshots import (
    DENOMINATOR_OF,
    OTHER_MODES,
    UNKNOWN_KIND,
    Change,
    SnapshotKind,
    Subject,
    Table,
    subject_of,
)

_FIGURES = frozenset(map(str, Figure))
_PARTS = (Part.NUMERATOR, Part.DENOMINATOR, Part.UNKNOWN)
# figure, kind, township, then the three parts; the denominator of a plain count is None
_Sums = Iterable[tuple[str, str, int | None, int, int | None, int]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What an actor sees of a snapshot, or of today to compare with.

    tables: table → kind → figure over the actor's whole scope; a plain count is counted over
    itself. places: (table, kind) → township → figure.
    """

    report: CoverageReport
    tables: dict[Table, dict[str, Rate]]
    places: dict[tuple[Table, str], dict[int | None, Rate]]
    version: int

    def rate(self, figure: str, kind: str) -> Rate:
        """Return a figure over the actor's whole scope; 0 of 0 where nothing was counted."""
        if figure in _FIGURES:
            return self.report.rate(Figure(figure), FigureKind(kind))
        return self.tables[Table(figure)].get(kind, Rate(0, 0))


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One row behind a figure; row is None where the actor cannot see it today (SN-4).

    is_removed: it no longer exists, for anybody.
    """

    row: Any
    is_removed: bool


@dataclass(frozen=True, slots=True)
class RowList:
    """The row numbers behind one number of a snapshot, by township.

    Only the cells that a slice touches are unpacked.
    """

    subject: Subject
    kind: str
    part: Part
    cells: Sequence[SnapshotFigure]

    def __len__(self) -> int:
        return sum(self._size(cell) for cell in self.cells)

    def __getitem__(self, wanted: slice) -> list[int]:
        start, stop, _ = wanted.indices(len(self))
        found, passed = list[int](), 0
        for cell in self.cells:
            size = self._size(cell)
            if passed < stop and start < passed + size:
                rows = unpack_rows(bytes(getattr(cell, f"{self.part}_rows")))
                found += rows[max(start - passed, 0) : stop - passed]
            passed += size
        return found

    def _size(self, cell: SnapshotFigure) -> int:
        return int(getattr(cell, self.part) or 0)


def stored_counts(actor: Actor, snapshot: Snapshot) -> Counts:
    """Return the figures of a snapshot for the actor's places; two queries, no row unpacked."""
    sums = _sums_in(visible_figures(actor, snapshot))
    day = Day(snapshot.as_at, snapshot.as_at)
    version = int(snapshot.definition.get("version", 0))
    return _counts(sums, day, list(townships_of(actor, snapshot)), version)


def townships_of(actor: Actor, snapshot: Snapshot) -> QuerySet[Body]:
    """Return the townships the actor counts today or is shown of a snapshot, in tree order."""
    named = visible_figures(actor, snapshot).order_by().values("township")
    counted = countable_townships(actor).order_by().values("pk")
    return Body.objects.filter(Q(pk__in=named) | Q(pk__in=counted)).order_by("path")


def earlier_snapshot(actor: Actor, snapshot: Snapshot) -> Snapshot | None:
    """Return the newest snapshot of a day before this one's."""
    before = visible_snapshots(actor).filter(as_at__lt=snapshot.as_at)
    return before.order_by("-as_at", "-taken_at", "-pk").first()


def counts_today(actor: Actor) -> Counts:
    """Return the same figures as the live pages count them now."""
    day = Day(actor.today, actor.today)
    population, report = Population(actor, day), coverage_report(actor, day)
    outside, townships = outside_figures(population), case_townships(actor)
    cells = list(finding_cells(countable_organisations(actor), actor.today))
    allowed = None if townships is None else set(townships.values_list("pk", flat=True))
    cells += [c for c in case_cells(day) if allowed is None or c.place.township in allowed]
    counts = _counts(_sums_of(cells), day, report.townships, DEFINITION_VERSION)
    classes = class_counts(population, report)
    counts.tables[Table.CLASSES] = {str(group): Rate(n, n) for group, n in classes.items()}
    counts.tables[Table.OUTSIDE] = {
        UNKNOWN_KIND: Rate(outside.unknown_kind, outside.unknown_kind),
        OTHER_MODES: Rate(outside.other_modes, outside.other_modes),
    }
    return Counts(report, counts.tables, counts.places, DEFINITION_VERSION)


def changes_since_monthly(
    actor: Actor, report: CoverageReport, wanted: Sequence[tuple[Figure, FigureKind]]
) -> tuple[Snapshot | None, dict[tuple[Figure, FigureKind], Change]]:
    """Return the last monthly snapshot before the report's day, and the changes since.

    Empty where there is none, or where its figures were defined otherwise (SN-5). Two queries.
    """
    monthly = visible_snapshots(actor).filter(kind=SnapshotKind.MONTHLY, as_at__lt=report.day.as_at)
    last = monthly.order_by("-as_at").first()
    if last is None or last.definition.get("version") != DEFINITION_VERSION:
        return None, {}
    figures = visible_figures(actor, last).filter(figure__in={figure for figure, _ in wanted})
    before = _counts(_sums_in(figures), Day(last.as_at, last.as_at), [], DEFINITION_VERSION)
    return last, {
        key: Change(before.report.rate(*key), report.rate(*key))
        for key in wanted
        if before.report.rate(*key).denominator
    }


def row_list(
    actor: Actor,
    snapshot: Snapshot,
    figure: str,
    kind: str,
    part: Part,
    places: Q | None = None,
) -> RowList:
    """Return the stored rows behind one number, as far as the number shows to the actor.

    places: a condition on township; kind: FigureKind.ALL means the businesses of both kinds.
    """
    if part is not Part.NUMERATOR:
        figure = DENOMINATOR_OF.get(figure, figure)
    kinds = [kind]
    if figure in _FIGURES and kind == FigureKind.ALL:
        kinds = [
            str(each) for each in FIGURE_KINDS[Figure(figure)] if each is not FigureKind.MARKET
        ]
    figures = visible_figures(actor, snapshot).filter(figure=figure, kind__in=kinds)
    if places is not None:
        figures = figures.filter(places)
    township, office = (F(f"{name}__path").asc(nulls_last=True) for name in ("township", "office"))
    cells = figures.order_by(township, "kind", office, "pk")
    columns = ("pk", part.value, f"{part.value}_rows")
    return RowList(subject_of(figure, kind), kind, part, list(cells.only(*columns)))


def rows_of(actor: Actor, listed: RowList, numbers: Sequence[int]) -> list[StoredRow]:
    """Return one page of stored rows as they are today; two queries."""
    seen: QuerySet[Any] = rows_in_reach(actor, listed.subject, listed.kind)
    related = {
        Subject.BUSINESS: ("township",),
        Subject.MARKET: ("township",),
        Subject.ORGANISATION: ("body__parent",),
        Subject.CASE: ("area",),
    }
    found = {
        row.pk: row for row in seen.filter(pk__in=numbers).select_related(*related[listed.subject])
    }
    hidden = [number for number in numbers if number not in found]
    existing = still_there(listed.subject, listed.kind, hidden) if hidden else set()
    return [
        StoredRow(found.get(number), number not in found and number not in existing)
        for number in numbers
    ]


def _sums_in(figures: QuerySet[SnapshotFigure]) -> _Sums:
    """Return the counts of stored figures by figure, kind and township."""
    places = figures.order_by().values_list("figure", "kind", "township")
    return places.annotate(*(Sum(part.value) for part in _PARTS))


def _counts(sums: _Sums, day: Day, townships: Sequence[Body], version: int) -> Counts:
    cells: dict[tuple[Figure, Part], dict[tuple[int | None, FigureKind], int]] = {
        (figure, part): {} for figure in Figure for part in _PARTS
    }
    tables: dict[Table, dict[str, Rate]] = {table: {} for table in Table}
    places: dict[tuple[Table, str], dict[int | None, Rate]] = defaultdict(dict)
    for figure, kind, township, numerator, denominator, unknown in sums:
        if figure in _FIGURES:
            at = (township, FigureKind(kind))
            for part, number in zip(_PARTS, (numerator, denominator or 0, unknown), strict=True):
                cells[Figure(figure), part][at] = number
            continue
        table = Table(figure)
        rate = Rate(numerator, numerator if denominator is None else denominator, unknown)
        tables[table][kind] = tables[table].get(kind, Rate(0, 0)) + rate
        places[table, kind][township] = rate
    return Counts(CoverageReport(day, townships, cells), tables, dict(places), version)


def _sums_of(cells: Iterable[Cell]) -> _Sums:
    """Return the counts of cells by figure, kind and township, as the stored ones are summed."""
    sums: dict[tuple[str, str, int | None], list[int]] = {}
    rates = set[tuple[str, str, int | None]]()
    for cell in cells:
        key = (cell.figure, cell.place.kind, cell.place.township)
        total = sums.setdefault(key, [0, 0, 0])
        for number, rows in enumerate((cell.numerator, cell.denominator, cell.unknown)):
            total[number] += len(rows)
        if cell.is_rate:
            rates.add(key)
    return [(*key, n, d if key in rates else None, u) for key, (n, d, u) in sums.items()]
