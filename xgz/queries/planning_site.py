"""What a plan is made of: the businesses, branches and places of an area as of today (PL-15)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, FilteredRelation, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.formations import visible_formations
from xgz.access.planning import (
    counted_members,
    counts_branches_by_roster,
    joinable_branches,
)
from xgz.models import (
    Business,
    Coverage,
    FormationUnit,
    Member,
    MemberWorkplace,
    Plan,
    Stall,
)
from xgz.models.dated import holds_on, not_ended
from xgz.queries.coverage import Population, unreached
from xgz.queries.held_back import protected_among
from xgz.queries.operating import Day
from xgz.rules.coverage import Figure
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES, MemberClass
from xgz.rules.planning.plane import to_plane
from xgz.rules.planning.plans import CountSource, LeftAside
from xgz.rules.worklists import LISTED_KINDS

_DIVISION = 2  # digits of an industry code that name a division, after the letter of its section
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Counted:
    """Members of a business as a plan counts them; full_members never more than members."""

    members: int
    full_members: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A business that may be planned with. lon, lat: as registered; x_m, y_m: in the plan's plane.

    None where unknown; at_market: the place is the middle of its market.
    """

    business: Business
    counted: Counted
    market: str
    lon: float | None
    lat: float | None
    x_m: float | None = None
    y_m: float | None = None
    at_market: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """A branch that may be joined, and where it sits: at the first business it covers."""

    organisation_id: int
    town_id: int
    members: int
    lon: float
    lat: float
    x_m: float = 0.0
    y_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Facts:
    """All a plan rests on, as of one day. told: how many were left aside, by reason."""

    candidates: list[Candidate]
    seats: list[Seat]
    told: dict[str, int]


def facts_for(planner: Actor, plan: Plan) -> Facts:
    """Return what a plan of this area, source and options rests on today.

    planner: narrowed to the one role the plan is made by (access.planner_of).
    """
    rows = _uncovered(planner, plan)
    busy = _in_formation(planner)
    counted = _counted(planner, plan, rows)
    markets = _markets(planner.today, counted)
    found: list[Candidate] = []
    told: Counter[str] = Counter()
    for business in _read(sorted(counted)):
        if business.pk in busy:
            told[LeftAside.IN_FORMATION] += 1
            continue
        place = (business.longitude, business.latitude)
        lon, lat = (None, None) if None in place else place
        found.append(
            Candidate(business, counted[business.pk], markets.get(business.pk, ""), lon, lat)
        )
    seats, seatless = _seats(planner, plan) if plan.asked.get("with_branches", True) else ([], 0)
    if seatless:
        told[LeftAside.SEATLESS_BRANCH] = seatless
    return Facts(*_in_plane(found, seats, by_market=plan.limits.market_is_reach), dict(told))


def _read(numbers: Sequence[int]) -> Iterator[Business]:
    """Yield businesses in the order of their numbers; a query for 2000."""
    for start in range(0, len(numbers), _CHUNK):
        yield from Business.objects.filter(pk__in=numbers[start : start + _CHUNK]).order_by("pk")


def _uncovered(planner: Actor, plan: Plan) -> QuerySet[Business]:
    """Return operating businesses of the area that no organisation covers (CV-1, CV-2)."""
    day = Day(planner.today, planner.today)
    rows = Population(planner, day).operating()
    rows = rows.filter(unreached(day, Figure.ORGANISATION, "business"), kind__in=LISTED_KINDS)
    if plan.area_id is not None:
        return rows.filter(township=plan.area_id)
    return rows.filter(township__isnull=False)


def _in_formation(planner: Actor) -> frozenset[int]:
    """Return the businesses held by formations the planner knows of (FM-15, FM-13).

    An approved one holds them until its organisation is set up and covers them.
    """
    known = visible_formations(planner).order_by().values("pk")
    held = FormationUnit.objects.filter(is_held=True, formation__in=known)
    return frozenset(held.values_list("business", flat=True))


def _counted(planner: Actor, plan: Plan, rows: QuerySet[Business]) -> dict[int, Counted]:
    """Return business → its members by the plan's source, of those that have any."""
    if plan.source == CountSource.ROSTER:
        return _by_roster(planner, rows)
    return _declared(rows, count_mixed=bool(plan.asked.get("count_mixed")))


def _declared(rows: QuerySet[Business], *, count_mixed: bool) -> dict[int, Counted]:
    """Count what the newest reports declare; not stated as full is full only if asked so."""
    reported: Iterable[tuple[int, int | None, int | None]] = (
        rows.annotate(
            latest=FilteredRelation("annual_reports", condition=Q(annual_reports__is_latest=True))
        )
        .filter(Q(latest__full_members__gte=1) | Q(latest__members_declared__gte=1))
        .values_list("pk", "latest__members_declared", "latest__full_members")
    )
    found = {}
    for pk, declared, full in reported:
        members = max(declared or 0, full or 0)
        if full is None:
            full = members if count_mixed else 0
        found[pk] = Counted(members, full)
    return found


