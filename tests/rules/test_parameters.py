"""Parameters: bounds on both sides, defaults inside them, rules that exist."""

import pytest

from tests.factories.limits import DEFAULTS, LIMITS, WORK_LIMITS
from xgz.queries.rulebook import rule_texts
from xgz.rules.parameters import (
    GROUP_LABELS,
    PARAMETERS,
    UNIT_LABELS,
    ValueOutOfBounds,
    check_value,
)


@pytest.mark.parametrize("key", PARAMETERS)
def test_bounds_count_and_what_lies_beyond_is_refused(key):
    parameter = PARAMETERS[key]
    for value in (parameter.minimum, parameter.default, parameter.maximum):
        check_value(key, value)
    for value in (parameter.minimum - 1, parameter.maximum + 1):
        with pytest.raises(ValueOutOfBounds):
            check_value(key, value)


@pytest.mark.parametrize("key", PARAMETERS)
def test_every_parameter_has_words_and_a_rule_of_the_rulebook(key):
    parameter = PARAMETERS[key]

    assert parameter.group in GROUP_LABELS
    assert parameter.unit in UNIT_LABELS
    assert rule_texts([parameter.rule], in_chinese=True)


def test_an_unknown_key_is_a_fault():
    with pytest.raises(KeyError):
        check_value("no.such", 1)


def test_limits_are_made_from_the_values_of_a_day():
    assert (LIMITS.ageing_average, LIMITS.young_age) == (55, 45)
    assert (LIMITS.dormant_months, LIMITS.term_notice_months) == (6, 6)
    assert WORK_LIMITS.closure_days == DEFAULTS["worklist.closure_days"] == 90
