"""Who plans joint branches, which plans an actor sees, and what goes into one (PL-14, PL-15).

A plan is the working paper of the body that made it: that body alone changes it, those above it on
its own line read it. The other line learns of it by what is proposed from it, as a formation.
"""

from dataclasses import replace

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor, Grant, NotPermitted, require_person
from xgz.access.businesses import townships_in_reach
from xgz.access.members import visible_members
from xgz.access.organisations import visible_organisations
from xgz.access.scopes import NOTHING, with_action, with_roles, within
from xgz.models import Body, Member, Organisation, Plan
from xgz.rules.bodies import Line
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES
from xgz.rules.organisations import COVERING_MODES, OrgState, OrgType
from xgz.rules.planning.plans import CountSource
from xgz.rules.responsibilities import line_of
from xgz.rules.roles import Resource, Role, Scope, roles_with, scope_of

PLAN = "planning.plan"
ROSTER = "planning.roster"


def visible_plans(actor: Actor) -> QuerySet[Plan]:
    """Return the plans of the actor's own body and of those below it on the same line."""
    if actor.is_operator:
        return Plan.objects.all()
    condition = NOTHING
    for grant in with_action(actor, PLAN).grants:
        own = Q() if _is_of_district(grant) else within(grant.path, "body__path")
        condition |= own & Q(line=line_of(grant.role))
    return Plan.objects.filter(condition)


def may_change(actor: Actor, plan: Plan) -> bool:
    """Test whether a plan is the actor's own body's: those above it read it and change nothing."""
    return any(
        grant.role == plan.role and grant.body_id == plan.body_id
        for grant in planning_grants(actor)
    )


def require_plan(actor: Actor, plan: Plan) -> None:
    """Raise NotPermitted unless the plan is the actor's own body's."""
    if not may_change(actor, plan):
        raise NotPermitted(PLAN)


def planning_grants(actor: Actor) -> tuple[Grant, ...]:
    """Return the roles by which the actor may plan."""
    return with_action(actor, PLAN).grants


def grant_for(actor: Actor, source: CountSource, area: Body | None) -> Grant:
    """Return the role by which the actor plans an area (None: the district) from a source.

    Raises NotPermitted where none reaches so far, or the source is not for it (PL-15).
    """
    require_person(actor)
    for grant in planning_grants(actor):
        if source is CountSource.ROSTER and grant.role not in roles_with(ROSTER):
            continue
        if _is_of_district(grant) or (area and areas_of(actor, grant).filter(pk=area.pk).exists()):
            return grant
    raise NotPermitted(PLAN)


def areas_of(actor: Actor, grant: Grant) -> QuerySet[Body]:
    """Return the townships that may be planned by one of the actor's roles."""
    return townships_in_reach(with_roles(actor, frozenset({grant.role})))


def areas_to_choose(actor: Actor) -> QuerySet[Body]:
    """Return the townships the actor may plan by any role."""
    return townships_in_reach(with_action(actor, PLAN))


def plans_district(actor: Actor) -> bool:
    """Test whether the actor may plan the whole district at once."""
    return any(_is_of_district(grant) for grant in planning_grants(actor))


def may_use_roster(actor: Actor) -> bool:
    """Test whether the actor may have members counted in the roster (PL-15)."""
    return bool(with_action(actor, ROSTER).grants)


def planner_of(actor: Actor, plan: Plan) -> Actor:
    """Return the actor with the one role a plan is made by, so that no other adds to it.

    Raises NotPermitted where the actor does not hold it at the plan's body any more.
    """
    require_plan(actor, plan)
    own = [each for each in planning_grants(actor) if each.body_id == plan.body_id]
    able = replace(actor, grants=tuple(each for each in own if each.role == plan.role))
    if plan.source == CountSource.ROSTER and not may_use_roster(able):
        raise NotPermitted(ROSTER)
    return able


def counted_members(planner: Actor) -> QuerySet[Member]:
    """Return the Party members on the rolls that a plan by the roster counts (PL-15)."""
    rows = visible_members(with_action(planner, ROSTER))
    return rows.filter(status__in=ON_ROLLS, member_class__in=PARTY_CLASSES)


def joinable_branches(planner: Actor) -> QuerySet[Organisation]:
    """Return the living branches that businesses may join: those the planner's role reaches."""
    return visible_organisations(planner).filter(
        state=OrgState.ACTIVE, org_type=OrgType.BRANCH, formation_mode__in=COVERING_MODES
    )


def counts_branches_by_roster(plan: Plan) -> bool:
    """Test whether branches have the members of the roster, or those their businesses declare."""
    return plan.line == Line.ORGANIZATION


def _is_of_district(grant: Grant) -> bool:
    return scope_of(Role(grant.role), Resource.BUSINESS) is Scope.DISTRICT
