"""Which organisations and bodies an actor sees, and whose names the actor reads in clear."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor, Grant, NotPermitted, may
from xgz.access.prepared import Each, answers
from xgz.access.scopes import NOTHING, links_of, with_action, with_roles, within
from xgz.models import Body, Member, Organisation
from xgz.rules.bodies import GUIDING_KINDS, SUPERIOR_KINDS, BodyKind
from xgz.rules.organisations import SUPERIOR_TYPES, OrgState
from xgz.rules.roles import CLEAR_NAMES, Resource, Role, Scope, scope_of

CHANGE = "organisation.change"
# A plain member sees the own organisation and its posts, not the figures of its roster.
_WITHOUT_FIGURES = frozenset({Role.MEMBER})


def visible_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations that one of the actor's roles reaches."""
    if actor.sees_district(Resource.ORGANISATION):
        return Organisation.objects.all()
    condition = NOTHING
    for grant, scope in actor.grants_for(Resource.ORGANISATION):
        condition |= _condition(actor, grant, scope)
    return Organisation.objects.filter(condition)


def organisations_in_reach(actor: Actor, organisations: Iterable[int]) -> set[int]:
    """Return which of these organisations, by row number, one of the actor's roles reaches."""
    return {pk for (pk,) in answers(_reached, actor.bare, Each(organisations))}


def _reached(actor: Actor, pks: Iterable[int]) -> QuerySet[Organisation, Any]:
    return visible_organisations(actor).filter(pk__in=pks).values_list("pk")


def changeable_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations that a role with the right to change them reaches."""
    if not may(actor, CHANGE):
        return Organisation.objects.none()
    return visible_organisations(with_action(actor, CHANGE))


def organisations_in_clear(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations whose people's names the actor reads in full.

    Each role counts for its own rows only: an official of the market line who is a member
    somewhere reads the names of that branch, not those of the branches the office guides.
    """
    return visible_organisations(with_roles(actor, CLEAR_NAMES))


def organisations_with_figures(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations whose member counts and average ages the actor may see.

    The organization line sees them for its scope, the market line for what it guides (PR-8).
    """
    return visible_organisations(with_roles(actor, frozenset(Role) - _WITHOUT_FIGURES))


def organisations_with_people(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations whose single members one of the actor's roles reaches."""
    roles = frozenset(role for role in Role if scope_of(role, Resource.MEMBER) is not None)
    return visible_organisations(with_roles(actor, roles - _WITHOUT_FIGURES))


def require_changeable(actor: Actor, organisation: Organisation) -> None:
    """Raise NotPermitted unless the actor may change this organisation."""
    if not changeable_organisations(actor).filter(pk=organisation.pk).exists():
        raise NotPermitted(CHANGE)


def superior_bodies(actor: Actor) -> QuerySet[Body]:
    """Return the bodies below which the actor may place an organisation on the formal line.

    Offices of the organization line and living organisations that are no branches (OR-8).
    """
    placed = Q(kind__in=SUPERIOR_KINDS) | Q(
        organisation__state=OrgState.ACTIVE, organisation__org_type__in=SUPERIOR_TYPES
    )
    acting = with_action(actor, CHANGE)
    if acting.sees_district(Resource.ORGANISATION):
        return Body.objects.filter(placed)
    reach = NOTHING
    for grant, scope in acting.grants_for(Resource.ORGANISATION):
        if scope is Scope.SUBTREE:
            reach |= within(grant.path)
    return Body.objects.filter(reach, placed)


def guiding_bodies(actor: Actor) -> QuerySet[Body]:
    """Return the offices the actor may name as the guiding body of an organisation."""
    return visible_bodies(actor).filter(kind__in=GUIDING_KINDS)


def visible_bodies(actor: Actor) -> QuerySet[Body]:
    """Return the bodies the actor may look up: everybody with a role sees the offices."""
    if actor.reaches(Resource.BODY):
        return Body.objects.all()
    return Body.objects.none()


def office_bodies(actor: Actor) -> QuerySet[Body]:
    """Return the offices and departments the actor may look up, in tree order."""
    return visible_bodies(actor).exclude(kind=BodyKind.ORGANISATION).order_by("path")


def _condition(actor: Actor, grant: Grant, scope: Scope) -> Q:
    if scope is Scope.SUBTREE:
        return within(grant.path, "body__path")
    if scope is Scope.GUIDED:
        return within(grant.path, "guiding_body__path")
    if scope is Scope.LINKED:
        links = links_of(actor).filter(organisation__isnull=False)
        return Q(pk__in=links.values("organisation"))
    if scope is Scope.OWN and grant.member_id is not None:
        own = Member.objects.filter(pk=grant.member_id)
        return Q(pk__in=own.values("formal_org")) | Q(pk__in=own.values("activity_org"))
    return NOTHING
