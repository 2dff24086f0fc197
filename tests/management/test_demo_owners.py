"""Demo members who own a shop of their own: how well the two rows of each agree."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from xgz.management.demo.generate import FEWEST_BUSINESSES, invent_district
from xgz.management.demo.owners import let_some_own_shops

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def county():
    return invent_district(businesses=FEWEST_BUSINESSES, seed=25, today=TODAY)


def agreements(members, businesses):
    """Count what agrees with an owner of the same name and birth date: number and phone."""
    owners = {
        (shop.owner.name, shop.owner.born_on): shop.owner
        for shop in businesses
        if shop.is_open and shop.says_township
    }
    found = Counter()
    for member in members:
        owner = owners.get((member.person.name, member.person.born_on))
        if owner is not None:
            found[member.gives_id, member.person.phone == owner.phone] += 1
    return found


def test_a_comparison_finds_some_of_every_kind(county):
    """By number and phone, by phone, and by name and birth date alone: only possibly the same."""
    found = agreements(county.members, county.businesses)

    assert found == {(True, True): 4, (False, True): 2, (False, False): 1}


def test_a_missing_owner_costs_no_kind(county):
    """The one whose turn it was to be only possibly the same is older than every owner."""
    known = {organisation.name for organisation in county.organisations}
    village = [member for member in county.members if member.branch not in known]
    fourth = village[6]  # every second one is looked at
    old = replace(fourth, person=replace(fourth.person, born_on=date(1900, 1, 1)))
    village[6] = old

    changed = let_some_own_shops(village, village, county.businesses)

    assert old in changed
    assert agreements(changed, county.businesses)[False, False] == 1
