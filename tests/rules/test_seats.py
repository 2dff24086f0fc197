"""Who answers for a seat, and to whom a case goes up."""

import pytest

from xgz.rules.bodies import BodyKind
from xgz.rules.roles import BODY_KINDS_OF_ROLE, Role
from xgz.rules.seats import LEADING_ROLES, Seat, answering_seat, next_above

CHAIN = [
    Seat(Role.INSTRUCTOR, 4),
    Seat(Role.STATION_HEAD, 4),
    Seat(Role.BUREAU, 3),
    Seat(Role.ORG_DEPT, 1),
]


@pytest.mark.parametrize(
    ("held", "answers"),
    [({0, 1, 2, 3}, 0), ({1, 2, 3}, 1), ({2}, 2), ({3}, 3), (set(), 3)],
    ids=["held", "next", "next but one", "top", "all empty"],
)
def test_the_first_seat_that_anybody_holds_answers(held, answers):
    assert answering_seat(CHAIN, {CHAIN[place] for place in held}) == CHAIN[answers]


def test_a_case_goes_up_seat_by_seat_and_stops_at_the_top():
    assert [next_above(CHAIN[place:]) for place in range(4)] == [*CHAIN[1:], None]


def test_every_body_that_can_own_a_case_has_one_leading_role_held_there():
    for kind, role in LEADING_ROLES.items():
        assert BODY_KINDS_OF_ROLE[role] == {kind}
    assert set(BodyKind) - set(LEADING_ROLES) == {BodyKind.ADMINISTRATION}
