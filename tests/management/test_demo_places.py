"""Invented addresses lie where they say: stalls together, a street in a line, villages apart."""

import math
from statistics import fmean

import pytest

from xgz.management.demo.district import TOWNSHIPS
from xgz.management.demo.places import lies_at

HERE = (0.0, 0.0)
_METRES = 111_320


def _metres(one, other):
    east = (one[0] - other[0]) * math.cos(math.radians(one[1]))
    return math.hypot(east, one[1] - other[1]) * _METRES


def _centre(township):
    return township.longitude, township.latitude


@pytest.mark.parametrize(
    ("township", "market"), [(town, market) for town in TOWNSHIPS for market in town.markets]
)
def test_the_stalls_of_a_market_stand_together_within_reach_of_the_centre(township, market):
    stalls = [
        lies_at(township, f"{township.name}{market.name}A区{number}号摊位", (number % 3 - 1, 0.5))
        for number in range(1, 9)
    ]

    assert max(_metres(one, other) for one in stalls for other in stalls) < 100
    assert _metres(stalls[0], _centre(township)) < 800


@pytest.mark.parametrize("township", TOWNSHIPS, ids=lambda town: town.name)
def test_numbers_that_follow_each_other_are_neighbours_on_a_straight_street(township):
    street = township.streets[0]
    doors = [lies_at(township, f"{street}{number}号", HERE) for number in (1, 2, 100, 200)]

    assert _metres(doors[0], doors[1]) < 5
    assert _metres(doors[0], doors[3]) == pytest.approx(
        _metres(doors[0], doors[2]) + _metres(doors[2], doors[3]), abs=1
    )
    assert _metres(doors[0], doors[3]) > 500


def test_villages_lie_apart_from_the_town():
    town = TOWNSHIPS[0]
    village = fmean(
        _metres(lies_at(town, f"{name}3组8号", HERE), _centre(town)) for name in town.villages
    )

    assert village > 1700


def test_the_same_address_lies_in_the_same_spot_and_its_offset_moves_it():
    town = TOWNSHIPS[2]

    assert lies_at(town, "老街12号", HERE) == lies_at(town, "老街12号", HERE)
    assert _metres(lies_at(town, "老街12号", HERE), lies_at(town, "老街12号", (1, 0))) > 5
