"""The calculation itself, a job: read the day's facts, plan, write groups and reasons (PL-14).

It may be run again after any of its statements: everything is written in its last transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xgz.access.actor import clock_actor
from xgz.access.clock import day_of
from xgz.access.planning import planner_of, require_plan
from xgz.engines.planning import plan as planned
from xgz.engines.planning import repair
from xgz.models import Plan, PlanBranch, PlanUnit
from xgz.models.outage import outage_of
from xgz.queries.planning_board import board_of, branch_of, unit_of
from xgz.queries.planning_site import facts_for
from xgz.rules.planning.arrangement import Arrangement
from xgz.rules.planning.checks import group_violations
from xgz.rules.planning.hands import Difference, difference
from xgz.rules.planning.plans import PlanAction, PlanOrigin, PlanState
from xgz.rules.planning.terms import Group, Held, Site, site_of
from xgz.rules.planning.terms import Plan as Outcome
from xgz.services.jobs import JobCancelled, JobHopeless, JobPostponed, JobRun, LeaseLost
from xgz.services.jobs.pacing import giving_way
from xgz.services.planning.faults import PlanChanged
from xgz.services.planning.making import move, record_audit
from xgz.services.planning.writing import rows_of, write_arrangement, write_rows
from xgz.services.transactions import unit

_READ, _PLANNED, _WHOLE = 10, 90, 100  # hundredths of the work when each part is over


@dataclass(frozen=True, slots=True)
class _Before:
    """What an older plan hands on: its groups, those that stay as they are, who stays out."""

    groups: tuple[Group, ...] = ()
    held: Held = Held()


@dataclass(frozen=True, slots=True)
class _Found:
    plan: Outcome
    held: Held
    price: Difference | None = None


def run_queued(*, run: JobRun) -> None:
    """Plan as the plan of a job asks; one that was stopped or has run is left alone."""
    plan = Plan.objects.filter(public_id=run.job.subject).first()
    if plan is None or plan.state != PlanState.RUNNING:
        return
    try:
        with giving_way():
            work_out(run=run, plan=plan)
    except (JobCancelled, LeaseLost, JobPostponed):
        raise
    except PlanChanged:
        return  # somebody stopped it while it was being written
    except Exception as fault:  # whoever started it sees so and starts it again
        if outage_of(fault) is None:
            plan.refresh_from_db()  # what its last transaction wrote is gone
            fail_plan(plan=plan, now=run.now())
            raise JobHopeless from fault
        raise


def work_out(*, run: JobRun, plan: Plan) -> None:
    """Work a plan out and write it. Raises NotPermitted, PlanChanged, JobCancelled, LeaseLost."""
    actor = run.actor()
    require_plan(actor, plan)
    facts = facts_for(planner_of(actor, plan), plan)
    rows, seats = rows_of(plan, facts)
    run.progress(_READ, _WHOLE)
    found = _planned(plan, rows, seats)
    run.progress(_PLANNED, _WHOLE)
    with unit():
        _mark_excluded(rows, found.held)
        write_rows(rows, seats)
        _write(plan, found, facts.told, run)
        record_audit(actor, plan, "finish", run.now(), {"groups": len(found.plan.groups)})
        run.finish()


def fail_plan(*, plan: Plan, now: datetime) -> None:
    """Note that a calculation ended without a plan; somebody may start it again. By the clock."""
    with unit():
        move(plan, PlanAction.FAIL)
        record_audit(clock_actor(day_of(now)), plan, "fail", now)


def _planned(plan: Plan, rows: Sequence[PlanUnit], seats: Sequence[PlanBranch]) -> _Found:
    """Work out the groups: anew, around what is held, or with as few moved as possible."""
    units = [unit_of(row.business.public_id, row) for row in rows if row.x_m is not None]
    branches = [branch_of(seat) for seat in seats]
    site = site_of(units, branches, plan.limits)
    before = _before(plan, site)
    if plan.origin == PlanOrigin.REPAIR:
        repaired = repair(before.groups, units, branches, plan.limits, before.held)
        return _Found(repaired.plan, before.held, repaired.difference)
    found = planned(units, branches, plan.limits, before.held)
    if plan.origin == PlanOrigin.AGAIN:
        return _Found(found, before.held, difference(site, before.groups, found.groups))
    return _Found(found, before.held)


def _before(plan: Plan, site: Site) -> _Before:
    """Return what the older plan hands on, as far as today's businesses and branches go.

    Groups that belong to a formation are the case's, and their businesses no longer planned with.
    A locked group that lost a business or is not legal any more is held no longer.
    """
    if plan.parent is None:
        return _Before()
    board = board_of(plan.parent)
    free = [group for group in board.now.groups if group.id not in board.bound]
    locked = [group for group in free if group.id in board.now.locked and _still_legal(site, group)]
    excluded = frozenset(name for name in board.now.excluded if name in site.units)
    taken = {unit for group in locked for unit in group.units}
    return _Before(tuple(free), Held(tuple(locked), excluded - taken))


def _still_legal(site: Site, group: Group) -> bool:
    if any(unit not in site.units for unit in group.units):
        return False
    if group.is_branch and group.hub not in site.branches:
        return False
    return not group_violations(site, group)


def _mark_excluded(rows: Sequence[PlanUnit], held: Held) -> None:
    for row in rows:
        row.was_excluded = row.business.public_id in held.excluded


def _write(plan: Plan, found: _Found, told: dict[str, int], run: JobRun) -> None:
    """Write the groups, and end the plan; inside the caller's work."""
    board, price = board_of(plan), found.price
    locked = frozenset(group.id for group in found.held.groups)
    totals = write_arrangement(board, Arrangement(found.plan.groups, locked, found.held.excluded))
    if price is not None:
        totals |= {
            "moved": price.moved_members,
            "joined": price.joined_members,
            "lost": price.lost_members,
        }
    move(
        plan,
        PlanAction.FINISH,
        finished_at=run.now(),
        told=told,
        members=sum(row.members for row in board.units.values()),
        proven_bound=found.plan.upper_bound,
        upper_bound=found.plan.upper_bound,
        ended_early=found.plan.ended_early,
        **totals,
    )
