"""CV-1 and CV-8 as conditions: which businesses operate, today or on a past day.

The conditions mirror xgz.rules.coverage.is_operating; tests/queries/test_operating.py holds both
against each other over every combination of inputs.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from xgz.models import AnnualReport, StatusEvent
from xgz.rules.coverage import last_report_due
from xgz.rules.registration import BusinessStatus, StatusEventKind

M = TypeVar("M", bound=Model)
_LISTINGS = (StatusEventKind.LISTED_ABNORMAL, StatusEventKind.DELISTED)


@dataclass(frozen=True, slots=True)
class Day:
    """The day figures are counted for; a day before today is rebuilt from the dated history."""

    as_at: date
    today: date

    @property
    def is_past(self) -> bool:
        return self.as_at < self.today


@dataclass(frozen=True, slots=True)
class Conditions:
    """counted: operating or not known (the denominator), the sum of the other two."""

    counted: Q
    certain: Q
    unknown: Q


def operating_conditions(day: Day, prefix: str = "") -> Conditions:
    """Return the conditions on businesses found under `prefix` ("" or "business__").

    For a past day the queryset must first go through `rebuild_facts` with the same prefix.
    """
    status, unreachable, report = (
        ("at_status", "at_unreachable", "at_report")
        if day.is_past
        else (f"{prefix}status", f"{prefix}is_unreachable", f"{prefix}last_report_year")
    )
    staff, due = f"{prefix}staff", last_report_due(day.as_at)
    possible = [BusinessStatus.IN_BUSINESS, BusinessStatus.UNKNOWN]
    registered = Q(**{f"{status}__in": possible, unreachable: False})
    active = Q(**{f"{staff}__gt": 0}) | Q(**{f"{report}__gte": due})
    undecided = Q(**{f"{staff}__isnull": True}) | Q(**{f"{report}__isnull": True})
    inactive = (Q(**{f"{staff}__isnull": True}) | Q(**{staff: 0})) & (
        Q(**{f"{report}__isnull": True}) | Q(**{f"{report}__lt": due})
    )
    counted, certain = registered & (active | undecided), registered & active
    certain &= Q(**{status: BusinessStatus.IN_BUSINESS})
    unclear = Q(**{status: BusinessStatus.UNKNOWN}) | inactive
    if day.is_past:
        established = f"{prefix}established_on"
        undated = Q(**{f"{established}__isnull": True})
        existed = Q(**{f"{established}__lte": day.as_at})
        counted, certain = counted & (undated | existed), certain & existed
        unclear |= undated
    return Conditions(counted, certain, counted & unclear)


def rebuild_facts(rows: QuerySet[M], day: Day, ref: str = "pk", prefix: str = "") -> QuerySet[M]:
    """Return `rows` with status, listing and newest report as on a past day; unchanged for today.

    ref: the rows' own column that holds the business id. Township, kind and staff are the newest.
    """
    if not day.is_past:
        return rows
    rebuilt: QuerySet[M] = rows.annotate(
        at_status=_status(day.as_at, ref, prefix),
        at_listing=_listing(day.as_at, ref),
    ).annotate(
        at_unreachable=Case(
            When(at_listing=StatusEventKind.LISTED_ABNORMAL, then=Value(True)),
            When(Q(at_listing="") & Q(**{f"{prefix}is_unreachable": True}), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
        at_report=_report_year(day.as_at, ref, prefix),
    )
    return rebuilt


def _status(as_at: date, ref: str, prefix: str) -> Case:
    later = StatusEvent.objects.filter(happened_on__gt=as_at).values("business")
    last = StatusEvent.objects.filter(business=OuterRef(ref), happened_on__lte=as_at)
    return Case(
        When(
            **{f"{ref}__in": later},
            then=Coalesce(
                Subquery(last.order_by("-happened_on", "-pk").values("status")[:1]),
                Value(BusinessStatus.UNKNOWN.value),
            ),
        ),
        When(**{f"{prefix}status_on__gt": as_at}, then=Value(BusinessStatus.UNKNOWN.value)),
        default=F(f"{prefix}status"),
        output_field=CharField(),
    )


def _listing(as_at: date, ref: str) -> Case:
    listings = StatusEvent.objects.filter(kind__in=_LISTINGS)
    # Not the column itself: SQLite would take its index and walk every listing for each business.
    own = StatusEvent.objects.alias(event=Coalesce("kind", Value(""))).filter(
        event__in=_LISTINGS, business=OuterRef(ref)
    )
    before_first: Any = Case(
        When(kind=StatusEventKind.DELISTED, then=Value(StatusEventKind.LISTED_ABNORMAL.value)),
        default=Value(StatusEventKind.DELISTED.value),
        output_field=CharField(),
    )
    last = own.filter(happened_on__lte=as_at).order_by("-happened_on", "-pk").values("kind")
    first = own.filter(happened_on__gt=as_at).order_by("happened_on", "pk")
    return Case(
        When(
            **{f"{ref}__in": listings.filter(happened_on__gt=as_at).values("business")},
            then=Coalesce(
                Subquery(last[:1]), Subquery(first.annotate(was=before_first).values("was")[:1])
            ),
        ),
        default=Value(""),
        output_field=CharField(),
    )


def _report_year(as_at: date, ref: str, prefix: str) -> Case:
    year = f"{prefix}last_report_year"
    reports = AnnualReport.objects.filter(business=OuterRef(ref), year__lt=as_at.year)
    return Case(
        When(
            **{f"{year}__gte": as_at.year},
            then=Subquery(reports.order_by("-year").values("year")[:1]),
        ),
        default=F(year),
    )
