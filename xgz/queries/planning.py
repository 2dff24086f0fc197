"""Pages of plans: rows of the list, a plan's groups and left-out businesses, what sets two apart."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from xgz.access.actor import Actor
from xgz.access.formations import visible_formations
from xgz.access.planning import visible_plans
from xgz.models import Business, Formation, Plan, PlanBranch, PlanGroup, PlanStep, PlanUnit
from xgz.queries.planning_board import Board, binds, board_of
from xgz.queries.planning_site import facts_for
from xgz.rules.planning.hands import Difference, difference
from xgz.rules.planning.plane import apart
from xgz.rules.planning.plans import HandStep, PlanState

_COMPARABLE = 30  # newest plans of the same area that one is compared with
_LISTED = 200  # businesses named in each part of a comparison


@dataclass(frozen=True, slots=True)
class GroupUnit:
    """A business of a group. away_m: to the hub; breaks: ids of rules it breaks there."""

    row: PlanUnit
    away_m: float
    breaks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group with its businesses, the hub first. formation: as far as the actor sees the case.

    is_bound: a formation of it is open or approved; breaks: rule and amount of the whole group.
    """

    row: PlanGroup
    units: Sequence[GroupUnit]
    members: int
    full: int
    breaks: Sequence[tuple[str, float]]
    formation: Formation | None
    is_bound: bool

    @property
    def farthest_m(self) -> float:
        """Metres from the hub to the farthest business."""
        return max((unit.away_m for unit in self.units), default=0.0)

    @property
    def is_legal(self) -> bool:
        return not self.row.broken


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A business in no group. nearest: what could take it, in words; partners: names and metres."""

    row: PlanUnit
    missing: str
    full_missing: int
    nearest: str
    nearest_m: float
    blocked_by: tuple[str, ...]
    partners: Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Totals:
    """groups: new ones; joined: branches that are joined; broken: groups that break a limit.

    broken_members: members of their businesses, which no plan may count as covered in earnest.
    """

    groups: int
    joined: int
    broken: int
    broken_members: int
    left_out: int
    left_out_members: int
    unplaced: int
    may_undo: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Two plans of one area side by side: lists of businesses with where they were and are."""

    price: Difference
    moved: Sequence[tuple[str, str, str]]
    joined: Sequence[tuple[str, str]]
    lost: Sequence[tuple[str, str]]
    gone: int  # businesses of the earlier plan that the later one does not know


@dataclass(frozen=True, slots=True)
class SinceThen:
    """What changed since a plan was made: businesses gone, new, and with other members."""

    gone: int
    gone_members: int
    placed_gone: int
    fresh: int
    recounted: int


def listed_plans(actor: Actor, *, discarded: bool = False) -> QuerySet[Plan]:
    """Return the plans the actor sees: those in use, or those put aside."""
    rows = visible_plans(actor).select_related("area", "body")
    aside = Q(state=PlanState.DISCARDED)
    return rows.filter(aside if discarded else ~aside)


def plan_at(actor: Actor, public_id: str) -> Plan | None:
    """Return the plan of an address, None where it is out of sight."""
    rows = visible_plans(actor).select_related("area", "body", "parent", "created_by")
    return rows.filter(public_id=public_id).first()


def group_of(actor: Actor, case: Formation) -> PlanGroup | None:
    """Return the group a formation was proposed from; None where its plan is out of sight."""
    rows = PlanGroup.objects.filter(formation=case, plan__in=visible_plans(actor))
    return rows.select_related("plan").order_by("-pk").first()


def totals_of(plan: Plan) -> Totals:
    """Return a plan's numbers; three queries."""
    groups = PlanGroup.objects.filter(plan=plan).aggregate(
        new=Count("pk", filter=Q(branch__isnull=True)),
        joined=Count("pk", filter=Q(branch__isnull=False)),
        broken=Count("pk", filter=~Q(broken=[])),
    )
    out = Q(group__isnull=True)
    units = PlanUnit.objects.filter(plan=plan).aggregate(
        left_out=Count("pk", filter=out),
        left_out_members=Sum("members", filter=out),
        unplaced=Count("pk", filter=Q(x_m=None)),
        broken_members=Sum("members", filter=~out & ~Q(group__broken=[])),
    )
    steps = PlanStep.objects.filter(plan=plan, undone=False).exclude(what=HandStep.UNDO)
    last = steps.order_by("-number").first()
    return Totals(
        groups=groups["new"],
        joined=groups["joined"],
        broken=groups["broken"],
        broken_members=units["broken_members"] or 0,
        left_out=units["left_out"],
        left_out_members=units["left_out_members"] or 0,
        unplaced=units["unplaced"],
        may_undo=last is not None and last.what != HandStep.PROPOSE,
    )


def new_groups(plan: Plan) -> QuerySet[PlanGroup]:
    """Return the groups to be formed, those that break a limit first."""
    rows = PlanGroup.objects.filter(plan=plan, branch__isnull=True)
    return rows.annotate(is_whole=Q(broken=[])).order_by("is_whole", "code")


def joining_groups(plan: Plan) -> QuerySet[PlanGroup]:
    """Return the groups that join an existing branch."""
    rows = PlanGroup.objects.filter(plan=plan, branch__isnull=False)
    return rows.order_by("branch__organisation__name", "pk")


def left_out_units(plan: Plan) -> QuerySet[PlanUnit]:
    """Return the businesses in no group, most members first."""
    rows = PlanUnit.objects.filter(plan=plan, group__isnull=True).select_related("business")
    return rows.order_by("-members", "pk")


