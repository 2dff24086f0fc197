"""Changing a plan by hand: one step, written with what undoing it puts back (PL-11, PL-17).

A change is not refused for what it breaks; the limits are worked out anew and shown. Refused are a
lock of groups that break some, and any change of a group whose formation is under way (PL-18).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from xgz.access import planning as access
from xgz.access.actor import Actor, require_person
from xgz.models import Plan, PlanStep
from xgz.queries.planning_board import Board, board_of
from xgz.rules.planning import hands as rules
from xgz.rules.planning.arrangement import Arrangement, delta, put_back, with_hub
from xgz.rules.planning.checks import group_violations
from xgz.rules.planning.hands import NoSuchGroup
from xgz.rules.planning.plans import HandStep, PlanAction, PlanState
from xgz.services.planning.faults import (
    GroupNotLegal,
    GroupProposed,
    NothingChosen,
    NothingToUndo,
    PlanChanged,
)
from xgz.services.planning.making import move, record_audit
from xgz.services.planning.writing import write_arrangement
from xgz.services.transactions import unit_of_work

NEW_GROUP = "new"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who changes which plan, as of which version of it, and when."""

    actor: Actor
    plan: Plan
    version: int
    now: datetime


@unit_of_work
def lock_groups(*, actor: Actor, hand: Hand, groups: Collection[str]) -> None:
    """Let groups stay exactly as they are when planned anew (PL-11).

    Raises NotPermitted, PlanChanged, NothingChosen, NoSuchGroup, GroupNotLegal.
    """
    access.require_plan(actor, hand.plan)

    def locked(board: Board) -> Arrangement:
        for name in groups:
            found = group_violations(board.site, board.now.group(name))
            if found:
                raise GroupNotLegal([each.rule for each in found])
        return replace(board.now, locked=board.now.locked | set(groups))

    _step(hand, HandStep.LOCK, locked, groups=groups)


@unit_of_work
def unlock_groups(*, actor: Actor, hand: Hand, groups: Collection[str]) -> None:
    """Let groups be planned anew again. Raises as lock_groups, without GroupNotLegal."""
    access.require_plan(actor, hand.plan)

    def unlocked(board: Board) -> Arrangement:
        for name in groups:
            board.now.group(name)
        return replace(board.now, locked=board.now.locked - set(groups))

    _step(hand, HandStep.UNLOCK, unlocked, groups=groups)


@unit_of_work
def move_units(*, actor: Actor, hand: Hand, units: Sequence[str], target: str) -> None:
    """Put businesses into a group, a branch, or (NEW_GROUP) one of their own, from wherever they are.

    target: a group's code or a branch's key. Who was left out by hand is so no longer. Raises
    NotPermitted, PlanChanged, NothingChosen, NoSuchGroup, GroupProposed.
    """
    access.require_plan(actor, hand.plan)

    def moved(board: Board) -> Arrangement:
        groups, to = board.now.groups, target
        chosen = _known(board, units)
        if target == NEW_GROUP:
            groups, to = _opened(board, chosen[0])
        for name in chosen:
            groups = rules.move(board.site, groups, name, to).groups
        now = replace(board.now, excluded=board.now.excluded - set(chosen))
        return now.with_groups(groups)

    _step(hand, HandStep.MOVE, moved, units=units)


@unit_of_work
def split_units(*, actor: Actor, hand: Hand, units: Sequence[str]) -> None:
    """Take businesses of one group out of it into a new one. Raises as move_units."""
    access.require_plan(actor, hand.plan)

    def split(board: Board) -> Arrangement:
        group, chosen = _of_one_group(board, units)
        return board.now.with_groups(
            rules.split(board.site, board.now.groups, group, chosen).groups
        )

    _step(hand, HandStep.SPLIT, split, units=units)


@unit_of_work
def merge_groups(*, actor: Actor, hand: Hand, groups: Sequence[str]) -> None:
    """Put all businesses of these groups into the first, or into the branch among them.

    Raises as move_units; NothingChosen for fewer than two groups, or more branches than one.
    """
    access.require_plan(actor, hand.plan)

    def merged(board: Board) -> Arrangement:
        branches = [name for name in groups if name in board.site.branches]
        if len(set(groups)) < 2 or len(branches) > 1:
            raise NothingChosen(hand.plan.public_id)
        into = branches[0] if branches else groups[0]
        found = board.now.groups
        for other in dict.fromkeys(groups):
            if other != into:
                found = rules.merge(board.site, found, into, other).groups
        return board.now.with_groups(found)

    _step(hand, HandStep.MERGE, merged, groups=groups)


@unit_of_work
def exclude_units(*, actor: Actor, hand: Hand, units: Sequence[str]) -> None:
    """Leave businesses out, also when planned anew. Raises as move_units."""
    access.require_plan(actor, hand.plan)

    def excluded(board: Board) -> Arrangement:
        chosen = _known(board, units)
        changed = rules.exclude(board.site, board.now.groups, chosen)
        now = replace(board.now, excluded=board.now.excluded | set(chosen))
        return now.with_groups(changed.groups)

    _step(hand, HandStep.EXCLUDE, excluded, units=units)


