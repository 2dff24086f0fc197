"""Scopes turned into conditions: which bodies lie under a grant, which are linked to a person."""

from dataclasses import replace

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor, Grant, NotPermitted
from xgz.models import Body, Coverage, InstructorLink
from xgz.models.dated import holds_on
from xgz.models.fields import subtree_bounds
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Role, roles_with

NOTHING = Q(pk__in=[])


def with_roles(actor: Actor, roles: frozenset[Role]) -> Actor:
    """Return the actor with only those grants whose role is among `roles`.

    What one role allows must not reach rows that only another role of the same person sees.
    """
    return replace(actor, grants=tuple(grant for grant in actor.grants if grant.role in roles))


def with_action(actor: Actor, action: str) -> Actor:
    """Return the actor with only those grants whose role carries `action`."""
    return with_roles(actor, roles_with(action))


def require_at(actor: Actor, action: str, body: Body) -> None:
    """Raise NotPermitted unless a role that carries `action` is held at the body or above it."""
    grants = with_action(actor, action).grants
    if not actor.is_operator and not any(body.path.startswith(each.path) for each in grants):
        raise NotPermitted(action)


def within(path: str, field: str = "path") -> Q:
    """Return the condition that the body path in `field` is `path` or lies below it."""
    lower, upper = subtree_bounds(path)
    return Q(**{f"{field}__gte": lower, f"{field}__lt": upper})


def townships_under(grant: Grant) -> QuerySet[Body]:
    """Return the townships of the grant's body: itself or those below it."""
    return Body.objects.filter(within(grant.path), kind=BodyKind.TOWNSHIP)


def offices_under(grant: Grant) -> QuerySet[Body]:
    """Return the market regulation offices of the grant's body: itself or those below it."""
    return Body.objects.filter(within(grant.path), kind=BodyKind.OFFICE)


def covered_by(grant: Grant, actor: Actor) -> QuerySet[Coverage]:
    """Return the current coverage rows of organisations under or guided by the grant's body."""
    organisations = within(grant.path, "organisation__body__path") | within(
        grant.path, "organisation__guiding_body__path"
    )
    return Coverage.objects.filter(organisations, holds_on(actor.today))


def links_of(actor: Actor) -> QuerySet[InstructorLink]:
    """Return the actor's own instructor links valid today (both ends count)."""
    if actor.user is None:
        return InstructorLink.objects.none()
    return InstructorLink.objects.filter(holds_on(actor.today), instructor=actor.user)
