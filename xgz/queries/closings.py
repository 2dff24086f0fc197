"""Which closings that an import reports leave a branch or members without ground (CB-1, CB-6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from xgz.models import (
    Business,
    Closure,
    Coverage,
    Import,
    ImportChange,
    Member,
    MemberWorkplace,
    StatusEvent,
)
from xgz.models.dated import holds_on, not_ended
from xgz.models.organisations import Organisation
from xgz.rules.closures import CONCERNED_CLASSES, WIDE_MODES, ClosureState, opens_case
from xgz.rules.members import ON_ROLLS
from xgz.rules.organisations import FormationMode, OrgState
from xgz.rules.registration import ENDED, StatusEventKind


@dataclass(frozen=True, slots=True)
class Worker:
    """Where the relation of somebody lies who works at a closed business; "" where nowhere."""

    formal_org: int | None
    activity_org: int | None
    formal_path: str


@dataclass(frozen=True, slots=True)
class Closing:
    """One case to open: the business, the event that closed it, the organisation that lists it.

    paths: places in the tree of what the decision is about; "" for a relation that lies nowhere.
    for_people: the organisation goes on with other units, so the case tells that members work here.
    """

    business: Business
    event: StatusEvent
    organisation: Organisation | None
    paths: frozenset[str]
    for_people: bool = False


@dataclass(frozen=True, slots=True)
class _Facts:
    """By business: the organisations that list it and who works there; and which still stand.

    holding: numbers of wide organisations that list something else that has not ended.
    """

    listing: dict[int, dict[int, Organisation]]
    workers: dict[int, list[Worker]]
    holding: set[int]


def closings_of(source: Import, today: date) -> list[Closing]:
    """Return the cases to open for what an import reported, by business and organisation.

    None where one is open already. Five queries, whatever the number of businesses.
    """
    events = StatusEvent.objects.filter(
        source_import=source, kind=StatusEventKind.CLOSED, business__status__in=ENDED
    )
    return _found(events, today)


def closings_behind(source: Import, today: date) -> list[Closing]:
    """Return the cases to open for businesses that had ended before an import named them (CB-11).

    The import entered organisations that list them, or people who work there. None where a case
    is open, nor where one was ever finished.
    """
    people = Member.objects.filter(source_import=source, formal_org__isnull=False)
    written = ImportChange.objects.filter(source_import=source, table="organisation")
    entered = (
        Q(source_import=source)
        | Q(organisation__in=written.values("target_id"))
        | Q(organisation__in=people.values("formal_org"))
    )
    listed = Coverage.objects.filter(entered, business__isnull=False)
    places = MemberWorkplace.objects.filter(source_import=source, business__isnull=False)
    events = StatusEvent.objects.filter(
        Q(business__in=listed.values("business")) | Q(business__in=places.values("business")),
        kind=StatusEventKind.CLOSED,
        business__status__in=ENDED,
    )
    finished = Closure.objects.filter(state__in=[ClosureState.DONE, ClosureState.MISTAKEN])
    return _without(finished, _found(events, today))


def current_workplaces(businesses: Any, today: date) -> Q:
    """Return the condition on workplaces: today's, at these businesses, of people concerned."""
    return (
        not_ended(today)
        & Q(business__in=businesses)
        & Q(member__status__in=ON_ROLLS, member__member_class__in=CONCERNED_CLASSES)
    )


def _found(events: QuerySet[StatusEvent], today: date) -> list[Closing]:
    facts = _facts(today)
    concerned = facts.listing.keys() | facts.workers.keys()
    found = [
        Closing(event.business, event, organisation, paths, _is_for_people(organisation, facts))
        for event in (_newest(events, concerned) if concerned else [])
        for organisation, paths in _cases_of(event.business_id, facts)
    ]
    return _without(Closure.objects.filter(closed_at__isnull=True), found)


def _facts(today: date) -> _Facts:
    """Return what is listed and who works at any business that has ended: few, for their cases.

    Which of them this is about is asked afterwards (_newest). Joined here with events that the same
    transaction wrote, PostgreSQL would not know how many these are, and compare all with all.
    """
    rows = Coverage.objects.filter(holds_on(today), business__in=_ended())
    living = rows.exclude(organisation__state=OrgState.DISSOLVED)
    listing: dict[int, dict[int, Organisation]] = {}
    for row in living.select_related("organisation__body", "organisation__guiding_body"):
        if row.business_id is not None:
            listing.setdefault(row.business_id, {})[row.organisation_id] = row.organisation
    wide = {
        number
        for organisations in listing.values()
        for number, organisation in organisations.items()
        if organisation.formation_mode in WIDE_MODES
    }
    holding = set(units_left(wide, today).values_list("organisation", flat=True)) if wide else set()
    return _Facts(listing, _workers(today), holding)


def _ended() -> QuerySet[Business]:
    return Business.objects.filter(status__in=ENDED)


def _workers(today: date) -> dict[int, list[Worker]]:
    rows = MemberWorkplace.objects.filter(current_workplaces(_ended(), today))
    workers: dict[int, list[Worker]] = {}
    for business_id, formal, activity, path in rows.values_list(
        "business", "member__formal_org", "member__activity_org", "member__formal_org__body__path"
    ):
        if business_id is not None:
            workers.setdefault(business_id, []).append(Worker(formal, activity, path or ""))
    return workers


def _newest(events: QuerySet[StatusEvent], concerned: Iterable[int]) -> list[StatusEvent]:
    """Return the closing of each business, by business number."""
    rows = events.filter(business__in=list(concerned)).select_related(
        "business__township", "business__office"
    )
    newest = {event.business_id: event for event in rows.order_by("happened_on", "pk")}
    return [newest[number] for number in sorted(newest)]


def _cases_of(business_id: int, facts: _Facts) -> list[tuple[Organisation | None, frozenset[str]]]:
    """Return the organisations that need a case for this business; (None, …) for people alone."""
    people = facts.workers.get(business_id, [])
    asked: list[tuple[Organisation | None, frozenset[str]]] = [
        (organisation, frozenset({organisation.body.path}))
        for number, organisation in sorted(facts.listing.get(business_id, {}).items())
        if opens_case(
            FormationMode(organisation.formation_mode),
            has_members=any(number in (each.formal_org, each.activity_org) for each in people),
            has_units_left=number in facts.holding,
        )
    ]
    if people and not asked:
        asked.append((None, frozenset(each.formal_path for each in people)))
    return asked


def _is_for_people(organisation: Organisation | None, facts: _Facts) -> bool:
    if organisation is None:
        return True
    return organisation.formation_mode in WIDE_MODES and organisation.pk in facts.holding


def units_left(organisations: Iterable[int], today: date) -> QuerySet[Coverage]:
    """Return what these organisations list today and has not ended: markets and codes too."""
    rows = Coverage.objects.filter(holds_on(today), organisation__in=list(organisations))
    return rows.exclude(business__status__in=ENDED)


def _without(cases: QuerySet[Closure], found: list[Closing]) -> list[Closing]:
    """Leave out what one of these cases is about already; people alone by any of their business."""
    rows = cases.filter(business__in={closing.business.pk for closing in found})
    known = set(rows.values_list("business", "organisation"))
    businesses = {business for business, _organisation in known}
    return [
        closing
        for closing in found
        if (
            (closing.business.pk, closing.organisation.pk) not in known
            if closing.organisation
            else closing.business.pk not in businesses
        )
    ]
