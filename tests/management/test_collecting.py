"""The collector of cycles is slowed down for the command alone."""

import gc

import pytest

from xgz.management.collecting import rare_collections


class Broken(Exception):
    pass


def collect_rarely_and_break(seen):
    with rare_collections():
        seen.append(gc.get_threshold())
        raise Broken


def test_the_collector_is_as_before_afterwards_even_after_a_fault():
    before, during = gc.get_threshold(), []

    with pytest.raises(Broken):
        collect_rarely_and_break(during)

    assert during[0][0] > before[0]
    assert gc.get_threshold() == before