def _by_roster(planner: Actor, rows: QuerySet[Business]) -> dict[int, Counted]:
    """Count the members whose workplace the roster names; who is protected counts nowhere."""
    people = counted_members(planner)
    names = dict(people.values_list("public_id", "pk"))
    hidden = [names[name] for name in protected_among(set(names))]
    there = MemberWorkplace.objects.filter(
        not_ended(planner.today), business__in=rows.values("pk"), member__in=people.values("pk")
    ).exclude(member__in=hidden)
    full = Count("member", filter=Q(member__member_class=MemberClass.FULL), distinct=True)
    counted = there.order_by().values("business").annotate(all=Count("member", distinct=True))
    return {
        pk: Counted(number, of_full)
        for pk, number, of_full in counted.annotate(full=full).values_list(
            "business", "all", "full"
        )
    }


def _markets(today: date, businesses: Iterable[int]) -> dict[int, str]:
    wanted = set(businesses)
    stalls = Stall.objects.filter(holds_on(today)).values_list("business", "market__public_id")
    return {business: market for business, market in stalls if business in wanted}


def _seats(planner: Actor, plan: Plan) -> tuple[list[Seat], int]:
    """Return the branches with a seat in the area, and how many have none that is known."""
    rows = Coverage.objects.filter(
        holds_on(planner.today),
        organisation__in=joinable_branches(planner).values("pk"),
        business__isnull=False,
        business__township__isnull=False,
    )
    if plan.area_id is not None:
        rows = rows.filter(business__township=plan.area_id)
    shops: dict[int, list[Business]] = defaultdict(list)
    for row in rows.select_related("business").order_by("valid_from", "pk"):
        if row.business is not None:
            shops[row.organisation_id].append(row.business)
    sizes = _sizes_by_roster(shops) if counts_branches_by_roster(plan) else _sizes_declared(shops)
    found = []
    for organisation in sorted(shops):
        for shop in shops[organisation]:
            if shop.longitude is None or shop.latitude is None or shop.township_id is None:
                continue
            size = sizes.get(organisation, 0)
            found.append(Seat(organisation, shop.township_id, size, shop.longitude, shop.latitude))
            break
    return found, len(shops) - len(found)


def _sizes_by_roster(shops: dict[int, list[Business]]) -> dict[int, int]:
    rows = Member.objects.filter(
        formal_org__in=list(shops), status__in=ON_ROLLS, member_class__in=PARTY_CLASSES
    )
    counted = rows.order_by().values("formal_org").annotate(all=Count("pk"))
    return dict(counted.values_list("formal_org", "all"))


def _sizes_declared(shops: dict[int, list[Business]]) -> dict[int, int]:
    """Count what the businesses of a branch declare: the market line reads no roster (PL-15)."""
    rows = Business.objects.filter(pk__in=[shop.pk for each in shops.values() for shop in each])
    declared = _declared(rows, count_mixed=True)
    nobody = Counted(0, 0)
    return {
        organisation: sum(declared.get(pk, nobody).members for pk in {shop.pk for shop in each})
        for organisation, each in shops.items()
    }


def _in_plane(
    candidates: Sequence[Candidate], seats: Sequence[Seat], *, by_market: bool
) -> tuple[list[Candidate], list[Seat]]:
    """Turn degrees into metres on the middle meridian; by_market: a market may stand for a place."""
    degrees = [each.lon for each in candidates if each.lon is not None]
    degrees += [seat.lon for seat in seats]
    if not degrees:
        return list(candidates), []
    meridian = round((min(degrees) + max(degrees)) / 2, 1)
    placed = [_placed(each, meridian) for each in candidates]
    if by_market:
        middles = _middles(placed)
        placed = [_at_market(each, middles) for each in placed]
    moved = []
    for seat in seats:
        x, y = to_plane(seat.lon, seat.lat, meridian)
        moved.append(replace(seat, x_m=x, y_m=y))
    return placed, moved


def _placed(each: Candidate, meridian: float) -> Candidate:
    if each.lon is None or each.lat is None:
        return each
    x, y = to_plane(each.lon, each.lat, meridian)
    return replace(each, x_m=x, y_m=y)


def _middles(placed: Sequence[Candidate]) -> dict[str, tuple[float, float]]:
    inside: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for each in placed:
        if each.market and each.x_m is not None and each.y_m is not None:
            inside[each.market].append((each.x_m, each.y_m))
    return {
        market: (sum(x for x, _ in at) / len(at), sum(y for _, y in at) / len(at))
        for market, at in inside.items()
    }


def _at_market(each: Candidate, middles: dict[str, tuple[float, float]]) -> Candidate:
    if each.x_m is not None or each.market not in middles:
        return each
    x, y = middles[each.market]
    return replace(each, x_m=x, y_m=y, at_market=True)


def trade_of(business: Business) -> str:
    """Return the division of a business's trade, "" where unknown."""
    code = business.industry_code
    return code[: _DIVISION + code[:1].isalpha()]
