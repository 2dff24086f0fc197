"""No row holds up the others, and no fault is lost."""

import pytest

from xgz.services.one_by_one import one_by_one


def test_the_sum_of_all():
    assert one_by_one(lambda number: number, [1, 2, 3]) == 6
    assert one_by_one(lambda number: number, []) == 0


def test_all_have_their_turn_and_the_first_fault_comes_out():
    seen = []

    def act(number):
        seen.append(number)
        if number != 2:
            raise LookupError(number)
        return number

    with pytest.raises(LookupError, match="1"):
        one_by_one(act, [1, 2, 3])
    assert seen == [1, 2, 3]
