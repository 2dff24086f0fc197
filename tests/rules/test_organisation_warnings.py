"""Findings on organisations: both sides of each limit, and nothing on those not active."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.factories.limits import LIMITS
from xgz.rules.organisation_warnings import (
    WARNING_RULES,
    OrgFacts,
    OrgWarning,
    judge_organisation,
)
from xgz.rules.organisations import FormationMode, OrgState, OrgType

TODAY = date(2026, 11, 23)
YOUNG = date(1990, 1, 1)
SOUND = OrgFacts(
    state=OrgState.ACTIVE,
    org_type=OrgType.BRANCH,
    formation_mode=FormationMode.JOINT,
    term_ends_on=date(2028, 1, 1),
    last_life_on=TODAY,
    full=3,
    born_on=(YOUNG,) * 3,
    units=5,
)
STUDY_YEARS = (1956, 1952, 1949, 1948, 1946)


def _found(**values):
    return judge_organisation(replace(SOUND, **values), TODAY, LIMITS)


def test_a_sound_organisation_has_no_finding():
    assert judge_organisation(SOUND, TODAY, LIMITS) == ()


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"full": 3}, ()),
        ({"full": 2, "probationary": 5}, (OrgWarning.BELOW_MIN,)),
        ({"full": 0, "org_type": OrgType.COMMITTEE}, ()),
        ({"full": 0, "formation_mode": FormationMode.FUNCTIONAL}, ()),
        ({"units": 5}, ()),
        ({"units": 6}, (OrgWarning.TOO_MANY_UNITS,)),
        ({"units": 5, "to_verify": 1}, (OrgWarning.TOO_MANY_UNITS,)),
        ({"units": 6, "formation_mode": FormationMode.MARKET}, ()),
        ({"full": 50}, ()),
        ({"full": 50, "probationary": 1}, (OrgWarning.TOO_MANY_MEMBERS,)),
        ({"full": 51, "org_type": OrgType.GENERAL_BRANCH}, ()),
        ({"term_ends_on": TODAY}, (OrgWarning.TERM_ENDING,)),
        ({"term_ends_on": TODAY - timedelta(days=1)}, (OrgWarning.TERM_OVER,)),
        ({"term_ends_on": date(2027, 5, 23)}, (OrgWarning.TERM_ENDING,)),
        ({"term_ends_on": date(2027, 5, 24)}, ()),
        ({"term_ends_on": None}, ()),
        ({"last_life_on": None}, (OrgWarning.NO_LIFE,)),
        ({"last_life_on": date(2026, 5, 23)}, ()),
        ({"last_life_on": date(2026, 5, 22)}, (OrgWarning.DORMANT,)),
        ({"closed": 1}, (OrgWarning.SOME_CLOSED,)),
        ({"closed": 5}, (OrgWarning.ALL_CLOSED,)),
        ({"units": 0}, ()),
    ],
)
def test_each_limit(values, found):
    assert _found(**values) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"units": 8}, ()),
        ({"units": 9}, (OrgWarning.TOO_MANY_UNITS,)),
        ({"full": 40}, ()),
        ({"full": 41}, (OrgWarning.TOO_MANY_MEMBERS,)),
    ],
)
def test_the_district_says_what_a_branch_has_without_a_warning(values, found):
    limits = replace(LIMITS, units_warn=8, members_max=40)

    assert judge_organisation(replace(SOUND, **values), TODAY, limits) == found


@pytest.mark.parametrize("state", [OrgState.UNCONFIRMED, OrgState.DISSOLVED])
def test_only_active_organisations_are_judged(state):
    assert _found(state=state, full=0, last_life_on=None) == ()


@pytest.mark.parametrize(
    ("born_on", "successors", "flagged"),
    [
        ((date(1971, 11, 23),) * 3, 0, True),  # 55 today
        ((date(1971, 11, 24),) * 3, 0, False),  # 54
        ((date(1950, 1, 1), date(1950, 1, 1), date(1981, 11, 24)), 0, False),  # one at 44
        ((date(1950, 1, 1), date(1950, 1, 1), date(1981, 11, 23)), 0, True),  # one at 45
        ((date(1950, 1, 1),) * 3, 1, False),
        ((), 0, False),
    ],
    ids=["55", "54", "one at 44", "one at 45", "a successor", "no dates"],
)
def test_ageing_without_successors(born_on, successors, flagged):
    assert (OrgWarning.AGEING in _found(born_on=born_on, successors=successors)) is flagged


def test_the_study_of_five_as_at_the_end_of_2016():
    born_on = tuple(date(year, 3, 1) for year in STUDY_YEARS)

    ageing = replace(SOUND, born_on=born_on).ageing(date(2016, 12, 31), LIMITS)

    assert ageing is not None
    assert (ageing.average, ageing.youngest, ageing.count, ageing.flagged) == (65.8, 60, 5, True)


def test_the_study_of_seven_as_at_the_end_of_2016():
    born_on = tuple(date(2016 - age, 3, 1) for age in (68, 45, 52, 55, 58, 61, 64))

    ageing = replace(SOUND, born_on=born_on).ageing(date(2016, 12, 31), LIMITS)

    assert ageing is not None
    assert (ageing.average, ageing.count, ageing.flagged) == (57.6, 7, True)


@pytest.mark.parametrize(
    ("as_at", "count"), [(date(2008, 1, 1), 2), (date(2007, 12, 31), 1)], ids=["18", "17"]
)
def test_whoever_was_under_age_is_left_out(as_at, count):
    ageing = replace(SOUND, born_on=(date(1950, 1, 1), YOUNG)).ageing(as_at, LIMITS)

    assert ageing is not None
    assert ageing.count == count


@pytest.mark.parametrize(
    ("as_at", "shown"),
    [
        (date(2016, 12, 31), True),
        (date(2016, 12, 30), False),
        (date(2017, 1, 1), False),
        (date(2008, 12, 31), True),
        (date(2007, 12, 31), False),
    ],
    ids=["year end", "day before", "day after", "all of age", "one under age"],
)
def test_guarded_figures_tell_no_birthday(as_at, shown):
    born_on = (date(1950, 1, 1), date(1951, 1, 1), YOUNG)
    ageing = replace(SOUND, born_on=born_on).guarded_ageing(as_at, LIMITS)

    assert (ageing is not None) is shown


@pytest.mark.parametrize(("people", "shown"), [(2, False), (3, True)], ids=["two", "three"])
def test_an_average_of_few_is_for_those_who_see_the_people(people, shown):
    facts = replace(SOUND, born_on=(date(1950, 1, 1),) * people)

    assert (facts.shown_ageing(date(2016, 12, 31), LIMITS, with_people=False) is not None) is shown
    assert (facts.guarded_ageing(date(2016, 12, 31), LIMITS) is not None) is shown
    assert facts.shown_ageing(date(2016, 12, 31), LIMITS, with_people=True) is not None


def test_every_finding_names_its_rule():
    assert set(WARNING_RULES) == set(OrgWarning)
