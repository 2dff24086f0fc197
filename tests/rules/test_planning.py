"""Joint branches by hand: limits, changes, reasons, coordinates."""

import math

import pytest

from xgz.rules.planning import hands
from xgz.rules.planning.checks import Violation, violations
from xgz.rules.planning.left_out import explain
from xgz.rules.planning.plane import apart, to_plane
from xgz.rules.planning.terms import Branch, Group, Missing, PlanOptions, Unit, site_of

OPTIONS = PlanOptions(max_members=6, branch_max=6, max_units=4)


def shop(name, x, members=1, full=None, town="甲"):
    return Unit(name, float(x), 0.0, town, members, members if full is None else full)


SHOPS = [*(shop(f"u{n}", 100 * n) for n in range(8)), shop("far", 5000), shop("else", 0, town="乙")]
SITE = site_of(SHOPS, [Branch("e", 0, 0, "甲", 4)], OPTIONS)
LEFT = Group("G00001", "u1", ("u0", "u1", "u2"))
RIGHT = Group("G00002", "u4", ("u3", "u4", "u5", "u6"))


def rules(groups):
    return [
        (found.rule, found.group, found.unit, found.amount) for found in violations(SITE, groups)
    ]


def test_legal_groups_break_nothing():
    assert rules([LEFT, RIGHT, Group("branch:e", "branch:e", ())]) == []


@pytest.mark.parametrize(
    ("group", "found"),
    [
        (Group("G", "u0", ("u0", "u1")), [("PL-2", "", 1)]),
        (Group("G", "u0", ("u0", "u1", "u2", "far")), [("PL-4", "far", 4400)]),
        (Group("G", "u0", ("u0", "u1", "u2", "else")), [("PL-4", "else", 0)]),
        (Group("G", "u4", ("u0", "u1", "u2")), [("PL-4", "", 0)]),
        (Group("G", "u2", ("u0", "u1", "u2", "u3", "u4")), [("PL-5", "", 1)]),
        (Group("branch:e", "branch:e", ("u0", "u1")), []),
        (Group("branch:e", "branch:e", ("u0", "u1", "u2")), [("PL-10", "", 1)]),
        (Group("branch:e", "branch:e", ("u7",)), [("PL-4", "u7", 100)]),
        (Group("G", "branch:e", ("u0",)), [("PL-4", "", 0)]),
    ],
)
def test_each_limit_both_sides(group, found):
    assert rules([group]) == [(rule, group.id, unit, amount) for rule, unit, amount in found]


def test_too_many_members():
    site = site_of([shop("a", 0, 6), shop("b", 0, 1)], [], OPTIONS)

    assert violations(site, [Group("G", "a", ("a",))]) == []
    assert violations(site, [Group("G", "a", ("a", "b"))]) == [Violation("PL-3", "G", amount=1)]


def test_a_business_is_placed_once():
    twice = Group("G00003", "u1", ("u1", "u6", "u5"))

    assert [(r, unit) for r, group, unit, _ in rules([LEFT, twice]) if r == "PL-1"] == [
        ("PL-1", "u1")
    ]
    assert ("PL-1", "G00001", "", 0) in rules([LEFT, Group("G00001", "u4", ("u3", "u4", "u5"))])


def test_moving_tells_what_breaks_and_leaves_the_rest_alone():
    changed = hands.move(SITE, (LEFT, RIGHT), "u3", "G00001")

    assert changed.groups == (
        Group("G00001", "u1", ("u0", "u1", "u2", "u3")),
        Group("G00002", "u4", ("u4", "u5", "u6")),
    )
    assert changed.violations == ()
    again = hands.move(SITE, changed.groups, "u6", "G00001")
    assert {found.rule for found in again.violations} == {"PL-2", "PL-5"}


def test_a_moved_hub_is_followed_by_the_best_of_those_left():
    changed = hands.move(SITE, (LEFT, RIGHT), "u4", "G00001")

    assert changed.groups[1] == Group("G00002", "u5", ("u3", "u5", "u6"))


def test_moving_into_a_branch_and_from_nowhere():
    changed = hands.move(SITE, (LEFT, RIGHT), "u7", "branch:e")

    assert changed.groups[-1] == Group("branch:e", "branch:e", ("u7",))
    assert [found.rule for found in changed.violations] == ["PL-4"]
    with pytest.raises(hands.NoSuchGroup):
        hands.move(SITE, (LEFT,), "u7", "G00009")


