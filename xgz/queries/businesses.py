"""Reads of the business list: conditions of the filter bar, totals, and rows ready to show."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Q, QuerySet

from xgz.access.actor import Actor, shell_operator
from xgz.access.businesses import contact_businesses, visible_businesses
from xgz.access.prepared import Each, One, answers, record, records
from xgz.models import (
    AnnualReport,
    Body,
    Business,
    Coverage,
    Import,
    InstructorLink,
    Stall,
    StatusEvent,
)
from xgz.models.dated import holds_on
from xgz.queries.counting import counted_together
from xgz.queries.operating import Day, operating_conditions
from xgz.rules.imports.states import ImportKind, ImportState
from xgz.rules.masking import mask_phone
from xgz.rules.organisations import (
    COVERING_MODES,
    FORMATION_MODE_LABELS,
    MIN_FULL_MEMBERS,
    FormationMode,
    OrgState,
)
from xgz.rules.registration import (
    COUNTED_KINDS,
    ENDED,
    BusinessKind,
    BusinessStatus,
    StatusEventKind,
)

_CHUNK = 1000


class CoverageChoice(StrEnum):
    """What the filter bar asks about coverage."""

    COVERED = "covered"
    NOT_COVERED = "not_covered"
    SHOULD_FORM = "should_form"


class StatusGroup(StrEnum):
    """Statuses asked for together."""

    REGISTERED = "registered"
    ENDED = "ended"


class Mark(StrEnum):
    """What the coverage column says of a business."""

    COVERED = "covered"
    UNSETTLED = "unsettled"  # ended, and an organisation still lists it
    WORK_COVERED = "work_covered"  # a functional or floating branch, or an instructor
    SHOULD_FORM = "should_form"
    NOT_COVERED = "not_covered"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The conditions of the filter bar; an empty value asks nothing."""

    text: str = ""
    township: Body | None = None
    office: Body | None = None
    kind: BusinessKind | None = None
    status: BusinessStatus | StatusGroup | None = None
    coverage: CoverageChoice | None = None
    instructor: bool | None = None
    staff_from: int | None = None
    staff_to: int | None = None
    in_market: bool = False
    is_missing: bool = False
    is_unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """registered: of every kind; operating: of the kinds that the figures count (CV-1, CV-2)."""

    registered: int
    operating: int


@dataclass(frozen=True, slots=True)
class CoverageMark:
    """label: the way of forming, for marks that rest on an organisation; else empty."""

    mark: Mark
    label: str = ""


@dataclass(frozen=True, slots=True)
class BusinessRow:
    """phone: masked, empty where the actor may not see it; newest: the last dated fact.

    newest_first_seen: its day is that of the import that first saw it, no stated one. with_contact:
    whether the actor may see masked phone and owner's number.
    """

    business: Business
    marks: tuple[CoverageMark, ...]
    phone: str
    instructor: str
    newest: StatusEvent | None
    newest_first_seen: bool
    with_contact: bool


def operating(today: date, prefix: str = "") -> Q:
    """Return the condition of a business operating today (CV-1); the unknown counts as operating.

    prefix: the way from the rows to their business, "" or "business__".
    """
    return operating_conditions(Day(today, today), prefix).counted


def covering(today: date) -> QuerySet[Coverage]:
    """Return the coverage rows that give organisation coverage on `today` (CV-2)."""
    return Coverage.objects.filter(
        holds_on(today),
        organisation__state=OrgState.ACTIVE,
        organisation__formation_mode__in=list(COVERING_MODES),
    )


def covered_ids(today: date) -> QuerySet[Coverage, int | None]:
    """Return the row numbers of the businesses covered by an organisation on `today` (CV-2)."""
    rows = covering(today).filter(business__isnull=False)
    return rows.values_list("business_id", flat=True)


def proven_ids() -> QuerySet[AnnualReport, int]:
    """Return the row numbers of the businesses whose latest report proves enough members (OR-1)."""
    latest = AnnualReport.objects.filter(is_latest=True, full_members__gte=MIN_FULL_MEMBERS)
    return latest.values_list("business_id", flat=True)


def narrow(businesses: QuerySet[Business], wanted: Wanted, today: date) -> QuerySet[Business]:
    """Return the businesses that meet every condition of `wanted`."""
    conditions = [
        *_plain_conditions(wanted),
        *_coverage_conditions(wanted, today),
        *_link_conditions(wanted, today),
    ]
    return businesses.filter(*conditions)


