"""What each role's first page counts and lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.businesses import businesses_reached_as, visible_businesses, visible_markets
from xgz.access.coverage import countable_businesses
from xgz.access.members import visible_members
from xgz.access.organisations import visible_bodies, visible_organisations
from xgz.access.scopes import with_roles
from xgz.models import AnnualReport, Business, Market, Member, User
from xgz.queries.organisations import OrganisationRow, organisation_rows
from xgz.queries.work_rows import WorkRow, work_rows
from xgz.queries.worklists import worklist_query
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import ADMINISTRATORS, Role
from xgz.rules.worklists import WorkLimits, Worklist

_SHOWN = 6
_BRANCH_ROLES = frozenset({Role.BRANCH_SECRETARY, Role.ASSOCIATION})


@dataclass(frozen=True, slots=True)
class OwnBusiness:
    business: Business
    reports: Sequence[AnnualReport]


@dataclass(frozen=True, slots=True)
class Administration:
    accounts: int
    offices: int
    organisations: int


def has_businesses(actor: Actor) -> bool:
    """Test whether any business is there to count for the actor."""
    return countable_businesses(actor).exists()


def has_reports(actor: Actor) -> bool:
    """Test whether any business the actor sees has an annual report."""
    return AnnualReport.objects.filter(business__in=visible_businesses(actor)).exists()


def newest_closures(actor: Actor, today: date, limits: WorkLimits) -> list[WorkRow]:
    """Return the newest closures of the actor's scope that need something, as on the worklist."""
    rows = worklist_query(Worklist.CLOSURES, actor, today, limits=limits)
    rows = rows.order_by("-happened_on", "-pk")
    return work_rows(Worklist.CLOSURES, list(rows[:_SHOWN]), actor, today)


def own_organisations(actor: Actor) -> list[OrganisationRow]:
    """Return the first organisations of a branch secretary or association, with their findings."""
    if not actor.roles & _BRANCH_ROLES:
        return []
    own = with_roles(actor, _BRANCH_ROLES)
    rows = visible_organisations(own).select_related("body__parent", "guiding_body")
    return organisation_rows(list(rows.order_by("name", "pk")[: _SHOWN * 2]), own)


def own_membership(actor: Actor) -> Member | None:
    """Return the member's own row with both organisations; None for anybody else."""
    if Role.MEMBER not in actor.roles:
        return None
    own = with_roles(actor, frozenset({Role.MEMBER}))
    return visible_members(own).select_related("formal_org", "activity_org").first()


def own_businesses(actor: Actor) -> list[OwnBusiness]:
    """Return an owner's businesses with what they declared, newest year first."""
    if Role.OWNER not in actor.roles:
        return []
    rows = businesses_reached_as(actor, frozenset({Role.OWNER})).select_related("township")
    found = list(rows.order_by("name", "pk"))
    reports: dict[int, list[AnnualReport]] = {}
    for report in AnnualReport.objects.filter(business__in=found).order_by("-year"):
        reports.setdefault(report.business_id, []).append(report)
    return [OwnBusiness(business, reports.get(business.pk, [])) for business in found]


def own_markets(actor: Actor) -> QuerySet[Market]:
    """Return the markets an owner runs."""
    own = with_roles(actor, frozenset({Role.OWNER}))
    return visible_markets(own).select_related("township").order_by("name", "pk")


def administration(actor: Actor) -> Administration | None:
    """Return the counts an administrator sees: no business data; None for anybody else."""
    if not actor.roles & ADMINISTRATORS:
        return None
    bodies = visible_bodies(actor)
    return Administration(
        accounts=User.objects.filter(is_active=True).count(),
        offices=bodies.filter(~Q(kind=BodyKind.ORGANISATION)).count(),
        organisations=bodies.filter(kind=BodyKind.ORGANISATION).count(),
    )
