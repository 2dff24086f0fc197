"""Repairing a plan: legal again, nobody moved without need, the price told."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.test_planning import TIGHT, crowd, most_coverable, shop, small_worlds
from xgz.engines.planning import plan, repair
from xgz.rules.planning.checks import violations
from xgz.rules.planning.terms import Branch, Group, Held, PlanOptions, site_of

OPTIONS = PlanOptions(max_members=30, max_units=0)


def test_nothing_changed_nothing_moves():
    units = crowd(80)
    before = plan(units, [], OPTIONS)

    after = repair(before.groups, units, [], OPTIONS)

    assert after.plan.groups == before.groups
    assert after.difference.moved == after.difference.joined == after.difference.lost == ()
    assert after.plan.upper_bound == before.upper_bound


def test_one_shop_closes_and_its_group_takes_a_neighbour():
    units = [shop(f"u{n}", 100.0 * n) for n in range(7)]
    before = (
        Group("G00001", "u1", ("u0", "u1", "u2")),
        Group("G00002", "u4", ("u3", "u4", "u5", "u6")),
    )

    after = repair(before, [u for u in units if u.id != "u1"], [], OPTIONS)

    assert after.plan.covered == 6
    assert after.difference.moved_members == 1
    assert after.difference.lost == ()
    assert {group.id for group in after.plan.groups} == {"G00001", "G00002"}


def test_a_hub_that_closes_is_followed_by_another_and_nobody_moves():
    units = [shop(f"u{n}", 100.0 * n) for n in range(4)]
    before = (Group("G00007", "u1", ("u0", "u1", "u2", "u3")),)

    after = repair(before, [u for u in units if u.id != "u1"], [], OPTIONS)

    assert after.plan.groups == (Group("G00007", "u2", ("u0", "u2", "u3")),)
    assert after.difference.moved == ()


def test_who_cannot_be_placed_any_more_is_told():
    units = [shop(f"u{n}", 100.0 * n) for n in range(2)]

    after = repair((Group("G1", "u1", ("u0", "u1", "u2")),), units, [], OPTIONS)

    assert after.plan.groups == ()
    assert after.difference.lost == ("u0", "u1")
    assert after.difference.lost_members == 2
    assert after.plan.upper_bound == 0


def test_a_branch_with_room_takes_those_who_lost_their_group():
    units = [shop("a", 0), shop("b", 10)]

    after = repair(
        (Group("G1", "a", ("a", "b", "c")),), units, [Branch("e", 0, 0, "甲", 5)], OPTIONS
    )

    assert [group.id for group in after.plan.groups] == ["branch:e"]
    assert (after.plan.covered, after.plan.upper_bound) == (2, 2)


def test_a_member_more_than_the_limit_breaks_a_group_and_it_is_mended():
    units = [shop("a", 0, members=3), shop("b", 1, members=4)]

    after = repair((Group("G1", "a", ("a", "b")),), units, [], TIGHT)

    assert after.plan.covered == 7
    assert after.difference.moved_members == 3


def test_what_is_held_stays_in_a_repair():
    units = [shop(f"u{n}", 100.0 * n) for n in range(6)]
    held = Held((Group("G00002", "u4", ("u3", "u4", "u5")),))
    before = (Group("G00001", "u1", ("u0", "u1", "u2", "gone")), *held.groups)

    after = repair(before, units, [], OPTIONS, held)

    assert held.groups[0] in after.plan.groups
    assert after.plan.covered == 6
    assert after.difference.moved == ()


def test_few_move_when_a_few_close():
    units = crowd(150, seed=3)
    before = plan(units, [], OPTIONS)
    gone = {unit.id for unit in random.Random(1).sample(units, 5)}
    left = [unit for unit in units if unit.id not in gone]

    after = repair(before.groups, left, [], OPTIONS)

    assert violations(site_of(left, [], OPTIONS), after.plan.groups) == []
    assert after.plan.covered >= 0.97 * after.plan.upper_bound
    assert len(after.difference.moved) <= 15


@settings(max_examples=25, deadline=None)
@given(small_worlds(), st.integers(0, 7), st.integers(0, 2))
def test_a_repaired_handful_is_legal_and_covers_what_can_be_covered(world, gone, fewer):
    units, branches, options = world
    before = plan(units, branches, options)
    left = [unit for number, unit in enumerate(units) if number != gone]
    left = [
        replace(unit, full_members=max(0, unit.full_members - fewer)) if number == 0 else unit
        for number, unit in enumerate(left)
    ]

    after = repair(before.groups, left, branches, options)

    assert violations(site_of(left, branches, options), after.plan.groups) == []
    assert after.plan.covered == most_coverable(left, branches, options)
