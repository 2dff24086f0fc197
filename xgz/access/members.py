"""Which members an actor sees. The market and association lines see none (PR-8)."""

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor, Grant, NotPermitted, may
from xgz.access.organisations import visible_organisations
from xgz.access.scopes import NOTHING, with_action, with_roles, within
from xgz.models import Member, Organisation
from xgz.rules.roles import CLEAR_NAMES, Resource, Role, Scope

CHANGE = "member.change"
# Those who see the organisations they guide see who is in them as 张*, and nothing else (PR-8).
_GUIDES = frozenset({Role.BUREAU, Role.STATION_HEAD, Role.INSTRUCTOR, Role.ASSOCIATION})


def visible_members(actor: Actor) -> QuerySet[Member]:
    """Return the members whose formal or activity organisation one of the roles reaches."""
    if actor.sees_district(Resource.MEMBER):
        return Member.objects.all()
    condition = NOTHING
    for grant, scope in actor.grants_for(Resource.MEMBER):
        condition |= _condition(grant, scope)
    return Member.objects.filter(condition)


def changeable_members(actor: Actor) -> QuerySet[Member]:
    """Return the members that a role with the right to change them reaches by either link."""
    if not may(actor, CHANGE):
        return Member.objects.none()
    return visible_members(with_action(actor, CHANGE))


def members_in_clear(actor: Actor) -> QuerySet[Member]:
    """Return the members whose names the actor reads in full, by a role that reaches them."""
    return visible_members(with_roles(actor, CLEAR_NAMES))


def reads_masked(actor: Actor) -> bool:
    """Test whether the actor sees any members by 张* only: a name typed in would tell more (RV-4)."""
    return any(grant.role not in CLEAR_NAMES for grant, _ in actor.grants_for(Resource.MEMBER))


def require_finding(actor: Actor) -> None:
    """Raise NotPermitted unless the actor looks after members, and not only at the own line."""
    if not any(scope is not Scope.OWN for _, scope in actor.grants_for(Resource.MEMBER)):
        raise NotPermitted("member.find")


def require_changeable_member(actor: Actor, member: Member) -> None:
    """Raise NotPermitted unless the actor may change this member."""
    if not changeable_members(actor).filter(pk=member.pk).exists():
        raise NotPermitted(CHANGE)


def guided_members(actor: Actor, organisation: Organisation) -> QuerySet[Member]:
    """Return the people of an organisation the actor guides, to be shown as 张* and by post only.

    Empty where no guiding role reaches the organisation.
    """
    guided = visible_organisations(with_roles(actor, _GUIDES)).filter(pk=organisation.pk)
    return Member.objects.filter(formal_org__in=guided)


def _condition(grant: Grant, scope: Scope) -> Q:
    if scope is Scope.SUBTREE:
        return within(grant.path, "formal_org__body__path") | within(
            grant.path, "activity_org__body__path"
        )
    if scope is Scope.OWN and grant.member_id is not None:
        return Q(pk=grant.member_id)
    return NOTHING
