"""Who is asking: a person with the roles valid today, the shell operator, or the clock."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from xgz.access.prepared import One, answers
from xgz.models import RoleAssignment, User
from xgz.models.dated import holds_on
from xgz.rules.roles import Resource, Role, Scope, roles_with, scope_of


class NotPermitted(Exception):
    """The actor may not take this action."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role held today, with the ids its scope starts from."""

    role: Role
    body_id: int
    body_name: str
    path: str
    member_id: int | None = None
    business_id: int | None = None
    market_id: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an action comes from, for the audit: network address, digest of the session, request."""

    address: str = ""
    session: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """user is None for the shell operator and the clock; label is what the audit says then."""

    user: User | None
    grants: tuple[Grant, ...]
    today: date
    label: str = "user"
    origin: Origin = Origin()

    @property
    def is_operator(self) -> bool:
        """Test whether this is the shell operator, who acts with the whole district's scope."""
        return self.user is None and self.label == "shell"

    @property
    def is_clock(self) -> bool:
        """Test whether this is the clock, which may take the steps that time takes."""
        return self.user is None and self.label == "clock"

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def bare(self) -> "Actor":
        """The same person, roles and day, by number alone: equal for every request of that day."""
        user = None if self.user is None else User(pk=self.user.pk)
        return replace(self, user=user, origin=Origin())

    def has_any(self, roles: frozenset[Role]) -> bool:
        """Test whether the actor is the shell operator or holds one of these roles."""
        return self.is_operator or bool(self.roles & roles)

    def grants_for(self, resource: Resource) -> list[tuple[Grant, Scope]]:
        """Return the grants that reach rows of `resource`, each with its scope."""
        pairs = [(grant, scope_of(grant.role, resource)) for grant in self.grants]
        return [(grant, scope) for grant, scope in pairs if scope is not None]

    def sees_district(self, resource: Resource) -> bool:
        """Test whether every row of `resource` is in reach."""
        return self.is_operator or any(
            scope is Scope.DISTRICT for _, scope in self.grants_for(resource)
        )

    def reaches(self, resource: Resource) -> bool:
        """Test whether any row of `resource` can be in reach (rooms of the menu)."""
        return self.is_operator or bool(self.grants_for(resource))


def actor_for(user: User, today: date, origin: Origin | None = None) -> Actor:
    """Return the user with the roles valid on `today` (both ends count); one query.

    A closed account holds none.
    """
    rows = answers(_grants, One(user.pk), today)
    grants = tuple(Grant(Role(role), *place) for role, *place in rows)
    return Actor(user=user, grants=grants, today=today, origin=origin or Origin())


def _grants(user_pk: int, today: date) -> QuerySet[RoleAssignment, Any]:
    """Ask for the fields of each Grant, oldest first."""
    held = RoleAssignment.objects.filter(holds_on(today), user=user_pk, user__is_active=True)
    return held.order_by("pk").values_list(
        "role", "body", "body__name", "body__path", "member", "business", "market"
    )


def shell_operator(today: date) -> Actor:
    """Return the audited operator of the shell, who reaches the whole district."""
    return Actor(user=None, grants=(), today=today, label="shell")


def clock_actor(today: date) -> Actor:
    """Return the actor of what time does by itself; it holds no role and takes clock steps only."""
    return Actor(user=None, grants=(), today=today, label="clock")


def stranger(today: date, origin: Origin) -> Actor:
    """Return whoever tries to sign in: nobody yet, but from somewhere; holds no role."""
    return Actor(user=None, grants=(), today=today, label="stranger", origin=origin)


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor the middleware put on the request. Raises TypeError where it is missing."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        raise TypeError("the page is missing sign_in_required")
    return actor


def may(actor: Actor, action: str) -> bool:
    """Test whether the actor holds `action` in any role; rows are checked by visible_…"""
    return actor.has_any(roles_with(action))


def require(actor: Actor, action: str) -> None:
    """Raise NotPermitted unless the actor holds `action` in one of today's roles."""
    if not may(actor, action):
        raise NotPermitted(action)


def require_person(actor: Actor) -> User:
    """Return the person behind the actor; raise NotPermitted for the shell and the clock."""
    if actor.user is None:
        raise NotPermitted("person")
    return actor.user
