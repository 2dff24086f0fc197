"""What an instructor serves, and why a business stands high on the first page."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from xgz.access.actor import Actor
from xgz.access.businesses import businesses_reached_as, visible_markets
from xgz.access.organisations import visible_organisations
from xgz.access.scopes import with_roles
from xgz.models import AnnualReport, Business
from xgz.queries.businesses import covered_ids
from xgz.rules.registration import ENDED
from xgz.rules.roles import Role

_SHOWN = 12
_OWN = frozenset({Role.INSTRUCTOR})


class Why(StrEnum):
    """Why a business needs the instructor's eye, the most pressing first."""

    CLOSED = "closed"
    MISSING = "missing"  # not in the newest full extract
    UNCOVERED = "uncovered"  # declares members, and no organisation covers it
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ServedRow:
    """report: the latest one, where the reason rests on its declared counts."""

    business: Business
    why: Why
    report: AnnualReport | None


@dataclass(frozen=True, slots=True)
class Served:
    """What an instructor serves; rows are those with a reason first, then by name."""

    businesses: int
    ended: int
    markets: int
    organisations: int
    rows: Sequence[ServedRow]


def served_by(actor: Actor) -> Served | None:
    """Return what an instructor serves today; None for anybody else."""
    if Role.INSTRUCTOR not in actor.roles:
        return None
    own = with_roles(actor, _OWN)
    businesses = businesses_reached_as(actor, _OWN)
    return Served(
        businesses=businesses.count(),
        ended=businesses.filter(status__in=list(ENDED)).count(),
        markets=visible_markets(own).count(),
        organisations=visible_organisations(own).count(),
        rows=_rows(businesses, actor),
    )


def _rows(businesses: QuerySet[Business], actor: Actor) -> list[ServedRow]:
    declaring = AnnualReport.objects.filter(
        Q(full_members__gte=1) | Q(members_declared__gte=1), is_latest=True
    )
    uncovered = Q(pk__in=declaring.values("business")) & ~Q(pk__in=covered_ids(actor.today))
    reasons = list(Why)
    rank = Case(
        When(status__in=list(ENDED), then=Value(reasons.index(Why.CLOSED))),
        When(missing_since__isnull=False, then=Value(reasons.index(Why.MISSING))),
        When(uncovered, then=Value(reasons.index(Why.UNCOVERED))),
        default=Value(reasons.index(Why.NOTHING)),
        output_field=IntegerField(),
    )
    ranked = businesses.annotate(rank=rank).select_related("township")
    first = list(
        ranked.order_by("rank", F("status_on").desc(nulls_last=True), "name", "pk")[:_SHOWN]
    )
    reports = {row.business_id: row for row in declaring.filter(business__in=first)}
    rows = []
    for business in first:
        why = reasons[business.rank]
        report = reports.get(business.pk) if why is Why.UNCOVERED else None
        rows.append(ServedRow(business, why, report))
    return rows
