"""What a parameter's new value would change from its first day on, told before it is saved (PM-2)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Q

from xgz.access.actor import Actor
from xgz.access.clock import end_of
from xgz.access.organisations import visible_organisations
from xgz.access.planning import visible_plans
from xgz.models import Case, CaseReview, Lead, Organisation
from xgz.models.cases import case_models
from xgz.queries.organisation_facts import facts_of
from xgz.queries.parameters import parameters_on, workdays
from xgz.queries.worklists import worklist_query
from xgz.rules.cases import CaseKind
from xgz.rules.leads import UNCONFIRMED
from xgz.rules.organisation_warnings import OrgFacts, OrgWarning, judge_organisation
from xgz.rules.organisations import OrgState
from xgz.rules.parameters import PARAMETERS, ParameterGroup, organisation_limits, work_limits
from xgz.rules.planning.plans import PlanState
from xgz.rules.workdays import Light
from xgz.rules.worklists import Worklist


class EffectKind(StrEnum):
    ORGANISATIONS = "organisations"  # flagged before and after
    CLOSURES = "closures"  # listed before and after
    YELLOW = "yellow"  # open items that show yellow
    MOVED_UP = "moved_up"  # open items that have waited too long
    LEADS = "leads"  # unconfirmed leads that are deleted by then
    LETTERS = "letters"  # travelling letters, which keep their date
    NEW_DATES = "new_dates"  # open items that keep their date
    FROM_THEN = "from_then"  # no time limit of a step: what is checked is checked by the new value
    PLANS = "plans"  # plans that keep the limits they were made with (PL-16)


@dataclass(frozen=True, slots=True)
class Effect:
    """before, after: numbers as at the first day, by the old and by the new value.

    kept: stored dates that stay as they are. joining, leaving: organisations newly flagged, and
    flagged no more.
    """

    kind: EffectKind
    before: int = 0
    after: int = 0
    kept: int = 0
    joining: Sequence[Organisation] = field(default=())
    leaving: Sequence[Organisation] = field(default=())


_WARNINGS: dict[str, frozenset[OrgWarning]] = {
    "organisation.ageing_average": frozenset({OrgWarning.AGEING}),
    "organisation.young_age": frozenset({OrgWarning.AGEING}),
    "organisation.dormant_months": frozenset({OrgWarning.DORMANT}),
    "organisation.term_notice_months": frozenset({OrgWarning.TERM_ENDING}),
    "formation.units_warn": frozenset({OrgWarning.TOO_MANY_UNITS}),
    "formation.members_max": frozenset({OrgWarning.TOO_MANY_MEMBERS}),
}
_STANDING = Q(state__in=[PlanState.RUNNING, PlanState.READY])
_LETTER_DAYS = "transfer.letter_days"
_LETTER_COLUMN = "expires_on"  # the date a letter carries is the case's due date (TR-2)


def effect_of(actor: Actor, key: str, value: int, valid_from: date) -> Effect:
    """Return what changes from a day on; nothing is written. Raises KeyError for an unknown key."""
    old = parameters_on(valid_from)
    new = {**old, key: value}
    if key in _WARNINGS:
        return _organisations(actor, _WARNINGS[key], old, new, valid_from)
    if key == "worklist.closure_days":
        before, after = (_closures(actor, values, valid_from) for values in (old, new))
        return Effect(EffectKind.CLOSURES, before, after)
    if key in _COUNTED:
        kind, count = _COUNTED[key]
        return Effect(kind, count(old[key], valid_from), count(value, valid_from))
    if key == _LETTER_DAYS:
        return Effect(EffectKind.LETTERS, kept=_kept(column=_LETTER_COLUMN))
    if PARAMETERS[key].group is ParameterGroup.PLANNING:
        return Effect(EffectKind.PLANS, kept=visible_plans(actor).filter(_STANDING).count())
    if key not in _time_limits():
        return Effect(EffectKind.FROM_THEN)
    return Effect(EffectKind.NEW_DATES, kept=_kept(parameter=key))


def _organisations(
    actor: Actor,
    warnings: frozenset[OrgWarning],
    old: Mapping[str, int],
    new: Mapping[str, int],
    day: date,
) -> Effect:
    rows = list(visible_organisations(actor).filter(state=OrgState.ACTIVE).order_by("name", "pk"))
    facts = facts_of(rows, day)
    before, after = (_flagged(facts, warnings, values, day) for values in (old, new))
    return Effect(
        EffectKind.ORGANISATIONS,
        len(before),
        len(after),
        joining=[row for row in rows if row.pk in after - before],
        leaving=[row for row in rows if row.pk in before - after],
    )


def _flagged(
    facts: dict[int, OrgFacts],
    warnings: frozenset[OrgWarning],
    values: Mapping[str, int],
    day: date,
) -> set[int]:
    limits = organisation_limits(values)
    return {
        pk for pk, known in facts.items() if warnings & {*judge_organisation(known, day, limits)}
    }


def _closures(actor: Actor, values: Mapping[str, int], day: date) -> int:
    limits = work_limits(values)
    return worklist_query(Worklist.CLOSURES, actor, day, limits=limits).order_by().count()


def _open_dates() -> Iterator[tuple[date, date | None]]:
    """Yield (due date, date that passed before) of every open case and sub-step."""
    models: list[type[Case] | type[CaseReview]] = [*case_models(), CaseReview]
    for model in models:
        rows = model._default_manager.filter(closed_at__isnull=True)
        for due_on, late_since in rows.values_list("due_on", "late_since"):
            if due_on is not None:
                yield due_on, late_since


def _yellow(near: int, day: date) -> int:
    calendar = workdays()
    return sum(
        calendar.standing(late_since or due_on, day, near).light is Light.NEAR
        for due_on, late_since in _open_dates()
    )


def _late(limit: int, day: date) -> int:
    calendar = workdays()
    return sum(calendar.between(due_on, day) > limit for due_on, _late_since in _open_dates())


def _leads_over(days: int, day: date) -> int:
    """Return how many unconfirmed leads are deleted on the day, or before it (LD-11)."""
    rows = Lead.objects.filter(state__in=sorted(UNCONFIRMED))
    return rows.filter(opened_at__lt=end_of(day - timedelta(days=days))).count()


def _time_limits() -> set[str]:
    """Return the parameters by which a step or sub-step of some kind falls due."""
    duties = [duty for model in case_models() for duty in model.KIND.duties.values()]
    limits = [limit for duty in duties for limit in (duty.limit, *(r.limit for r in duty.reviews))]
    return {limit.parameter for limit in limits}


def _kept(*, parameter: str = "", column: str = "") -> int:
    """Return how many open cases and sub-steps have a date that came from this limit."""
    number = 0
    for model in case_models():
        kind = model.KIND
        states = [
            state
            for state, duty in kind.duties.items()
            if (parameter and duty.limit.parameter == parameter)
            or (column and duty.limit.column == column)
        ]
        rows = model._default_manager.filter(closed_at__isnull=True, state__in=states)
        number += rows.count() + _kept_reviews(kind, parameter)
    return number


def _kept_reviews(kind: CaseKind, parameter: str) -> int:
    asked = Q(pk__in=[])
    for state, duty in kind.duties.items():
        for review in duty.reviews:
            if parameter and review.limit.parameter == parameter:
                asked |= Q(state=state, key=review.key)
    rows = CaseReview.objects.filter(asked, case_kind=kind.name, closed_at__isnull=True)
    return rows.count()


_COUNTED: dict[str, tuple[EffectKind, Callable[[int, date], int]]] = {
    "case.near_days": (EffectKind.YELLOW, _yellow),
    "case.escalate_days": (EffectKind.MOVED_UP, _late),
    "lead.unconfirmed_days": (EffectKind.LEADS, _leads_over),
}
