from datetime import date, timedelta

import pytest

from tests.factories.limits import LIMITS
from xgz.rules.organisations import term_notice_on
from xgz.rules.roles import Role
from xgz.rules.worklists import (
    RULE_IDS,
    SUBJECTS,
    Worklist,
    closures_since,
    last_noticed_term,
    roles_for,
    states_organisation,
)


@pytest.mark.parametrize("year", [2026, 2028], ids=["common year", "leap year"])
def test_last_noticed_term_is_the_last_whose_notice_has_begun(year):
    for number in range(366):
        today = date(year, 1, 1) + timedelta(days=number)

        end = last_noticed_term(today, LIMITS)

        assert (
            term_notice_on(end, LIMITS) <= today < term_notice_on(end + timedelta(days=1), LIMITS)
        )


def test_closures_are_listed_for_ninety_days():
    assert closures_since(date(2026, 11, 23), 90) == date(2026, 11, 23) - timedelta(days=90)


def test_every_list_has_a_rule_and_a_subject():
    assert set(RULE_IDS) == set(SUBJECTS) == set(Worklist)


def test_owners_declarations_are_for_the_organization_line_alone():
    assert roles_for(Worklist.DECLARED_OWNERS) == {Role.ORG_DEPT, Role.TOWNSHIP_COMMITTEE}


@pytest.mark.parametrize(
    "which", [w for w in Worklist if w is not Worklist.DECLARED_OWNERS], ids=str
)
def test_every_other_list_is_for_the_offices_that_count(which):
    assert roles_for(which) == {
        Role.ORG_DEPT,
        Role.SOCIAL_WORK_DEPT,
        Role.BUREAU,
        Role.TOWNSHIP_COMMITTEE,
        Role.STATION_HEAD,
    }


@pytest.mark.parametrize(
    ("written", "states"),
    [
        ("branch", True),
        ("industry_committee", True),
        ("none", False),
        ("unknown", False),
        ("", False),
    ],
    ids=["branch", "committee", "none", "unknown", "empty"],
)
def test_only_a_named_type_states_an_organisation(written, states):
    assert states_organisation(written) is states
