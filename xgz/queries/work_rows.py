"""What a worklist says of each row on a page: reason with its arguments, rule, date, context."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.coverage import counting_actor, may_see_roster_figures
from xgz.access.organisations import organisations_with_people
from xgz.models import (
    AnnualReport,
    Body,
    Business,
    Coverage,
    InstructorLink,
    Member,
    MemberWorkplace,
    Organisation,
)
from xgz.models.dated import not_ended
from xgz.models.fields import PATH_DIGITS
from xgz.queries.coverage import valid_on
from xgz.queries.operating import Day
from xgz.queries.organisation_facts import ageing_figures
from xgz.queries.parameters import organisation_limits_on
from xgz.rules.bodies import BodyKind
from xgz.rules.members import ON_ROLLS, MemberClass
from xgz.rules.organisations import (
    Ageing,
    FormationMode,
    OrganisationLimits,
    OrgState,
    OrgType,
    hides_single_ages,
)
from xgz.rules.registration import ENDED
from xgz.rules.worklists import (
    RULE_IDS,
    SUBJECTS,
    Reason,
    Subject,
    WorkLimits,
    Worklist,
    states_organisation,
)


@dataclass(frozen=True, slots=True)
class DeclaredOrganisation:
    """The organisation the newest report states, though none is known to cover the business.

    formation_mode is None and formed_on is None where the report does not say.
    """

    org_type: OrgType
    formation_mode: FormationMode | None
    formed_on: date | None


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One row of a list. Exactly one of business and organisation is its subject.

    since: the day the fact dates from. roster_rows: roster rows naming the business, None where
    the actor may not see them or the list does not show them. args: what the sentence needs.
    declared: the organisation the business itself states (WL-6).
    """

    reason: Reason
    rule: str
    args: dict[str, Any]
    since: date | None
    business: Business | None = None
    organisation: Organisation | None = None
    township: Body | None = None
    roster_rows: int | None = None
    declared: DeclaredOrganisation | None = None


@dataclass(slots=True)
class _Context:
    actor: Actor
    today: date
    limits: WorkLimits | None = None
    townships: dict[str, Body] = field(default_factory=dict)

    @property
    def day(self) -> Day:
        return Day(self.today, self.today)

    def township_of(self, organisation: Organisation) -> Body | None:
        """Return the township above an organisation, found by its path alone."""
        path = organisation.body.path
        ends = range(PATH_DIGITS, len(path) + 1, PATH_DIGITS)
        return next((self.townships[path[:n]] for n in ends if path[:n] in self.townships), None)


def work_rows(
    which: Worklist,
    objects: Sequence[Any],
    actor: Actor,
    today: date,
    limits: WorkLimits | None = None,
) -> list[WorkRow]:
    """Return the page's rows in order; the number of queries does not depend on the rows.

    limits: read for that day where the list needs them and they are not given.
    """
    context = _Context(actor, today, limits)
    if SUBJECTS[which] in {Subject.ORGANISATION, Subject.CODE}:
        townships = Body.objects.filter(kind=BodyKind.TOWNSHIP)
        context.townships = {body.path: body for body in townships}
    return _DESCRIBE[which](which, objects, context)


def _sized(which: Worklist, objects: Sequence[Any], context: _Context) -> list[WorkRow]:
    named = _roster_rows(objects, context)
    rows = []
    for business in objects:
        full, year = business.full_members, business.report_year
        is_mixed = full is None
        if which is Worklist.SMALL:
            reason = Reason.FEW_MIXED if is_mixed else Reason.FEW_FULL
        else:
            reason = Reason.MIXED_ONLY if is_mixed else Reason.FULL_PROVEN
        number = business.members_declared if is_mixed else full
        rows.append(
            WorkRow(
                reason=reason,
                rule=RULE_IDS[which],
                args={"number": number, "year": year},
                since=date(year, 12, 31),  # reports count as at the end of their year
                business=business,
                township=business.township,
                roster_rows=None if named is None else named.get(business.pk, 0),
                declared=_declared_organisation(business),
            )
        )
    return rows


def _declared_organisation(business: Any) -> DeclaredOrganisation | None:
    if not states_organisation(business.report_org_type):
        return None
    mode = FormationMode(business.report_mode or FormationMode.UNKNOWN)
    return DeclaredOrganisation(
        OrgType(business.report_org_type),
        None if mode in {FormationMode.UNKNOWN, FormationMode.OTHER} else mode,
        business.report_formed_on,
    )


