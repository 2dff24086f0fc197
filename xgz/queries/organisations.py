"""Reads of Party organisations: figures for whole pages at once, list rows, detail, timeline."""

from collections.abc import Container, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from xgz.access.actor import Actor
from xgz.access.businesses import visible_businesses, visible_markets
from xgz.access.elections import openable_organisations
from xgz.access.organisations import (
    changeable_organisations,
    organisations_in_clear,
    organisations_with_figures,
    organisations_with_people,
    visible_organisations,
)
from xgz.access.prepared import Each, answers
from xgz.access.reading import once
from xgz.models import Body, Coverage, Organisation, OrganisationPost
from xgz.queries.members import openable_members
from xgz.queries.organisation_facts import facts_of
from xgz.queries.parameters import organisation_limits_on
from xgz.rules.masking import mask_name
from xgz.rules.organisation_warnings import OrgFacts, OrgWarning, judge_organisation
from xgz.rules.organisations import (
    Ageing,
    FormationMode,
    OrganisationLimits,
    Post,
)
from xgz.rules.registration import ENDED


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One line of the list. facts is None where the actor may not see figures of members.

    with_people: the actor may see the people behind the figures, so no figure is guarded; limits:
    by which the findings were made; named: row number of the secretary shown in clear (RV-5).
    """

    organisation: Organisation
    facts: OrgFacts | None
    ageing: Ageing | None
    ageing_then: Ageing | None
    warnings: tuple[OrgWarning, ...]
    secretary: str
    with_people: bool
    limits: OrganisationLimits
    named: int | None


@dataclass(frozen=True, slots=True)
class PostRow:
    post: OrganisationPost
    holder: str
    member_public_id: str  # empty where the actor may not open the member
    in_clear: bool


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A covered unit; name is the code as written where the registry does not know it."""

    coverage: Coverage
    name: str
    has_ended: bool
    may_open: bool


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Organisations beside one that the actor may open; openable: row numbers of those named.

    may_change, may_elect: the actor may change the organisation itself, open an election of it.
    """

    superior: Organisation | None
    below: Sequence[Organisation]
    openable: frozenset[int]
    may_change: bool
    may_elect: bool


def organisations_with_warnings(
    organisations: QuerySet[Organisation],
    warnings: frozenset[OrgWarning],
    today: date,
    limits: OrganisationLimits | None = None,
) -> QuerySet[Organisation]:
    """Return those of `organisations` on which one of these findings holds as at `today`.

    limits: read for that day where not given.
    """
    limits = limits or organisation_limits_on(today)
    facts = facts_of(organisations, today)
    found = [
        key
        for key, known in facts.items()
        if warnings & {*judge_organisation(known, today, limits)}
    ]
    return organisations.filter(pk__in=found)


def organisation_rows(
    organisations: Sequence[Organisation],
    actor: Actor,
    as_at: date | None = None,
    limits: OrganisationLimits | None = None,
) -> list[OrganisationRow]:
    """Return list rows with figures, findings and secretary as far as the actor may see them.

    as_at: a further day to state the average age for, judged by the limits of that day. limits:
    today's, read where not given.
    """
    limits = limits or organisation_limits_on(actor.today)
    limits_then = organisation_limits_on(as_at) if as_at else limits
    keys = [organisation.pk for organisation in organisations]
    with_figures, with_people, in_clear = _reached(actor, frozenset(keys))
    facts = facts_of([row for row in organisations if row.pk in with_figures], actor.today)
    secretaries = _secretaries(keys, in_clear)
    return [
        OrganisationRow(
            organisation=row,
            facts=facts.get(row.pk),
            ageing=known.shown_ageing(actor.today, limits, with_people=row.pk in with_people)
            if (known := facts.get(row.pk))
            else None,
            ageing_then=_ageing_then(known, as_at, limits_then, guarded=row.pk not in with_people),
            warnings=judge_organisation(known, actor.today, limits) if known else (),
            secretary=secretaries.get(row.pk, ("", None))[0],
            with_people=row.pk in with_people,
            limits=limits,
            named=secretaries.get(row.pk, ("", None))[1],
        )
        for row in organisations
    ]


def post_rows(
    organisation: Organisation, actor: Actor, *, seen: Set[int] = frozenset()
) -> list[PostRow]:
    """Return all posts, current ones first, newest first; names clear or as 张*; three queries.

    seen: members the actor was already found to see; without a query where they hold all posts.
    """
    _figures, _people, in_clear = _reached(actor, frozenset({organisation.pk}))
    clear = organisation.pk in in_clear
    posts = list(organisation.posts.select_related("member").order_by("pk"))
    others = [row.member_id for row in posts if row.member_id and row.member_id not in seen]
    may_open = seen | (openable_members(others, actor) if others else frozenset())
    rank = {post.value: number for number, post in enumerate(Post)}
    ordered = sorted(
        posts,
        key=lambda row: (
            row.valid_to is not None,
            -(row.valid_to or date.min).toordinal() if row.valid_to else rank[row.post],
        ),
    )
    return [
        PostRow(
            row,
            row.holder_name if clear else mask_name(row.holder_name),
            row.member.public_id if row.member and row.member.pk in may_open else "",
            clear,
        )
        for row in ordered
    ]


def unit_rows(organisation: Organisation, actor: Actor) -> tuple[list[UnitRow], list[UnitRow]]:
    """Return the units listed now and those listed once; links only to what the actor sees."""
    coverages = list(
        organisation.coverages.select_related("business", "market__township").order_by(
            "business__name", "market__name", "code_text", "pk"
        )
    )
    open_businesses, open_markets = _open_units(coverages, actor)
    rows = [
        UnitRow(
            coverage=row,
            name=str(row.business or row.market or row.code_text),
            has_ended=row.business is not None and row.business.status in ENDED,
            may_open=row.business_id in open_businesses or row.market_id in open_markets,
        )
        for row in coverages
    ]
    current = [row for row in rows if _is_current(row.coverage, actor.today)]
    return current, [row for row in rows if row not in current]


def formation_counts(organisations: QuerySet[Organisation]) -> list[tuple[FormationMode, int]]:
    """Return how many of the organisations were formed in which way, most frequent first."""
    rows = (
        organisations.order_by()
        .values_list("formation_mode")
        .annotate(number=Count("pk", distinct=True))
        .order_by("-number", "formation_mode")
    )
    return [(FormationMode(mode), number) for mode, number in rows]


def superiors_of(organisations: QuerySet[Organisation]) -> QuerySet[Body]:
    """Return the bodies that stand directly above one of these organisations, in tree order."""
    return Body.objects.filter(pk__in=organisations.values("body__parent")).order_by("path")


def guides_of(organisations: QuerySet[Organisation]) -> QuerySet[Body]:
    """Return the bodies that guide one of these organisations, in tree order."""
    return Body.objects.filter(pk__in=organisations.values("guiding_body")).order_by("path")


def neighbours_of(
    organisation: Organisation, actor: Actor, others: Iterable[int | None]
) -> Neighbours:
    """Return what the actor may open of the superior, those below and `others`; one query.

    others: row numbers that its changes name.
    """
    numbers = {number for number in others if number is not None}
    above, own = organisation.body.parent_id, organisation.body_id
    near = Q(body=own) | Q(body=above) | Q(body__parent=own) | Q(pk__in=numbers)
    changeable = changeable_organisations(actor).filter(pk=OuterRef("pk"))
    electing = openable_organisations(actor).filter(pk=OuterRef("pk"))
    rows = visible_organisations(actor).filter(near).select_related("body")
    rows = rows.annotate(may_change=Exists(changeable), may_elect=Exists(electing))
    found = list(rows.order_by("body__path", "pk"))
    itself = next((row for row in found if row.pk == organisation.pk), None)
    return Neighbours(
        superior=next((row for row in found if row.body_id == above), None),
        below=[row for row in found if row.body.parent_id == own],
        openable=frozenset(row.pk for row in found if row.pk in numbers),
        may_change=itself is not None and itself.may_change,
        may_elect=itself is not None and itself.may_elect,
    )


def _open_units(coverages: Sequence[Coverage], actor: Actor) -> tuple[set[int], set[int]]:
    """Return which listed businesses, and which markets, the actor may open; one query."""
    businesses = visible_businesses(actor).filter(
        pk__in={row.business_id for row in coverages if row.business_id}
    )
    markets = visible_markets(actor).filter(
        pk__in={row.market_id for row in coverages if row.market_id}
    )
    found: tuple[set[int], set[int]] = (set(), set())
    units = businesses.order_by().values_list(Value(0), "pk")
    for kind, key in units.union(markets.order_by().values_list(Value(1), "pk")):
        found[kind].add(key)
    return found


def _ageing_then(
    facts: OrgFacts | None, as_at: date | None, limits: OrganisationLimits, *, guarded: bool
) -> Ageing | None:
    if facts is None or as_at is None:
        return None
    return facts.guarded_ageing(as_at, limits) if guarded else facts.ageing(as_at, limits)


@once
def _reached(actor: Actor, among: frozenset[int]) -> tuple[Set[int], Set[int], Set[int]]:
    """Return whose figures, whose people and whose names in full the actor may see; one query."""
    found: tuple[set[int], set[int], set[int]] = (set(), set(), set())
    for sees, key in answers(_reaches, actor.bare, Each(among)):
        found[sees].add(key)
    return found


def _reaches(actor: Actor, among: Iterable[int]) -> QuerySet[Organisation, Any]:
    reaches = (organisations_with_figures, organisations_with_people, organisations_in_clear)
    first, *others = (
        rows(actor)
        .filter(pk__in=among)
        .order_by()
        .annotate(sees=Value(sees))
        .values_list("sees", "pk")
        for sees, rows in enumerate(reaches)
    )
    return first.union(*others)


def _is_current(coverage: Coverage, today: date) -> bool:
    return coverage.valid_to is None or coverage.valid_to >= today


def _secretaries(
    keys: Sequence[int], in_clear: Container[int]
) -> dict[int, tuple[str, int | None]]:
    """Return organisation → the secretary's name, with the row number where it is in clear."""
    posts = OrganisationPost.objects.filter(
        organisation__in=keys, post=Post.SECRETARY, valid_to__isnull=True
    )
    return {
        post.organisation_id: (post.holder_name, post.member_id)
        if post.organisation_id in in_clear
        else (mask_name(post.holder_name), None)
        for post in posts
    }
