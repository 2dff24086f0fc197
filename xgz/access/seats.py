"""Who answers for a seat today: its head, else its deputy, else the seat above (CS-3, CS-4)."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, Q, QuerySet, Value, When

from xgz.access.actor import Actor
from xgz.access.prepared import Each, answers
from xgz.access.reading import once
from xgz.access.scopes import NOTHING, within
from xgz.models import Body, RoleAssignment
from xgz.models.dated import holds_on
from xgz.models.fields import PATH_DIGITS, subtree_bounds
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Role
from xgz.rules.seats import LEADING_ROLES, WORKING_ROLES, Seat, answering_seat

_LEADING = frozenset(LEADING_ROLES.values())
# Whose seats have the work of a private case besides the body it was given to (CS-12).
_INSIDE = frozenset({Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE})
# Who has offices below: what is settled there is not looked at.
_ABOVE_OFFICES = frozenset({Role.ORG_DEPT, Role.BUREAU})
Ranges = tuple[tuple[str, str], ...]  # half-open ranges of paths, in order and apart
_NOWHERE = ""  # a path no body has: the top is asked for where nothing else is missing


class Place(NamedTuple):
    """Where a body stands in the tree; kind says which role leads it."""

    body_id: int
    path: str
    kind: str

    @classmethod
    def of(cls, body: Body) -> "Place":
        return cls(body.pk, body.path, body.kind)


class Settled(NamedTuple):
    """Bodies by number, and ranges of paths, whose work comes to somebody there."""

    bodies: tuple[int, ...] = ()
    ranges: Ranges = ()


@dataclass(frozen=True, slots=True)
class _Held:
    """The seats somebody holds, without a copy for every question."""

    heads: Container[Seat]
    deputies: Container[Seat]

    def __contains__(self, seat: object) -> bool:
        return seat in self.heads or seat in self.deputies


@dataclass(slots=True)
class Work:
    """Whose work somebody has: seats, own ones and empty ones below; headed: bodies led (CS-3).

    lying: seat and assignee of the open items that lie with the person, where those were counted.
    private: the same of private cases, which pass over the market line (CS-12).
    """

    seats: set[Seat] = field(default_factory=set)
    headed: set[int] = field(default_factory=set)
    lying: set[tuple[Seat, int | None]] = field(default_factory=set)
    private: "Work | None" = None

    def of(self, *, private: bool) -> "Work":
        """Return the work of private cases, or of all others."""
        return (self.private or Work()) if private else self


@dataclass(frozen=True, slots=True)
class Seating:
    """The holders of seats on one day, and the chain of superiors of each seat asked for."""

    heads: dict[Seat, frozenset[int]]  # seat → account numbers
    deputies: dict[Seat, frozenset[int]]
    chains: dict[Seat, list[Seat]] = field(default_factory=dict)

    def answering(self, seat: Seat) -> Seat:
        """Return the seat that answers for `seat` (CS-4). Raises KeyError for one not asked for."""
        return answering_seat(self.chains[seat], _Held(self.heads, self.deputies))

    def answering_head(self, seat: Seat) -> Seat | None:
        """Return the seat that answers for the head of the seat's body, None where it has none."""
        chain = self.chains[seat]
        for place, each in enumerate(chain):
            if each.body_id == seat.body_id and each.role in _LEADING:
                return answering_seat(chain[place:], _Held(self.heads, self.deputies))
        return None

    def people(self, seat: Seat) -> frozenset[int]:
        """Return who has the work of an answering seat: its heads, or its deputies without one."""
        return self.heads.get(seat) or self.deputies.get(seat) or frozenset()

    def works_at(self, person: int, body_id: int) -> bool:
        """Test whether an account holds a working role at a body that was asked for (CS-3)."""
        seats = [Seat(role, body_id) for role in WORKING_ROLES]
        return any(person in held.get(seat, ()) for seat in seats for held in self._sides)

    @property
    def for_private(self) -> "Seating":
        """The same people with the chains of private cases (CS-12)."""
        chains = {seat: private_chain(chain) for seat, chain in self.chains.items()}
        return Seating(self.heads, self.deputies, chains)

    @property
    def _sides(self) -> tuple[dict[Seat, frozenset[int]], ...]:
        return (self.heads, self.deputies)


