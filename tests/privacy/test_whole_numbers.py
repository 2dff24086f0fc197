"""Nobody's whole number stands anywhere but where it was asked for.

The matrix of all addresses and roles reads every answer for one (tests/access/test_matrix.py).
"""

import pytest

from tests.access.matrix_world import make_world
from tests.access.test_matrix import addresses_of
from tests.privacy.whole_numbers import WHOLE, give_own_numbers, shown_in
from tests.privacy.worlds import signed_in
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


def test_the_two_places_do_show_one():
    """The matrix would find them elsewhere: what it looks for stands there."""
    world = make_world()
    values = give_own_numbers()
    client = signed_in(world.people[Role.TOWNSHIP_COMMITTEE])
    shown = {
        name
        for name in WHOLE
        for _rule, _thing, address in addresses_of(name, world.public_ids())
        if shown_in(client.get(address), values)
    }

    assert shown == WHOLE
