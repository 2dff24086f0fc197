"""Opening formations from the new groups of a plan (PL-18)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from xgz.access import planning as access
from xgz.access.actor import Actor
from xgz.models import Formation, Plan, PlanGroup, PlanStep
from xgz.queries.planning_board import Board, board_of
from xgz.rules.planning.checks import group_violations
from xgz.rules.planning.plans import HandStep, PlanAction, PlanState
from xgz.services.formations import NobodyToDecide, UnitsApart, UnitTaken, open_for_group
from xgz.services.planning.faults import GroupNotLegal, GroupProposed, NothingChosen, PlanChanged
from xgz.services.planning.making import move, record_audit
from xgz.services.transactions import unit, unit_of_work

# What may stand in the way of one group and of no other.
_OF_ONE_GROUP = (UnitTaken, UnitsApart, NobodyToDecide, GroupNotLegal, GroupProposed)


@dataclass(frozen=True, slots=True)
class Proposed:
    """opened: group code → its formation; refused: group code → why not."""

    opened: dict[str, Formation]
    refused: dict[str, Exception]


@unit_of_work
def propose_groups(
    *, actor: Actor, plan: Plan, version: int, groups: Collection[str], now: datetime
) -> Proposed:
    """Open a formation for each of these new groups; the actor's seat prepares them (FM-1).

    One that cannot be opened is told and hinders no other; where none can, nothing is written.
    groups: codes. Raises NotPermitted, PlanChanged, NothingChosen.
    """
    access.require_plan(actor, plan)
    plan.refresh_from_db(from_queryset=Plan.objects.select_for_update())
    if plan.state != PlanState.READY or plan.version != version:
        raise PlanChanged(plan.public_id)
    board = board_of(plan)
    chosen = [group for group in board.now.groups if group.id in groups and not group.is_branch]
    if not chosen:
        raise NothingChosen(plan.public_id)
    done = Proposed({}, {})
    for group in chosen:
        try:
            with unit():
                done.opened[group.id] = _opened(actor, board, group.id, now)
        except _OF_ONE_GROUP as error:
            done.refused[group.id] = error
    if done.opened:
        _note(actor, plan, version, done, now)
    return done


def _opened(actor: Actor, board: Board, code: str, now: datetime) -> Formation:
    group = board.now.group(code)
    if code in board.bound:
        raise GroupProposed(code)
    found = group_violations(board.site, group)
    if found:
        raise GroupNotLegal([each.rule for each in found])
    case = open_for_group(actor=actor, group=group, now=now)
    PlanGroup.objects.filter(plan=board.plan, code=code).update(formation=case)
    return case


def _note(actor: Actor, plan: Plan, version: int, done: Proposed, now: datetime) -> None:
    move(plan, PlanAction.CHANGE, version)
    PlanStep.objects.create(
        plan=plan,
        number=plan.version,
        what=HandStep.PROPOSE,
        groups=sorted(done.opened),
        by=actor.user,
        at=now,
    )
    record_audit(actor, plan, HandStep.PROPOSE, now, {"groups": len(done.opened)})