@unit_of_work
def include_units(*, actor: Actor, hand: Hand, units: Sequence[str]) -> None:
    """Let businesses be planned with again; they join nobody yet. Raises as move_units."""
    access.require_plan(actor, hand.plan)

    def included(board: Board) -> Arrangement:
        return replace(board.now, excluded=board.now.excluded - set(_known(board, units)))

    _step(hand, HandStep.INCLUDE, included, units=units)


@unit_of_work
def choose_hub(*, actor: Actor, hand: Hand, units: Sequence[str]) -> None:
    """Let one business be the hub of its group (PL-4). Raises as move_units."""
    access.require_plan(actor, hand.plan)

    def chosen(board: Board) -> Arrangement:
        group, (unit, *others) = _of_one_group(board, units)
        if others:
            raise NothingChosen(hand.plan.public_id)
        return with_hub(board.now, group, unit)

    _step(hand, HandStep.HUB, chosen, units=units)


@unit_of_work
def undo_step(*, actor: Actor, hand: Hand) -> None:
    """Put back what the last step by hand changed; further back, step by step (PL-17).

    A proposal is not undone here: the formation is withdrawn instead. Raises NotPermitted,
    PlanChanged, NothingToUndo, GroupProposed.
    """
    access.require_plan(actor, hand.plan)
    rows = PlanStep.objects.filter(plan=hand.plan, undone=False)
    last = rows.exclude(what=HandStep.UNDO).order_by("-number").first()
    if last is None or last.what == HandStep.PROPOSE:
        raise NothingToUndo(hand.plan.public_id)
    _step(
        hand,
        HandStep.UNDO,
        lambda board: put_back(board.site, board.now, last.before),
        is_undoing=True,
    )
    PlanStep.objects.filter(pk=last.pk).update(undone=True)


def _step(
    hand: Hand,
    what: HandStep,
    change: Callable[[Board], Arrangement],
    *,
    groups: Collection[str] = (),
    units: Collection[str] = (),
    is_undoing: bool = False,
) -> None:
    """Take one step: the plan is kept, changed, and written with its history and audit row."""
    if not (groups or units or is_undoing):
        raise NothingChosen(hand.plan.public_id)
    plan = hand.plan
    _hold(plan, hand.version)
    board = board_of(plan)
    after = _settled(board, change(board))
    _refuse_bound(board, after)
    totals = write_arrangement(board, after)
    move(plan, PlanAction.CHANGE, hand.version, upper_bound=_bound(board, after), **totals)
    PlanStep.objects.create(
        plan=plan,
        number=plan.version,
        what=what,
        groups=sorted({*groups, *_touched(board.now, after)}),
        units=len(units),
        before={} if is_undoing else delta(board.now, after),
        by=require_person(hand.actor),
        at=hand.now,
    )
    fields = {"groups": len(_touched(board.now, after) or groups), "units": len(units)}
    record_audit(hand.actor, plan, what, hand.now, fields)


def _hold(plan: Plan, version: int) -> None:
    """Keep the plan for this work, as the person saw it. Raises PlanChanged."""
    plan.refresh_from_db(from_queryset=Plan.objects.select_for_update())
    if plan.state != PlanState.READY or plan.version != version:
        raise PlanChanged(plan.public_id)


def _touched(before: Arrangement, after: Arrangement) -> set[str]:
    """Return the codes of the groups that changed, came or went."""
    old, new = ({group.id: group for group in each.groups} for each in (before, after))
    return {name for name in {*old, *new} if old.get(name) != new.get(name)}


def _known(board: Board, units: Sequence[str]) -> list[str]:
    """Return the chosen businesses, all of them with a place. Raises NoSuchGroup."""
    found = board.ids_of(list(dict.fromkeys(units)))
    if not found or len(found) < len(set(units)):
        raise NoSuchGroup(board.plan.public_id)
    return found


def _of_one_group(board: Board, units: Sequence[str]) -> tuple[str, list[str]]:
    """Return the group that all chosen businesses are in, and these. Raises NoSuchGroup."""
    chosen, places = _known(board, units), board.now.places()
    groups = {places.get(name, "") for name in chosen}
    if len(groups) != 1 or "" in groups:
        raise NoSuchGroup(board.plan.public_id)
    return groups.pop(), chosen


def _opened(board: Board, unit: str) -> tuple[rules.Groups, str]:
    """Return the groups with this business in one of its own, and that group's code."""
    place = board.now.places().get(unit)
    if place is None:
        alone = rules.opened(board.now.groups, unit)
    else:
        alone = rules.split(board.site, board.now.groups, place, [unit]).groups
    return alone, alone[-1].id


def _settled(board: Board, after: Arrangement) -> Arrangement:
    """Return the same, without the locks of groups that are legal no more (PL-11)."""
    broken = {
        group.id
        for group in after.groups
        if group.id in after.locked and group_violations(board.site, group)
    }
    return replace(after, locked=after.locked - broken)


def _refuse_bound(board: Board, after: Arrangement) -> None:
    """Raise GroupProposed where a group would change that belongs to a formation."""
    later = {group.id: group for group in after.groups}
    for group in board.now.groups:
        if group.id in board.bound and later.get(group.id) != group:
            raise GroupProposed(group.id)


def _bound(board: Board, after: Arrangement) -> int:
    """Return what no plan exceeds: who was out when it was proven may be placed beside all (PL-7)."""
    back = [
        row.members
        for name, row in board.units.items()
        if row.was_excluded and name not in after.excluded
    ]
    return board.plan.proven_bound + sum(back)
