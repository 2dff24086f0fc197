"""Who sees and opens cases of adjusting organisations, and where one may be merged into (AD-9)."""

from django.db.models import QuerySet

from xgz.access.actor import Actor, Grant, NotPermitted, require_person
from xgz.access.cases import reads_every_opinion, visible_cases
from xgz.access.organisations import (
    changeable_organisations,
    organisations_with_figures,
    visible_organisations,
)
from xgz.access.scopes import with_action, with_roles, within
from xgz.models import Adjustment, Organisation
from xgz.rules.bodies import LINE_OF_KIND, BodyKind, Line
from xgz.rules.organisations import OrgState
from xgz.rules.roles import BODY_KINDS_OF_ROLE
from xgz.rules.seats import LEADING_ROLES, Seat

OPEN = "adjustment.open"
_INSIDE = frozenset(
    role
    for role, kinds in BODY_KINDS_OF_ROLE.items()
    if {LINE_OF_KIND[kind] for kind in kinds} == {Line.ORGANIZATION}
)


def visible_adjustments(actor: Actor) -> QuerySet[Adjustment]:
    """Return the cases the actor is party to, leads a party of, or was told of (CS-6).

    The office that guides the organisation is a party of its open cases.
    """
    return visible_cases(actor, Adjustment)


def openable_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Return the living organisations a case may be opened about by the actor."""
    rows = visible_organisations(with_action(actor, OPEN))
    return rows.filter(state=OrgState.ACTIVE)


def opening_grant(actor: Actor, organisation: Organisation) -> Grant:
    """Return the role by which the actor opens a case of this organisation, an inside one first.

    Raises NotPermitted where no role reaches it, and for the shell.
    """
    require_person(actor)
    able = with_action(actor, OPEN)
    for grant in sorted(able.grants, key=lambda each: each.role not in _INSIDE):
        reached = openable_organisations(with_roles(able, frozenset({grant.role})))
        if reached.filter(pk=organisation.pk).exists():
            return grant
    raise NotPermitted(OPEN)


def is_inside(role: str) -> bool:
    """Test whether a role belongs to the organization line alone: it proposes, others suggest."""
    return role in _INSIDE


def guide_of(organisation: Organisation) -> Seat | None:
    """Return the seat of the market line or association that guides an organisation, if any."""
    guide = organisation.guiding_body
    if guide is None or LINE_OF_KIND[BodyKind(guide.kind)] is Line.ORGANIZATION:
        return None
    return Seat(LEADING_ROLES[BodyKind(guide.kind)], guide.pk)


def reads_inside(actor: Actor, case: Adjustment) -> bool:
    """Test whether the actor reads more of a case it sees than counts: members, blockers (AD-9)."""
    return reads_every_opinion(actor, case)


def reads_figures(actor: Actor, case: Adjustment) -> bool:
    """Test whether the actor may see the counts of the organisation's roster (PR-8)."""
    if reads_inside(actor, case):
        return True
    return organisations_with_figures(actor).filter(pk=case.organisation_id).exists()


def merge_targets(actor: Actor, organisation: Organisation) -> QuerySet[Organisation]:
    """Return where an organisation may be merged into: active ones the actor may change, not itself.

    Those below it are left out (AD-5).
    """
    rows = changeable_organisations(actor).filter(state=OrgState.ACTIVE)
    return rows.exclude(within(organisation.body.path, "body__path"))
