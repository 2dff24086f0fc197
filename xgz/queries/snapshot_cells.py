"""What a snapshot counts: every figure by kind and place, with the row numbers behind it (SN-1).

The rows come from the querysets of the live pages; numerators are cut to their denominator, so
that parts can never exceed their whole, whatever changes between two reads.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from xgz.access import clock
from xgz.models import Body, Case, CaseEvent, Organisation
from xgz.models.cases import case_models
from xgz.models.fields import PATH_DIGITS
from xgz.queries.coverage import Population, declared_sizes, other_listings
from xgz.queries.operating import Day
from xgz.queries.organisation_facts import facts_of
from xgz.queries.parameters import parameters_on
from xgz.rules.bodies import BodyKind
from xgz.rules.coverage import CoverageClass, Figure, FigureKind, Part
from xgz.rules.organisation_warnings import judge_organisation
from xgz.rules.organisations import OrgState
from xgz.rules.parameters import organisation_limits
from xgz.rules.registration import BusinessKind
from xgz.rules.snapshots import OTHER_MODES, UNKNOWN_KIND, WITH_ANY, Table


class Place(NamedTuple):
    """Under which kind, township and office a row is counted; None where it has none."""

    kind: str
    township: int | None
    office: int | None


@dataclass(slots=True)
class Cell:
    """The rows of one figure at one place. is_rate: counted over a denominator."""

    figure: str
    place: Place
    is_rate: bool
    numerator: list[int] = field(default_factory=list)
    denominator: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


Places = Mapping[int, Place]


def coverage_cells(population: Population) -> Iterator[Cell]:
    """Yield the four figures, the classes and what stands outside them, for the actor's scope."""
    businesses = _business_places(population)
    whole = population.businesses(Figure.ORGANISATION, Part.UNKNOWN)
    unknown = set(whole.order_by().values_list("pk", flat=True))
    reached = {figure: _reached(population, figure, "business") for figure in Figure}
    sizes = declared_sizes(population.day)
    for figure in Figure:
        places = businesses
        if figure is Figure.SHOULD_FORM:
            proven = sizes[CoverageClass.SHOULD_FORM]
            places = {pk: place for pk, place in businesses.items() if pk in proven}
        yield from _rate_cells(figure, places, reached[figure], unknown)
    yield from _market_cells(population)
    classes = _classes(businesses, reached, sizes)
    yield from _count_cells(Table.CLASSES, classes.items(), businesses)
    yield from _outside_cells(population, businesses, reached[Figure.ORGANISATION])


def finding_cells(organisations: QuerySet[Organisation], as_at: date) -> Iterator[Cell]:
    """Yield the findings on the active ones of `organisations`, by township and guiding body."""
    active = list(organisations.filter(state=OrgState.ACTIVE).select_related("body"))
    townships = dict(Body.objects.filter(kind=BodyKind.TOWNSHIP).values_list("path", "pk"))
    places = {
        row.pk: Place(WITH_ANY, _township_above(row.body.path, townships), row.guiding_body_id)
        for row in active
    }
    limits = organisation_limits(parameters_on(as_at))
    found: dict[str, set[int]] = defaultdict(set)
    for pk, facts in facts_of(active, as_at).items():
        for warning in judge_organisation(facts, as_at, limits):
            found[warning].add(pk)
    with_any = {pk for rows in found.values() for pk in rows}
    yield from _rate_cells(Table.FINDINGS, places, with_any, set())
    yield from _count_cells(Table.FINDINGS, found.items(), places)


def case_cells(day: Day) -> Iterator[Cell]:
    """Yield the cases open at the end of the day, with those overdue, by kind and township."""
    for model in case_models():
        places, overdue = {}, set()
        for pk, area, is_late in _open_cases(model, day):
            places[pk] = Place(model.KIND.name, area, None)
            if is_late:
                overdue.add(pk)
        yield from _rate_cells(Table.CASES, places, overdue, set())


def _business_places(population: Population) -> dict[int, Place]:
    rows = population.businesses(Figure.ORGANISATION, Part.DENOMINATOR).order_by()
    columns = rows.values_list("pk", "kind", "township", "office")
    return {
        pk: Place(kind, township, office)
        for pk, kind, township, office in columns.iterator(chunk_size=5000)
    }


def _reached(population: Population, figure: Figure, column: str) -> set[int]:
    return set(population.reached(figure, column).values_list(column, flat=True))