def test_splitting_merging_and_excluding():
    split = hands.split(SITE, (LEFT, RIGHT), "G00002", {"u5", "u6"})
    merged = hands.merge(SITE, split.groups, "G00002", "G00003")
    alone = hands.exclude(SITE, merged.groups, {"u0", "u1", "u2"})

    assert split.groups[1:] == (
        Group("G00002", "u4", ("u3", "u4")),
        Group("G00003", "u5", ("u5", "u6")),
    )
    assert [found.rule for found in split.violations] == ["PL-2", "PL-2"]
    assert (merged.groups[1].units, merged.violations) == (RIGHT.units, ())
    assert alone.groups == merged.groups[1:]
    with pytest.raises(hands.NoSuchGroup):
        hands.split(SITE, (LEFT, RIGHT), "G00002", {"u0"})
    with pytest.raises(hands.NoSuchGroup):
        hands.merge(SITE, (LEFT, RIGHT), "G00002", "G00003")


def test_difference_counts_members_by_the_company_they_keep():
    after = (
        Group("G00008", "u1", ("u0", "u1", "u2", "u3")),
        Group("G00009", "u5", ("u4", "u5", "u7")),
    )

    found = hands.difference(SITE, (LEFT, RIGHT), after)

    assert (found.moved, found.joined, found.lost) == (("u3",), ("u7",), ("u6",))
    assert (found.moved_members, found.joined_members, found.lost_members) == (1, 1, 1)


def test_a_branch_goes_on_as_itself_alone():
    after = (Group("branch:e", "branch:e", LEFT.units),)

    assert hands.difference(SITE, (LEFT,), after).moved == LEFT.units


def why(units, groups=(), branches=(), excluded=()):
    return {
        left.unit: left for left in explain(site_of(units, branches, OPTIONS), groups, excluded)
    }


def test_reasons_for_being_left_out():
    units = [shop("none", 0, 0), shop("big", 0, 7), shop("lone", 9000), shop("a", 20000)]
    units += [shop("b", 20100), shop("c", 20200, 1, 0)]

    found = why(units, excluded={"b"})

    assert found["none"].missing is Missing.NO_MEMBERS
    assert found["big"].missing is Missing.TOO_LARGE
    assert (found["lone"].missing, found["lone"].full_missing) == (Missing.NOBODY_NEAR, 2)
    assert (found["a"].missing, found["a"].full_missing) == (Missing.TOO_FEW_FULL, 1)
    assert found["b"].missing is Missing.EXCLUDED
    assert found["a"].partners == (("b", 100.0), ("c", 200.0))


def test_a_seat_in_reach_with_room_means_that_places_are_taken():
    assert (
        why([shop("a", 0)], (), [Branch("e", 600, 0, "甲", 5)])["a"].missing is Missing.PLACES_TAKEN
    )
    assert (
        why([shop("a", 0)], (), [Branch("e", 600, 0, "甲", 6)])["a"].missing is Missing.NOBODY_NEAR
    )


def test_the_nearest_way_out_says_what_stands_in_it():
    found = why([*SHOPS[:8], shop("x", 700)], (LEFT, RIGHT), [Branch("e", 800, 0, "甲", 6)])

    near = found["x"].nearest
    assert (near.group, near.distance_m, near.blocked_by) == ("G00001", 600.0, ())
    only = why([*SHOPS[3:7], shop("x", 1100)], (RIGHT,), [])["x"].nearest
    assert (only.group, only.distance_m, only.blocked_by) == ("G00002", 700.0, ("PL-4", "PL-5"))


def test_degrees_become_metres():
    # One degree of latitude at 45 degrees, and of longitude on the equator, of WGS84.
    x, y = to_plane(117.0, 45.5, 117.0)
    _, south = to_plane(117.0, 44.5, 117.0)

    assert (x, y - south) == (pytest.approx(0), pytest.approx(111_131.8, abs=1))
    assert to_plane(117.01, 0.0, 117.0)[0] == pytest.approx(1113.195, abs=0.01)


@pytest.mark.parametrize("off", [0.0, 0.15, 0.3])
def test_six_hundred_metres_stay_six_hundred_away_from_the_meridian(off):
    lat, step = 31.0, 0.005
    normal = 6_378_137 / math.sqrt(1 - 0.00669438 * math.sin(math.radians(lat)) ** 2)
    wanted = normal * math.cos(math.radians(lat)) * math.radians(step)

    found = apart(*to_plane(117 + off, lat, 117.0), *to_plane(117 + off + step, lat, 117.0))

    assert found == pytest.approx(wanted, rel=2e-5)
