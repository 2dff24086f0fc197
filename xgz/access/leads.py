"""Which leads an actor sees, where one may be opened, who may be sent, who compares with the roster."""

from datetime import date

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor, NotPermitted, may
from xgz.access.cases import parties_played, reads_private_whole, visible_cases
from xgz.access.scopes import NOTHING, with_action
from xgz.models import Body, Lead, RoleAssignment
from xgz.models.dated import holds_on
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Role

OPEN = "lead.open"
CHECK = "lead.check"
FUNNEL = "lead.funnel"
PROTECT = "member.protect"


def visible_leads(actor: Actor) -> QuerySet[Lead]:
    """Return the leads in the actor's sight: those of private_sight and no others (LD-2, CS-12)."""
    return visible_cases(actor, Lead)


def openable_townships(actor: Actor) -> QuerySet[Body]:
    """Return the townships where the actor may open a lead.

    The department everywhere, a township committee in its own, a station and its instructors in
    those the office serves.
    """
    townships = Body.objects.filter(kind=BodyKind.TOWNSHIP)
    if actor.is_operator:
        return townships
    condition = NOTHING
    for grant in with_action(actor, OPEN).grants:
        if grant.role is Role.ORG_DEPT:
            return townships
        if grant.role is Role.TOWNSHIP_COMMITTEE:
            condition |= Q(pk=grant.body_id)
        else:
            served = Body.area.through.objects.filter(from_body_id=grant.body_id)
            condition |= Q(pk__in=served.values("to_body_id"))
    return townships.filter(condition)


def require_opening(actor: Actor, area: Body) -> None:
    """Raise NotPermitted unless the actor may open a lead in the township; the clock may anywhere."""
    if not actor.is_clock and not openable_townships(actor).filter(pk=area.pk).exists():
        raise NotPermitted(OPEN)


def assignable_instructors(area: Body, today: date) -> QuerySet[RoleAssignment]:
    """Return the seats of the instructors who may be sent: of offices serving the township (LD-5)."""
    offices = Body.area.through.objects.filter(to_body_id=area.pk).values("from_body_id")
    held = RoleAssignment.objects.filter(
        holds_on(today),
        role=Role.INSTRUCTOR,
        body__in=offices,
        body__kind=BodyKind.OFFICE,
        user__is_active=True,
    )
    return held.select_related("user", "body").order_by("body__path", "user__username")


def may_record(actor: Actor, lead: Lead) -> bool:
    """Test whether the actor works on the open lead: for a party or as its visitor, in sight of it."""
    return lead.is_open and _works_on(actor, lead) and _sees(actor, lead)


def require_recording(actor: Actor, lead: Lead) -> None:
    """Raise NotPermitted unless the actor works on the lead."""
    if not (_works_on(actor, lead) and _sees(actor, lead)):
        raise NotPermitted("lead.record")


def may_check(actor: Actor, lead: Lead) -> bool:
    """Test whether the actor compares the lead with the roster: the organization line alone."""
    return may(actor, CHECK) and reads_private_whole(actor, lead)


def require_check(actor: Actor, lead: Lead) -> None:
    """Raise NotPermitted unless the actor may compare this lead with the roster."""
    if not may_check(actor, lead):
        raise NotPermitted(CHECK)


def _works_on(actor: Actor, lead: Lead) -> bool:
    """Test whether the actor plays a party, or visited last: what was said then may be told later."""
    is_visitor = actor.user is not None and lead.instructor_id == actor.user.pk
    return is_visitor or bool(parties_played(actor, lead))


def _sees(actor: Actor, lead: Lead) -> bool:
    return visible_leads(actor).filter(pk=lead.pk).exists()
