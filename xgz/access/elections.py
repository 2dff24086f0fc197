"""Which elections an actor sees, who opens them, and who reads of the people in them (EL-14)."""

from django.db.models import QuerySet

from xgz.access.actor import Actor, NotPermitted, require_person
from xgz.access.cases import parties_played, sees_as, visible_cases
from xgz.access.members import members_in_clear
from xgz.access.organisations import visible_organisations
from xgz.access.scopes import with_action, with_roles
from xgz.models import Member, Organisation, TermElection
from xgz.rules.bodies import LINE_OF_KIND, Line
from xgz.rules.elections import ElectionParty
from xgz.rules.organisations import FormationMode, OrgState
from xgz.rules.roles import BODY_KINDS_OF_ROLE, CLEAR_NAMES

OPEN = "election.open"
_INSIDE = frozenset(
    role
    for role, kinds in BODY_KINDS_OF_ROLE.items()
    if {LINE_OF_KIND[kind] for kind in kinds} == {Line.ORGANIZATION}
)
# Who puts the file together; who enters what came out (EL-13).
PREPARES = frozenset({ElectionParty.BRANCH, ElectionParty.COMMITTEE})
COUNTS = frozenset({ElectionParty.BRANCH})


def visible_elections(actor: Actor) -> QuerySet[TermElection]:
    """Return the elections the actor is party to, leads a party of, or was told of (CS-6)."""
    return visible_cases(actor, TermElection)


def openable_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations the actor may open an election for; functional ones hold none (EL-2)."""
    reached = visible_organisations(with_action(actor, OPEN))
    return reached.filter(state=OrgState.ACTIVE).exclude(formation_mode=FormationMode.FUNCTIONAL)


def may_open(actor: Actor, organisation: Organisation) -> bool:
    """Test whether the actor may open an election of the organisation."""
    return openable_organisations(actor).filter(pk=organisation.pk).exists()


def require_opening(actor: Actor, organisation: Organisation) -> None:
    """Raise NotPermitted unless the actor may open an election of the organisation."""
    require_person(actor)
    if not may_open(actor, organisation):
        raise NotPermitted(OPEN)


def may_file(actor: Actor, case: TermElection, parties: frozenset[ElectionParty]) -> bool:
    """Test whether the actor changes what these parties put into the file, by a role reading names."""
    return bool(parties_played(with_roles(actor, CLEAR_NAMES), case) & parties)


def require_filing(
    actor: Actor, case: TermElection, parties: frozenset[ElectionParty] = PREPARES
) -> None:
    """Raise NotPermitted unless the actor may change what these parties put into the file."""
    if not may_file(actor, case, parties):
        raise NotPermitted(f"{case.KIND.name}.file")


def reads_people(actor: Actor, case: TermElection) -> bool:
    """Test whether the actor reads of the people in a case it was found to see (EL-14)."""
    return sees_as(actor, case, _INSIDE)


def nameable_members(actor: Actor) -> QuerySet[Member]:
    """Return the members whose names the actor reads in full, and so may name."""
    return members_in_clear(actor)
