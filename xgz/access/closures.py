"""Which cases of closed businesses an actor sees; where an organisation or members may go to."""

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.cases import visible_cases
from xgz.access.organisations import changeable_organisations
from xgz.access.scopes import with_roles
from xgz.models import Closure, Organisation
from xgz.rules.bodies import LINE_OF_KIND, Line
from xgz.rules.closures import ClosureOption
from xgz.rules.organisations import OrgState
from xgz.rules.roles import BODY_KINDS_OF_ROLE, Role

_OUTSIDE = frozenset(
    role
    for role, kinds in BODY_KINDS_OF_ROLE.items()
    if {LINE_OF_KIND[kind] for kind in kinds} & {Line.MARKET, Line.ASSOCIATION}
)


def visible_closures(actor: Actor) -> QuerySet[Closure]:
    """Return the cases the actor sees; those that stay inside only by the organization line (CB-5).

    Who holds a role on each line sees by each what that line sees.
    """
    rows = visible_cases(actor, Closure)
    if actor.is_operator or not actor.roles & _OUTSIDE:
        return rows
    line = with_roles(actor, frozenset(Role) - _OUTSIDE)
    if not line.grants:
        return rows.filter(is_shared=True)
    inside = visible_cases(line, Closure)
    return rows.filter(Q(is_shared=True) | Q(pk__in=inside.values("pk")))


def target_organisations(
    actor: Actor, case: Closure, option: ClosureOption
) -> QuerySet[Organisation]:
    """Return where the option may lead: active and another organisation (CB-3).

    A merge needs the right to change the other one too; a member may go to any of the district.
    """
    rows = Organisation.objects.all()
    if option is ClosureOption.MERGE:
        rows = changeable_organisations(actor)
    active = rows.filter(state=OrgState.ACTIVE)
    return active.exclude(pk=case.organisation_id) if case.organisation_id else active
