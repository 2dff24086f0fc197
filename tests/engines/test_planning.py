"""The planner: never illegal, the optimum where it can be known, a bound that is one, no chance."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.planning.check import Limits, check
from xgz.engines.planning import HeldNotLegal, plan
from xgz.engines.planning import search as search_module
from xgz.engines.planning import start as start_module
from xgz.engines.planning.reach import CROWD
from xgz.rules.planning.checks import violations
from xgz.rules.planning.terms import (
    Branch,
    Group,
    Held,
    Missing,
    PlanOptions,
    Unit,
    Weights,
    site_of,
)

TIGHT = PlanOptions(max_members=6, branch_max=6, max_units=0, time_limit_s=60)


def shop(name, x, y=0.0, members=1, full=None, town="甲", market="", trade=""):
    return Unit(name, x, y, town, members, members if full is None else full, market, trade)


def unit_row(unit):
    return {
        "business_id": unit.id,
        "x_m": repr(unit.x_m),
        "y_m": repr(unit.y_m),
        "town": unit.town,
        "members": str(unit.members),
        "full_members": str(unit.full_members),
    }


def branch_row(branch):
    place = {"x_m": repr(branch.x_m), "y_m": repr(branch.y_m), "town": branch.town}
    return {"branch_id": branch.id, **place, "members": str(branch.members)}


def checked(units, branches, options, held=Held()):  # noqa: B008 - frozen and empty
    """Plan, and check the result by the checker that shares no code with the planner."""
    found = plan(units, branches, options, held)
    where = {unit: group for group in found.groups for unit in group.units}
    rows = [
        {
            "business_id": unit.id,
            "group_id": where[unit.id].id if unit.id in where else "",
            "hub_id": where[unit.id].hub if unit.id in where else "",
        }
        for unit in units
    ]
    limits = Limits(
        options.radius_m,
        options.min_full,
        options.max_members,
        options.branch_max,
        options.max_units,
    )
    seen = check([*map(unit_row, units)], [*map(branch_row, branches)], rows, limits)
    assert seen.faults == []
    assert seen.covered == found.covered <= found.upper_bound
    assert seen.mean_m == pytest.approx(found.mean_distance_m)
    assert violations(site_of(units, branches, options), found.groups) == []
    assert {left.unit for left in found.left_out} == {u.id for u in units} - set(where)
    return found


def most_coverable(units, branches, options):
    """Return the optimum by trying every way to divide the units; for a handful of them."""
    everybody = range(1 << len(units))
    members = [sum(u.members for k, u in enumerate(units) if s >> k & 1) for s in everybody]
    best = [0] * len(everybody)
    for branch in branches:
        joins = [may_join(units, s, branch, options) for s in everybody]
        best = [
            max(best[s ^ part] + members[part] * joins[part] for part in subsets(s) if joins[part])
            for s in everybody
        ]
    legal = [is_group(units, s, options) for s in everybody]
    for state in everybody:
        for part in subsets(state):
            if legal[part]:
                best[state] = max(best[state], best[state ^ part] + members[part])
    return max(best)


def subsets(state):
    part = state
    while part:
        yield part
        part = (part - 1) & state
    yield 0


def may_join(units, chosen, branch, options):
    group = [u for k, u in enumerate(units) if chosen >> k & 1]
    has_room = branch.members + sum(u.members for u in group) <= options.branch_max
    return not group or (has_room and all(reaches(u, branch, options) for u in group))


def reaches(one, other, options):
    away = math.hypot(one.x_m - other.x_m, one.y_m - other.y_m)
    return one.town == other.town and away <= options.radius_m


def is_group(units, chosen, options):
    group = [u for k, u in enumerate(units) if chosen >> k & 1]
    return (
        sum(u.full_members for u in group) >= options.min_full
        and sum(u.members for u in group) <= options.max_members
        and (not options.max_units or len(group) <= options.max_units)
        and any(all(reaches(u, hub, options) for u in group) for hub in group)
    )


@st.composite
def small_worlds(draw):
    count = draw(st.integers(1, 8))
    units = []
    for number in range(count):
        members = draw(st.integers(0, 4))
        units.append(
            shop(
                f"u{number}",
                float(draw(st.integers(0, 9)) * 200),
                float(draw(st.integers(0, 3)) * 200),
                members,
                draw(st.integers(0, members)),
                draw(st.sampled_from(["甲", "甲", "甲", "乙"])),
            )
        )
    branches = [
        Branch(f"b{n}", float(draw(st.integers(0, 9)) * 200), 0.0, "甲", draw(st.integers(0, 8)))
        for n in range(draw(st.integers(0, 2)))
    ]
    options = replace(TIGHT, max_units=draw(st.sampled_from([0, 1, 2, 3, 5])))
    return units, branches, options


@settings(max_examples=60, deadline=None)
@given(small_worlds())
def test_a_handful_is_planned_as_well_as_can_be(world):
    best = most_coverable(*world)

    found = checked(*world)

    assert found.covered == best
    assert found.upper_bound == best


TIGHT_BRANCH = (
    [Unit("u0", 600, 0, "甲", 3, 1, "", ""), Unit("u1", 0, 200, "甲", 2, 0, "", "")],
    [Branch("b0", 0, 0, "甲", 2)],
    PlanOptions(max_members=6, branch_max=6, max_units=0),
)


@settings(max_examples=25, deadline=None)
@given(small_worlds())
@example(TIGHT_BRANCH)  # two who meet at a branch alone, which has room for one
def test_windows_and_tiles_never_claim_less_than_the_optimum(world):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_module, "_WHOLE_COVER", -1)
        patch.setattr(search_module, "_WHOLE_ALL", -1)
        found = checked(*world)

    assert found.covered == most_coverable(*world)
    assert found.upper_bound >= found.covered


@settings(max_examples=25, deadline=None)
@given(small_worlds())
def test_the_bound_holds_without_any_work(world):
    units, branches, options = world

    found = checked(units, branches, replace(options, time_limit_s=1e-9))

    assert found.upper_bound >= most_coverable(*world)


def test_the_end_of_the_radius_counts():
    near = [shop("a", 0), shop("b", 600), shop("c", 0, 600)]
    far = [shop("a", 0), shop("b", 600.01), shop("c", 0, 600)]

    assert checked(near, [], TIGHT).covered == 3
    assert checked(far, [], TIGHT).covered == 0


def test_three_full_members_are_needed_and_probationary_ones_count_as_covered():
    assert checked([shop("a", 0, members=4, full=3)], [], TIGHT).covered == 4
    assert checked([shop("a", 0, members=4, full=2)], [], TIGHT).covered == 0
    assert checked([shop("a", 0, full=0), shop("b", 1, members=3)], [], TIGHT).covered == 4


def test_no_group_crosses_a_township():
    units = [shop("a", 0), shop("b", 1), shop("c", 2, town="乙")]

    assert checked(units, [], TIGHT).covered == 0
    assert checked(units, [Branch("e", 0, 0, "甲", 5)], TIGHT).covered == 1


def test_size_limits_both_sides():
    six = [shop("a", 0, members=3), shop("b", 1, members=3)]
    seven = [shop("a", 0, members=3), shop("b", 1, members=4, full=2)]

    assert len(checked(six, [], TIGHT).groups) in (1, 2)
    assert checked(seven, [], TIGHT).covered == 3
    assert checked([shop("a", 0, members=7)], [], TIGHT).covered == 0
    assert checked([shop("a", 0, members=6)], [], TIGHT).covered == 6


@pytest.mark.parametrize(("most", "covered"), [(2, 0), (3, 3), (4, 4), (0, 4)])
def test_unit_limit_both_sides(most, covered):
    units = [shop("a", 0), shop("b", 1), shop("c", 2), shop("d", 3, full=0)]

    assert checked(units, [], replace(TIGHT, max_units=most)).covered == covered


def test_a_branch_is_bound_by_its_own_limit_alone():
    units = [shop(f"u{n}", n, full=0) for n in range(8)]
    options = replace(TIGHT, branch_max=10, max_units=2)

    found = checked(units, [Branch("e", 0, 0, "甲", 3)], options)

    assert (found.covered, found.upper_bound) == (7, 7)
    assert [(group.id, group.hub) for group in found.groups] == [("branch:e", "branch:e")]


def test_a_branch_over_its_limit_takes_nobody():
    assert checked([shop("a", 0)], [Branch("e", 0, 0, "甲", 60)], TIGHT).covered == 0


def test_businesses_without_members_may_hold_a_group_together_but_are_not_placed_for_nothing():
    apart = [shop("a", 0), shop("b", 500, 500), shop("c", 1000)]

    assert checked(apart, [], TIGHT).covered == 0
    assert checked([*apart, shop("z", 500, 100, members=0)], [], TIGHT).covered == 3


def crowd(count, seed=0, side=3000.0, town="甲"):
    dice = random.Random(seed)
    return [
        shop(
            f"u{n}",
            dice.random() * side,
            dice.random() * side,
            members := dice.choice((1, 1, 1, 2, 3)),
            dice.randint(members - 1, members),
            town,
            dice.choice(("东市", "西市", "")),
            dice.choice(("零售", "餐饮")),
        )
        for n in range(count)
    ]


def test_same_input_same_plan():
    units, branches = crowd(120), [Branch("e", 500, 500, "甲", 20)]
    options = PlanOptions(max_members=30)

    assert plan(units, branches, options) == plan(units, branches, options)


def test_a_large_component_is_planned_in_windows_and_alike_each_time(monkeypatch):
    monkeypatch.setattr(search_module, "_WHOLE_COVER", 500)
    monkeypatch.setattr(search_module, "_WHOLE_ALL", 500)
    units, options = crowd(150, side=5000.0), PlanOptions(max_members=30, max_units=0)

    found = checked(units, [], options)

    assert found == plan(units, [], options)
    assert found.covered >= 0.98 * found.upper_bound


def test_a_crowd_on_one_spot_is_placed():
    units = [shop(f"u{n}", 0.0) for n in range(5 * CROWD)]

    found = checked(units, [], PlanOptions(max_members=30, max_units=5))

    assert (found.covered, found.upper_bound) == (5 * CROWD, 5 * CROWD)


def test_strays_beside_a_crowd_are_never_beyond_the_bound():
    units = [shop(f"u{n}", 0.0, full=int(n == 0)) for n in range(2 * CROWD)]
    units += [shop("far", 600.0, members=2)]

    found = checked(units, [], PlanOptions(max_members=30, max_units=0))

    assert found.covered <= 30 <= found.upper_bound


def test_out_of_time_the_first_plan_stands_and_says_so(monkeypatch):
    monkeypatch.setattr(start_module, "_join_nearest", lambda draft, unit: None)
    # The first plan leaves gaps, so that there is work the clock forbids.
    units = crowd(60)

    found = checked(units, [], PlanOptions(time_limit_s=1e-9))

    assert found.ended_early
    assert not plan(units, [], PlanOptions()).ended_early


def test_groups_survive_a_loss_where_the_district_asks_for_it():
    units = crowd(80, side=2000.0)

    def fragile(found):
        full = {unit.id: unit.full_members for unit in units}
        return sum(sum(full[u] for u in group.units) <= 3 for group in found.groups)

    options = PlanOptions(max_members=30, max_units=0)
    careless = checked(units, [], replace(options, weights=Weights(0, 0, 0)))
    careful = checked(units, [], replace(options, weights=Weights(3000, 0, 0)))

    assert fragile(careful) < fragile(careless)
    assert careful.mean_distance_m > careless.mean_distance_m
    assert careful.covered == careless.covered


def test_same_market_and_trade_are_preferred_where_nothing_else_is_lost():
    left, right = shop("a", 0, members=3, market="东市"), shop("b", 10, members=3, market="西市")
    middle = shop("m", 5, members=1, market="西市")

    found = checked([left, right, middle], [], PlanOptions(weights=Weights(0, 50, 0)))

    assert {group.units for group in found.groups} == {("a",), ("b", "m")}


def test_one_market_is_in_reach_where_the_district_says_so():
    units = [shop(f"u{n}", 2000.0 * n, market="东市") for n in range(3)]
    options = replace(TIGHT, market_is_reach=True)

    found = plan(units, [], options)

    assert found.covered == 3
    assert violations(site_of(units, [], options), found.groups) == []
    assert checked(units, [], TIGHT).covered == 0


def test_what_is_held_stays_and_what_is_excluded_stays_out():
    units = [shop(f"u{n}", n * 10.0) for n in range(7)]
    held = Held((Group("G00009", "u6", ("u0", "u3", "u6")),), frozenset({"u1"}))

    found = checked(units, [], TIGHT, held)

    assert held.groups[0] in found.groups
    assert (found.covered, found.upper_bound) == (6, 6)
    assert [(left.unit, left.missing) for left in found.left_out] == [("u1", Missing.EXCLUDED)]


def test_a_held_branch_takes_nobody_else():
    units = [shop("a", 0), shop("b", 1)]
    held = Held((Group("branch:e", "branch:e", ("a",)),))

    found = checked(units, [Branch("e", 0, 0, "甲", 1)], TIGHT, held)

    assert (found.covered, found.upper_bound) == (1, 1)


def test_an_illegal_group_is_not_held():
    with pytest.raises(HeldNotLegal) as refused:
        plan([shop("a", 0)], [], TIGHT, Held((Group("G1", "a", ("a",)),)))

    assert refused.value.rules == ("PL-2",)
