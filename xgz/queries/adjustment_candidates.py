"""Organisations that show a sign of needing adjustment: only listed, nothing follows (AD-10)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.adjustments import openable_organisations
from xgz.models import Adjustment, Coverage, Member, Organisation, OrganisationPost
from xgz.models.dated import holds_on
from xgz.queries.adjustment_facts import facts_for, is_short_since, sign_limits_on
from xgz.queries.adjustments import cases_of_organisations
from xgz.queries.secretaries import secretaries_on
from xgz.rules.adjustment_checks import AdjustmentFacts, Sign, SignLimits, signs_of
from xgz.rules.calendar import add_months
from xgz.rules.members import ON_ROLLS, MemberClass
from xgz.rules.organisations import MIN_FULL_MEMBERS, FormationMode, OrgType, Post
from xgz.rules.registration import ENDED

Rows = QuerySet[Organisation]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One organisation with its signs; case: the open one, as far as the actor sees it."""

    organisation: Organisation
    facts: AdjustmentFacts
    signs: Sequence[Sign]
    case: Adjustment | None


def candidates(actor: Actor, sign: Sign | None = None) -> QuerySet[Organisation]:
    """Return the organisations in the actor's reach that show any sign today, or this one."""
    limits = sign_limits_on(actor.today)
    wanted = [sign] if sign is not None else list(_CONDITIONS)
    rows = openable_organisations(actor)
    condition = Q(pk__in=[])
    for each in wanted:
        condition |= _CONDITIONS[each](rows, actor.today, limits)
    return rows.filter(condition).select_related("body__parent", "guiding_body")


def candidate_rows(organisations: Sequence[Organisation], actor: Actor) -> list[Candidate]:
    """Return the same organisations with their signs and what is known, in the same order."""
    facts = facts_for(organisations, actor.today)
    limits = sign_limits_on(actor.today)
    cases = cases_of_organisations(actor, [row.pk for row in organisations])
    return [
        Candidate(
            row, facts[row.pk], signs_of(facts[row.pk], actor.today, limits), cases.get(row.pk)
        )
        for row in organisations
    ]


def _dormant(rows: Rows, today: date, limits: SignLimits) -> Q:
    day = add_months(today, -limits.dormant_months)
    unknown = Q(founded_on__isnull=True) | Q(founded_on__lt=day)
    return Q(last_life_on__lt=day) | (unknown & Q(last_life_on__isnull=True))


def _short(rows: Rows, today: date, limits: SignLimits) -> Q:
    """Short today, and so for months: of the first few the links of the last months are asked."""
    since = add_months(today, -limits.short_months)
    full = Member.objects.filter(
        formal_org__isnull=False, status__in=ON_ROLLS, member_class=MemberClass.FULL
    )
    counted = full.order_by().values("formal_org").annotate(number=Count("pk"))
    enough = counted.filter(number__gte=MIN_FULL_MEMBERS)
    return (
        (Q(founded_on__isnull=True) | Q(founded_on__lt=since))
        & Q(org_type__in=[OrgType.BRANCH, OrgType.UNKNOWN])
        & ~Q(formation_mode=FormationMode.FUNCTIONAL)
        & ~Q(pk__in=enough.values("formal_org"))
        & is_short_since(since)
    )


def _vacant(rows: Rows, today: date, limits: SignLimits) -> Q:
    """The first vacant day is the day after the last term, or the founding day without a term."""
    day = today - timedelta(days=limits.vacant_days)
    posts = OrganisationPost.objects.filter(post=Post.SECRETARY)
    ended = posts.filter(valid_to__isnull=False)
    lately = ended.filter(valid_to__gte=day - timedelta(days=1))
    never = ~Q(pk__in=ended.values("organisation")) & Q(founded_on__lt=day)
    before = Q(pk__in=ended.values("organisation")) & ~Q(pk__in=lately.values("organisation"))
    return ~Q(pk__in=secretaries_on(today).values("organisation")) & (never | before)


def _term_over(rows: Rows, today: date, limits: SignLimits) -> Q:
    return Q(term_ends_on__lt=today - timedelta(days=limits.term_days))


def _all_ended(rows: Rows, today: date, limits: SignLimits) -> Q:
    listed = Coverage.objects.filter(holds_on(today))
    ended = listed.filter(business__status__in=ENDED)
    alive = listed.exclude(pk__in=ended.values("pk"))
    return Q(pk__in=ended.values("organisation")) & ~Q(pk__in=alive.values("organisation"))


_CONDITIONS: dict[Sign, Callable[[Rows, date, SignLimits], Q]] = {
    Sign.DORMANT: _dormant,
    Sign.TERM_LONG_OVER: _term_over,
    Sign.NO_SECRETARY: _vacant,
    Sign.ALL_ENDED: _all_ended,
    Sign.SHORT: _short,
}