@dataclass(slots=True)
class _Tree:
    """The bodies, and the holders of their seats on one day, as far as they were asked for."""

    today: date
    places: dict[int, Place] = field(default_factory=dict)
    by_path: dict[str, Place] = field(default_factory=dict)
    tops: list[str] | None = None  # None: not read yet
    read: set[int] = field(default_factory=set)  # bodies whose holders are known
    heads: dict[Seat, frozenset[int]] = field(default_factory=dict)
    deputies: dict[Seat, frozenset[int]] = field(default_factory=dict)
    foreseen: set[Seat] = field(default_factory=set)
    above: dict[str, list[Seat]] = field(default_factory=dict)  # path → who leads there and above

    def add(self, places: Iterable[Place]) -> None:
        for place in places:
            self.places[place.body_id] = self.by_path[place.path] = place

    def find(self, numbers: set[int]) -> None:
        """Learn of these bodies, of all above them, and who sits there; two queries at most."""
        if missing := numbers - self.places.keys():
            self.add(Place(*row) for row in answers(_numbered, Each(missing)))
        paths = [self.places[number].path for number in numbers]
        above = {path[:end] for path in paths for end in range(PATH_DIGITS, len(path), PATH_DIGITS)}
        unread = {path for path in {*paths, *above} if not self._is_read(path)}
        if not unread and self.tops is not None:
            return
        unknown = Each((above - self.by_path.keys()) | {_NOWHERE})
        found = answers(_seated_at, self.today, unknown, Each(unread | {_NOWHERE}))
        self.add(Place(*row[:3]) for row in found)
        self._seat(row for row in found if row[3])
        self.read |= {self.by_path[path].body_id for path in unread if path in self.by_path}
        if self.tops is None:
            tops = [path for path, place in self.by_path.items() if place.kind == BodyKind.ORG_DEPT]
            self.tops = sorted(tops)[:1]
            self.read |= {self.by_path[path].body_id for path in tops}

    def chain(self, seat: Seat) -> list[Seat]:
        """Return the seat and its superiors; find must have been asked for its body."""
        path = self.places[seat.body_id].path
        own = _leading_seat(self.by_path.get(path))
        return _each_once([seat, own, *self._above(path[:-PATH_DIGITS])])

    def _above(self, path: str) -> list[Seat]:
        """Return the leading seats of a path, the nearest first; thousands of branches share it."""
        if path not in self.above:
            paths = [path[:end] for end in range(len(path), 0, -PATH_DIGITS)] + (self.tops or [])
            self.above[path] = _each_once(_leading_seat(self.by_path.get(each)) for each in paths)
        return self.above[path]

    def _is_read(self, path: str) -> bool:
        place = self.by_path.get(path)
        return place is not None and place.body_id in self.read

    def _seat(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Note who sits where; none of these bodies was read before."""
        heads: dict[Seat, set[int]] = {}
        deputies: dict[Seat, set[int]] = {}
        for body_id, _path, _kind, role, user_id, is_deputy in rows:
            side = deputies if is_deputy else heads
            side.setdefault(Seat(role, body_id), set()).add(user_id)
        self.heads |= _frozen(heads)
        self.deputies |= _frozen(deputies)


def seating_of(seats: Iterable[Seat], today: date, places: Iterable[Place] = ()) -> Seating:
    """Return who holds these seats and those above them; two queries, fewer for what is known.

    Accounts that are closed hold nothing. A chain ends with the organization department (CS-4).
    places: those of the seats' bodies, where the caller has them at hand.
    """
    asked, tree = set(seats), _tree_on(today)
    tree.add(places)
    wanted = asked | tree.foreseen
    tree.find({seat.body_id for seat in wanted})
    chains = {seat: tree.chain(seat) for seat in wanted}
    tree.foreseen.clear()
    return Seating(tree.heads, tree.deputies, {seat: chains[seat] for seat in asked})


def foresee(seats: Iterable[Seat], today: date, places: Iterable[Place] = ()) -> None:
    """Let the page's next question after seats read these seats along with its own.

    Nothing is read now. places: as for seating_of.
    """
    tree = _tree_on(today)
    tree.add(places)
    tree.foreseen.update(seats)


def chain_above(seat: Seat) -> list[Seat]:
    """Return the seat and its superiors from near to far (CS-4)."""
    return seating_of([seat], date.min).chains[seat]


def private_chain(chain: Sequence[Seat]) -> list[Seat]:
    """Return who answers for chain[0] in a private case: its body, then the organization line."""
    first = chain[0]
    return [seat for seat in chain if seat.body_id == first.body_id or seat.role in _INSIDE]


def own_seats(actor: Actor) -> set[Seat]:
    """Return the seats the actor holds today, as head or deputy."""
    return {Seat(grant.role, grant.body_id) for grant in actor.grants}


def bodies_worked_at(actor: Actor) -> set[int]:
    """Return the bodies where the actor may have been handed a single case (CS-3)."""
    return {grant.body_id for grant in actor.grants if grant.role in WORKING_ROLES}


def seats_answered(actor: Actor, seats: Iterable[Seat]) -> set[Seat]:
    """Return those of `seats` whose work the actor has today: own ones, and empty ones below."""
    return work_of(actor, seats).seats


def in_reach(actor: Actor, path: str) -> Q:
    """Return the condition that the body whose path is in column `path` may lie with the actor.

    Work comes to somebody from the own bodies and from those below them, to the organization
    department from everywhere (CS-4).
    """
    if Role.ORG_DEPT in actor.roles:
        return Q()
    condition = NOTHING
    for grant in actor.grants:
        condition |= within(grant.path, path)
    return condition


def settled_below(actor: Actor) -> Settled:
    """Return what lies in reach of an actor above the offices, but comes to somebody there.

    Work goes up until it meets a seat that is held (CS-4): what waits at an office whose head's
    seat is held goes no further, nor does anything below a township's committee, which answers in
    private cases too (CS-12). So the thousands of branches there need not be looked at one by one.
    Nothing is settled where the actor has a role as well. One query, none for who has no offices
    below.
    """
    if not actor.roles & _ABOVE_OFFICES:
        return Settled()
    own = [grant.path for grant in actor.grants]
    bodies, ranges = set[int](), list[tuple[str, str]]()
    for number, path, kind, role in answers(_offices_led, actor.today):
        if LEADING_ROLES[BodyKind(kind)] != role or any(each.startswith(path) for each in own):
            continue
        bodies.add(number)
        if kind == BodyKind.TOWNSHIP:
            ranges.append(subtree_bounds(path))
    return Settled(tuple(sorted(bodies)), _joined(ranges))


def unsettled(actor: Actor, settled: Settled) -> Q:
    """Return the condition on bodies that what waits there may lie with the actor.

    It names the ranges of paths between those that are settled, which an index finds.
    """
    condition = in_reach(actor, "path")
    if settled.ranges:
        ends = [end for _start, end in settled.ranges]
        starts = [start for start, _end in settled.ranges]
        between = Q(path__lt=starts[0]) | Q(path__gte=ends[-1])
        for end, start in zip(ends, starts[1:], strict=False):
            between |= Q(path__gte=end, path__lt=start)
        condition &= between
    return condition & ~Q(pk__in=settled.bodies) if settled.bodies else condition


def work_of(actor: Actor, seats: Iterable[Seat], places: Iterable[Place] = ()) -> Work:
    """Return those of `seats` whose work the actor has today, and those of their bodies he heads.

    A deputy has the work of a seat, and heads its body, while it has no head. places: those of the
    seats' bodies, where the caller has them at hand.
    """
    if actor.user is None or not actor.grants:
        return Work()
    return work_in(seating_of(seats, actor.today, places), actor)


def work_in(seating: Seating, actor: Actor) -> Work:
    """Return the same as work_of, of the seats that a seating was made for."""
    work = _work_in(seating, actor)
    work.private = _work_in(seating.for_private, actor)
    return work


def _work_in(seating: Seating, actor: Actor) -> Work:
    work = Work()
    if actor.user is None:
        return work
    mine, number = own_seats(actor), actor.user.pk
    for seat in seating.chains:
        answering = seating.answering(seat)
        head = answering if seat.role in _LEADING else seating.answering_head(seat)
        if answering in mine and number in seating.people(answering):
            work.seats.add(seat)
        if head is not None and head in mine and number in seating.people(head):
            work.headed.add(seat.body_id)
    return work


@once
def _tree_on(today: date) -> _Tree:
    """Return what the page has read of the tree, to be added to."""
    return _Tree(today)


def _offices_led(today: date) -> QuerySet[Any, Any]:
    """Ask who leads an office or a department: number, path and kind of the body, and the role."""
    leading = sorted(_LEADING - {Role.BRANCH_SECRETARY})
    held = RoleAssignment.objects.filter(holds_on(today), role__in=leading, user__is_active=True)
    return held.order_by().values_list("body", "body__path", "body__kind", "role").distinct()


def _joined(ranges: Iterable[tuple[str, str]]) -> Ranges:
    """Return the ranges in order, those that meet as one."""
    joined: list[tuple[str, str]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            before, last = joined.pop()
            start, end = before, max(last, end)
        joined.append((start, end))
    return tuple(joined)


def _numbered(numbers: Iterable[int]) -> QuerySet[Body, Any]:
    return _places(Q(pk__in=numbers))


def _places(condition: Q) -> QuerySet[Body, Any]:
    return Body.objects.filter(condition).order_by().values_list("pk", "path", "kind")


def _seated_at(today: date, unknown: Iterable[str], unread: Iterable[str]) -> QuerySet[Any, Any]:
    """Ask for the bodies at unknown paths and the top, and who sits there and at unread paths.

    Closed accounts do not sit. A row that only tells of a body has no role.
    """
    top, none = Q(kind=BodyKind.ORG_DEPT), Value(0)
    bodies = _places(Q(path__in=unknown) | top)
    bodies = bodies.values_list("pk", "path", "kind", Value(""), none, none)
    held = RoleAssignment.objects.filter(
        holds_on(today),
        Q(body__path__in=unread) | Q(body__kind=BodyKind.ORG_DEPT),
        user__is_active=True,
    )
    is_deputy = Case(When(deputy=True, then=Value(1)), default=none)
    sitting = held.order_by().values_list(
        "body", "body__path", "body__kind", "role", "user", is_deputy
    )
    union: QuerySet[Any, Any] = bodies.union(sitting, all=True)
    return union


def _leading_seat(place: Place | None) -> Seat | None:
    role = LEADING_ROLES.get(BodyKind(place.kind)) if place is not None else None
    return Seat(role, place.body_id) if place is not None and role is not None else None


def _each_once(seats: Iterable[Seat | None]) -> list[Seat]:
    """Return the seats that are any, each where it comes first."""
    return list(dict.fromkeys(seat for seat in seats if seat is not None))


def _frozen(seats: dict[Seat, set[int]]) -> dict[Seat, frozenset[int]]:
    return {seat: frozenset(people) for seat, people in seats.items()}
