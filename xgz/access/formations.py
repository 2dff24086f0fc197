"""Which formations an actor sees, who changes their file, and who reads of their members (FM-13)."""

from collections.abc import Iterable

from django.db.models import QuerySet

from xgz.access.actor import Actor, Grant, NotPermitted, require_person
from xgz.access.businesses import visible_businesses
from xgz.access.cases import parties_played, sees_as, visible_cases
from xgz.access.members import members_in_clear
from xgz.access.scopes import with_action, with_roles
from xgz.models import Business, Formation, Member
from xgz.rules.bodies import LINE_OF_KIND, Line
from xgz.rules.formations import FormationParty
from xgz.rules.responsibilities import line_of
from xgz.rules.roles import BODY_KINDS_OF_ROLE, CLEAR_NAMES, Role

OPEN = "formation.open"
INSIDE = frozenset(
    role
    for role, kinds in BODY_KINDS_OF_ROLE.items()
    if {LINE_OF_KIND[kind] for kind in kinds} == {Line.ORGANIZATION}
)
# Who puts units in and out and talks to owners; who names the people who are to join.
PREPARES = frozenset({FormationParty.PREPARER})
TALKS = frozenset({FormationParty.PREPARER, FormationParty.ROSTER, FormationParty.GUIDE})
NAMES_MEMBERS = frozenset({FormationParty.PREPARER, FormationParty.ROSTER})


def visible_formations(actor: Actor) -> QuerySet[Formation]:
    """Return the formations the actor is party to, leads a party of, or was told of (CS-6)."""
    return visible_cases(actor, Formation)


def openable_businesses(actor: Actor) -> QuerySet[Business]:
    """Return the businesses the actor may plan an organisation with."""
    return visible_businesses(with_action(actor, OPEN))


def opening_grant(actor: Actor, businesses: Iterable[Business]) -> Grant:
    """Return the role by which the actor opens a formation of these businesses: its seat prepares.

    Raises NotPermitted where no single role reaches them all, and for the shell.
    """
    require_person(actor)
    wanted = {business.pk for business in businesses}
    able = with_action(actor, OPEN)
    for grant in able.grants:
        reached = visible_businesses(with_roles(able, frozenset({grant.role})))
        if wanted and reached.filter(pk__in=wanted).count() == len(wanted):
            return grant
    raise NotPermitted(OPEN)


def joinable_members(actor: Actor) -> QuerySet[Member]:
    """Return whom the actor may name as joining: members whose names are read in full."""
    return members_in_clear(actor)


def require_filing(actor: Actor, case: Formation, parties: frozenset[FormationParty]) -> None:
    """Raise NotPermitted unless the actor plays one of these parties of the case."""
    if not parties_played(actor, case) & parties:
        raise NotPermitted(f"{case.KIND.name}.file")


def require_namer(actor: Actor, case: Formation) -> None:
    """Raise NotPermitted unless the actor names members by a role that reads their names (FM-13)."""
    require_filing(with_roles(actor, CLEAR_NAMES), case, NAMES_MEMBERS)


def require_naming(actor: Actor, case: Formation, members: Iterable[Member]) -> None:
    """Raise NotPermitted unless the actor may name these people as joining."""
    require_namer(actor, case)
    wanted = {member.pk for member in members}
    if joinable_members(actor).filter(pk__in=wanted).count() < len(wanted):
        raise NotPermitted(f"{case.KIND.name}.name")


def may_file(actor: Actor, case: Formation, parties: frozenset[FormationParty]) -> bool:
    """Test whether the actor may change what these parties put into the file."""
    able = with_roles(actor, CLEAR_NAMES) if parties is NAMES_MEMBERS else actor
    return bool(parties_played(able, case) & parties)


def may_name(actor: Actor, case: Formation) -> bool:
    """Test whether the actor names members of the case by a role that reads their names (FM-13)."""
    return may_file(actor, case, NAMES_MEMBERS)


def reads_members(actor: Actor, case: Formation) -> bool:
    """Test whether the actor reads of the people in a case it was found to see (FM-13).

    The organization line does, each name as its roles read it; of the market line who proposed the
    case, masked.
    """
    if reads_as_organizer(actor, case):
        return True
    return FormationParty.PREPARER in parties_played(actor, case)


def reads_as_organizer(actor: Actor, case: Formation) -> bool:
    """Test whether the actor sees the case by a role of the organization line (FM-13)."""
    return sees_as(actor, case, INSIDE)


def names_members_itself(role: str) -> bool:
    """Test whether whoever prepares in this role can name the people who are to join."""
    return role in CLEAR_NAMES


def is_inside(role: Role) -> bool:
    """Test whether a role of a party belongs to the organization line."""
    return line_of(role) is Line.ORGANIZATION
