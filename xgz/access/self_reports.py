"""Who sees what people reported of themselves: the organization line, and nobody else (SR-4)."""

from datetime import date

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor, NotPermitted, require
from xgz.access.scopes import NOTHING, require_at, with_action, within
from xgz.models import Body, Business, Market, Poster, SelfReport, SelfReportWindow
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Resource, Scope

HANDLE = "self_report.handle"


def visitor(today: date) -> Actor:
    """Return whoever reports by a poster: nobody known, from nowhere that is written down (SR-3)."""
    return Actor(user=None, grants=(), today=today, label="visitor")


def visible_posters(actor: Actor) -> QuerySet[Poster]:
    """Return the posters of the townships that one of the actor's roles reaches."""
    return Poster.objects.filter(_condition(actor, "area__path"))


def visible_reports(actor: Actor) -> QuerySet[SelfReport]:
    """Return the claims of the townships that one of the actor's roles reaches, no surplus ones (SR-6)."""
    return SelfReport.objects.filter(_condition(actor, "poster__area__path"), is_surplus=False)


def visible_windows(actor: Actor) -> QuerySet[SelfReportWindow]:
    """Return the self-report windows of the townships that one of the actor's roles reaches."""
    return SelfReportWindow.objects.filter(_condition(actor, "area__path"))


def report_townships(actor: Actor) -> QuerySet[Body]:
    """Return the townships whose posters, claims and windows the actor handles, in tree order."""
    reached = Body.objects.filter(_condition(with_action(actor, HANDLE), "path"))
    if actor.is_operator:
        reached = Body.objects.all()
    return reached.filter(kind=BodyKind.TOWNSHIP).order_by("path")


def require_handling(actor: Actor) -> None:
    """Raise NotPermitted unless one of the actor's roles handles self-reports at all."""
    require(actor, HANDLE)


def require_handling_at(actor: Actor, area: Body) -> None:
    """Raise NotPermitted unless the actor handles the self-reports of a township."""
    require_at(actor, HANDLE, area)


def require_place(
    actor: Actor, area: Body, *, market: Market | None, business: Business | None
) -> None:
    """Raise NotPermitted unless a poster of the township may hang at this market or business."""
    require_handling_at(actor, area)
    for spot in (market, business):
        if spot is not None and spot.township_id != area.pk:
            raise NotPermitted(HANDLE)


def _condition(actor: Actor, path: str) -> Q:
    if actor.sees_district(Resource.SELF_REPORT):
        return Q()
    condition = NOTHING
    for grant, scope in actor.grants_for(Resource.SELF_REPORT):
        if scope is Scope.SUBTREE:
            condition |= within(grant.path, path)
    return condition
