"""What an actor sees of a snapshot: what the live pages would show the actor, no more (SN-3)."""

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.cases import visible_cases
from xgz.access.coverage import (
    countable_businesses,
    countable_markets,
    countable_organisations,
    counting_actor,
)
from xgz.access.scopes import NOTHING, offices_under, townships_under, within
from xgz.models import Body, Business, Case, Market, Organisation, Snapshot, SnapshotFigure
from xgz.models.cases import case_model
from xgz.rules.coverage import FigureKind
from xgz.rules.roles import Resource, Role, Scope
from xgz.rules.snapshots import Subject, Table

# Who sees every case of the own area, and so the rows behind their number.
_CASE_READERS = {Role.ORG_DEPT: Scope.DISTRICT, Role.TOWNSHIP_COMMITTEE: Scope.SUBTREE}


def visible_snapshots(actor: Actor) -> QuerySet[Snapshot]:
    """Return the snapshots of which one of the actor's roles sees any figure: all or none."""
    if actor.reaches(Resource.COVERAGE):
        return Snapshot.objects.all()
    return Snapshot.objects.none()


def visible_figures(actor: Actor, snapshot: Snapshot) -> QuerySet[SnapshotFigure]:
    """Return the figures of a snapshot for the actor's own places, as they were placed then."""
    return snapshot.figures.filter(
        _coverage_figures(actor) | _finding_figures(actor) | _case_figures(actor)
    )


def rows_in_reach(
    actor: Actor, subject: Subject, kind: str
) -> QuerySet[Business] | QuerySet[Market] | QuerySet[Organisation] | QuerySet[Case]:
    """Return the rows of a subject that the actor may see today; kind: of a case."""
    if subject is Subject.BUSINESS:
        return countable_businesses(actor)
    if subject is Subject.MARKET:
        return countable_markets(actor)
    if subject is Subject.ORGANISATION:
        return countable_organisations(actor)
    return visible_cases(actor, case_model(kind))


def still_there(subject: Subject, kind: str, numbers: list[int]) -> set[int]:
    """Return those row numbers that still exist, in reach or not."""
    models = {
        Subject.BUSINESS: Business,
        Subject.MARKET: Market,
        Subject.ORGANISATION: Organisation,
    }
    model = models.get(subject) or case_model(kind)
    rows = model._default_manager.filter(pk__in=numbers)
    return set(rows.values_list("pk", flat=True))


def _coverage_figures(actor: Actor) -> Q:
    figures = ~Q(figure__in=[Table.FINDINGS, Table.CASES])
    if actor.sees_district(Resource.COVERAGE):
        return figures
    places = NOTHING
    for grant, scope in actor.grants_for(Resource.COVERAGE):
        if scope is Scope.SUBTREE:
            places |= Q(township__in=townships_under(grant))
        elif scope is Scope.OFFICE:
            offices = offices_under(grant)
            served = Body.objects.filter(served_by__in=offices)
            places |= Q(office__in=offices)
            places |= Q(kind=FigureKind.MARKET, township__in=served.values("pk"))
    return figures & places


def _finding_figures(actor: Actor) -> Q:
    findings = Q(figure=Table.FINDINGS)
    counting = counting_actor(actor)
    if counting.sees_district(Resource.ORGANISATION):
        return findings
    places = NOTHING
    for grant, scope in counting.grants_for(Resource.ORGANISATION):
        if scope is Scope.SUBTREE:
            places |= Q(township__in=townships_under(grant))
        elif scope is Scope.GUIDED:
            places |= within(grant.path, "office__path")
    return findings & places


def case_townships(actor: Actor) -> QuerySet[Body] | None:
    """Return the townships whose numbers of cases the actor sees; None: all, and those of none."""
    scopes = [_CASE_READERS.get(grant.role) for grant in actor.grants]
    if actor.is_operator or Scope.DISTRICT in scopes:
        return None
    townships = Body.objects.none()
    for grant, scope in zip(actor.grants, scopes, strict=True):
        if scope is Scope.SUBTREE:
            townships |= townships_under(grant)
    return townships


def sees_cases(actor: Actor) -> bool:
    """Test whether numbers of cases show to the actor at all."""
    townships = case_townships(actor)
    return townships is None or townships.exists()


def _case_figures(actor: Actor) -> Q:
    townships = case_townships(actor)
    cases = Q(figure=Table.CASES)
    return cases if townships is None else cases & Q(township__in=townships)
