"""Which rows an actor's figures, worklists and ledger are counted over.

Only the roles that reach the figures count here: a station head who also owns a shop elsewhere
counts the office's businesses and not the shop.
"""

from dataclasses import replace

from django.db.models import Exists, OuterRef, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.businesses import business_condition, visible_businesses, visible_markets
from xgz.access.organisations import visible_organisations
from xgz.models import Body, Business, Market, Organisation
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import DECLARED_OWNERS, ROSTER_FIGURES, Resource, Role, scope_of


def counting_actor(actor: Actor) -> Actor:
    """Return the actor with those grants alone that reach the figures."""
    grants = (grant for grant in actor.grants if scope_of(grant.role, Resource.COVERAGE))
    return replace(actor, grants=tuple(grants))


def countable_businesses(actor: Actor) -> QuerySet[Business]:
    """Return the businesses the actor's figures are counted over."""
    return visible_businesses(counting_actor(actor))


def countable_condition(actor: Actor, prefix: str) -> Q:
    """Return the same as a condition on rows of a business; prefix: the way from them to it."""
    return business_condition(counting_actor(actor), prefix)


def countable_markets(actor: Actor) -> QuerySet[Market]:
    """Return the markets the actor's figures are counted over, each once."""
    seen = visible_markets(counting_actor(actor))
    if counts_district(actor):
        return seen
    return Market.objects.filter(pk__in=seen.values("pk"))


def countable_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations the actor's worklists are made from."""
    return visible_organisations(counting_actor(actor))


def countable_townships(actor: Actor) -> QuerySet[Body]:
    """Return the townships of the actor's figures, in the order of the tree."""
    townships = Body.objects.filter(kind=BodyKind.TOWNSHIP).order_by("path")
    if actor.sees_district(Resource.COVERAGE):
        return townships
    return townships.filter(Exists(countable_businesses(actor).filter(township=OuterRef("pk"))))


def counts_district(actor: Actor) -> bool:
    """Test whether the figures span the whole district (tables by township)."""
    return actor.sees_district(Resource.COVERAGE)


def may_see_declared_owners(actor: Actor) -> bool:
    """Test whether owners' declared membership shows (PR-8)."""
    return counting_actor(actor).has_any(DECLARED_OWNERS)


def may_see_roster_figures(actor: Actor) -> bool:
    """Test whether counts of roster rows show beside businesses (PR-8)."""
    return counting_actor(actor).has_any(ROSTER_FIGURES)


def holds(actor: Actor, roles: frozenset[Role]) -> bool:
    """Test whether the actor counts figures in one of these roles, or is the shell operator."""
    return counting_actor(actor).has_any(roles)