def _plain_conditions(wanted: Wanted) -> Iterator[Q]:
    if wanted.text:
        yield _names(wanted.text)
    if wanted.township:
        yield Q(township=wanted.township)
    if wanted.office:
        yield Q(office=wanted.office)
    if wanted.kind:
        yield Q(kind=wanted.kind)
    if wanted.status:
        yield _status(wanted.status)
    if wanted.staff_from is not None:
        yield Q(staff__gte=wanted.staff_from)
    if wanted.staff_to is not None:
        yield Q(staff__lte=wanted.staff_to)


def _coverage_conditions(wanted: Wanted, today: date) -> Iterator[Q]:
    if wanted.coverage is CoverageChoice.COVERED:
        yield Q(pk__in=covered_ids(today))
    elif wanted.coverage:
        yield operating(today)
        yield ~Q(pk__in=covered_ids(today))
    if wanted.coverage is CoverageChoice.SHOULD_FORM:
        yield Q(pk__in=proven_ids())


def _link_conditions(wanted: Wanted, today: date) -> Iterator[Q]:
    if wanted.instructor is not None:
        links = InstructorLink.objects.filter(holds_on(today), business__isnull=False)
        served = Q(pk__in=links.values("business"))
        yield served if wanted.instructor else ~served
    if wanted.in_market:
        yield Q(pk__in=Stall.objects.filter(holds_on(today)).values("business"))
    if wanted.is_missing:
        yield Q(missing_since__isnull=False)
    if wanted.is_unreachable:
        yield Q(is_unreachable=True)


def _names(text: str) -> Q:
    """Return the condition that the name, or one of the two codes, contains `text`.

    Codes are looked at only where the text can be part of one; few businesses still have the old
    number, so it is looked up in its own index.
    """
    # Chinese has no capitals, and PostgreSQL takes longer to raise the names than to compare them.
    has_capitals = text.isascii() or text.upper() != text.lower()
    named = Q(name__icontains=text) if has_capitals else Q(name__contains=text)
    if not (text.isascii() and text.isalnum()):
        return named
    numbers = Business.objects.filter(
        registration_number__isnull=False, registration_number__contains=text.upper()
    )
    return named | Q(credit_code__contains=text.upper()) | Q(pk__in=numbers.values("pk"))


def _status(status: BusinessStatus | StatusGroup) -> Q:
    if status is StatusGroup.ENDED:
        return Q(status__in=list(ENDED))
    if status is StatusGroup.REGISTERED:
        return Q(status__in=[status for status in BusinessStatus if status not in ENDED])
    return Q(status=status)


def business_at(actor: Actor, public_id: str) -> Business | None:
    """Return the business of that address with its bodies and last import, if in reach."""
    return record(_at_address, actor.bare, One(public_id))


def _at_address(actor: Actor, public_id: str) -> QuerySet[Business]:
    rows = visible_businesses(actor).select_related("township", "office", "last_import")
    return rows.filter(public_id=public_id)


def totals(actor: Actor, today: date) -> Totals:
    """Return how many businesses in reach are still registered, and how many of them operate.

    Operating are counted as in the coverage figures: small and micro enterprises and individual
    businesses alone (CV-1, CV-2).
    """
    nobody_reached = (0, 0, 0)
    _group, *counts = next(iter(answers(_totals, actor.bare, today)), nobody_reached)
    return Totals(*counts)


def _totals(actor: Actor, today: date) -> QuerySet[Business, Any]:
    counted = Q(operating(today), kind__in=COUNTED_KINDS)
    registered = visible_businesses(actor).filter(_status(StatusGroup.REGISTERED))
    return counted_together([(registered, {"registered": Q(), "operating": counted})])


def district_totals(today: date) -> Totals:
    """Return the totals of the whole register, counted once for each state of it and each day.

    Only imports and their undoing write businesses, so their newest moments name the state.
    """
    moments = Import.objects.aggregate(Count("applied_at"), Max("applied_at"), Max("undone_at"))
    key = f"district-totals:{today}:" + ":".join(str(moment) for moment in moments.values())
    key = key.replace(" ", "T")
    found: Totals | None = cache.get(key)
    if found is None:
        found = totals(shell_operator(today), today)
        cache.set(key, found)
    return found


def registry_as_of() -> datetime | None:
    """Return when the newest registry extract was written, or None before the first."""
    return next((moment for (moment,) in answers(_newest_extract)), None)


def _newest_extract() -> QuerySet[Import, Any]:
    applied = Import.objects.filter(kind=ImportKind.REGISTRY, state=ImportState.APPLIED)
    return applied.order_by("-applied_at").values_list("applied_at")[:1]