def _roster_rows(objects: Sequence[Any], context: _Context) -> dict[int, int] | None:
    """Return how many roster rows name each business; None where the actor may not see it."""
    if not may_see_roster_figures(context.actor):
        return None
    rows = (
        MemberWorkplace.objects.filter(
            not_ended(context.today),
            business__in=[business.pk for business in objects],
        )
        .order_by()
        .values_list("business")
        .annotate(number=Count("pk"))
    )
    return {pk: number for pk, number in rows if pk is not None}


def _business_row(
    which: Worklist, business: Business, reason: Reason, since: date | None, **args: Any
) -> WorkRow:
    return WorkRow(
        reason=reason,
        rule=RULE_IDS[which],
        args=args,
        since=since,
        business=business,
        township=business.township,
    )


def _owners(which: Worklist, objects: Sequence[Any], context: _Context) -> list[WorkRow]:
    return [
        _business_row(which, business, Reason.OWNER_DECLARED, date(year, 12, 31), year=year)
        for business in objects
        for year in [business.report_year]
    ]


def _missing(which: Worklist, objects: Sequence[Any], context: _Context) -> list[WorkRow]:
    return [
        _business_row(which, business, Reason.NOT_IN_FULL_EXTRACT, business.missing_since)
        for business in objects
    ]


def _organisation_row(
    which: Worklist,
    organisation: Organisation,
    context: _Context,
    reason: Reason,
    since: date | None,
    **args: Any,
) -> WorkRow:
    return WorkRow(
        reason=reason,
        rule="OR-4" if reason is Reason.TERM_OVER else RULE_IDS[which],
        args=args,
        since=since,
        organisation=organisation,
        township=context.township_of(organisation),
    )


def _closed_business(which: Worklist, objects: Sequence[Any], context: _Context) -> list[WorkRow]:
    ended = Q(business__status__in=list(ENDED))
    units = (
        Coverage.objects.filter(valid_on(context.day), organisation__in=objects)
        .filter(Q(business__isnull=False) | Q(market__isnull=False))
        .order_by()
        .values_list("organisation")
        .annotate(
            units=Count("pk"),
            closed=Count("pk", filter=ended),
            last=Max("business__status_on", filter=ended),
        )
    )
    found = {pk: (number, closed, last) for pk, number, closed, last in units}
    rows = []
    for organisation in objects:
        number, closed, last = found[organisation.pk]
        reason = Reason.ALL_CLOSED if closed == number else Reason.SOME_CLOSED
        rows.append(
            _organisation_row(
                which, organisation, context, reason, last, units=number, closed=closed
            )
        )
    return rows


def _below_three(which: Worklist, objects: Sequence[Any], context: _Context) -> list[WorkRow]:
    counts = dict(
        Member.objects.filter(
            formal_org__in=objects, status__in=ON_ROLLS, member_class=MemberClass.FULL
        )
        .order_by()
        .values_list("formal_org")
        .annotate(number=Count("pk"))
    )
    rows = []
    for organisation in objects:
        number = counts.get(organisation.pk, 0)
        reason = Reason.FULL_BELOW if number else Reason.NOBODY_ON_ROSTER
        rows.append(_organisation_row(which, organisation, context, reason, None, number=number))
    return rows


def _terms(which: Worklist, objects: Sequence[Any], context: _Context) -> list[WorkRow]:
    return [
        _organisation_row(
            which,
            organisation,
            context,
            Reason.TERM_OVER if organisation.term_ends_on < context.today else Reason.TERM_ENDS,
            organisation.term_ends_on,
            date=organisation.term_ends_on,
        )
        for organisation in objects
    ]


def _no_life(which: Worklist, objects: Sequence[Any], context: _Context) -> list[WorkRow]:
    return [
        _organisation_row(
            which,
            organisation,
            context,
            Reason.LIFE_LONG_AGO if organisation.last_life_on else Reason.NO_LIFE_RECORDED,
            organisation.last_life_on,
            date=organisation.last_life_on,
        )
        for organisation in objects
    ]


