"""The steps: set up from the approved file, finished once the required lines are there (ES-2)."""

from datetime import datetime

from django.db.models import QuerySet

from xgz.access import cases as access
from xgz.access.actor import Actor
from xgz.access.formations import is_inside
from xgz.models import Body, CaseParty, Establishing, Organisation
from xgz.queries.establishing import standings_of, units_going_on
from xgz.rules.bodies import BodyKind
from xgz.rules.establishing import EstablishingAction, EstablishingParty, Standing, blockers
from xgz.rules.organisations import FormationMode, OrgState, OrgType
from xgz.rules.roles import Role
from xgz.rules.words import visible_words
from xgz.services import organisations
from xgz.services.cases import CaseAct, hold, hold_anew, take_step
from xgz.services.formation_holds import release
from xgz.services.transactions import unit_of_work

_A = EstablishingAction
_ROLE_OF_GUIDE: dict[str, Role] = {
    BodyKind.OFFICE: Role.STATION_HEAD,
    BodyKind.BUREAU: Role.BUREAU,
    BodyKind.ASSOCIATION: Role.ASSOCIATION,
}


class LinesOpen(Exception):
    """Required lines are still open; `open_lines` says which (ES-2)."""

    def __init__(self, open_lines: list[Standing]) -> None:
        super().__init__(", ".join(each.line for each in open_lines))
        self.open_lines = open_lines


class NameOfAnother(Exception):
    """An organisation that was not dissolved bears this name already."""


@unit_of_work
def set_up(
    *,
    case: Establishing,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
    name: str = "",
    guide: Body | None = None,
) -> None:
    """Set the organisation up below its committee, founded on the day of approval (ES-1).

    Its units that have not ended are listed as covered from that day on. name: "" for the approved
    one. guide: who guides it, and is a party from now on; None: the station the case has, if any.
    Raises NotPermitted, StepNotAllowed, ChangedMeanwhile, NameOfAnother, and the refusals of
    set_up_organisation and cover_unit; nothing is written then.
    """
    access.require_step(actor, case, _A.SET_UP)
    case.KIND.step(case.state, _A.SET_UP)
    hold(case, shown=version)
    guide = guide or access.party_body(case, EstablishingParty.GUIDE)
    organisation = _write(case, actor, now, name=visible_words(name) or case.name, guide=guide)
    is_shared = _name_guide(case, guide)
    release(case.formation_id)
    act = CaseAct.of(actor, now, opinion, version)
    take_step(case, _A.SET_UP, act, organisation=organisation, is_shared=is_shared)


@unit_of_work
def finish(
    *,
    case: Establishing,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Finish the case once every required line is there (ES-2).

    Raises NotPermitted, StepNotAllowed, LinesOpen, ReviewsOpen or ChangedMeanwhile.
    """
    access.require_step(actor, case, _A.FINISH)
    case.KIND.step(case.state, _A.FINISH)
    hold_anew(case, version)
    if found := blockers(standings_of(case, actor.today)):
        raise LinesOpen(found)
    take_step(case, _A.FINISH, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def stop(
    *,
    case: Establishing,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """End the case without finishing it, with words that say why; the organisation stays as it is.

    Where none was set up, its units and people may be planned with again (FM-15). Raises
    NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    access.require_step(actor, case, _A.STOP)
    act = CaseAct.of(actor, now, opinion, version)
    case.KIND.step(case.state, _A.STOP)
    hold(case, shown=version)
    release(case.formation_id)
    take_step(case, _A.STOP, act)


def _write(
    case: Establishing, actor: Actor, now: datetime, *, name: str, guide: Body | None
) -> Organisation:
    """Write the organisation and the units it lists; call inside the transaction of the step."""
    _check_name(name)
    organisation = organisations.set_up_organisation(
        actor=actor,
        name=name,
        org_type=OrgType.BRANCH,
        formation_mode=FormationMode(case.mode),
        superior=_committee(case),
        founded_on=case.approved_on,
        now=now,
        guiding_body=guide,
        note=case.formation.number,
    )
    for unit in units_going_on(case):
        organisations.cover_unit(
            actor=actor,
            organisation=organisation,
            unit=unit,
            covered_on=case.approved_on,
            now=now,
        )
    return organisation


def _committee(case: Establishing) -> Body:
    if case.area is None:
        raise ValueError("the case lies in a township")
    return case.area


def _check_name(name: str) -> None:
    """Refuse the name of a living organisation, also of one that bears a code."""
    living = Organisation.objects.exclude(state=OrgState.DISSOLVED)
    if living.filter(name=name).exists():
        raise NameOfAnother(name)


def _name_guide(case: Establishing, guide: Body | None) -> bool:
    """Let whoever guides be a party of the case; return whether another line knows of it now."""
    if guide is None or guide.kind not in _ROLE_OF_GUIDE:
        return case.is_shared
    role = _ROLE_OF_GUIDE[guide.kind]
    if not _parties(case).filter(party=EstablishingParty.GUIDE).update(role=role, body=guide):
        CaseParty.objects.create(
            case_kind=case.KIND.name,
            case_id=case.public_id,
            party=EstablishingParty.GUIDE,
            role=role,
            body=guide,
        )
    return case.is_shared or not is_inside(role)


def _parties(case: Establishing) -> QuerySet[CaseParty]:
    return CaseParty.objects.filter(case_kind=case.KIND.name, case_id=case.public_id)
