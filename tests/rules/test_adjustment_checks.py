"""Signs, points, blockers and plans of adjusting organisations, both sides of each limit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from xgz.rules.adjustment_checks import (
    SIGN_LABELS,
    SIGN_RULES,
    AdjustmentFacts,
    Blocker,
    Found,
    MergeFacts,
    Point,
    Sign,
    SignLimits,
    is_bare,
    merge_blockers,
    plan_facts,
    points_of,
    revoke_blockers,
    signs_of,
)
from xgz.rules.adjustments import PlanItem, Seals, Sort
from xgz.rules.organisation_warnings import OrgFacts
from xgz.rules.organisations import FormationMode, OrgState, OrgType

TODAY = date(2026, 11, 23)
LIMITS = SignLimits(dormant_months=6, short_months=6, vacant_days=90, term_days=180)
FIGURES = OrgFacts(
    state=OrgState.ACTIVE,
    org_type=OrgType.BRANCH,
    formation_mode=FormationMode.JOINT,
    term_ends_on=TODAY,
    last_life_on=TODAY,
    full=5,
    probationary=1,
    units=2,
)
SOUND = AdjustmentFacts(
    figures=FIGURES,
    rolls=6,
    below=0,
    has_secretary=True,
    vacant_since=None,
    instructors=1,
    recent_full=5,
    founded_on=date(2015, 1, 1),
    nearby=2,
)
TARGET = MergeFacts(OrgState.ACTIVE, OrgType.BRANCH, room=6, stands_below=False, units=1)


def facts(figures=None, **values):
    return replace(SOUND, figures=replace(FIGURES, **figures or {}), **values)


def test_every_sign_has_words_and_a_rule():
    assert set(SIGN_LABELS) == set(SIGN_RULES) == set(Sign)


class TestSigns:
    def _signs(self, figures=None, **values):
        return signs_of(facts(figures, **values), TODAY, LIMITS)

    def test_a_sound_organisation_shows_none(self):
        assert self._signs() == []

    @pytest.mark.parametrize("state", [OrgState.UNCONFIRMED, OrgState.DISSOLVED])
    def test_nor_does_one_that_is_not_active(self, state):
        assert (
            self._signs({"state": state, "last_life_on": None}, vacant_since=date(2020, 1, 1)) == []
        )

    @pytest.mark.parametrize(
        ("day", "shown"), [(date(2026, 5, 23), []), (date(2026, 5, 22), [Sign.DORMANT])]
    )
    def test_dormant_after_six_months(self, day, shown):
        assert self._signs({"last_life_on": day}) == shown

    @pytest.mark.parametrize(
        ("founded", "shown"),
        [(date(2026, 5, 23), []), (date(2026, 5, 22), [Sign.DORMANT]), (None, [Sign.DORMANT])],
    )
    def test_unknown_life_counts_from_the_founding(self, founded, shown):
        assert self._signs({"last_life_on": None}, founded_on=founded) == shown

    @pytest.mark.parametrize(
        ("now", "recently", "shown"),
        [(2, 2, [Sign.SHORT]), (2, 3, []), (3, 3, []), (0, 0, [Sign.SHORT])],
    )
    def test_short_only_where_there_were_never_three_lately(self, now, recently, shown):
        assert self._signs({"full": now}, recent_full=recently) == shown

    @pytest.mark.parametrize(
        ("founded", "shown"), [(date(2026, 5, 23), []), (date(2026, 5, 22), [Sign.SHORT])]
    )
    def test_a_young_organisation_is_not_yet_short(self, founded, shown):
        assert self._signs({"full": 1}, recent_full=1, founded_on=founded) == shown

    @pytest.mark.parametrize(
        "figures",
        [{"formation_mode": FormationMode.FUNCTIONAL}, {"org_type": OrgType.COMMITTEE}],
    )
    def test_three_are_not_asked_of_every_organisation(self, figures):
        assert self._signs({"full": 0, **figures}, recent_full=0) == []

    @pytest.mark.parametrize(("days", "shown"), [(90, []), (91, [Sign.NO_SECRETARY])])
    def test_a_vacancy_of_more_than_ninety_days(self, days, shown):
        since = TODAY - timedelta(days=days)
        assert self._signs(has_secretary=False, vacant_since=since) == shown

    @pytest.mark.parametrize(("days", "shown"), [(180, []), (181, [Sign.TERM_LONG_OVER])])
    def test_a_term_over_for_more_than_180_days(self, days, shown):
        assert self._signs({"term_ends_on": TODAY - timedelta(days=days)}) == shown

    @pytest.mark.parametrize(
        ("figures", "shown"),
        [
            ({"closed": 1}, []),
            ({"closed": 2}, [Sign.ALL_ENDED]),
            ({"closed": 2, "to_verify": 1}, []),
            ({"units": 0}, []),
        ],
    )
    def test_every_unit_ended(self, figures, shown):
        assert self._signs(figures) == shown


class TestPoints:
    def _of(self, sort, figures=None, **values):
        return [(each.point, each.is_for) for each in points_of(facts(figures, **values))[sort]]

    def test_the_three_ways_stand_side_by_side(self):
        assert list(points_of(SOUND)) == [Sort.REVIVE, Sort.MERGE, Sort.REVOKE]

    def test_a_strong_organisation_speaks_for_going_on(self):
        assert self._of(Sort.REVIVE) == [
            (Point.ENOUGH_FULL, True),
            (Point.UNITS_ALIVE, True),
            (Point.SECRETARY, True),
        ]
        assert self._of(Sort.REVOKE) == [
            (Point.MEMBERS_TO_MOVE, False),
            (Point.UNITS_UNCOVERED, False),
        ]

    def test_a_weak_one_speaks_for_merging_where_somebody_has_room(self):
        weak = {"full": 2, "probationary": 0}
        assert self._of(Sort.MERGE, weak) == [(Point.FEW_FULL, True), (Point.ROOM_NEARBY, True)]
        assert self._of(Sort.MERGE, weak, nearby=0)[-1] == (Point.NO_ROOM_NEARBY, False)

    def test_an_empty_one_speaks_for_revoking(self):
        empty = {"full": 0, "probationary": 0, "closed": 2}
        assert self._of(Sort.REVOKE, empty) == [(Point.NOBODY, True), (Point.NO_UNIT_ALIVE, True)]
        assert (Point.NOBODY, False) in self._of(Sort.MERGE, empty)

    def test_organisations_below_are_thought_of_first(self):
        assert (Point.SUBORDINATES, False) in self._of(Sort.MERGE, below=1)
        assert (Point.SUBORDINATES, False) in self._of(Sort.REVOKE, below=1)


class TestMerging:
    @pytest.mark.parametrize(("room", "found"), [(6, []), (5, [Found(Blocker.TARGET_FULL, 1)])])
    def test_the_room_may_be_used_up(self, room, found):
        assert merge_blockers(SOUND, replace(TARGET, room=room)) == found

    def test_one_without_a_limit_takes_any_number(self):
        assert merge_blockers(SOUND, replace(TARGET, room=None)) == []

    @pytest.mark.parametrize(
        "target",
        [
            None,
            replace(TARGET, state=OrgState.DISSOLVED),
            replace(TARGET, state=OrgState.UNCONFIRMED),
        ],
    )
    def test_the_other_one_has_to_be_there(self, target):
        assert merge_blockers(SOUND, target) == [Found(Blocker.TARGET_GONE)]

    def test_not_into_one_below(self):
        found = merge_blockers(SOUND, replace(TARGET, stands_below=True))
        assert found == [Found(Blocker.TARGET_BELOW)]

    @pytest.mark.parametrize(
        ("org_type", "found"),
        [(OrgType.BRANCH, [Found(Blocker.BELOW_A_BRANCH, 2)]), (OrgType.GENERAL_BRANCH, [])],
    )
    def test_a_branch_has_nobody_below_it(self, org_type, found):
        target = replace(TARGET, org_type=org_type)
        assert merge_blockers(replace(SOUND, below=2), target) == found


class TestRevoking:
    EMPTY = facts({"full": 0, "probationary": 0}, rolls=0)

    def test_nothing_bars_an_empty_one_with_seals_and_papers(self):
        assert revoke_blockers(self.EMPTY, Seals.NONE, has_papers=True) == []
        assert revoke_blockers(self.EMPTY, Seals.HANDED_IN, has_papers=True) == []

    def test_everything_else_does(self):
        full = replace(SOUND, rolls=8, below=1)
        assert revoke_blockers(full, Seals.UNKNOWN, has_papers=False) == [
            Found(Blocker.MEMBERS_LEFT, 6),
            Found(Blocker.OTHERS_LEFT, 2),
            Found(Blocker.SUBORDINATES_LEFT, 1),
            Found(Blocker.SEALS_UNKNOWN),
            Found(Blocker.PAPERS_UNKNOWN),
        ]


def test_what_is_open_elsewhere_bars_both_ways():
    busy = replace(TestRevoking.EMPTY, running=2)
    left = [Found(Blocker.CASES_OPEN, 2)]

    assert merge_blockers(busy, TARGET) == left
    assert revoke_blockers(busy, Seals.NONE, has_papers=True) == left


class TestReviving:
    PLAN = dict.fromkeys(PlanItem, TODAY)

    def _so(self, figures=None, decided_on=TODAY, **values):
        lines = plan_facts(self.PLAN, facts(figures, **values), decided_on)
        return {line.item for line in lines if line.is_so}

    def test_every_line_is_read(self):
        assert self._so() == set(PlanItem)

    @pytest.mark.parametrize(
        ("figures", "values", "missing"),
        [
            ({}, {"has_secretary": False}, PlanItem.SECRETARY),
            ({"full": 2}, {}, PlanItem.MEMBERS),
            ({"last_life_on": TODAY - timedelta(days=1)}, {}, PlanItem.MEETING),
            ({"last_life_on": None}, {}, PlanItem.MEETING),
            ({}, {"instructors": 0}, PlanItem.INSTRUCTOR),
        ],
    )
    def test_what_is_not_so_is_missing(self, figures, values, missing):
        assert set(PlanItem) - self._so(figures, **values) == {missing}


class TestBare:
    @pytest.mark.parametrize(
        ("figures", "went", "bare"),
        [
            ({"closed": 2}, False, True),
            ({"closed": 1}, False, False),
            ({"full": 2}, True, True),
            ({"full": 3}, True, False),
            ({"full": 2}, False, False),
            ({"full": 2, "formation_mode": FormationMode.FUNCTIONAL}, True, False),
            ({"closed": 2, "state": OrgState.DISSOLVED}, True, False),
        ],
    )
    def test_without_units_or_after_people_went(self, figures, went, bare):
        assert is_bare(facts(figures), people_went=went) is bare
