"""The table of adjusting an organisation is sound; its days, its plan, who takes which step (AD-1)."""

from datetime import date, timedelta

import pytest

from xgz.rules.adjustments import (
    ADJUSTMENT,
    DEED_LABELS,
    ORIGIN_LABELS,
    PLAN_LABELS,
    SEALS_LABELS,
    SORT_LABELS,
    SORT_OF,
    AdjustmentAction,
    AdjustmentState,
    Deed,
    MeetingDayNotAllowed,
    Origin,
    PlanDayNotAllowed,
    PlanIncomplete,
    PlanItem,
    Seals,
    Sort,
    check_meeting_day,
    check_plan,
)
from xgz.rules.cases import Unit, faults_of
from xgz.rules.parameters import PARAMETERS

A, S = AdjustmentAction, AdjustmentState
TODAY = date(2026, 11, 23)


def test_the_table_is_sound():
    assert faults_of(ADJUSTMENT) == []
    assert set(ADJUSTMENT.open_states) == {
        "suggested",
        "proposed",
        "deciding",
        "carrying_out",
        "filing",
    }


def test_its_limits_are_parameters_of_the_district_or_the_date_of_the_decision():
    limits = [duty.limit for duty in ADJUSTMENT.duties.values()]
    found = {
        limit.parameter: (PARAMETERS[limit.parameter].default, limit.unit)
        for limit in limits
        if limit.parameter
    }

    assert found == {
        "adjustment.take_up_days": (10, Unit.WORKING),
        "adjustment.propose_days": (10, Unit.WORKING),
        "adjustment.decide_days": (20, Unit.WORKING),
        "adjustment.file_days": (5, Unit.WORKING),
    }
    assert [limit.column for limit in limits if limit.column] == ["carry_out_by"]


def test_time_takes_back_and_lets_lapse_and_never_ends_an_organisation():
    by_clock = {
        (at, name, step.to) for (at, name), step in ADJUSTMENT.steps.items() if "clock" in step.by
    }

    assert by_clock == {
        (S.PROPOSED, A.RETRACT, S.RETRACTED),
        (S.DECIDING, A.RETRACT, S.RETRACTED),
        (S.CARRYING_OUT, A.RETRACT, S.RETRACTED),
        (S.CARRYING_OUT, A.LAPSE, S.DECIDING),
    }


def test_the_guiding_line_takes_no_step():
    assert not any("guide" in step.by for step in ADJUSTMENT.steps.values())


def test_each_way_is_decided_by_an_action_of_its_own():
    assert set(SORT_OF.values()) == set(Sort) - {Sort.OPEN}
    for action in SORT_OF:
        assert ADJUSTMENT.step(S.DECIDING, action).to == S.CARRYING_OUT


@pytest.mark.parametrize(
    ("at", "opened"),
    [(None, S.SUGGESTED), (S.PROPOSED, S.PROPOSED), (S.DECIDING, S.DECIDING)],
)
def test_it_is_opened_where_the_table_lets_one_in(at, opened):
    assert ADJUSTMENT.first_state(at) == opened


def test_every_word_is_there():
    for labels, values in (
        (DEED_LABELS, Deed),
        (ORIGIN_LABELS, Origin),
        (PLAN_LABELS, PlanItem),
        (SEALS_LABELS, Seals),
        (SORT_LABELS, Sort),
    ):
        assert set(labels) == set(values)


class TestMeetingDay:
    @pytest.mark.parametrize("day", [TODAY, date(2020, 1, 1)])
    def test_both_ends_count(self, day):
        check_meeting_day(day, TODAY, date(2020, 1, 1))
        check_meeting_day(day, TODAY, None)

    @pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(2019, 12, 31)])
    def test_beyond_them_it_is_refused(self, day):
        with pytest.raises(MeetingDayNotAllowed):
            check_meeting_day(day, TODAY, date(2020, 1, 1))


class TestPlan:
    def _plan(self, **days):
        return {item: days.get(item, TODAY) for item in PlanItem}

    @pytest.mark.parametrize("days", [0, 180])
    def test_today_and_the_last_day_count(self, days):
        check_plan(self._plan(members=TODAY + timedelta(days=days)), TODAY, 180)

    @pytest.mark.parametrize("days", [-1, 181])
    def test_beyond_them_it_is_refused_with_the_last_day(self, days):
        with pytest.raises(PlanDayNotAllowed) as refused:
            check_plan(self._plan(members=TODAY + timedelta(days=days)), TODAY, 180)
        assert refused.value.latest == TODAY + timedelta(days=180)

    @pytest.mark.parametrize("left_out", list(PlanItem))
    def test_no_line_is_left_out(self, left_out):
        plan = self._plan()
        del plan[left_out]
        with pytest.raises(PlanIncomplete):
            check_plan(plan, TODAY, 180)