def group_rows(rows: Sequence[PlanGroup], actor: Actor) -> list[GroupRow]:
    """Return groups of one page with their businesses; four queries."""
    wanted = [row.pk for row in rows]
    groups = PlanGroup.objects.filter(pk__in=wanted).select_related(
        "branch__organisation", "formation"
    )
    found = {row.pk: row for row in groups}
    inside: dict[int, list[PlanUnit]] = defaultdict(list)
    units = PlanUnit.objects.filter(group__in=wanted).select_related("business__township")
    for unit in units.order_by("-is_hub", "-members", "pk"):
        inside[unit.group_id or 0].append(unit)
    cases = [row.formation_id for row in found.values() if row.formation_id]
    seen = {row.pk: row for row in visible_formations(actor).filter(pk__in=cases)} if cases else {}
    return [_group_row(found[pk], inside[pk], seen) for pk in wanted if pk in found]


def left_out_rows(rows: Sequence[PlanUnit]) -> list[LeftOutRow]:
    """Return businesses of one page with what stands in their way (PL-8); two queries."""
    whys = [row.why or {} for row in rows]
    names = [name for why in whys for name, _away in why.get("partners", [])]
    known = dict(Business.objects.filter(public_id__in=names).values_list("public_id", "name"))
    branches = _branch_names(rows)
    return [_left_out(row, row.why or {}, known, branches) for row in rows]


def history_of(plan: Plan) -> QuerySet[PlanStep]:
    """Return what was done to a plan by hand, newest first."""
    return PlanStep.objects.filter(plan=plan).select_related("by").order_by("-number")


def comparable_plans(plan: Plan, actor: Actor) -> list[Plan]:
    """Return the newest ready plans of the same area that the actor sees, this one left out."""
    rows = visible_plans(actor).filter(area=plan.area_id, state=PlanState.READY)
    return list(rows.exclude(pk=plan.pk).order_by("-created_at", "-pk")[:_COMPARABLE])


def compared(earlier: Plan, later: Plan) -> Compared:
    """Return what sets two plans apart, by the businesses of the later one (PL-12)."""
    old, new = board_of(earlier), board_of(later)
    price = difference(new.site, old.now.groups, new.now.groups)
    names = {name: row.business.name for name, row in new.units.items()}
    was, now = _labels(old), _labels(new)
    return Compared(
        price=price,
        moved=[(names[u], was.get(u, ""), now.get(u, "")) for u in price.moved[:_LISTED]],
        joined=[(names[u], now.get(u, "")) for u in price.joined[:_LISTED]],
        lost=[(names[u], was.get(u, "")) for u in price.lost[:_LISTED]],
        gone=len(old.now.places().keys() - new.units.keys()),
    )


def since_then(plan: Plan, planner: Actor) -> SinceThen:
    """Return what a repair would meet: how today's facts differ from those of the plan (PL-12)."""
    then = {row.business.public_id: row for row in board_of(plan).units.values()}
    now = {each.business.public_id: each for each in facts_for(planner, plan).candidates}
    gone = [row for name, row in then.items() if name not in now]
    counts = [
        (row.members, row.full_members)
        != (now[name].counted.members, now[name].counted.full_members)
        for name, row in then.items()
        if name in now
    ]
    return SinceThen(
        gone=len(gone),
        gone_members=sum(row.members for row in gone),
        placed_gone=sum(row.group_id is not None for row in gone),
        fresh=len(now.keys() - then.keys()),
        recounted=sum(counts),
    )


def _group_row(row: PlanGroup, units: list[PlanUnit], seen: dict[int, Formation]) -> GroupRow:
    hub = row.branch or next((unit for unit in units if unit.is_hub), None)
    broken: dict[str, list[str]] = defaultdict(list)
    whole = []
    for rule, unit, amount in row.broken:
        if unit:
            broken[unit].append(rule)
        else:
            whole.append((rule, amount))
    return GroupRow(
        row=row,
        units=[
            GroupUnit(unit, _away(unit, hub), tuple(broken[unit.business.public_id]))
            for unit in units
        ],
        members=sum(unit.members for unit in units),
        full=sum(unit.full_members for unit in units),
        breaks=whole,
        formation=seen.get(row.formation_id or 0),
        is_bound=binds(row),
    )


def _away(unit: PlanUnit, hub: PlanUnit | PlanBranch | None) -> float:
    if hub is None or hub.x_m is None or hub.y_m is None or unit.x_m is None or unit.y_m is None:
        return 0.0
    return apart(unit.x_m, unit.y_m, hub.x_m, hub.y_m)


def _branch_names(rows: Iterable[PlanUnit]) -> dict[str, str]:
    plans = {row.plan_id for row in rows}
    seats = PlanBranch.objects.filter(plan__in=plans).select_related("organisation")
    return {row.key: row.organisation.name for row in seats}


def _left_out(
    row: PlanUnit, why: dict[str, object], known: dict[str, str], branches: dict[str, str]
) -> LeftOutRow:
    nearest = why.get("nearest")
    group, away, blocked = nearest if isinstance(nearest, list) else ("", 0.0, [])
    partners = why.get("partners")
    return LeftOutRow(
        row=row,
        missing=str(why.get("missing", "")),
        full_missing=int(str(why.get("full_missing", 0))),
        nearest=branches.get(group, str(group).lstrip("G0")),
        nearest_m=away,
        blocked_by=tuple(blocked),
        partners=[
            (known[name], metres)
            for name, metres in (partners if isinstance(partners, list) else [])
            if name in known
        ],
    )


def _labels(board: Board) -> dict[str, str]:
    """Return unit → the number of its group, or the name of the branch it joins."""
    names = {key: row.organisation.name for key, row in board.branches.items()}
    return {
        unit: names.get(code) or board.groups[code].number
        for unit, code in board.now.places().items()
    }
