"""Opening the case in the transaction in which a formation ends approved (ES-1)."""

from datetime import date

from xgz.access.clock import day_of
from xgz.access.formations import is_inside
from xgz.models import Body, Establishing, Formation, FormationDecision
from xgz.queries.responsibilities import bodies_for
from xgz.rules.establishing import SETTLING_LABELS, EstablishingParty, Settling
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services.cases import CaseAct, open_case


def open_for_formation(formation: Formation, act: CaseAct) -> Establishing:
    """Open the case of an approved formation; call inside the transaction that approves it.

    The committee of the township owns it. Where the market line knows of the formation the
    guidance station is its party from the beginning; else only once the committee names who guides.
    """
    area = formation.area
    if area is None:
        raise ValueError("a formation lies in a township")
    seats = {EstablishingParty.TOWNSHIP.value: Seat(Role.TOWNSHIP_COMMITTEE, area.pk)}
    guide = _station(area) if formation.is_shared else None
    if guide is not None:
        seats[EstablishingParty.GUIDE.value] = guide
    case = Establishing(
        formation=formation,
        name=formation.name,
        mode=formation.mode,
        approved_on=_approved_on(formation, act),
        area=area,
        is_shared=guide is not None and not is_inside(Role(guide.role)),
    )
    open_case(case, act, seats, SETTLING_LABELS[Settling.OPENED])
    return case


def _station(area: Body) -> Seat | None:
    bodies = bodies_for(Role.STATION_HEAD, area)
    return Seat(Role.STATION_HEAD, bodies[0].pk) if bodies else None


def _approved_on(formation: Formation, act: CaseAct) -> date:
    """Return the day of the step that decides; what follows it is only filed."""
    procedure = formation.procedure
    passed = FormationDecision.objects.filter(formation=formation, withdrawn_at__isnull=True)
    days = [
        day_of(row.decided_at)
        for row in passed.order_by("step")
        if row.step <= len(procedure) and procedure[row.step - 1].decides
    ]
    return days[0] if days else act.today
