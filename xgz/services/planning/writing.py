"""A plan's rows: written once by the job, then only where a step by hand changed something."""

from collections.abc import Sequence
from typing import Any

from xgz.models import Plan, PlanBranch, PlanGroup, PlanUnit
from xgz.queries.planning_board import Board
from xgz.queries.planning_site import Facts, trade_of
from xgz.rules.planning.aims import covered_by, mean_distance
from xgz.rules.planning.arrangement import Arrangement
from xgz.rules.planning.checks import violations
from xgz.rules.planning.left_out import explain
from xgz.rules.planning.plans import NO_PLACE
from xgz.rules.planning.terms import LeftOut

_BATCH = 500


def rows_of(plan: Plan, facts: Facts) -> tuple[list[PlanUnit], list[PlanBranch]]:
    """Return the rows of what a plan rests on; nothing is written."""
    units = [
        PlanUnit(
            plan=plan,
            business=each.business,
            longitude=each.lon,
            latitude=each.lat,
            x_m=each.x_m,
            y_m=each.y_m,
            at_market=each.at_market,
            town_id=each.business.township_id or 0,  # in a township, or no candidate
            market=each.market,
            trade=trade_of(each.business),
            members=each.counted.members,
            full_members=each.counted.full_members,
            why=None if each.x_m is not None else {"missing": NO_PLACE},
        )
        for each in facts.candidates
    ]
    branches = [
        PlanBranch(
            plan=plan,
            organisation_id=seat.organisation_id,
            longitude=seat.lon,
            latitude=seat.lat,
            x_m=seat.x_m,
            y_m=seat.y_m,
            town_id=seat.town_id,
            members=seat.members,
        )
        for seat in facts.seats
    ]
    return units, branches


def write_rows(units: Sequence[PlanUnit], branches: Sequence[PlanBranch]) -> None:
    """Write what a plan rests on; inside the caller's work."""
    PlanUnit.objects.bulk_create(units, batch_size=_BATCH)
    PlanBranch.objects.bulk_create(branches, batch_size=_BATCH)


def write_arrangement(board: Board, after: Arrangement) -> dict[str, Any]:
    """Write how a plan stands now, only what differs, and return the totals of its own row.

    Inside the caller's work; `board` is the plan as it stood. What every group breaks and why
    everybody else is left out is worked out anew (PL-8, PL-11).
    """
    groups = _write_groups(board, after)
    _write_places(board, after, groups)
    _write_reasons(board, after)
    return {
        "covered": covered_by(board.site, after.groups),
        "mean_distance_m": mean_distance(board.site, after.groups),
    }


def _write_groups(board: Board, after: Arrangement) -> dict[str, PlanGroup]:
    """Write the groups with what they break; return their rows by id."""
    broken: dict[str, list[list[object]]] = {group.id: [] for group in after.groups}
    for found in violations(board.site, after.groups):
        broken[found.group].append([found.rule, found.unit, round(found.amount, 1)])
    rows = dict(board.groups)
    fresh = [
        PlanGroup(
            plan=board.plan,
            code=group.id,
            branch=board.branches.get(group.hub) if group.is_branch else None,
            is_locked=group.id in after.locked,
            broken=broken[group.id],
        )
        for group in after.groups
        if group.id not in rows
    ]
    PlanGroup.objects.bulk_create(fresh, batch_size=_BATCH)
    rows |= {row.code: row for row in fresh}
    changed = []
    for code in broken.keys() & board.groups.keys():
        row = rows[code]
        if (row.is_locked, row.broken) != (code in after.locked, broken[code]):
            row.is_locked, row.broken = code in after.locked, broken[code]
            changed.append(row)
    PlanGroup.objects.bulk_update(changed, ["is_locked", "broken"], batch_size=_BATCH)
    return rows


def _write_places(board: Board, after: Arrangement, groups: dict[str, PlanGroup]) -> None:
    """Write who is where; hubs last, as a group has one at most at any moment."""
    places = after.places()
    hubs = {group.hub for group in after.groups if not group.is_branch}
    moved: list[PlanUnit] = []
    were_hubs: list[int] = []
    for name, row in board.units.items():
        at = groups[places[name]].pk if name in places else None
        wanted = (at, name in hubs, name in after.excluded)
        if (row.group_id, row.is_hub, row.is_excluded) != wanted:
            if row.is_hub:
                were_hubs.append(row.pk)
            row.group_id, row.is_hub, row.is_excluded = wanted
            moved.append(row)
    PlanUnit.objects.filter(pk__in=were_hubs).update(is_hub=False)
    columns = ["group", "is_hub", "is_excluded"]
    PlanUnit.objects.bulk_update(moved, columns, batch_size=_BATCH)
    gone = board.groups.keys() - {group.id for group in after.groups}
    PlanGroup.objects.filter(plan=board.plan, code__in=gone).delete()


def _write_reasons(board: Board, after: Arrangement) -> None:
    left = {each.unit: each for each in explain(board.site, after.groups, after.excluded)}
    changed = []
    for name, row in board.units.items():
        if name not in board.site.units:
            continue
        why = _plain(left[name]) if name in left else None
        if row.why != why:
            row.why = why
            changed.append(row)
    PlanUnit.objects.bulk_update(changed, ["why"], batch_size=_BATCH)


def _plain(left: LeftOut) -> dict[str, Any]:
    """Return a reason as it is stored: plain values, compared with what is stored already."""
    nearest = left.nearest
    return {
        "missing": left.missing.value,
        "full_missing": left.full_missing,
        "nearest": (
            [nearest.group, nearest.distance_m, list(nearest.blocked_by)] if nearest else None
        ),
        "partners": [[name, away] for name, away in left.partners],
    }
