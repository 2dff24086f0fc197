"""A case of adjusting a branch of 清平镇, suggested by its guiding office and walked on by people."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.factories.closures import the_district
from tests.factories.district import TODAY, make_user
from tests.factories.rows import make_member, make_organisation
from xgz.access.actor import Actor, actor_for, clock_actor
from xgz.access.cases import parties_of
from xgz.models import Adjustment, AdjustmentLine, Body, Organisation, RoleAssignment
from xgz.rules.adjustments import (
    SORT_OF,
    AdjustmentAction,
    AdjustmentParty,
    AdjustmentState,
    PlanItem,
    Seals,
    Sort,
)
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services import adjustments

_A, _S, _P = AdjustmentAction, AdjustmentState, AdjustmentParty
_DECIDES = {sort: action for action, sort in SORT_OF.items()}
_WAYS: dict[str, tuple[AdjustmentAction | None, ...]] = {
    _S.SUGGESTED: (),
    _S.PROPOSED: (_A.TAKE_UP,),
    _S.DECIDING: (_A.TAKE_UP, _A.SUBMIT),
    _S.CARRYING_OUT: (_A.TAKE_UP, _A.SUBMIT, None),
    _S.FILING: (_A.TAKE_UP, _A.SUBMIT, None, _A.FINISH),
    _S.DONE: (_A.TAKE_UP, _A.SUBMIT, None, _A.FINISH, _A.FILE),
    _S.DROPPED: (_A.DROP,),
    _S.RETRACTED: (_A.TAKE_UP, _A.RETRACT),
}
_HANDS: dict[AdjustmentAction, AdjustmentParty] = {
    _A.SUBMIT: _P.PROPOSER,
    _A.FILE: _P.DEPARTMENT,
}


def make_branch(**values: Any) -> Organisation:
    """Make a branch of 清平镇, guided by its office."""
    district = the_district()
    defaults: dict[str, Any] = {"guiding_body": district.qingping_office}
    return make_organisation(district.qingping, **defaults | values)


def make_adjustment(
    *,
    state: str | None = None,
    sort: Sort = Sort.REVOKE,
    organisation: Organisation | None = None,
    opener: Role = Role.STATION_HEAD,
    members: int = 0,
    today: date = TODAY,
    **branch: Any,
) -> Adjustment:
    """Open a case and walk it to a state (None: as it is opened), by the way of `sort`.

    opener: who opens it; the station suggests. members: full members of the branch.
    """
    organisation = organisation or make_branch(**branch)
    for _ in range(members):
        make_member(organisation)
    actor = opening_actor(opener, organisation, today)
    case = adjustments.open_adjustment(actor=actor, organisation=organisation, now=moment(today))
    RoleAssignment.objects.filter(user=actor.user).delete()
    way = _WAYS[state or _S.SUGGESTED]
    if case.state == _S.PROPOSED and way[:1] == (_A.TAKE_UP,):
        way = way[1:]
    for action in way:
        take_as_somebody(case, action or _DECIDES[sort], today)
    return case


def opening_actor(role: Role, organisation: Organisation, today: date = TODAY) -> Actor:
    """Return somebody new who may open a case of a branch of 清平镇."""
    district = the_district()
    seats = {
        Role.STATION_HEAD: district.qingping_office,
        Role.BUREAU: district.bureau,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
        Role.ORG_DEPT: district.org_dept,
        Role.BRANCH_SECRETARY: organisation.body,
    }
    return actor_for(make_user(role, seats[role]), today)


def take_as_somebody(case: Adjustment, action: AdjustmentAction, today: date = TODAY) -> None:
    """Let somebody new at the right seat take a step and be gone."""
    is_clock = action in (_A.RETRACT, _A.LAPSE)
    actor = clock_actor(today) if is_clock else player(case, _HANDS.get(action, _P.TOWNSHIP), today)
    given = arguments_for(action, case, today)
    case.refresh_from_db()
    adjustments.ACTIONS[action](
        case=case, actor=actor, now=moment(today), opinion="按程序办理", **given
    )
    RoleAssignment.objects.filter(user=actor.user, user__isnull=False).delete()


def player(case: Adjustment, party: str, today: date = TODAY) -> Actor:
    """Return somebody new who plays a party of the case."""
    return seated(parties_of(case)[party], today)


def seated(seat: Seat, today: date = TODAY) -> Actor:
    """Return somebody new who holds a seat."""
    return actor_for(make_user(Role(seat.role), Body.objects.get(pk=seat.body_id)), today)


def arguments_for(action: str, case: Adjustment, today: date = TODAY) -> dict[str, Any]:
    """Return what lets a step succeed; arranges the facts for a finish and for a lapse."""
    if action == _A.FINISH:
        make_facts_true(case)
    if action == _A.LAPSE:
        plan_for(case, today - timedelta(days=1))
    if action == _A.DECIDE_REVIVE:
        return {"met_on": today, "plan": dict.fromkeys(PlanItem, today + timedelta(days=30))}
    if action == _A.DECIDE_MERGE:
        return {"met_on": today, "target_org": make_branch()}
    return {"met_on": today} if action == _A.DECIDE_REVOKE else {}


def make_facts_true(case: Adjustment) -> None:
    """Let what was decided be so, by hand: the organisation has ended, or its plan asks for nothing."""
    if case.way is Sort.REVIVE:
        case.lines.all().delete()
    if case.way in (Sort.MERGE, Sort.REVOKE):
        Organisation.objects.filter(pk=case.organisation_id).update(
            state=OrgState.DISSOLVED, dissolved_on=TODAY
        )
        case.organisation.refresh_from_db()


def plan_for(case: Adjustment, due_on: date) -> None:
    """Let the case be a revival whose every line is due on a day."""
    Adjustment.objects.filter(pk=case.pk).update(
        sort=Sort.REVIVE, carry_out_by=due_on, decided_on=due_on - timedelta(days=30)
    )
    case.lines.all().delete()
    AdjustmentLine.objects.bulk_create(
        AdjustmentLine(adjustment=case, item=item, due_on=due_on) for item in PlanItem
    )


def hand_in(case: Adjustment) -> None:
    """Let seals and papers be noted."""
    Adjustment.objects.filter(pk=case.pk).update(seals=Seals.NONE, papers_place="镇党委档案室")
    case.refresh_from_db()


def moment(day: date = TODAY) -> datetime:
    """Return eleven o'clock of a day in the office's time zone."""
    return datetime.combine(day, time(3), tzinfo=UTC)
