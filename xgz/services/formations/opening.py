"""Opening a formation: its units, who prepares it, and the seats behind each step (FM-8, FM-11)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.access.formations import OPEN, is_inside, names_members_itself, opening_grant
from xgz.models import Body, Business, Formation, FormationUnit
from xgz.queries.formations import procedure_on
from xgz.queries.parameters import parameters_on
from xgz.queries.responsibilities import bodies_for
from xgz.queries.worklists import worklist_query
from xgz.rules.formation_procedures import ProcedureStep, SettledStep, settle
from xgz.rules.formations import (
    FILING_LABELS,
    Filing,
    FormationParty,
    Origin,
    beside_party,
    default_mode,
    step_party,
)
from xgz.rules.parameters import work_limits
from xgz.rules.planning.terms import Group
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.rules.words import visible_words
from xgz.rules.worklists import Worklist
from xgz.services.cases import CaseAct, open_case
from xgz.services.transactions import unit, unit_of_work


class UnitsApart(Exception):
    """The units lie in no township, or in several."""


class UnitTaken(Exception):
    """A unit is in another open formation (FM-15)."""


class NobodyToDecide(Exception):
    """A body of the procedure is missing, and there is no organization department instead."""


class NotListed(Exception):
    """The business is not on the list of those that should form an organisation."""


class NotANewGroup(Exception):
    """The group of a plan joins an existing branch, or names a business that is not in reach."""


@unit_of_work
def open_formation(
    *,
    actor: Actor,
    units: Sequence[Business],
    now: datetime,
    name: str = "",
    origin: Origin = Origin.BY_HAND,
    plan_group: str = "",
    with_guide: bool = False,
) -> Formation:
    """Open a formation of these businesses; the actor's seat prepares it.

    name: of the organisation, "" for one made from the first unit. with_guide: the guidance
    station is asked to help, also where the organization line opens the case. Raises NotPermitted,
    UnitsApart, UnitTaken, NobodyToDecide.
    """
    access.require(actor, OPEN)
    grant = opening_grant(actor, units)
    area = _township_of(units)
    preparer = Seat(grant.role, grant.body_id)
    steps = _settled(actor, area, preparer)
    seats = _seats(preparer, steps, area, with_guide=with_guide)
    shared = any(not is_inside(Role(seat.role)) for seat in seats.values())
    case = Formation(
        name=visible_words(name) or _name_of(units),
        mode=default_mode(len(units)),
        origin=origin,
        plan_group=plan_group,
        steps=[each.step.plain() for each in steps],
        is_shared=shared,
        area=area,
    )
    _write(case, units, CaseAct.of(actor, now), seats)
    return case


def open_for_should_form(
    *, actor: Actor, business: Business, now: datetime, with_guide: bool = False
) -> Formation:
    """Open a formation from a row of the list of those that should form (WL-1).

    Raises NotListed, and as open_formation.
    """
    access.require(actor, OPEN)
    limits = work_limits(parameters_on(actor.today))
    rows = worklist_query(Worklist.SHOULD_FORM, actor, actor.today, limits=limits)
    if not rows.filter(pk=business.pk).exists():
        raise NotListed(business.public_id)
    return open_formation(
        actor=actor,
        units=[business],
        now=now,
        origin=Origin.SHOULD_FORM,
        with_guide=with_guide,
    )


def open_for_group(
    *, actor: Actor, group: Group, now: datetime, with_guide: bool = False
) -> Formation:
    """Open a formation from a new group of a plan; its units are named by their public ids.

    Raises NotANewGroup, and as open_formation.
    """
    access.require(actor, OPEN)
    found = {row.public_id: row for row in Business.objects.filter(public_id__in=group.units)}
    if group.is_branch or not group.units or len(found) < len(set(group.units)):
        raise NotANewGroup(group.id)
    # The hub comes first: the organisation is named after it.
    ordered = sorted(group.units, key=lambda name: name != group.hub)
    return open_formation(
        actor=actor,
        units=[found[name] for name in ordered],
        now=now,
        origin=Origin.PLAN,
        plan_group=group.id,
        with_guide=with_guide,
    )


def hold_units(case: Formation, units: Sequence[Business], now: datetime) -> None:
    """Write units of an open case; call inside a transaction. Raises UnitTaken (FM-15)."""
    inside = not case.is_shared
    rows = [
        FormationUnit(formation=case, business=each, is_inside=inside, added_at=now)
        for each in units
    ]
    try:
        with unit():
            FormationUnit.objects.bulk_create(rows)
    except IntegrityError:
        raise UnitTaken(case.public_id) from None


def _write(
    case: Formation, units: Sequence[Business], act: CaseAct, seats: dict[str, Seat]
) -> None:
    open_case(case, act, seats, FILING_LABELS[Filing.OPENED])
    hold_units(case, list({each.pk: each for each in units}.values()), act.now)


def _township_of(units: Sequence[Business]) -> Body:
    townships = {each.township for each in units}
    township = townships.pop() if len(townships) == 1 else None
    if township is None:
        raise UnitsApart(len(units))
    return township


def _name_of(units: Sequence[Business]) -> str:
    first = units[0].name[:100]
    return f"{first}党支部" if len(units) == 1 else f"{first}等{len(units)}户联合党支部"


def _settled(actor: Actor, area: Body, preparer: Seat) -> list[SettledStep]:
    """Return the steps of the day's procedure with their seats, as this case walks them."""
    steps = []
    for step in procedure_on(actor.today):
        seat = _seat(step.role, area) or _seat(Role.ORG_DEPT, area)
        if seat is None:
            raise NobodyToDecide(step.role)
        steps.append(SettledStep(step, seat, _beside(step, area)))
    return settle(steps, preparer)


def _beside(step: ProcedureStep, area: Body) -> tuple[Seat, ...]:
    found = (_seat(role, area) for role in step.beside)
    return tuple(seat for seat in found if seat is not None)


def _seat(role: Role, area: Body) -> Seat | None:
    bodies = bodies_for(role, area)
    return Seat(role, bodies[0].pk) if bodies else None


def _seats(
    preparer: Seat, steps: Sequence[SettledStep], area: Body, *, with_guide: bool
) -> dict[str, Seat]:
    """Return party → seat: who prepares, names members, guides, and has or joins each step."""
    seats: dict[str, Seat] = {FormationParty.PREPARER: preparer}
    if not names_members_itself(preparer.role):
        roster = _seat(Role.TOWNSHIP_COMMITTEE, area) or _seat(Role.ORG_DEPT, area)
        if roster is not None:
            seats[FormationParty.ROSTER] = roster
    if with_guide or not is_inside(Role(preparer.role)):
        guide = _seat(Role.STATION_HEAD, area)
        if guide is not None and guide != preparer:
            seats[FormationParty.GUIDE] = guide
    for number, each in enumerate(steps, start=1):
        seats[step_party(number)] = each.seat
        for place, seat in enumerate(each.beside, start=1):
            seats[beside_party(number, place)] = seat
    return seats
