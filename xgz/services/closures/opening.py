"""Opening cases with the import that reports closings, and retracting them with its undoing."""

from datetime import date, datetime

from django.db.models import F, Q

from xgz.access import actor as access
from xgz.access.actor import Actor, clock_actor
from xgz.models import Body, Closure, Import
from xgz.queries.closings import Closing, closings_behind, closings_of
from xgz.queries.closures import listing_of, members_concerned
from xgz.rules.bodies import LINE_OF_KIND, BodyKind, Line
from xgz.rules.closures import CARRYING_LABELS, Carrying, ClosureParty
from xgz.rules.imports.states import ImportKind
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services.cases.act import CaseAct
from xgz.services.cases.steps import open_case
from xgz.services.closures.deciding import retract
from xgz.services.formations import take_back_told, tell_of_ended_units
from xgz.services.transactions import unit_of_work


@unit_of_work
def open_for_import(*, actor: Actor, source: Import, now: datetime) -> int:
    """Open a case for each closing that leaves a branch or members behind.

    An import of the register reports closings; one of organisations or people may name businesses
    that had ended before (CB-11). Call in the transaction that writes the import (CB-1, CB-6). The clock
    opens them: whoever imports need not see them. Where no office exists that could have a case, none is opened.
    Whoever prepares a formation with a closed unit is told (FM-22).
    Returns how many were opened. Raises NotPermitted.
    """
    access.require(actor, f"import.{source.kind}")
    reports = source.kind == ImportKind.REGISTRY
    closings = (closings_of if reports else closings_behind)(source, actor.today)
    department = Body.objects.filter(kind=BodyKind.ORG_DEPT).order_by("path").first()
    act = CaseAct.of_the_clock(actor.today, now) if closings else None
    opened = 0
    for closing in closings:
        township = _committee(closing)
        if act is not None and (township or department):
            _open(closing, source, township, department, act)
            opened += 1
    if reports:
        tell_of_ended_units(source=source, today=actor.today, now=now)
    return opened


def retract_for_import(*, source: Import, today: date, now: datetime) -> int:
    """Retract the open cases an undone import opened; call after its rows were taken back (CB-9).

    A case stays where a later hand wrote to the business, so that it still counts as ended by it;
    one of an import of organisations or people, where the organisation still lists the business or
    people still work there. What was told of units of formations is taken back (FM-22). Returns
    how many were retracted.
    """
    rows = Closure.objects.filter(source_import=source, closed_at__isnull=True).order_by("pk")
    if source.kind == ImportKind.REGISTRY:
        stands = Q(event__isnull=False) & ~Q(business__last_import=F("source_import"))
        cases = list(rows.exclude(stands))
    else:
        cases = [case for case in rows if not _has_ground(case, today)]
    for case in cases:
        retract(case=case, actor=clock_actor(today), now=now)
    if source.kind == ImportKind.REGISTRY:
        take_back_told(today=today, now=now)
    return len(cases)


def _has_ground(case: Closure, today: date) -> bool:
    if case.organisation_id is None:
        return members_concerned(case, today).exists()
    return listing_of(case, today) is not None


def _open(
    closing: Closing,
    source: Import,
    township: Body | None,
    department: Body | None,
    act: CaseAct,
) -> None:
    seats: dict[str, Seat] = {}
    if township is not None:
        seats[ClosureParty.TOWNSHIP] = Seat(Role.TOWNSHIP_COMMITTEE, township.pk)
    elif department is not None:
        seats[ClosureParty.TOWNSHIP] = Seat(Role.ORG_DEPT, department.pk)
    station = _station(closing)
    if station is not None:
        seats[ClosureParty.STATION] = station
    case = Closure(
        business=closing.business,
        organisation=closing.organisation,
        event=closing.event,
        closed_on=closing.event.happened_on,
        source_import=source,
        area=township,
        is_shared=station is not None,
    )
    open_case(case, act, seats, CARRYING_LABELS[Carrying.OPENED])


def _committee(closing: Closing) -> Body | None:
    """Return the business's township if all it is about stands under it; None: the department's."""
    township = closing.business.township
    if township is None or any(not path.startswith(township.path) for path in closing.paths):
        return None
    return township


def _station(closing: Closing) -> Seat | None:
    """Return who looks on the spot: the guiding office, else that of the business, else the bureau.

    None where the market line does not guide an organisation that lists the business, and where the
    case is there only because members work at it (CB-5).
    """
    if closing.for_people:
        return None
    guide = closing.organisation.guiding_body if closing.organisation else None
    if guide is None or LINE_OF_KIND[BodyKind(guide.kind)] is not Line.MARKET:
        return None
    office = guide if guide.kind == BodyKind.OFFICE else closing.business.office
    if office is not None:
        return Seat(Role.STATION_HEAD, office.pk)
    return Seat(Role.BUREAU, guide.pk)