def _market_cells(population: Population) -> Iterator[Cell]:
    rows = population.markets(Figure.ORGANISATION, Part.DENOMINATOR).order_by()
    places = {
        pk: Place(FigureKind.MARKET, township, None)
        for pk, township in rows.values_list("pk", "township")
    }
    unknown = population.markets(Figure.ORGANISATION, Part.UNKNOWN).order_by()
    uncertain = set(unknown.values_list("pk", flat=True))
    for figure in (Figure.ORGANISATION, Figure.STANDALONE, Figure.WORK):
        yield from _rate_cells(figure, places, _reached(population, figure, "market"), uncertain)


def _classes(
    businesses: Places,
    reached: Mapping[Figure, set[int]],
    sizes: Mapping[CoverageClass, set[int]],
) -> dict[str, set[int]]:
    """Return the operating businesses of each class: the first that holds, in enum order (CV-7)."""
    left = set(businesses)
    members: dict[CoverageClass, Collection[int]] = {
        CoverageClass.STANDALONE: reached[Figure.STANDALONE],
        CoverageClass.JOINT: reached[Figure.ORGANISATION],
        **sizes,
        CoverageClass.WORK: reached[Figure.WORK],
        CoverageClass.NONE: set(left),
    }
    parted: dict[str, set[int]] = {}
    for group in CoverageClass:
        parted[group] = left.intersection(members[group])
        left -= parted[group]
    return parted


def _outside_cells(population: Population, businesses: Places, covered: set[int]) -> Iterator[Cell]:
    rows = population.operating().filter(kind=BusinessKind.UNKNOWN).order_by()
    unknown = {
        pk: Place(UNKNOWN_KIND, township, office)
        for pk, township, office in rows.values_list("pk", "township", "office")
    }
    listed = set(other_listings(population.day).values_list("business", flat=True))
    yield from _count_cells(Table.OUTSIDE, [(UNKNOWN_KIND, set(unknown))], unknown)
    yield from _count_cells(Table.OUTSIDE, [(OTHER_MODES, listed - covered)], businesses)


def _rate_cells(
    figure: str, places: Places, numerator: Collection[int], unknown: Collection[int]
) -> Iterator[Cell]:
    """Yield one cell a place: all rows, those in the numerator, those that are not certain."""
    cells: dict[Place, Cell] = {}
    for pk, place in places.items():
        cell = cells.get(place)
        if cell is None:
            cell = cells[place] = Cell(figure, place, is_rate=True)
        cell.denominator.append(pk)
        if pk in numerator:
            cell.numerator.append(pk)
        if pk in unknown:
            cell.unknown.append(pk)
    yield from cells.values()


def _count_cells(
    figure: str, groups: Iterable[tuple[str, Collection[int]]], places: Places
) -> Iterator[Cell]:
    """Yield one cell a group and place, with those rows of the group that have a place."""
    for group, rows in groups:
        cells: dict[Place, Cell] = {}
        for pk in rows:
            if pk in places:
                place = places[pk]._replace(kind=str(group))
                cells.setdefault(place, Cell(figure, place, is_rate=False)).numerator.append(pk)
        yield from cells.values()


def _township_above(path: str, townships: Mapping[str, int]) -> int | None:
    for end in range(len(path), 0, -PATH_DIGITS):
        if path[:end] in townships:
            return townships[path[:end]]
    return None


def _open_cases(model: type[Case], day: Day) -> list[tuple[int, int | None, bool]]:
    """Return (row number, township, overdue) of the cases open at the end of the day (CL-3)."""
    end = clock.end_of(day.as_at)
    rows = model._default_manager.filter(opened_at__lt=end).order_by()
    rows = rows.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=end))
    cases = rows.values_list("pk", "public_id", "area", "due_on", "late_since")
    if not day.is_past:
        return [
            (pk, area, late is not None or due is not None and due < day.as_at)
            for pk, _, area, due, late in cases
        ]
    overdue = _overdue_then(model, [public_id for _, public_id, *_ in cases], day.as_at, end)
    return [(pk, area, public_id in overdue) for pk, public_id, area, *_ in cases]


def _overdue_then(
    model: type[Case], public_ids: Sequence[str], as_at: date, end: datetime
) -> set[str]:
    """Return those of the cases that were overdue on a past day, from their history."""
    events = CaseEvent.objects.filter(case_kind=model.KIND.name, at__lt=end)
    wanted, due, raised = set(public_ids), dict[str, date | None](), set[str]()
    rows = events.order_by("at", "pk").values_list("case_id", "action", "to_state", "due_on")
    for case_id, action, to_state, due_on in rows.iterator():
        if case_id not in wanted:
            continue
        # A sub-step that went up leaves the due date of its case as it was.
        if action == "move_up" and due.get(case_id) != due_on:
            raised.add(case_id)
        elif to_state:
            raised.discard(case_id)
        due[case_id] = due_on
    return raised | {case_id for case_id, day in due.items() if day and day < as_at}
