"""What is known of organisations that may be adjusted, for one or for many at once (AD-3, AD-10)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from xgz.access.reading import once
from xgz.access.scopes import within
from xgz.models import (
    Body,
    Establishing,
    InstructorLink,
    Member,
    MemberLink,
    Organisation,
    TermElection,
    Transfer,
)
from xgz.models.dated import holds_on
from xgz.queries.organisation_facts import facts_of
from xgz.queries.parameters import parameters_on
from xgz.queries.secretaries import SecretaryTerms, secretary_terms
from xgz.rules.adjustment_checks import AdjustmentFacts, MergeFacts, SignLimits
from xgz.rules.bodies import BodyKind
from xgz.rules.calendar import add_months
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES, LinkKind, MemberClass
from xgz.rules.organisation_warnings import OrgFacts
from xgz.rules.organisations import MIN_FULL_MEMBERS, OrgState, OrgType

_FULL = Q(status__in=ON_ROLLS, member_class=MemberClass.FULL)


def sign_limits_on(day: date) -> SignLimits:
    """Return after how long something becomes a sign, as the district set it for a day (AD-10)."""
    values = parameters_on(day)
    return SignLimits(
        dormant_months=values["organisation.dormant_months"],
        short_months=values["adjustment.short_months"],
        vacant_days=values["adjustment.vacant_days"],
        term_days=values["adjustment.term_days"],
    )


@once
def adjustment_facts(organisation: Organisation, today: date) -> AdjustmentFacts:
    """Return what is known of one organisation, whoever may see it; six queries."""
    return facts_for([organisation], today)[organisation.pk]


@once
def facts_with_room(organisation: Organisation, today: date) -> AdjustmentFacts:
    """Return the same with how many organisations near could take its members; eight queries."""
    found = adjustment_facts(organisation, today)
    limit = parameters_on(today)["formation.members_max"]
    nearby = sum(
        row.org_type != OrgType.BRANCH or number + found.figures.members <= limit
        for row, number in _neighbours(organisation)
    )
    return replace(found, nearby=nearby)


def facts_for(organisations: Sequence[Organisation], today: date) -> dict[int, AdjustmentFacts]:
    """Return what is known of each organisation by row number; six queries for any number.

    nearby is 0: where members could go is asked of one organisation alone.
    """
    pks = [row.pk for row in organisations]
    figures = facts_of(organisations, today)
    rolls, below, instructors, elections, settling, coming = _counts(organisations, today)
    recent = recent_full(pks, add_months(today, -sign_limits_on(today).short_months))
    terms = secretary_terms(pks, today)
    return {
        row.pk: AdjustmentFacts(
            figures=figures[row.pk],
            rolls=rolls.get(row.pk, 0),
            below=below.get(row.body_id, 0),
            has_secretary=row.pk in terms and terms[row.pk].in_post,
            vacant_since=_vacant_since(terms.get(row.pk), row.founded_on),
            instructors=instructors.get(row.pk, 0),
            recent_full=recent.get(row.pk, 0),
            founded_on=row.founded_on,
            running=elections.get(row.pk, 0) + settling.get(row.pk, 0),
            coming=coming.get(row.pk, 0),
        )
        for row in organisations
    }


def merge_facts(
    targets: Sequence[Organisation], organisation: Organisation, today: date
) -> Mapping[int, MergeFacts]:
    """Return what matters of each organisation to merge into, by row number (AD-5, AD-13)."""
    limit = parameters_on(today)["formation.members_max"]
    figures = facts_of(targets, today)
    crossing = Transfer.objects.filter(from_org=organisation, to_org__in=targets, closed_at=None)
    numbers = dict(crossing.order_by().values_list("to_org").annotate(number=Count("pk")))
    return {
        row.pk: MergeFacts(
            state=OrgState(row.state),
            org_type=OrgType(row.org_type),
            room=_room(figures[row.pk], limit),
            stands_below=row.body.path.startswith(organisation.body.path),
            units=figures[row.pk].units + figures[row.pk].to_verify,
            crossing=numbers.get(row.pk, 0),
        )
        for row in targets
    }


def _room(figures: OrgFacts, limit: int) -> int | None:
    """Only a branch is limited; one that is over the limit has no room."""
    if figures.org_type is not OrgType.BRANCH:
        return None
    return max(limit - figures.members, 0)


def _neighbours(organisation: Organisation) -> list[tuple[Organisation, int]]:
    """Return the active organisations of the same township with their members (AD-5).

    Those below it are left out; without a township there are none.
    """
    path = organisation.body.path
    townships = Body.objects.filter(kind=BodyKind.TOWNSHIP).values_list("path", flat=True)
    place = next((each for each in townships if path.startswith(each)), None)
    if place is None:
        return []
    rows = Organisation.objects.filter(within(place, "body__path"), state=OrgState.ACTIVE)
    party = Q(members__status__in=ON_ROLLS, members__member_class__in=PARTY_CLASSES)
    counted = rows.exclude(within(path, "body__path")).annotate(
        number=Count("members", filter=party)
    )
    return [(row, row.number) for row in counted.order_by("pk")]


def _counts(organisations: Sequence[Organisation], today: date) -> list[dict[int, int]]:
    """Count what hangs on each organisation, in one query.

    People on the rolls, living organisations below (by body), instructors, open elections, open
    cases of setting it up, open transfers into it.
    """
    pks = [row.pk for row in organisations]
    living = Organisation.objects.exclude(state=OrgState.DISSOLVED)
    serving = InstructorLink.objects.filter(holds_on(today), organisation__in=pks)
    running: dict[str, Any] = {"organisation__in": pks, "closed_at__isnull": True}
    parts = [
        _counted(0, Member.objects.filter(formal_org__in=pks, status__in=ON_ROLLS), "formal_org"),
        _counted(
            1, living.filter(body__parent__in=[r.body_id for r in organisations]), "body__parent"
        ),
        _counted(2, serving, "organisation"),
        _counted(3, TermElection.objects.filter(**running), "organisation"),
        _counted(4, Establishing.objects.filter(**running), "organisation"),
        _counted(5, Transfer.objects.filter(to_org__in=pks, closed_at__isnull=True), "to_org"),
    ]
    found: list[dict[int, int]] = [{} for _part in parts]
    for which, pk, number in parts[0].union(*parts[1:], all=True):
        found[which][pk] = number
    return found


def _counted(which: int, rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    marked = rows.order_by().annotate(which=Value(which, IntegerField()), at=F(column))
    counted: QuerySet[Any] = marked.values_list("which", "at").annotate(number=Count("pk"))
    return counted


def recent_full(pks: Sequence[int], since: date) -> dict[int, int]:
    """Count today's full members on the rolls that belonged to each organisation since a day.

    Links without a first day count: an old roster may not have told it. One query.
    """
    own = Member.objects.filter(_FULL, formal_org__in=pks)
    links = _links_since(since).filter(organisation__in=pks)
    pairs = own.order_by().values_list("formal_org", "pk")
    found: dict[int, int] = {}
    for organisation, _member in pairs.union(
        links.order_by().values_list("organisation", "member")
    ):
        found[organisation] = found.get(organisation, 0) + 1
    return found


def is_short_since(since: date) -> Q:
    """Return the condition on organisations that recent_full counts too few of them."""
    own, here = OuterRef("pk"), OuterRef("formal_org")
    linked = _links_since(since)
    apart = Member.objects.filter(_FULL, formal_org=own).exclude(
        Exists(linked.filter(organisation=here, member=OuterRef("pk")))
    )
    by_link = linked.filter(organisation=own).order_by().values("organisation")
    by_row = apart.order_by().values("formal_org")
    people = by_link.annotate(number=Count("member", distinct=True)).values("number")
    others = by_row.annotate(number=Count("pk")).values("number")
    number = Coalesce(Subquery(people), 0) + Coalesce(Subquery(others), 0)
    return Q(LessThan(number, Value(MIN_FULL_MEMBERS)))


def _links_since(since: date) -> QuerySet[MemberLink]:
    """Return the formal links of today's full members on the rolls that held on or after a day."""
    held = Q(valid_to__isnull=True) | Q(valid_to__gte=since)
    full = Q(member__status__in=ON_ROLLS, member__member_class=MemberClass.FULL)
    return MemberLink.objects.filter(held, full, kind=LinkKind.FORMAL)


def _vacant_since(terms: SecretaryTerms | None, founded_on: date | None) -> date | None:
    """Return the first day without a secretary; where none is on record, the founding day."""
    if terms is None:
        return founded_on
    if terms.in_post:
        return None
    return terms.last_day + timedelta(days=1) if terms.last_day else founded_on