def _ageing(which: Worklist, objects: Sequence[Any], context: _Context) -> list[WorkRow]:
    pks = [organisation.pk for organisation in objects]
    limits = (
        context.limits.organisations if context.limits else organisation_limits_on(context.today)
    )
    figures = ageing_figures(Organisation.objects.filter(pk__in=pks), context.today, limits)
    open_to = organisations_with_people(counting_actor(context.actor)).filter(pk__in=pks)
    with_people = set(open_to.values_list("pk", flat=True))
    rows = []
    for organisation in objects:
        reason, args = _ageing_words(
            figures[organisation.pk], limits, with_people=organisation.pk in with_people
        )
        rows.append(_organisation_row(which, organisation, context, reason, context.today, **args))
    return rows


def _ageing_words(
    ageing: Ageing, limits: OrganisationLimits, *, with_people: bool
) -> tuple[Reason, dict[str, Any]]:
    """Return reason and figures; who may not see the people reads nobody's single age (PR-9)."""
    if with_people:
        figures = {"average": ageing.average, "youngest": ageing.youngest}
        return Reason.AGEING, {"number": ageing.count} | figures
    args: dict[str, Any] = {"number": ageing.count, "young": limits.young_age}
    if hides_single_ages(ageing.count):
        return Reason.AGEING_GUARDED, args | {"average": ageing.average}
    return Reason.AGEING_FEW, args | {"limit": limits.ageing_average}


def _unconfirmed(which: Worklist, objects: Sequence[Any], context: _Context) -> list[WorkRow]:
    rows = Member.objects.filter(formal_org__in=objects).order_by()
    named = dict(rows.values_list("formal_org").annotate(number=Count("pk")))
    return [
        _organisation_row(
            which,
            organisation,
            context,
            Reason.ROSTER_ONLY,
            None,
            number=named.get(organisation.pk, 0),
        )
        for organisation in objects
    ]


def _codes(which: Worklist, objects: Sequence[Any], context: _Context) -> list[WorkRow]:
    return [
        _organisation_row(
            which,
            coverage.organisation,
            context,
            Reason.CODE_NOT_IN_REGISTER,
            coverage.valid_from,
            code=coverage.code_text,
        )
        for coverage in objects
    ]


def _closures(which: Worklist, objects: Sequence[Any], context: _Context) -> list[WorkRow]:
    pks = [event.business_id for event in objects]
    covered = set(_covered(pks, context.day))
    links = InstructorLink.objects.filter(valid_on(context.day), business__in=pks)
    served = set(links.values_list("business", flat=True))
    declared = _declared(pks)
    rows = []
    for event in objects:
        args: dict[str, Any] = {"status": event.status, "date": event.happened_on}
        if event.business_id in covered:
            reason = Reason.CLOSED_COVERED
        elif event.business_id in declared:
            reason, args["number"] = Reason.CLOSED_DECLARED, declared[event.business_id]
        elif event.business_id in served:
            reason = Reason.CLOSED_SERVED
        else:
            reason = Reason.CLOSED_PLAIN
        rows.append(_business_row(which, event.business, reason, event.happened_on, **args))
    return rows


def _covered(pks: Sequence[int], day: Day) -> QuerySet[Coverage, int | None]:
    rows = Coverage.objects.filter(
        valid_on(day), business__in=pks, organisation__state=OrgState.ACTIVE
    )
    return rows.values_list("business", flat=True)


def _declared(pks: Sequence[int]) -> dict[int, int]:
    """Return the members each business last declared, full ones where they are told apart."""
    reports = AnnualReport.objects.filter(is_latest=True, business__in=pks)
    counts = reports.values_list("business", "full_members", "members_declared")
    return {pk: number for pk, full, mixed in counts if (number := full or mixed)}


_DESCRIBE: dict[Worklist, Callable[[Worklist, Sequence[Any], _Context], list[WorkRow]]] = {
    Worklist.SHOULD_FORM: _sized,
    Worklist.TO_VERIFY: _sized,
    Worklist.SMALL: _sized,
    Worklist.DECLARED_OWNERS: _owners,
    Worklist.CLOSED_BUSINESS: _closed_business,
    Worklist.BELOW_THREE: _below_three,
    Worklist.TERMS: _terms,
    Worklist.NO_LIFE: _no_life,
    Worklist.AGEING: _ageing,
    Worklist.UNKNOWN_CODES: _codes,
    Worklist.MISSING: _missing,
    Worklist.UNCONFIRMED: _unconfirmed,
    Worklist.CLOSURES: _closures,
}
