"""The rows of every worklist, within the actor's scope; one condition for list, count and export."""

from collections.abc import Callable, Iterable, Sequence
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
    countable_condition,
    countable_organisations,
    holds,
)
from xgz.access.prepared import answers
from xgz.access.scopes import within
from xgz.models import (
    AnnualReport,
    Body,
    Business,
    Closure,
    Coverage,
    InstructorLink,
    Member,
    StatusEvent,
)
from xgz.models.sealed_lists import find_list, read_ids
from xgz.queries.counting import counted_together
from xgz.queries.coverage import Population, unreached, valid_on
from xgz.queries.operating import Day
from xgz.queries.organisation_facts import ageing_figures
from xgz.queries.parameters import work_limits_on
from xgz.rules.closures import ClosureState
from xgz.rules.coverage import Figure
from xgz.rules.members import ON_ROLLS, MemberClass
from xgz.rules.organisations import (
    MIN_FULL_MEMBERS,
    FormationMode,
    OrgState,
    OrgType,
    dormant_before,
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


_ACTIVE = Q(state=OrgState.ACTIVE)
_EVERY_CLOSURE = "closures, those that need nothing too"


@dataclass(frozen=True, slots=True)
class _Asked:
    """For whom, on which day and by which limits lists are made."""

    actor: Actor
    today: date
    limits: WorkLimits

    @property
    def day(self) -> Day:
        return Day(self.today, self.today)


_Base = Callable[[_Asked], Rows]
_Condition = Callable[[_Asked], Q]
_Bases = tuple[tuple[_Base, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class WorkCounts:
    """lists: rows of each list the actor sees; closures: with those kept for the record."""

    lists: dict[Worklist, int]
    closures: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """The conditions of the filter bar; an empty value asks nothing.

    for_the_record: closures that need nothing are asked for as well (WL-13).
    """

    township: Body | None = None
    kind: BusinessKind | None = None
    for_the_record: bool = False


ALL = Wanted()


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
    asked = _Asked(actor, today, limits or work_limits_on(today))
    base, condition = _LISTS[which]
    rows = base(asked)
    if which is not Worklist.CLOSURES or not wanted.for_the_record:
        rows = rows.filter(condition(asked))
    if which in _SIZES:
        rows = _with_counts(rows)
    subject = SUBJECTS[which]
    if wanted.township is not None:
        rows = rows.filter(_township_condition(subject, wanted.township))
    if wanted.kind is not None and subject in _KIND_COLUMNS:
        rows = rows.filter(**{_KIND_COLUMNS[subject]: wanted.kind})
    return rows.select_related(*_RELATED[subject])


def worklist_counts(actor: Actor, today: date, limits: WorkLimits | None = None) -> WorkCounts:
    """Return the number of rows of each list the actor sees; most are counted in one query.

    limits: read for that day where not given.
    """
    lists = worklists_of(actor)
    asked = _Asked(actor.bare, today, limits or work_limits_on(today))
    counts: dict[str, int] = {}
    for read_first in (False, True):
        bases = _by_base(tuple(each for each in lists if (each in _READ_FIRST) is read_first))
        rows: Iterable[tuple[Any, ...]] = ()
        if bases and read_first:
            rows = _counted(asked, bases)
        elif bases:
            rows = answers(_counted, asked, bases)
        for number, *found in rows:
            counts.update(zip(bases[number][1], found, strict=False))
    return WorkCounts(
        {which: counts.get(which, 0) for which in lists}, counts.get(_EVERY_CLOSURE, 0)
    )


def _by_base(lists: Sequence[Worklist]) -> _Bases:
    """Return the lists by the rows they are taken from; lists of the same rows stand together."""
    bases: dict[_Base, list[str]] = {}
    for which in lists:
        bases.setdefault(_LISTS[which][0], []).append(which)
    if _closures in bases:
        bases[_closures].append(_EVERY_CLOSURE)
    return tuple((base, tuple(names)) for base, names in bases.items())


def _counted(asked: _Asked, bases: _Bases) -> QuerySet[Any, Any]:
    return counted_together(
        [
            (base(asked), {name: _condition_of(name, asked) for name in names})
            for base, names in bases
        ]
    )


def _condition_of(name: str, asked: _Asked) -> Q:
    return Q() if name == _EVERY_CLOSURE else _LISTS[Worklist(name)][1](asked)


def _uncovered(asked: _Asked) -> QuerySet[Business]:
    """Return operating businesses without an organisation whose newest report declares members.

    The report is joined as `latest`.
    """
    population = Population(asked.actor, asked.day)
    return (
        population.operating()
        .filter(unreached(asked.day, Figure.ORGANISATION, "business"), kind__in=LISTED_KINDS)
        .annotate(
            latest=FilteredRelation("annual_reports", condition=Q(annual_reports__is_latest=True))
        )
        .filter(Q(latest__full_members__gte=1) | Q(latest__members_declared__gte=1))
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


def _declared_owners(asked: _Asked) -> Rows:
    sealed = find_list()
    reports = AnnualReport.objects.filter(pk__in=read_ids(sealed) if sealed else (), is_latest=True)
    rows = countable_businesses(asked.actor).filter(
        kind__in=LISTED_KINDS, pk__in=reports.values("business")
    )
    return rows.exclude(status__in=ENDED).annotate(report_year=F("last_report_year"))


def _missing(asked: _Asked) -> Rows:
    rows = countable_businesses(asked.actor)
    rows = rows.filter(missing_since__isnull=False, kind__in=LISTED_KINDS)
    return rows.exclude(status__in=ENDED)


def _organisations(asked: _Asked) -> Rows:
    return countable_organisations(asked.actor)


def _unknown_codes(asked: _Asked) -> Rows:
    rows = Coverage.objects.filter(valid_on(asked.day), business=None, market=None)
    rows = rows.exclude(code_text="")
    living = countable_organisations(asked.actor).exclude(state=OrgState.DISSOLVED)
    return rows.filter(organisation__in=living.order_by().values("pk"))


def _closures(asked: _Asked) -> Rows:
    """A business that closed, reopened and closed again shows each closing of the period.

    A business already closed when first seen, with no date of its closing, is no news: its event
    carries the day of the import.
    """
    undated = Q(source_import=F("business__first_import"), business__status_on__isnull=True)
    rows = StatusEvent.objects.exclude(undated).filter(
        kind=StatusEventKind.CLOSED,
        happened_on__gte=closures_since(asked.today, asked.limits.closure_days),
        happened_on__lte=asked.today,
        business__status__in=list(ENDED),
        business__kind__in=LISTED_KINDS,
    )
    return rows.filter(countable_condition(asked.actor, "business__"))


def _all(asked: _Asked) -> Q:
    return Q()


def _sized(which: Worklist) -> _Condition:
    return lambda asked: _SIZES[which]


def _closed_business(asked: _Asked) -> Q:
    closed = Coverage.objects.filter(valid_on(asked.day), business__status__in=list(ENDED))
    return _ACTIVE & Q(pk__in=closed.values("organisation"))


def _below_three(asked: _Asked) -> Q:
    enough = (
        Member.objects.filter(
            formal_org__isnull=False, status__in=ON_ROLLS, member_class=MemberClass.FULL
        )
        .order_by()
        .values("formal_org")
        .annotate(number=Count("pk"))
        .filter(number__gte=MIN_FULL_MEMBERS)
    )
    return (
        _ACTIVE
        & Q(org_type__in=[OrgType.BRANCH, OrgType.UNKNOWN])
        & ~Q(formation_mode=FormationMode.FUNCTIONAL)
        & ~Q(pk__in=enough.values("formal_org"))
    )


def _terms(asked: _Asked) -> Q:
    last = last_noticed_term(asked.today, asked.limits.organisations)
    return _ACTIVE & Q(term_ends_on__lte=last)


def _no_life(asked: _Asked) -> Q:
    day = dormant_before(asked.today, asked.limits.organisations)
    return _ACTIVE & (Q(last_life_on__isnull=True) | Q(last_life_on__lt=day))


def _unconfirmed(asked: _Asked) -> Q:
    return Q(state=OrgState.UNCONFIRMED)


def _ageing(asked: _Asked) -> Q:
    active = _organisations(asked).filter(_ACTIVE)
    return _ACTIVE & Q(pk__in=list(ageing_figures(active, asked.today, asked.limits.organisations)))


def _closure_needs(asked: _Asked) -> Q:
    """Return the condition that a closure leaves something to do (WL-13).

    An organisation still lists the business, its newest report declared members, or an instructor
    still serves it; and people have not finished what this closing left behind.
    """
    cases = Closure.objects.filter(event=OuterRef("pk"))
    seen_to = cases.filter(state__in=[ClosureState.DONE, ClosureState.MISTAKEN])
    running = cases.filter(closed_at__isnull=True)
    own, on_day = Q(business=OuterRef("business")), valid_on(asked.day)
    listed = Coverage.objects.filter(own, on_day, organisation__state=OrgState.ACTIVE)
    served = InstructorLink.objects.filter(own, on_day)
    declared = AnnualReport.objects.filter(
        own, Q(full_members__gt=0) | Q(members_declared__gt=0), is_latest=True
    )
    needs = Q(Exists(listed)) | Q(Exists(served)) | Q(Exists(declared))
    return needs & (~Q(Exists(seen_to)) | Q(Exists(running)))


# The rows a list is taken from, and which of them stand on it. Lists taken from the same rows are
# counted in one pass.
_LISTS: dict[Worklist, tuple[_Base, _Condition]] = {
    Worklist.SHOULD_FORM: (_uncovered, _sized(Worklist.SHOULD_FORM)),
    Worklist.TO_VERIFY: (_uncovered, _sized(Worklist.TO_VERIFY)),
    Worklist.SMALL: (_uncovered, _sized(Worklist.SMALL)),
    Worklist.DECLARED_OWNERS: (_declared_owners, _all),
    Worklist.CLOSED_BUSINESS: (_organisations, _closed_business),
    Worklist.BELOW_THREE: (_organisations, _below_three),
    Worklist.TERMS: (_organisations, _terms),
    Worklist.NO_LIFE: (_organisations, _no_life),
    Worklist.AGEING: (_organisations, _ageing),
    Worklist.UNKNOWN_CODES: (_unknown_codes, _all),
    Worklist.MISSING: (_missing, _all),
    Worklist.UNCONFIRMED: (_organisations, _unconfirmed),
    Worklist.CLOSURES: (_closures, _closure_needs),
}
# What stands on these has to be read before it can be asked for.
_READ_FIRST = frozenset({Worklist.DECLARED_OWNERS, Worklist.AGEING})
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
