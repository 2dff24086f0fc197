"""Which businesses a survey round takes, and in which order they are walked (SV-2)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.surveys import steerable_businesses
from xgz.models import (
    AnnualReport,
    Body,
    Business,
    InstructorLink,
    Market,
    RoleAssignment,
    Stall,
    SurveyRow,
)
from xgz.models.dated import holds_on
from xgz.queries.businesses import covered_ids, operating
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Role
from xgz.rules.surveys import WAITING, Choice


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a round goes: a township, one market of it or None, a part of the address or "".

    since: for Choice.NOT_VISITED, the day from which on a visit counts.
    """

    area: Body
    market: Market | None = None
    street: str = ""
    choice: Choice = Choice.ALL
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Walker:
    """An instructor and the office the walk is done for."""

    user_id: int
    station_id: int


def chosen_businesses(actor: Actor, ground: Ground, today: date) -> QuerySet[Business]:
    """Return the businesses of the ground that operate today, as far as the actor sends people."""
    found = steerable_businesses(actor).filter(operating(today), township=ground.area)
    if ground.market is not None:
        stalls = Stall.objects.filter(holds_on(today), market=ground.market)
        found = found.filter(pk__in=stalls.values("business"))
    if ground.street:
        found = found.filter(address__contains=ground.street)
    return found.filter(_condition(ground, today))


def stall_numbers(businesses: QuerySet[Business], today: date) -> dict[int, str]:
    """Return business → stall number for those that trade in a market today."""
    stalls = Stall.objects.filter(holds_on(today), business__in=businesses)
    return dict(stalls.values_list("business", "number"))


def usual_walkers(businesses: QuerySet[Business], today: date) -> dict[int, Walker]:
    """Return business → the instructor it is linked to today, who still works at that office."""
    links = InstructorLink.objects.filter(
        holds_on(today), business__in=businesses, station__kind=BodyKind.OFFICE
    )
    at_work = RoleAssignment.objects.filter(
        holds_on(today),
        role=Role.INSTRUCTOR,
        user=OuterRef("instructor"),
        body=OuterRef("station"),
        user__is_active=True,
    )
    rows = links.filter(Exists(at_work)).values_list("business", "instructor", "station")
    return {business: Walker(user, station) for business, user, station in rows if business}


def _condition(ground: Ground, today: date) -> Q:
    if ground.choice is Choice.NO_ORGANISATION:
        return ~Q(pk__in=covered_ids(today))
    if ground.choice is Choice.NOT_VISITED:
        visited = SurveyRow.objects.exclude(state__in=WAITING).filter(visited_on__gte=ground.since)
        return ~Q(pk__in=visited.values("business"))
    if ground.choice is Choice.MEMBERS_UNKNOWN:
        told = Q(members_declared__isnull=False) | Q(full_members__isnull=False)
        reports = AnnualReport.objects.filter(told, is_latest=True)
        return ~Q(pk__in=reports.values("business"))
    return Q()
