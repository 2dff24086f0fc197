"""What hangs on an organisation and would move or end with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from xgz.access.actor import Actor
from xgz.access.cases import visible_cases
from xgz.models import Case, Establishing, Member, Organisation, TermElection, Transfer
from xgz.rules.members import ON_ROLLS
from xgz.rules.organisations import OrgState


@dataclass(frozen=True, slots=True)
class Holdings:
    """Numbers of current links. left: people no longer on the rolls; below: living subordinates."""

    members: int
    left: int
    guests: int
    units: int
    posts: int
    instructors: int
    below: int


def holdings_of(organisation: Organisation) -> Holdings:
    """Return what hangs on the organisation now; seven queries."""
    own = Member.objects.filter(formal_org=organisation)
    below = Organisation.objects.filter(body__parent=organisation.body_id)
    return Holdings(
        members=own.filter(status__in=ON_ROLLS).count(),
        left=own.exclude(status__in=ON_ROLLS).count(),
        guests=Member.objects.filter(activity_org=organisation).count(),
        units=organisation.coverages.filter(valid_to__isnull=True).count(),
        posts=organisation.posts.filter(valid_to__isnull=True).count(),
        instructors=organisation.instructor_links.filter(valid_to__isnull=True).count(),
        below=below.exclude(state=OrgState.DISSOLVED).count(),
    )


def open_work_of(organisation: Organisation, into: Organisation | None = None) -> list[Case]:
    """Return the open cases that bar the end of an organisation (AD-12, AD-13); three queries.

    Its elections and its setting up, transfers into it, and those across into the one it is merged
    into.
    """
    barring = Q(to_org=organisation)
    if into is not None:
        barring |= Q(from_org=organisation, to_org=into)
    return [
        *TermElection.objects.filter(organisation=organisation, closed_at=None).order_by("pk"),
        *Establishing.objects.filter(organisation=organisation, closed_at=None).order_by("pk"),
        *Transfer.objects.filter(barring, closed_at=None).order_by("pk"),
    ]


def in_sight(cases: Iterable[Case], actor: Actor) -> list[Case]:
    """Return those of these cases that the actor sees, in their order; a query for each kind."""
    kinds: dict[type[Case], list[Case]] = {}
    for case in cases:
        kinds.setdefault(type(case), []).append(case)
    found: list[Case] = []
    for model, rows in kinds.items():
        numbers = [row.pk for row in rows]
        seen = set(visible_cases(actor, model).filter(pk__in=numbers).values_list("pk", flat=True))
        found += [row for row in rows if row.pk in seen]
    return found
