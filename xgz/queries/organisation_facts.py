"""Figures of organisations, for whole pages at once: members by class, ages, units."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from xgz.access.prepared import Each, answers
from xgz.models import Coverage, Member, Organisation
from xgz.models.dated import holds_on
from xgz.rules.calendar import add_months
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES, SUCCESSOR_CLASSES, MemberClass
from xgz.rules.organisation_warnings import OrgFacts
from xgz.rules.organisations import (
    Ageing,
    FormationMode,
    OrganisationLimits,
    OrgState,
    OrgType,
    judge_ageing,
)
from xgz.rules.registration import ENDED


@dataclass(slots=True)
class _Tally:
    """Counts of one organisation while they are being gathered."""

    classes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    born_on: list[date] = field(default_factory=list)
    guests: int = 0
    units: int = 0
    closed: int = 0
    to_verify: int = 0


def facts_of(
    organisations: Iterable[Organisation] | QuerySet[Organisation], today: date
) -> dict[int, OrgFacts]:
    """Return the figures of each organisation as at `today`, by row number; three queries."""
    rows = list(organisations)
    tallies: dict[int, _Tally] = {row.pk: _Tally() for row in rows}
    _count_members(tallies)
    _count_units(tallies, today)
    return {row.pk: _facts(row, tallies[row.pk]) for row in rows}


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


def _facts(organisation: Organisation, tally: _Tally) -> OrgFacts:
    return OrgFacts(
        state=OrgState(organisation.state),
        org_type=OrgType(organisation.org_type),
        formation_mode=FormationMode(organisation.formation_mode),
        term_ends_on=organisation.term_ends_on,
        last_life_on=organisation.last_life_on,
        full=tally.classes[MemberClass.FULL],
        probationary=tally.classes[MemberClass.PROBATIONARY],
        successors=sum(tally.classes[name] for name in SUCCESSOR_CLASSES),
        born_on=tuple(tally.born_on),
        guests=tally.guests,
        units=tally.units,
        closed=tally.closed,
        to_verify=tally.to_verify,
    )


def _count_members(tallies: Mapping[int, _Tally]) -> None:
    for key, member_class, born_on in answers(_own_members, Each(tallies)):
        tallies[key].classes[member_class] += 1
        if born_on is not None and member_class in PARTY_CLASSES:
            tallies[key].born_on.append(born_on)
    for (key,) in answers(_guests, Each(tallies)):
        tallies[key].guests += 1


def _own_members(organisations: Iterable[int]) -> QuerySet[Member, Any]:
    rows = Member.objects.filter(status__in=ON_ROLLS, formal_org__in=organisations)
    return rows.values_list("formal_org_id", "member_class", "born_on")


def _guests(organisations: Iterable[int]) -> QuerySet[Member, Any]:
    rows = Member.objects.filter(status__in=ON_ROLLS, member_class__in=PARTY_CLASSES)
    return rows.filter(activity_org__in=organisations).values_list("activity_org_id")


def _units(organisations: Iterable[int], today: date) -> QuerySet[Coverage, Any]:
    rows = Coverage.objects.filter(holds_on(today), organisation__in=organisations)
    return rows.values_list("organisation_id", "business_id", "business__status", "market_id")


def _count_units(tallies: Mapping[int, _Tally], today: date) -> None:
    for key, business, status, market in answers(_units, Each(tallies), today):
        tally = tallies[key]
        if business is None and market is None:
            tally.to_verify += 1
            continue
        tally.units += 1
        tally.closed += status in ENDED