def business_rows(businesses: Sequence[Business], actor: Actor, today: date) -> list[BusinessRow]:
    """Return the rows of a list in the order given; five queries however many rows.

    Phones are masked, and empty where the actor may not see even that.
    """
    pks = Each(business.pk for business in businesses)
    coverages = _coverages_of(pks, today)
    instructors = _instructors_of(pks, today)
    proven = {pk for (pk,) in answers(_proven_among, pks)}
    newest = _newest_events(pks)
    reachable = {pk for (pk,) in answers(_contact_among, actor.bare, pks)}
    return [
        BusinessRow(
            business=business,
            marks=coverage_marks(
                business,
                coverages.get(business.pk, ()),
                is_proven=business.pk in proven,
                has_instructor=business.pk in instructors,
            ),
            phone=mask_phone(business.phone) if business.pk in reachable else "",
            instructor=instructors.get(business.pk, ""),
            newest=(event := newest.get(business.pk)),
            newest_first_seen=event is not None and is_first_seen(event, business),
            with_contact=business.pk in reachable,
        )
        for business in businesses
    ]


def row_stream(businesses: QuerySet[Business], actor: Actor, today: date) -> Iterator[BusinessRow]:
    """Yield every row of a query in chunks, so that memory does not grow with the rows."""
    rows = businesses.prefetch_related("township", "office").order_by("pk")
    source = rows.iterator(chunk_size=_CHUNK)
    while chunk := list(islice(source, _CHUNK)):
        yield from business_rows(chunk, actor, today)


def is_first_seen(event: StatusEvent, business: Business) -> bool:
    """Test whether a closing or reopening bears the day of its import for want of a stated one.

    Imports never take a stated day away, so a business without one never had any (RG-4).
    """
    return (
        event.kind in {StatusEventKind.CLOSED, StatusEventKind.REOPENED}
        and event.source_import_id is not None
        and business.status_on is None
    )


def coverage_marks(
    business: Business,
    coverages: Iterable[Coverage],
    *,
    is_proven: bool,
    has_instructor: bool,
) -> tuple[CoverageMark, ...]:
    """Return what the coverage column says of one business (CV-2, OR-1).

    An ended business shows only what is left to settle.
    """
    modes = sorted({FormationMode(row.organisation.formation_mode) for row in coverages})
    labels = [(mode, FORMATION_MODE_LABELS[mode]) for mode in modes]
    if business.status in ENDED:
        return (CoverageMark(Mark.UNSETTLED),) if modes else ()
    full = tuple(
        CoverageMark(Mark.COVERED, name) for mode, name in labels if mode in COVERING_MODES
    )
    if full:
        return full
    first = CoverageMark(Mark.SHOULD_FORM if is_proven else Mark.NOT_COVERED)
    work = tuple(CoverageMark(Mark.WORK_COVERED, name) for _, name in labels)
    if has_instructor:
        work += (CoverageMark(Mark.WORK_COVERED),)
    return work if work and not is_proven else (first, *work)


def _proven_among(pks: Iterable[int]) -> QuerySet[AnnualReport, Any]:
    return proven_ids().filter(business__in=pks)


def _contact_among(actor: Actor, pks: Iterable[int]) -> QuerySet[Business, Any]:
    return contact_businesses(actor).filter(pk__in=pks).values_list("pk")


def _coverages_of(pks: Each, today: date) -> dict[int, list[Coverage]]:
    found: dict[int, list[Coverage]] = {}
    for row in records(_covering, pks, today):
        if row.business_id is not None:
            found.setdefault(row.business_id, []).append(row)
    return found


def _covering(pks: Iterable[int], today: date) -> QuerySet[Coverage]:
    rows = Coverage.objects.filter(
        holds_on(today), business__in=pks, organisation__state=OrgState.ACTIVE
    )
    return rows.select_related("organisation")


def _instructors_of(pks: Each, today: date) -> dict[int, str]:
    return {
        link.business_id: str(link.instructor)
        for link in records(_links, pks, today)
        if link.business_id is not None
    }


def _links(pks: Iterable[int], today: date) -> QuerySet[InstructorLink]:
    links = InstructorLink.objects.filter(holds_on(today), business__in=pks)
    return links.select_related("instructor")


def _newest_events(pks: Each) -> dict[int, StatusEvent]:
    return {event.business_id: event for event in records(_events, pks)}


def _events(pks: Iterable[int]) -> QuerySet[StatusEvent]:
    return StatusEvent.objects.filter(business__in=pks).order_by("happened_on", "pk")
