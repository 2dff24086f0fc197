"""The rows of every worklist, within the actor's scope; one condition for list, count and export."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
)

from xgz.access.actor import Actor
from xgz.access.coverage import (
    countable_businesses,
    countable_organisations,
    counts_district,
    holds,
)
from xgz.access.scopes import within
from xgz.models import (
    AnnualReport,
    Body,
    Business,
    Closure,
    Coverage,
    InstructorLink,
    Member,
    Organisation,
    StatusEvent,
)
from xgz.models.sealed_lists import find_list, read_ids
from xgz.queries.counting import count_of, count_together
from xgz.queries.coverage import Population, valid_on
from xgz.queries.operating import Day
from xgz.queries.parameters import work_limits_on
from xgz.queries.statements import Statement, kept, reach_of, statement_of
from xgz.rules.calendar import add_months
from xgz.rules.closures import ClosureState
from xgz.rules.coverage import Figure
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES, SUCCESSOR_CLASSES, MemberClass
from xgz.rules.organisations import (
    MIN_FULL_MEMBERS,
    Ageing,
    FormationMode,
    OrganisationLimits,
    OrgState,
    OrgType,
    dormant_before,
    judge_ageing,
)
from xgz.rules.registration import ENDED, BusinessKind, StatusEventKind
from xgz.rules.worklists import (
    LISTED_KINDS,
    SUBJECTS,
    Subject,
    WorkLimits,
    Worklist,
    closures_since,
    last_noticed_term,
    roles_for,
)

Rows = QuerySet[Any]
_FEW = list(range(1, MIN_FULL_MEMBERS))
# Conditions on the newest report, joined as `latest` (WL-1 to WL-3).
_SIZES: dict[Worklist, Q] = {
    Worklist.SHOULD_FORM: Q(latest__full_members__gte=MIN_FULL_MEMBERS),
    Worklist.TO_VERIFY: Q(
        latest__full_members__isnull=True, latest__members_declared__gte=MIN_FULL_MEMBERS
    ),
    Worklist.SMALL: Q(latest__full_members__in=_FEW)
    | Q(latest__full_members__isnull=True, latest__members_declared__in=_FEW),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The conditions of the filter bar; an empty value asks nothing.

    for_the_record: closures that need nothing are asked for as well (WL-13).
    """

    township: Body | None = None
    kind: BusinessKind | None = None
    for_the_record: bool = False


ALL = Wanted()
# Their conditions hold numbers of rows read on the way, so that their statements cannot be kept.
READ_WHILE_BUILT = frozenset({Worklist.DECLARED_OWNERS, Worklist.AGEING})


class ListOutOfReach(Exception):
    """None of the actor's roles sees this worklist."""


def worklists_of(actor: Actor) -> list[Worklist]:
    """Return the lists that one of the actor's roles sees, in their fixed order."""
    return [which for which in Worklist if holds(actor, roles_for(which))]


def worklist_query(
    which: Worklist,
    actor: Actor,
    today: date,
    wanted: Wanted = ALL,
    limits: WorkLimits | None = None,
) -> Rows:
    """Return the rows of one list: businesses, organisations, coverages or status events.

    limits: read for that day where not given. Raises ListOutOfReach.
    """
    if not holds(actor, roles_for(which)):
        raise ListOutOfReach(which)
    rows = _QUERIES[which](actor, today, limits or work_limits_on(today))
    if which is Worklist.CLOSURES and not wanted.for_the_record:
        rows = rows.filter(_closure_needs(today))
    subject = SUBJECTS[which]
    if wanted.township is not None:
        rows = rows.filter(_township_condition(subject, wanted.township))
    if wanted.kind is not None and subject in _KIND_COLUMNS:
        rows = rows.filter(**{_KIND_COLUMNS[subject]: wanted.kind})
    return rows.select_related(*_RELATED[subject])


def worklist_counts(
    actor: Actor, today: date, limits: WorkLimits | None = None
) -> dict[Worklist, int]:
    """Return the number of rows of each list the actor sees; all are counted in one query.

    limits: read for that day where not given.
    """
    lists = worklists_of(actor)
    if not lists:
        return {}
    limits = limits or work_limits_on(today)
    counts = count_together(
        {which.value: worklist_count(which, actor, today, limits) for which in lists}
    )
    return {which: counts[which.value] for which in lists}


def worklist_count(
    which: Worklist,
    actor: Actor,
    today: date,
    limits: WorkLimits,
    *,
    for_the_record: bool = False,
) -> Statement:
    """Return the statement that counts one list, for count_together under the list's own name.

    for_the_record: as in Wanted, under the name "". Raises ListOutOfReach.
    """

    def build() -> Rows:
        rows = worklist_query(which, actor, today, Wanted(for_the_record=for_the_record), limits)
        return count_of("" if for_the_record else which.value, rows)

    if which in READ_WHILE_BUILT:
        return statement_of(build())
    return kept(("worklist", which, for_the_record, reach_of(actor), today, limits), build)


