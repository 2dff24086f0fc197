"""Which businesses and markets an actor sees."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor, Grant, may
from xgz.access.prepared import One, answers
from xgz.access.scopes import (
    NOTHING,
    covered_by,
    links_of,
    offices_under,
    townships_under,
    with_roles,
)
from xgz.models import Body, Business, Market
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Resource, Role, Scope, roles_with


def visible_businesses(actor: Actor) -> QuerySet[Business]:
    """Return the businesses that one of the actor's roles reaches."""
    return Business.objects.filter(business_condition(actor))


def business_condition(actor: Actor, prefix: str = "") -> Q:
    """Return the condition that one of the actor's roles reaches a row's business.

    prefix: the way from the rows to their business, "" or "business__".
    """
    if actor.sees_district(Resource.BUSINESS):
        return Q()
    condition = NOTHING
    for grant, scope in actor.grants_for(Resource.BUSINESS):
        condition |= _business_condition(actor, grant, scope, prefix)
    return condition


def visible_markets(actor: Actor) -> QuerySet[Market]:
    """Return the markets that one of the actor's roles reaches."""
    if actor.sees_district(Resource.MARKET):
        return Market.objects.all()
    condition = NOTHING
    for grant, scope in actor.grants_for(Resource.MARKET):
        condition |= _market_condition(actor, grant, scope)
    return Market.objects.filter(condition)


def businesses_reached_as(actor: Actor, roles: frozenset[Role]) -> QuerySet[Business]:
    """Return the businesses that the actor reaches through one of these roles.

    Who holds two roles may read more of the rows of one than of the rows of the other.
    """
    return visible_businesses(with_roles(actor, roles))


def reaches_as(actor: Actor, business: Business, roles: frozenset[Role]) -> bool:
    """Test whether the actor reaches a business through one of these roles."""
    return reaches(with_roles(actor, roles), business)


def reaches(actor: Actor, business: Business) -> bool:
    """Test whether one of the actor's roles reaches a business."""
    return bool(answers(_business_reached, actor.bare, One(business.pk)))


def businesses_in_reach(actor: Actor, numbers: Collection[int]) -> frozenset[int]:
    """Return those of these businesses, by row number, that the actor may open; one query at most."""
    if not numbers or actor.sees_district(Resource.BUSINESS):
        return frozenset(numbers)
    found = visible_businesses(actor).filter(pk__in=numbers)
    return frozenset(found.values_list("pk", flat=True))


def reaches_market(actor: Actor, market_id: int) -> bool:
    """Test whether one of the actor's roles reaches a market."""
    return bool(answers(_market_reached, actor.bare, One(market_id)))


def _business_reached(actor: Actor, pk: int) -> QuerySet[Business, Any]:
    return visible_businesses(actor).filter(pk=pk).values_list("pk")


def _market_reached(actor: Actor, pk: int) -> QuerySet[Market, Any]:
    return visible_markets(actor).filter(pk=pk).values_list("pk")


def contact_businesses(actor: Actor) -> QuerySet[Business]:
    """Return the businesses whose masked phone and owner's number the actor may see."""
    return businesses_reached_as(actor, roles_with("business.contact"))


def exportable_businesses(actor: Actor) -> QuerySet[Business]:
    """Return the businesses the actor may take out of the system as a file."""
    return businesses_reached_as(actor, roles_with("business.export"))


def may_see_contact(actor: Actor) -> bool:
    """Test whether any list of the actor has a column of masked phones."""
    return may(actor, "business.contact")


def townships_in_reach(actor: Actor) -> QuerySet[Body]:
    """Return the townships that businesses in the actor's reach can lie in, for choices."""
    townships = Body.objects.filter(kind=BodyKind.TOWNSHIP).order_by("path")
    if actor.sees_district(Resource.BUSINESS):
        return townships
    condition = NOTHING
    for grant, scope in actor.grants_for(Resource.BUSINESS):
        if scope is Scope.SUBTREE:
            condition |= Q(pk__in=townships_under(grant))
        elif scope is Scope.OFFICE:
            condition |= Q(served_by__in=offices_under(grant))
        else:
            near = Business.objects.filter(_business_condition(actor, grant, scope))
            condition |= Q(pk__in=near.values("township"))
    return townships.filter(condition).distinct()


def offices_in_reach(actor: Actor) -> QuerySet[Body]:
    """Return the market regulation offices that serve the townships in the actor's reach."""
    offices = Body.objects.filter(kind=BodyKind.OFFICE).order_by("path")
    if actor.sees_district(Resource.BUSINESS):
        return offices
    return offices.filter(area__in=townships_in_reach(actor)).distinct()


def _business_condition(actor: Actor, grant: Grant, scope: Scope, prefix: str = "") -> Q:
    if scope is Scope.SUBTREE:
        return Q(**{f"{prefix}township__in": townships_under(grant)})
    if scope is Scope.OFFICE:
        return Q(**{f"{prefix}office__in": offices_under(grant)})
    if scope is Scope.LINKED:
        linked = links_of(actor).filter(business__isnull=False)
        return Q(**{f"{prefix}pk__in": linked.values("business")})
    if scope is Scope.COVERED:
        covered = covered_by(grant, actor).filter(business__isnull=False)
        return Q(**{f"{prefix}pk__in": covered.values("business")})
    if scope is Scope.OWN and grant.business_id is not None:
        return Q(**{f"{prefix}pk": grant.business_id})
    return NOTHING


def _market_condition(actor: Actor, grant: Grant, scope: Scope) -> Q:
    if scope is Scope.SUBTREE:
        return Q(township__in=townships_under(grant))
    if scope is Scope.OFFICE:
        return Q(township__served_by__in=offices_under(grant))
    if scope is Scope.LINKED:
        return Q(pk__in=links_of(actor).filter(market__isnull=False).values("market"))
    if scope is Scope.COVERED:
        covered = covered_by(grant, actor).filter(market__isnull=False)
        return Q(pk__in=covered.values("market"))
    if scope is Scope.OWN and grant.market_id is not None:
        return Q(pk=grant.market_id)
    return NOTHING
