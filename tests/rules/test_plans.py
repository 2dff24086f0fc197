"""Kept plans: states x actions, limits of a day, and steps that can be put back (PL-14 to PL-17)."""

from dataclasses import asdict, replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.limits import DEFAULTS
from xgz.rules.planning import hands
from xgz.rules.planning.arrangement import Arrangement, delta, put_back, with_hub
from xgz.rules.planning.plans import (
    Asked,
    PlanAction,
    PlanState,
    PlanStepNotAllowed,
    asked_by_default,
    options_of,
    options_read,
    state_after,
)
from xgz.rules.planning.terms import Branch, Group, PlanOptions, Unit, site_of

S, A = PlanState, PlanAction
ALLOWED = {
    (S.RUNNING, A.FINISH): S.READY,
    (S.RUNNING, A.FAIL): S.FAILED,
    (S.FAILED, A.START): S.RUNNING,
    (S.READY, A.CHANGE): S.READY,
    (S.READY, A.DISCARD): S.DISCARDED,
    (S.FAILED, A.DISCARD): S.DISCARDED,
}
NAMES = [f"u{number}" for number in range(6)]
SITE = site_of(
    [Unit(name, 100.0 * at, 0.0, "t", 2, 1) for at, name in enumerate(NAMES)],
    [Branch("b", 0.0, 50.0, "t", 5)],
    PlanOptions(),
)
START = Arrangement(
    (Group("G00001", "u0", ("u0", "u1", "u2")), Group("G00002", "u3", ("u3", "u4"))),
    frozenset({"G00001"}),
    frozenset({"u5"}),
)


@pytest.mark.parametrize(("state", "action"), list(product(S, A)))
def test_every_state_takes_its_own_steps_alone(state, action):
    if (state, action) in ALLOWED:
        assert state_after(state, action) is ALLOWED[state, action]
    else:
        with pytest.raises(PlanStepNotAllowed):
            state_after(state, action)


class TestLimits:
    def test_the_form_offers_the_district_s_values(self):
        assert asked_by_default(DEFAULTS) == Asked(radius_m=600, max_units=5)

    def test_defaults_are_those_of_the_rulebook(self):
        assert options_of(DEFAULTS, asked_by_default(DEFAULTS)) == PlanOptions()

    @pytest.mark.parametrize(("asked", "limit"), [(5, 5), (12, 12), (13, 12), (0, 12)])
    def test_units_stay_within_what_may_be_sent(self, asked, limit):
        values = {**DEFAULTS, "formation.units_max": 12}

        assert options_of(values, Asked(600, asked)).max_units == limit

    def test_a_market_counts_as_reach_only_where_the_district_says_so(self):
        said = {**DEFAULTS, "planning.market_is_reach": 1}

        assert not options_of(DEFAULTS, Asked(600, 5)).market_is_reach
        assert options_of(said, Asked(600, 5)).market_is_reach

    def test_they_are_read_as_they_were_written(self):
        options = options_of({**DEFAULTS, "planning.fragile_m": 7}, Asked(450, 3), seed=9)

        assert options_read(asdict(options)) == options


def _as_sets(arrangement):
    groups = {(group.id, group.hub, frozenset(group.units)) for group in arrangement.groups}
    return groups, arrangement.locked, arrangement.excluded


def _moved(now, unit, target):
    groups = hands.move(SITE, now.groups, unit, target).groups
    return replace(now, excluded=now.excluded - {unit}).with_groups(groups)


def _excluded(now, unit):
    groups = hands.exclude(SITE, now.groups, [unit]).groups
    return replace(now, excluded=now.excluded | {unit}).with_groups(groups)


def _split(now, unit):
    place = now.places().get(unit)
    if place is None:
        return now
    return now.with_groups(hands.split(SITE, now.groups, place, [unit]).groups)


def _merged(now):
    if len(now.groups) < 2:
        return now
    first, second = now.groups[0], now.groups[1]
    return now.with_groups(hands.merge(SITE, now.groups, first.id, second.id).groups)


def _flipped(now):
    every = frozenset(group.id for group in now.groups)
    return replace(now, locked=every - now.locked)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["move", "branch", "exclude", "split", "merge", "lock"]),
        st.sampled_from(NAMES),
        st.integers(0, 9),
    ),
    max_size=8,
)


def _taken(now, step):
    what, unit, number = step
    if what == "move":
        return _moved(now, unit, now.groups[number % len(now.groups)].id) if now.groups else now
    if what == "branch":
        return _moved(now, unit, "branch:b")
    if what == "exclude":
        return _excluded(now, unit)
    if what == "split":
        return _split(now, unit)
    return _merged(now) if what == "merge" else _flipped(now)


@given(STEPS)
def test_whatever_is_done_by_hand_is_put_back_step_by_step(steps):
    way = [START]
    for step in steps:
        way.append(_taken(way[-1], step))
    now = way[-1]
    for before, after in zip(reversed(way[:-1]), reversed(way[1:]), strict=True):
        assert _as_sets(now) == _as_sets(after)
        now = put_back(SITE, now, delta(before, after))

    assert _as_sets(now) == _as_sets(START)


def test_a_step_keeps_only_what_it_changed():
    kept = delta(START, _moved(START, "u1", "G00002"))

    assert kept == {"units": {"u1": "G00001"}, "hubs": {}, "locked": {}, "excluded": {}}


def test_a_business_gone_from_the_register_is_not_put_back():
    kept = delta(START, _merged(START))
    smaller = site_of(
        [unit for name, unit in SITE.units.items() if name not in {"u3", "u4"}],
        SITE.branches.values(),
        SITE.options,
    )
    now = Arrangement((Group("G00001", "u0", ("u0", "u1", "u2")),))

    assert [group.id for group in put_back(smaller, now, kept).groups] == ["G00001"]


def test_the_hub_is_one_of_the_group_and_of_no_branch():
    assert with_hub(START, "G00001", "u2").group("G00001").hub == "u2"
    with pytest.raises(hands.NoSuchGroup):
        with_hub(START, "G00001", "u3")
    joined = _moved(START, "u1", "branch:b")
    with pytest.raises(hands.NoSuchGroup):
        with_hub(joined, "branch:b", "u1")


def test_locks_go_with_their_groups():
    assert START.with_groups(START.groups[1:]).locked == frozenset()
