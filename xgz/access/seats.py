"""Who answers for a seat today: its head, else its deputy, else the seat above (CS-3, CS-4)."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from xgz.access.actor import Actor
from xgz.access.scopes import NOTHING, within
from xgz.models import Body, RoleAssignment
from xgz.models.dated import holds_on
from xgz.models.fields import PATH_DIGITS
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Role
from xgz.rules.seats import LEADING_ROLES, WORKING_ROLES, Seat, answering_seat

_LEADING = frozenset(LEADING_ROLES.values())


@dataclass(frozen=True, slots=True)
class _Held:
    """The seats somebody holds, without a copy for every question."""

    heads: Container[Seat]
    deputies: Container[Seat]

    def __contains__(self, seat: object) -> bool:
        return seat in self.heads or seat in self.deputies


@dataclass(frozen=True, slots=True)
class Work:
    """Whose work somebody has: seats, own ones and empty ones below; headed: bodies led (CS-3)."""

    seats: set[Seat] = field(default_factory=set)
    headed: set[int] = field(default_factory=set)


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
    def _sides(self) -> tuple[dict[Seat, frozenset[int]], ...]:
        return (self.heads, self.deputies)


def seating_of(seats: Iterable[Seat], today: date) -> Seating:
    """Return who holds these seats and those above them; three queries.

    Accounts that are closed hold nothing. A chain ends with the organization department (CS-4).
    """
    asked = set(seats)
    bodies = {row.pk: row for row in Body.objects.filter(pk__in={seat.body_id for seat in asked})}
    above = {
        body.path[:end]
        for body in bodies.values()
        for end in range(PATH_DIGITS, len(body.path), PATH_DIGITS)
    }
    higher = Body.objects.filter(path__in=above) | Body.objects.filter(kind=BodyKind.ORG_DEPT)
    by_path = {row.path: row for row in [*bodies.values(), *higher.distinct()]}
    tops = sorted(row.path for row in by_path.values() if row.kind == BodyKind.ORG_DEPT)
    chains = {seat: _chain(seat, bodies[seat.body_id], by_path, tops[:1]) for seat in asked}
    needed = {seat.body_id for chain in chains.values() for seat in chain}
    heads: dict[Seat, set[int]] = {}
    deputies: dict[Seat, set[int]] = {}
    held = RoleAssignment.objects.filter(holds_on(today), body__in=needed, user__is_active=True)
    for role, body_id, user_id, deputy in held.values_list("role", "body", "user", "deputy"):
        side = deputies if deputy else heads
        side.setdefault(Seat(role, body_id), set()).add(user_id)
    return Seating(_frozen(heads), _frozen(deputies), chains)


def chain_above(seat: Seat) -> list[Seat]:
    """Return the seat and its superiors from near to far (CS-4)."""
    return seating_of([seat], date.min).chains[seat]


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


def work_of(actor: Actor, seats: Iterable[Seat]) -> Work:
    """Return those of `seats` whose work the actor has today, and those of their bodies he heads.

    A deputy has the work of a seat, and heads its body, while it has no head.
    """
    if actor.user is None or not actor.grants:
        return Work()
    return work_in(seating_of(seats, actor.today), actor)


def work_in(seating: Seating, actor: Actor) -> Work:
    """Return the same as work_of, of the seats that a seating was made for."""
    work = Work()
    if actor.user is None:
        return work
    mine, number = own_seats(actor), actor.user.pk
    for seat in seating.chains:
        answering, head = seating.answering(seat), seating.answering_head(seat)
        if answering in mine and number in seating.people(answering):
            work.seats.add(seat)
        if head is not None and head in mine and number in seating.people(head):
            work.headed.add(seat.body_id)
    return work


def _chain(seat: Seat, body: Body, by_path: dict[str, Body], tops: list[str]) -> list[Seat]:
    chain = [seat]
    for end in range(len(body.path), 0, -PATH_DIGITS):
        _append(chain, by_path.get(body.path[:end]))
    for path in tops:
        _append(chain, by_path[path])
    return chain


def _append(chain: list[Seat], body: Body | None) -> None:
    if body is None or (role := _leading_role(body)) is None:
        return
    seat = Seat(role, body.pk)
    if seat not in chain:
        chain.append(seat)


def _leading_role(body: Body) -> Role | None:
    return LEADING_ROLES.get(BodyKind(body.kind))


def _frozen(seats: dict[Seat, set[int]]) -> dict[Seat, frozenset[int]]:
    return {seat: frozenset(people) for seat, people in seats.items()}
