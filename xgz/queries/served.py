"""What an instructor serves, and why a business stands high on the first page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from xgz.access.actor import Actor
from xgz.access.businesses import visible_businesses, visible_markets
from xgz.access.organisations import visible_organisations
from xgz.access.prepared import Each, answers, records
from xgz.access.scopes import with_roles
from xgz.models import AnnualReport, Business
from xgz.queries.businesses import covered_ids
from xgz.queries.counting import counted_together
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
    own = with_roles(actor, _OWN).bare
    businesses, markets, organisations = (counts for _group, *counts in answers(_counts, own))
    return Served(
        businesses=businesses[0],
        ended=businesses[1],
        markets=markets[0],
        organisations=organisations[0],
        rows=_rows(own),
    )


def _counts(own: Actor) -> QuerySet[Any, Any]:
    every = {"every": Q()}
    return counted_together(
        [
            (visible_businesses(own), every | {"ended": Q(status__in=list(ENDED))}),
            (visible_markets(own), every),
            (visible_organisations(own), every),
        ]
    ).order_by("list_group")


def _rows(own: Actor) -> list[ServedRow]:
    reasons, rows = list(Why), []
    first = records(_pressing, own)
    reports = {row.business_id: row for row in records(_declared_by, Each(row.pk for row in first))}
    for business in first:
        why = reasons[business.rank]  # type: ignore[attr-defined]
        report = reports.get(business.pk) if why is Why.UNCOVERED else None
        rows.append(ServedRow(business, why, report))
    return rows


def _declaring() -> QuerySet[AnnualReport]:
    declared = Q(full_members__gte=1) | Q(members_declared__gte=1)
    return AnnualReport.objects.filter(declared, is_latest=True)


def _declared_by(businesses: Iterable[int]) -> QuerySet[AnnualReport]:
    return _declaring().filter(business__in=businesses)


def _pressing(own: Actor) -> QuerySet[Business]:
    declaring = _declaring().values("business")
    uncovered = Q(pk__in=declaring) & ~Q(pk__in=covered_ids(own.today))
    reasons = list(Why)
    rank = Case(
        When(status__in=list(ENDED), then=Value(reasons.index(Why.CLOSED))),
        When(missing_since__isnull=False, then=Value(reasons.index(Why.MISSING))),
        When(uncovered, then=Value(reasons.index(Why.UNCOVERED))),
        default=Value(reasons.index(Why.NOTHING)),
        output_field=IntegerField(),
    )
    ranked = visible_businesses(own).annotate(rank=rank).select_related("township")
    return ranked.order_by("rank", F("status_on").desc(nulls_last=True), "name", "pk")[:_SHOWN]
