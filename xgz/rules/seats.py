"""Seats: a role at a body, who leads a body, and who answers where nobody holds a seat (CS-3, CS-4)."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Role

# The role that leads a body of each kind. Administration owns no cases.
LEADING_ROLES: dict[BodyKind, Role] = {
    BodyKind.ORG_DEPT: Role.ORG_DEPT,
    BodyKind.SOCIAL_WORK_DEPT: Role.SOCIAL_WORK_DEPT,
    BodyKind.BUREAU: Role.BUREAU,
    BodyKind.TOWNSHIP: Role.TOWNSHIP_COMMITTEE,
    BodyKind.OFFICE: Role.STATION_HEAD,
    BodyKind.ASSOCIATION: Role.ASSOCIATION,
    BodyKind.ORGANISATION: Role.BRANCH_SECRETARY,
}
# Who may be handed a single case of the body: not the members and owners who are only placed there.
WORKING_ROLES = frozenset(LEADING_ROLES.values()) | {Role.INSTRUCTOR}
# Who can have cases to see at all; to everybody else these rooms are closed (CS-6).
CASE_ROLES = WORKING_ROLES | {Role.MEMBER}


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """A role held at a body, whoever holds it today."""

    role: str
    body_id: int


def answering_seat(chain: Sequence[Seat], held: Container[Seat]) -> Seat:
    """Return the seat that answers for chain[0]: the first one held by anybody (CS-4).

    chain: the seat, then its superiors from near to far. The last one answers where all are empty,
    so no case is ever without an owner.
    """
    return next((seat for seat in chain if seat in held), chain[-1])


def next_above(chain: Sequence[Seat]) -> Seat | None:
    """Return the seat to which a case that waited too long goes up, or None at the top (CS-5)."""
    return chain[1] if len(chain) > 1 else None
