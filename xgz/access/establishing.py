"""Which approved organisations an actor sees being set up, and who reads of their people (ES-1)."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from xgz.access.actor import Actor
from xgz.access.cases import visible_cases
from xgz.access.elections import openable_organisations
from xgz.access.formations import is_inside, joinable_members, visible_formations
from xgz.access.organisations import changeable_organisations, visible_organisations
from xgz.access.reading import once
from xgz.access.scopes import with_action, with_roles
from xgz.models import Body, Establishing, Member
from xgz.rules.responsibilities import BODY_OF_ROLE

ASSIGN = "instructor.assign"
_INSIDE = frozenset(role for role in BODY_OF_ROLE if is_inside(role))


def visible_establishings(actor: Actor) -> QuerySet[Establishing]:
    """Return the cases the actor is party to, leads a party of, or was told of (CS-6)."""
    return visible_cases(actor, Establishing)


@dataclass(frozen=True, slots=True)
class Doors:
    """What the actor may do from a case it was found to see.

    reads_members: read of its people (FM-13); opens_organisation, changes_organisation,
    opens_formation: open or change what hangs on it; opens_election: hold one (EL-2).
    """

    reads_members: bool
    opens_organisation: bool
    changes_organisation: bool
    opens_formation: bool
    opens_election: bool


@once
def doors_of(actor: Actor, case: Establishing) -> Doors:
    """Return what the actor may open from a case; one query."""
    own, formation = OuterRef("organisation"), OuterRef("formation")
    inside = with_roles(actor, _INSIDE)
    readable = visible_establishings(inside) if inside.grants else Establishing.objects.none()
    found = (
        Establishing.objects.filter(pk=case.pk)
        .annotate(
            read=Exists(readable.filter(pk=OuterRef("pk"))),
            opened=Exists(visible_organisations(actor).filter(pk=own)),
            changed=Exists(changeable_organisations(actor).filter(pk=own)),
            followed=Exists(visible_formations(actor).filter(pk=formation)),
            elects=Exists(openable_organisations(actor).filter(pk=own)),
        )
        .values_list("read", "opened", "changed", "followed", "elects")
        .get()
    )
    reads, *others = found
    return Doors(reads or actor.is_operator, *others)


def reads_members(actor: Actor, case: Establishing) -> bool:
    """Test whether the actor reads of the people in a case it was found to see (FM-13).

    The organization line does; the market line reads site, instructor, support and units alone.
    """
    return doors_of(actor, case).reads_members


def named_in_clear(actor: Actor) -> QuerySet[Member]:
    """Return the members whose names the actor reads in full."""
    return joinable_members(actor)


def may_assign_at(actor: Actor, station: Body | None) -> bool:
    """Test whether the actor assigns instructors of this office: its head, or the bureau above."""
    if station is None:
        return False
    grants = with_action(actor, ASSIGN).grants
    return any(station.path.startswith(grant.path) for grant in grants)