def ageing_figures(
    organisations: QuerySet[Organisation], today: date, limits: OrganisationLimits
) -> dict[int, Ageing]:
    """Return the age figures of each organisation flagged by OR-6, by its row number.

    The database only leaves out organisations with a known young member; the rule itself judges
    the rest. Birth dates after `today` count nowhere.
    """
    rolls = Member.objects.filter(
        status__in=ON_ROLLS, formal_org__in=organisations.order_by().values("pk")
    )
    party = rolls.filter(member_class__in=PARTY_CLASSES, born_on__lte=today)
    young = party.filter(born_on__gt=add_months(today, -12 * limits.young_age))
    fresh = rolls.filter(member_class__in=SUCCESSOR_CLASSES)
    old = party.exclude(formal_org__in=young.values("formal_org")).exclude(
        formal_org__in=fresh.values("formal_org")
    )
    born: dict[int, list[date]] = {}
    for pk, day in old.values_list("formal_org", "born_on"):
        if pk is not None and day is not None:
            born.setdefault(pk, []).append(day)
    judged = {pk: judge_ageing(days, 0, today, limits) for pk, days in born.items()}
    return {pk: figures for pk, figures in judged.items() if figures and figures.flagged}


def _uncovered(actor: Actor, today: date) -> QuerySet[Business]:
    """Return operating businesses without an organisation, with the newest report as `latest`."""
    population = Population(actor, Day(today, today))
    return (
        population.operating()
        .filter(kind__in=LISTED_KINDS)
        .exclude(pk__in=population.reached(Figure.ORGANISATION, "business"))
        .annotate(
            latest=FilteredRelation("annual_reports", condition=Q(annual_reports__is_latest=True))
        )
    )


def _with_counts(rows: QuerySet[Business]) -> QuerySet[Business]:
    counted: QuerySet[Business] = rows.annotate(
        report_year=F("latest__year"),
        full_members=F("latest__full_members"),
        members_declared=F("latest__members_declared"),
        report_org_type=F("latest__org_type"),
        report_mode=F("latest__formation_mode"),
        report_formed_on=F("latest__formed_on"),
    )
    return counted


def _sized(which: Worklist) -> Callable[[Actor, date, WorkLimits], Rows]:
    def rows(actor: Actor, today: date, limits: WorkLimits) -> Rows:
        return _with_counts(_uncovered(actor, today).filter(_SIZES[which]))

    return rows


def _sized_counts(actor: Actor, today: date) -> dict[Worklist, int]:
    found = (
        _uncovered(actor, today)
        .order_by()
        .aggregate(**{which.name: Count("pk", filter=size) for which, size in _SIZES.items()})
    )
    return {which: found[which.name] for which in _SIZES}


def _declared_owners(actor: Actor, today: date, limits: WorkLimits) -> Rows:
    sealed = find_list()
    reports = AnnualReport.objects.filter(pk__in=read_ids(sealed) if sealed else (), is_latest=True)
    rows = countable_businesses(actor).filter(
        kind__in=LISTED_KINDS, pk__in=reports.values("business")
    )
    return rows.exclude(status__in=ENDED).annotate(report_year=F("last_report_year"))


def _missing(actor: Actor, today: date, limits: WorkLimits) -> Rows:
    rows = countable_businesses(actor).filter(missing_since__isnull=False, kind__in=LISTED_KINDS)
    return rows.exclude(status__in=ENDED)


def _active(actor: Actor) -> QuerySet[Organisation]:
    return countable_organisations(actor).filter(state=OrgState.ACTIVE)


def _closed_business_condition(today: date) -> Q:
    closed = Coverage.objects.filter(valid_on(Day(today, today)), business__status__in=list(ENDED))
    return Q(state=OrgState.ACTIVE, pk__in=closed.values("organisation"))


def _below_three_condition() -> Q:
    enough = (
        Member.objects.filter(
            formal_org__isnull=False, status__in=ON_ROLLS, member_class=MemberClass.FULL
        )
        .order_by()
        .values("formal_org")
        .annotate(number=Count("pk"))
        .filter(number__gte=MIN_FULL_MEMBERS)
    )
    branches = Q(state=OrgState.ACTIVE, org_type__in=[OrgType.BRANCH, OrgType.UNKNOWN])
    return (
        branches
        & ~Q(formation_mode=FormationMode.FUNCTIONAL)
        & ~Q(pk__in=enough.values("formal_org"))
    )


def _term_condition(today: date, limits: OrganisationLimits) -> Q:
    return Q(state=OrgState.ACTIVE, term_ends_on__lte=last_noticed_term(today, limits))


def _life_condition(today: date, limits: OrganisationLimits) -> Q:
    silent = Q(last_life_on__isnull=True) | Q(last_life_on__lt=dormant_before(today, limits))
    return Q(state=OrgState.ACTIVE) & silent


