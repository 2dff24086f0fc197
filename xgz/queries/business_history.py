"""What the page of one business shows beyond its row: declared counts, cover, past."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from xgz.access.prepared import One, answers, record, records
from xgz.models import (
    AnnualReport,
    Business,
    Coverage,
    InstructorLink,
    MemberWorkplace,
    Stall,
    StatusEvent,
)
from xgz.models.dated import holds_on, not_ended
from xgz.queries.businesses import is_first_seen
from xgz.rules.imports.labels import NOT_FORMED
from xgz.rules.organisations import FORMATION_MODE_LABELS, ORG_TYPE_LABELS
from xgz.rules.registration import (
    BUSINESS_STATUS_LABELS,
    STATUS_EVENT_LABELS,
    BusinessStatus,
    StatusEventKind,
)

# What a report may state as its 党组织建制: a type of organisation, or that there is none.
_REPORTED_TYPE_LABELS: dict[str, str] = {NOT_FORMED: "未建立"} | {
    kind.value: label for kind, label in ORG_TYPE_LABELS.items()
}
_MODE_LABELS = {mode.value: label for mode, label in FORMATION_MODE_LABELS.items()}


class Moment(StrEnum):
    """What happened to a business on a day."""

    ESTABLISHED = "established"
    REGISTER = "register"  # a status event
    COVERED = "covered"
    UNCOVERED = "uncovered"
    STALL_TAKEN = "stall_taken"
    STALL_LEFT = "stall_left"
    INSTRUCTOR_GIVEN = "instructor_given"
    INSTRUCTOR_ENDED = "instructor_ended"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """name: the other party or the kind of event; before and after: what changed, or empty.

    first_seen: the day is that of the import; name is then the status the data showed.
    """

    on: date
    moment: Moment
    name: str = ""
    before: str = ""
    after: str = ""
    first_seen: bool = False


@dataclass(frozen=True, slots=True)
class DeclaredYear:
    """owner_member, owner_secretary: "yes", "no" or "" where not stated or not for the reader."""

    report: AnnualReport
    org_type: str
    formation_mode: str
    owner_member: str = ""
    owner_secretary: str = ""


def declared_years(business: Business, *, with_owner: bool) -> list[DeclaredYear]:
    """Return what the business declared, newest year first.

    with_owner: whether the reader may see the owner's declared membership (PR-8).
    """
    return [
        DeclaredYear(
            report=report,
            org_type=_label(_REPORTED_TYPE_LABELS, report.org_type),
            formation_mode=_label(_MODE_LABELS, report.formation_mode),
            owner_member=report.owner_is_member if with_owner else "",
            owner_secretary=report.owner_is_secretary if with_owner else "",
        )
        for report in records(_reports, One(business.pk))
    ]


def _reports(business: int) -> QuerySet[AnnualReport]:
    return AnnualReport.objects.filter(business=business).order_by("-year")


def coverages_of(business: Business, today: date) -> list[Coverage]:
    """Return the current coverage rows of a business with organisation and guiding body."""
    return records(_coverages_on, One(business.pk), today)


def _coverages_on(business: int, today: date) -> QuerySet[Coverage]:
    rows = Coverage.objects.filter(holds_on(today), business=business).order_by("valid_from", "pk")
    return rows.select_related("organisation__guiding_body", "organisation__body__parent")


def stall_of(business: Business, today: date) -> Stall | None:
    """Return where a business trades today, with the market; None outside every market."""
    return record(_stalls_on, One(business.pk), today)


def _stalls_on(business: int, today: date) -> QuerySet[Stall]:
    rows = Stall.objects.filter(holds_on(today), business=business)
    return rows.select_related("market").order_by("pk")[:1]


def roster_count(business: Business, today: date) -> int:
    """Return how many people of the roster name this business today; for ROSTER_FIGURES only."""
    return len(answers(_named_by_roster, One(business.pk), today))


def _named_by_roster(business: int, today: date) -> QuerySet[MemberWorkplace, Any]:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    rows = MemberWorkplace.objects.filter(begun, not_ended(today), business=business)
    return rows.order_by().values_list("member").distinct()


def timeline(business: Business) -> list[TimelineEntry]:
    """Return the dated facts of a business, newest first; four queries."""
    entries = [
        *_register_entries(business),
        *_coverage_entries(business),
        *_stall_entries(business),
        *_instructor_entries(business),
    ]
    return sorted(entries, key=lambda entry: entry.on, reverse=True)


def _register_entries(business: Business) -> Iterator[TimelineEntry]:
    events = records(_events_of, One(business.pk))
    for event in events:
        kind = StatusEventKind(event.kind)
        first_seen = is_first_seen(event, business)
        status = BUSINESS_STATUS_LABELS[BusinessStatus(event.status)]
        yield TimelineEntry(
            event.happened_on,
            Moment.REGISTER,
            status if first_seen else STATUS_EVENT_LABELS[kind],
            event.before,
            event.after,
            first_seen,
        )
    if business.established_on and all(event.kind != StatusEventKind.OPENED for event in events):
        yield TimelineEntry(business.established_on, Moment.ESTABLISHED)


def _coverage_entries(business: Business) -> Iterator[TimelineEntry]:
    for row in records(_coverages_of, One(business.pk)):
        yield TimelineEntry(row.valid_from, Moment.COVERED, row.organisation.name)
        if row.valid_to:
            yield TimelineEntry(row.valid_to, Moment.UNCOVERED, row.organisation.name)


def _stall_entries(business: Business) -> Iterator[TimelineEntry]:
    for row in records(_stalls_of, One(business.pk)):
        yield TimelineEntry(row.valid_from, Moment.STALL_TAKEN, str(row))
        if row.valid_to:
            yield TimelineEntry(row.valid_to, Moment.STALL_LEFT, str(row))


def _instructor_entries(business: Business) -> Iterator[TimelineEntry]:
    for row in records(_links_of, One(business.pk)):
        yield TimelineEntry(row.valid_from, Moment.INSTRUCTOR_GIVEN, str(row.instructor))
        if row.valid_to:
            yield TimelineEntry(row.valid_to, Moment.INSTRUCTOR_ENDED, str(row.instructor))


def _events_of(business: int) -> QuerySet[StatusEvent]:
    return StatusEvent.objects.filter(business=business).order_by("-happened_on", "-pk")


def _coverages_of(business: int) -> QuerySet[Coverage]:
    return Coverage.objects.filter(business=business).select_related("organisation")


def _stalls_of(business: int) -> QuerySet[Stall]:
    return Stall.objects.filter(business=business).select_related("market")


def _links_of(business: int) -> QuerySet[InstructorLink]:
    return InstructorLink.objects.filter(business=business).select_related("instructor")


def _label(labels: Mapping[str, str], value: str) -> str:
    """Return the label of a stated value, "" where nothing is stated; a page shows no code."""
    return labels[value] if value else ""
