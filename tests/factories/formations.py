"""A formation of two shops of 清平镇, opened by the bureau and walked on by people."""

from datetime import UTC, date, datetime, time
from typing import Any

from tests.factories.closures import answer_reviews, make_shop, the_district
from tests.factories.district import TODAY, District, make_user
from tests.factories.rows import make_member, make_organisation
from xgz.access.actor import Actor, actor_for
from xgz.access.cases import parties_of
from xgz.models import (
    Body,
    Business,
    Formation,
    FormationMember,
    FormationProcedure,
    FormationTalk,
    FormationUnit,
    Member,
    RoleAssignment,
    User,
)
from xgz.rules.bodies import BodyKind
from xgz.rules.cases import Unit
from xgz.rules.formation_procedures import Procedure, ProcedureStep, Stage, Way
from xgz.rules.formations import (
    STEP_STATES,
    STRAIGHT,
    Consent,
    FormationAction,
    FormationParty,
    FormationState,
    Room,
    step_number,
    step_party,
)
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services import formations

_A, _S = FormationAction, FormationState
_BESIDE = (Role.STATION_HEAD, Role.BUREAU)


def _review(role: Role, beside: tuple[Role, ...] = _BESIDE) -> ProcedureStep:
    return ProcedureStep(Stage.REVIEW, Way.APPROVE, role, 5, Unit.WORKING, beside, 3)


# The longest procedure there may be, with somebody heard beside every step.
LONG: Procedure = (
    _review(Role.TOWNSHIP_COMMITTEE),
    _review(Role.STATION_HEAD, (Role.ASSOCIATION, Role.BUREAU)),
    _review(Role.ASSOCIATION),
    ProcedureStep(Stage.DECIDE, Way.APPROVE, Role.ORG_DEPT, 30, Unit.CALENDAR, _BESIDE, 3),
)
_WAYS: dict[str, tuple[FormationAction, ...]] = {
    _S.PREPARING: (),
    _S.STEP_1: (_A.SEND,),
    _S.STEP_2: (_A.SEND, _A.AGREE),
    _S.STEP_3: (_A.SEND, _A.AGREE, _A.AGREE),
    _S.STEP_4: (_A.SEND, _A.AGREE, _A.AGREE, _A.AGREE),
    _S.APPROVED: (_A.SEND, _A.CONCLUDE),
    _S.REFUSED: (_A.SEND, _A.REFUSE),
    _S.WITHDRAWN: (_A.WITHDRAW,),
}


def make_formation(
    *,
    state: str | None = None,
    procedure: Procedure | None = LONG,
    opener: Role = Role.BUREAU,
    complete: bool = True,
    units: int = 2,
    today: date = TODAY,
    **given: Any,
) -> Formation:
    """Open a formation and walk it to a state (None: the first one) by its own procedure.

    procedure: None for the one shipped. opener: who prepares it, at the seat of that role in
    清平镇. complete: nothing blocks its file.
    """
    district = the_district()
    use_procedure(procedure)
    shops = [make_shop(district) for _ in range(units)]
    actor = opening_actor(opener, district, today)
    case = formations.open_formation(actor=actor, units=shops, now=moment(today), **given)
    RoleAssignment.objects.filter(user=actor.user).delete()
    if complete:
        complete_file(case, today)
    for action in _WAYS[state or _S.PREPARING]:
        take_as_somebody(case, action, today)
    return case


def opening_actor(role: Role, district: District, today: date = TODAY) -> Actor:
    """Return somebody new who may open formations in 清平镇."""
    seats = {
        Role.BUREAU: district.bureau,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
        Role.ORG_DEPT: district.org_dept,
        Role.STATION_HEAD: district.qingping_office,
    }
    return actor_for(make_user(role, seats[role]), today)


def use_procedure(procedure: Procedure | None) -> None:
    """Let the district have entered this procedure, or none."""
    FormationProcedure.objects.all().delete()
    if procedure is not None:
        FormationProcedure.objects.create(
            steps=[step.plain() for step in procedure],
            valid_from=date(2020, 1, 1),
            reason="测试",
            entered_at=moment(),
        )


def complete_file(case: Formation, today: date = TODAY) -> None:
    """Let three full members be there, a secretary, a room, and a talk with every owner."""
    home = make_organisation(the_district().qingping)
    joining = [make_member(home, full_on=date(2010, 1, 1)) for _ in range(3)]
    for member in joining:
        join(case, member)
    for unit in case.units.all():
        talk = FormationTalk(unit=unit, talked_on=today, consent=Consent.AGREES)
        talk.recorded_at = moment(today)
        talk.save()
    FormationUnit.objects.filter(formation=case).update(consent=Consent.AGREES)
    Formation.objects.filter(pk=case.pk).update(
        secretary=joining[0],
        room=Room.SHARED,
        room_place="清平市场二楼",
        instructor=_instructor(),
    )
    case.refresh_from_db()


def _instructor() -> User | None:
    """Return a new instructor of the office of 清平镇, None where the district has no such office."""
    office = Body.objects.filter(pk=the_district().qingping_office.pk, kind=BodyKind.OFFICE).first()
    return make_user(Role.INSTRUCTOR, office) if office else None


def join(case: Formation, member: Member) -> FormationMember:
    """Let a member be named as joining."""
    return FormationMember.objects.create(formation=case, member=member, added_at=moment())


def arguments_for(action: str, case: Formation) -> dict[str, Any]:
    """Arrange that the step fits: sub-steps answered, the present step last or not last."""
    number = step_number(case.state)
    long = [step.plain() for step in LONG]
    steps = long if case.steps == long[: len(case.steps)] else case.steps
    if action == _A.CONCLUDE:
        steps = steps[: max(number, 1)]
    back_to = STRAIGHT.get(FormationAction(action), 0) if number == 0 and case.is_open else 0
    Formation.objects.filter(pk=case.pk).update(steps=steps, back_to=back_to)
    if action in (_A.SEND, _A.AGREE, _A.CONCLUDE):
        answer_reviews(case)  # type: ignore[arg-type]
    return {}


def take_as_somebody(
    case: Formation, action: FormationAction, today: date = TODAY, party: str = ""
) -> None:
    """Let somebody new at the seat of the case's present party take a step and be gone."""
    number = step_number(case.state)
    by_preparer = action in (_A.SEND, _A.WITHDRAW, *STRAIGHT)
    own = FormationParty.PREPARER if by_preparer else step_party(number)
    actor = seated(parties_of(case)[party or own], today)
    arguments_for(action, case)
    case.refresh_from_db()
    formations.ACTIONS[action](case=case, actor=actor, now=moment(today), opinion="按程序办理")
    RoleAssignment.objects.filter(user=actor.user).delete()


def seated(seat: Seat, today: date = TODAY) -> Actor:
    """Return somebody new who holds a seat."""
    return actor_for(make_user(Role(seat.role), Body.objects.get(pk=seat.body_id)), today)


def actor_of_party(case: Formation, party: str, today: date = TODAY) -> Actor:
    """Return somebody new who plays a party of the case."""
    return seated(parties_of(case)[party], today)


def shops_of(case: Formation) -> list[Business]:
    """Return the businesses of a case."""
    return [unit.business for unit in case.units.select_related("business").order_by("pk")]


def moment(day: date = TODAY) -> datetime:
    """Return eleven o'clock of a day in the office's time zone."""
    return datetime.combine(day, time(3), tzinfo=UTC)


def last_state(case: Formation) -> str:
    """Return the state of the last step of a case's own procedure."""
    return str(STEP_STATES[len(case.steps) - 1])