def _closed_business(actor: Actor, today: date, limits: WorkLimits) -> Rows:
    return countable_organisations(actor).filter(_closed_business_condition(today))


def _below_three(actor: Actor, today: date, limits: WorkLimits) -> Rows:
    return countable_organisations(actor).filter(_below_three_condition())


def _terms(actor: Actor, today: date, limits: WorkLimits) -> Rows:
    return countable_organisations(actor).filter(_term_condition(today, limits.organisations))


def _no_life(actor: Actor, today: date, limits: WorkLimits) -> Rows:
    return countable_organisations(actor).filter(_life_condition(today, limits.organisations))


def _unconfirmed(actor: Actor, today: date, limits: WorkLimits) -> Rows:
    return countable_organisations(actor).filter(state=OrgState.UNCONFIRMED)


def _ageing(actor: Actor, today: date, limits: WorkLimits) -> Rows:
    active = _active(actor)
    return active.filter(pk__in=list(ageing_figures(active, today, limits.organisations)))


def _unknown_codes(actor: Actor, today: date, limits: WorkLimits) -> Rows:
    rows = Coverage.objects.filter(valid_on(Day(today, today)), business=None, market=None)
    rows = rows.exclude(code_text="")
    living = countable_organisations(actor).exclude(state=OrgState.DISSOLVED)
    return rows.filter(organisation__in=living.order_by().values("pk"))


def _closures(actor: Actor, today: date, limits: WorkLimits) -> Rows:
    """A business that closed, reopened and closed again shows each closing of the period.

    A business already closed when first seen, with no date of its closing, is no news: its event
    carries the day of the import.
    """
    undated = Q(source_import=F("business__first_import"), business__status_on__isnull=True)
    rows = StatusEvent.objects.exclude(undated).filter(
        kind=StatusEventKind.CLOSED,
        happened_on__gte=closures_since(today, limits.closure_days),
        happened_on__lte=today,
        business__status__in=list(ENDED),
        business__kind__in=LISTED_KINDS,
    )
    if counts_district(actor):
        return rows
    return rows.filter(business__in=countable_businesses(actor).order_by().values("pk"))


def _closure_needs(today: date) -> Q:
    """Return the condition that a closure leaves something to do (WL-13).

    An organisation still lists the business, its newest report declared members, or an instructor
    still serves it; and people have not finished what this closing left behind.
    """
    cases = Closure.objects.filter(event=OuterRef("pk"))
    seen_to = cases.filter(state__in=[ClosureState.DONE, ClosureState.MISTAKEN])
    running = cases.filter(closed_at__isnull=True)
    own = Q(business=OuterRef("business"))
    on_day = valid_on(Day(today, today))
    listed = Coverage.objects.filter(own, on_day, organisation__state=OrgState.ACTIVE)
    served = InstructorLink.objects.filter(own, on_day)
    declared = AnnualReport.objects.filter(
        own, Q(full_members__gt=0) | Q(members_declared__gt=0), is_latest=True
    )
    needs = Q(Exists(listed)) | Q(Exists(served)) | Q(Exists(declared))
    return needs & (~Q(Exists(seen_to)) | Q(Exists(running)))


_QUERIES: dict[Worklist, Callable[[Actor, date, WorkLimits], Rows]] = {
    Worklist.SHOULD_FORM: _sized(Worklist.SHOULD_FORM),
    Worklist.TO_VERIFY: _sized(Worklist.TO_VERIFY),
    Worklist.SMALL: _sized(Worklist.SMALL),
    Worklist.DECLARED_OWNERS: _declared_owners,
    Worklist.CLOSED_BUSINESS: _closed_business,
    Worklist.BELOW_THREE: _below_three,
    Worklist.TERMS: _terms,
    Worklist.NO_LIFE: _no_life,
    Worklist.AGEING: _ageing,
    Worklist.UNKNOWN_CODES: _unknown_codes,
    Worklist.MISSING: _missing,
    Worklist.UNCONFIRMED: _unconfirmed,
    Worklist.CLOSURES: _closures,
}
_RELATED: dict[Subject, tuple[str, ...]] = {
    Subject.BUSINESS: ("township",),
    Subject.ORGANISATION: ("body", "guiding_body"),
    Subject.CODE: ("organisation__body",),
    Subject.CLOSURE: ("business__township",),
}
_KIND_COLUMNS: dict[Subject, str] = {
    Subject.BUSINESS: "kind",
    Subject.CLOSURE: "business__kind",
}


def _township_condition(subject: Subject, township: Body) -> Q:
    if subject is Subject.BUSINESS:
        return Q(township=township)
    if subject is Subject.CLOSURE:
        return Q(business__township=township)
    return within(
        township.path,
        "body__path" if subject is Subject.ORGANISATION else "organisation__body__path",
    )
