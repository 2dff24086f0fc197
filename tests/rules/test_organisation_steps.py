"""Every pair of state and change of an organisation; every pair of classes of a person."""

from datetime import date

import pytest

from xgz.rules.members import (
    CLASS_STEPS,
    ClassStepNotAllowed,
    MemberClass,
    ProbationNotOver,
    check_class_step,
    check_probation,
)
from xgz.rules.organisations import (
    STEPS,
    OrgChangeKind,
    OrgState,
    StepNotAllowed,
    next_state,
)

ALLOWED = {
    ("unconfirmed", "confirmed", "active"),
    ("unconfirmed", "merged", "dissolved"),
    ("unconfirmed", "dissolved", "dissolved"),
    ("active", "renamed", "active"),
    ("active", "moved", "active"),
    ("active", "guidance", "active"),
    ("active", "elected", "active"),
    ("active", "split", "active"),
    ("active", "merged", "dissolved"),
    ("active", "dissolved", "dissolved"),
}


@pytest.mark.parametrize("state", list(OrgState))
@pytest.mark.parametrize("change", list(OrgChangeKind))
def test_every_pair_of_state_and_change(state, change):
    after = {s: a for s, c, a in ALLOWED if c == change}.get(state)

    if after is None:
        with pytest.raises(StepNotAllowed):
            next_state(state, change)
    else:
        assert next_state(state, change) == after


def test_the_table_holds_nothing_else():
    assert {(s, c, a) for (s, c), a in STEPS.items()} == ALLOWED


@pytest.mark.parametrize("before", list(MemberClass))
@pytest.mark.parametrize("after", list(MemberClass))
def test_every_pair_of_classes(before, after):
    order = ["applicant", "activist", "development_target", "probationary", "full"]
    one_step = before in order and after in order and order.index(after) - order.index(before) == 1
    back = (before, after) in {
        ("activist", "applicant"),
        ("development_target", "activist"),
        ("probationary", "applicant"),
    }
    from_unknown = before == "unknown" and after != "unknown"

    if one_step or back or from_unknown:
        check_class_step(before, after)
    else:
        with pytest.raises(ClassStepNotAllowed):
            check_class_step(before, after)
    assert set(CLASS_STEPS) == set(MemberClass)


@pytest.mark.parametrize(
    ("joined_on", "full_on", "too_early"),
    [
        (date(2025, 6, 1), date(2026, 5, 31), True),
        (date(2025, 6, 1), date(2026, 6, 1), False),
        (date(2024, 2, 29), date(2025, 2, 27), True),
        (date(2024, 2, 29), date(2025, 2, 28), False),
        (None, date(2025, 2, 28), False),
    ],
    ids=["day before", "anniversary", "before a leap anniversary", "leap anniversary", "unknown"],
)
def test_probation_lasts_until_the_anniversary(joined_on, full_on, too_early):
    refused = False
    try:
        check_probation(joined_on, full_on)
    except ProbationNotOver:
        refused = True

    assert refused is too_early
