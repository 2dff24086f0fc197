"""Progress of survey rounds: counts that add up, hidden sums, what waits for a walker, costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import TODAY, actor_as, make_market, make_stall, make_user
from tests.factories.surveys import NOW, give, make_survey, told
from xgz.models import SurveyRow
from xgz.queries import surveys as reads
from xgz.queries.surveys import NOBODY, RowWanted
from xgz.rules.roles import Role
from xgz.rules.surveys import RowState, Told
from xgz.rules.workdays import Light
from xgz.services.surveys import steering

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def survey():
    """Six shops: two visited, one each not met, gone, refused and not walked to."""
    made = make_survey(6)
    actor, rows = made.actor(), made.rows()
    give(rows[0], actor, told(has_organisation=Told.YES, has_plaque=Told.YES))
    give(rows[1], actor, told(staff=5, members=None))
    give(rows[2], actor, told(RowState.NOT_MET))
    give(rows[3], actor, told(RowState.GONE))
    give(rows[4], actor, told(RowState.REFUSED))
    return made


@pytest.fixture
def other(survey):
    return make_user(Role.INSTRUCTOR, survey.district.qingping_office)


def end(survey):
    steering.finish(actor=survey.runner, survey=survey.round, now=NOW)
    survey.round.refresh_from_db()


def bureau(survey):
    return actor_as(Role.BUREAU, survey.district.bureau)


def test_the_states_add_up_to_all_rows(survey):
    tally = reads.tally_of(survey.round.rows.all(), survey.runner)

    assert (tally.visited, tally.not_met, tally.gone, tally.refused, tally.to_visit) == (
        2,
        1,
        1,
        1,
        1,
    )
    assert tally.total == 6 == tally.settled + tally.waiting
    assert tally.waiting == 2
    assert tally.percent == pytest.approx(100 * 4 / 6)


def test_what_shops_told_is_summed_with_how_many_answered(survey):
    tally = reads.tally_of(survey.round.rows.all(), survey.runner)

    assert (tally.staff, tally.staff_shops) == (8, 2)
    assert (tally.members, tally.member_shops) == (1, 1)
    assert (tally.organisations, tally.plaques) == (1, 1)


def test_no_rows_have_no_rate(survey):
    tally = reads.tally_of(SurveyRow.objects.none(), survey.runner)

    assert (tally.total, tally.percent, tally.staff) == (0, None, 0)


def test_the_bureau_reads_no_answer_by_the_difference_of_two_looks(survey):
    def looks():
        actor = bureau(survey)
        (line,) = reads.round_lines([survey.round], actor)
        parts = reads.parts_by_walker(survey.round, actor)
        tallies = [line.tally, *(part.tally for part in parts)]
        return [(t.staff, t.members, t.organisations, t.plaques) for t in tallies]

    nothing = (None,) * 4
    assert set(looks()) == {nothing}
    for row in survey.rows()[2:]:
        give(row, survey.actor(), told(staff=4, members=3))
        assert set(looks()) == {nothing}
    end(survey)

    whole, *parts = looks()
    assert whole == (24, 13, 1, 1)
    assert set(parts) == {nothing}


def test_the_bureau_sees_no_sum_over_two_shops(survey):
    end(survey)
    (line,) = reads.round_lines([survey.round], bureau(survey))

    assert line.tally.total == 6
    assert line.tally.visited == 2
    assert (line.tally.staff, line.tally.members) == (None, None)
    assert (line.tally.organisations, line.tally.plaques) == (None, None)


def test_the_bureau_sees_sums_over_three_shops_of_a_round_that_is_over(survey):
    give(survey.rows()[5], survey.actor(), told(staff=1))
    end(survey)
    (line,) = reads.round_lines([survey.round], bureau(survey))
    assert (line.tally.staff, line.tally.organisations) == (9, 1)
    assert line.tally.members is None  # two shops told of members


def test_parts_add_up_to_the_round(survey, other):
    rows = survey.rows()
    SurveyRow.objects.filter(pk=rows[5].pk).update(walker=other, street="北街")
    SurveyRow.objects.filter(pk=rows[4].pk).update(walker=None, station=None, street="")

    walkers = reads.parts_by_walker(survey.round, survey.runner)
    streets = reads.parts_by_street(survey.round, survey.runner)

    assert {part.key: part.tally.total for part in walkers} == {
        survey.walker.public_id: 4,
        other.public_id: 1,
        NOBODY: 1,
    }
    assert walkers[-1].key == NOBODY
    assert {part.key: part.tally.total for part in streets} == {
        rows[0].street: 4,
        "北街": 1,
        "": 1,
    }
    assert streets[0].tally.total == 4


def test_every_number_of_a_part_opens_as_many_rows(survey, other):
    SurveyRow.objects.filter(pk=survey.rows()[5].pk).update(walker=other, street="")
    rows = survey.round.rows.all()

    for part in reads.parts_by_walker(survey.round, survey.runner):
        for state in RowState:
            wanted = RowWanted(state=state.value, walker=part.key)
            assert wanted.narrow(rows).count() == getattr(part.tally, state.value)
    for part in reads.parts_by_street(survey.round, survey.runner):
        assert RowWanted(street=part.key).narrow(rows).count() == part.tally.total
        waiting = RowWanted(state="waiting", street=part.key)
        assert waiting.narrow(rows).count() == part.tally.waiting


@pytest.mark.parametrize(
    ("told_of", "shops"),
    [("staff", 2), ("members", 1), ("organisation", 1), ("plaque", 1), ("", 6)],
)
def test_what_shops_told_opens_its_rows(survey, told_of, shops):
    assert RowWanted(told=told_of).narrow(survey.round.rows.all()).count() == shops


def test_a_walker_counts_the_own_rows_alone(survey, other):
    SurveyRow.objects.filter(pk=survey.rows()[5].pk).update(walker=other)

    (line,) = reads.round_lines([survey.round], survey.actor())

    assert line.tally.total == 5


def test_the_last_day_shows_its_light(survey):
    ending = {Light.CALM: 60, Light.NEAR: 1, Light.LATE: -1}
    for light, days in ending.items():
        survey.round.ends_on = TODAY + days * DAY
        (line,) = reads.round_lines([survey.round], survey.runner)
        assert line.light is not None
        assert line.light.light is light

    steering.finish(actor=survey.runner, survey=survey.round, now=NOW)
    (line,) = reads.round_lines([survey.round], survey.runner)
    assert line.light is None


def test_todays_rows_wait_and_the_nearest_end_comes_first(survey):
    later = make_survey(1, walker=survey.walker, ends_on=TODAY + 90 * DAY)
    sooner = make_survey(1, walker=survey.walker, ends_on=TODAY + 1 * DAY)

    rows = reads.todays_rows(survey.actor(), 100)

    mine = survey.rows()
    assert rows == [*sooner.rows(), mine[2], mine[5], *later.rows()]
    assert reads.todays_rows(survey.actor(), 2) == rows[:2]


def test_ended_rounds_wait_for_nobody(survey):
    steering.finish(actor=survey.runner, survey=survey.round, now=NOW)

    assert reads.todays_rows(survey.actor(), 100) == []
    assert reads.own_work(survey.actor()) is None


def test_what_waits_for_a_walker(survey):
    assert reads.own_work(survey.actor()) == reads.OwnWork(2, survey.round.ends_on, None)

    sooner = make_survey(3, walker=survey.walker, ends_on=TODAY + 1 * DAY)
    steering.remind(actor=survey.runner, survey=survey.round, now=NOW)

    assert reads.own_work(survey.actor()) == reads.OwnWork(5, sooner.round.ends_on, NOW)


def test_nothing_waits_for_who_walks_nowhere(survey, other):
    with CaptureQueriesContext(connection) as queries:
        assert reads.own_work(survey.runner) is None
    assert len(queries) == 0
    steering.remind(actor=survey.runner, survey=survey.round, now=NOW)
    SurveyRow.objects.update(walker=other)
    assert reads.own_work(survey.actor()) is None
    work = reads.own_work(actor_as(Role.INSTRUCTOR, survey.district.qingping_office))
    assert work is None


def test_the_stall_of_today_stands_beside_the_shop(survey):
    row = survey.rows()[0]
    market = make_market(township=survey.district.qingping)
    make_stall(market, row.business, number="A1", valid_to=TODAY - DAY)
    make_stall(market, row.business, number="B2")

    found = reads.with_stalls(survey.round.rows.filter(pk=row.pk), TODAY).get()

    assert found.stall == "B2"


def test_costs_do_not_grow_with_rows(survey):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            reads.round_lines([survey.round], survey.runner)
            reads.parts_by_walker(survey.round, survey.runner)
            reads.parts_by_street(survey.round, survey.runner)
            reads.todays_rows(survey.actor(), 100)
        return len(queries)

    before = cost()
    for _ in range(3):
        make_survey(5, walker=survey.walker)

    assert cost() == before
