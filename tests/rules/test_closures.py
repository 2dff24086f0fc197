"""The table of a closed business is sound; which losses ask for a case, which options fit (CB-3, CB-6)."""

import pytest

from xgz.rules.cases import Unit, faults_of
from xgz.rules.closures import (
    BY_ADJUSTMENT,
    CARRYING_LABELS,
    CLOSURE,
    MAY_NAME_TARGET,
    NEEDS_TARGET,
    OPTION_LABELS,
    Carrying,
    ClosureAction,
    ClosureOption,
    ClosureState,
    OptionNotPossible,
    TargetMissing,
    check_option,
    opens_case,
    options_for,
)
from xgz.rules.organisations import FormationMode
from xgz.rules.parameters import PARAMETERS

M, W = FormationMode, ClosureOption
NARROW = [M.STANDALONE, M.JOINT, M.AFFILIATED, M.OTHER, M.UNKNOWN]
WIDE = [M.ASSOCIATION, M.MARKET, M.REGIONAL, M.FUNCTIONAL, M.FLOATING]


def test_the_table_is_sound():
    assert faults_of(CLOSURE) == []
    assert set(CLOSURE.open_states) == {"verifying", "deciding", "carrying_out"}


def test_its_limits_are_parameters_of_the_district():
    limits = [duty.limit for duty in CLOSURE.duties.values()]
    limits += [review.limit for duty in CLOSURE.duties.values() for review in duty.reviews]
    found = {limit.parameter: (PARAMETERS[limit.parameter].default, limit.unit) for limit in limits}

    assert found == {
        "closure.verify_days": (5, Unit.WORKING),
        "closure.check_days": (5, Unit.WORKING),
        "closure.decide_days": (10, Unit.WORKING),
        "closure.carry_out_days": (30, Unit.CALENDAR),
    }


def test_only_confirming_waits_for_the_station():
    waiting = {name for (_at, name), step in CLOSURE.steps.items() if step.awaits_reviews}

    assert waiting == {ClosureAction.CONFIRM}


def test_time_retracts_and_does_nothing_else():
    by_clock = {
        (at, name, step.to) for (at, name), step in CLOSURE.steps.items() if "clock" in step.by
    }

    assert by_clock == {
        (state, ClosureAction.RETRACT, ClosureState.RETRACTED)
        for state in (ClosureState.VERIFYING, ClosureState.DECIDING, ClosureState.CARRYING_OUT)
    }


@pytest.mark.parametrize("mode", list(M))
@pytest.mark.parametrize("has_members", [True, False])
@pytest.mark.parametrize("has_units_left", [True, False])
def test_which_losses_ask_for_a_case(mode, has_members, has_units_left):
    assert {*NARROW, *WIDE} == set(M)

    asked = opens_case(mode, has_members=has_members, has_units_left=has_units_left)

    assert asked is (mode in NARROW or has_members or not has_units_left)


def test_without_an_organisation_only_re_homing_is_open():
    assert options_for(has_organisation=True) == tuple(W)
    assert options_for(has_organisation=False) == (W.RE_HOME,)


@pytest.mark.parametrize(
    ("option", "has_organisation", "has_target", "refusal"),
    [
        (W.RE_HOME, True, True, None),
        (W.RE_HOME, True, False, TargetMissing),
        (W.RE_HOME, False, True, None),
        (W.MERGE, True, True, None),
        (W.MERGE, True, False, TargetMissing),
        (W.MERGE, False, True, OptionNotPossible),
        (W.KEEP, True, False, None),
        (W.KEEP, True, True, OptionNotPossible),
        (W.KEEP, False, False, OptionNotPossible),
        (W.REVOKE, True, False, None),
        (W.REVOKE, True, True, None),
        (W.REVOKE, False, False, OptionNotPossible),
    ],
)
def test_an_option_fits_the_case(option, has_organisation, has_target, refusal):
    if refusal is None:
        check_option(option, has_organisation=has_organisation, has_target=has_target)
        return
    with pytest.raises(refusal):
        check_option(option, has_organisation=has_organisation, has_target=has_target)


def test_what_ends_the_organisation_is_handed_over_and_may_name_where_to():
    assert NEEDS_TARGET < MAY_NAME_TARGET
    assert set(BY_ADJUSTMENT) == {W.MERGE, W.REVOKE} <= MAY_NAME_TARGET
    assert set(OPTION_LABELS) == set(W)
    assert set(CARRYING_LABELS) == set(Carrying)
