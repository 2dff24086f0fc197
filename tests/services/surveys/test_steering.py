"""Giving out rows, reminding walkers, ending rounds: what moves, what stays, by whose hands."""

from datetime import timedelta

import pytest

from tests.factories import actor_as, make_user
from tests.factories.surveys import NOW, give, make_survey, told
from xgz.access.actor import NotPermitted
from xgz.models import RoleAssignment, SurveyReminder, SurveyRow
from xgz.queries.surveys import NOBODY, RowWanted
from xgz.rules.roles import Role
from xgz.rules.surveys import OUTCOMES, WAITING, RoundBegun, RoundOver, RoundState, RowState
from xgz.services.surveys import steering
from xgz.services.surveys.steering import Handing, NotAWalker, NothingToGive, RemindedToday

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    return make_survey(4)


@pytest.fixture
def other(survey):
    return make_user(Role.INSTRUCTOR, survey.district.qingping_office)


def seat(user):
    return RoleAssignment.objects.get(user=user)


def hand(survey, to, *, actor=None, most=None, **wanted):
    handing = Handing(RowWanted(**wanted), seat(to) if to else None, most)
    return steering.hand_out(
        actor=actor or survey.runner, survey=survey.round, handing=handing, now=NOW
    )


def walkers(survey):
    return [row.walker for row in survey.rows()]


def test_the_first_rows_of_the_walk_go_to_another(survey, other):
    assert hand(survey, other, most=3) == 3

    assert walkers(survey) == [other, other, other, survey.walker]
    assert survey.rows()[0].station == survey.district.qingping_office


def test_rows_are_given_by_street_and_by_who_has_them(survey, other):
    SurveyRow.objects.filter(pk=survey.rows()[0].pk).update(street="北街")
    assert hand(survey, other, street="北街") == 1
    assert hand(survey, None, walker=other.public_id) == 1
    assert walkers(survey)[0] is None
    assert survey.rows()[0].station is None

    assert hand(survey, other, walker=NOBODY) == 1
    assert walkers(survey) == [other, *[survey.walker] * 3]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_only_rows_that_wait_are_given_out(survey, other, outcome):
    give(survey.rows()[0], survey.actor(), told(outcome))

    assert hand(survey, other) == (4 if outcome in WAITING else 3)
    assert (walkers(survey)[0] == other) is (outcome in WAITING)


def test_nothing_to_give_is_said(survey, other):
    with pytest.raises(NothingToGive):
        hand(survey, other, walker=NOBODY)
    with pytest.raises(NothingToGive):
        hand(survey, other, street="没有这条街")


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.INSTRUCTOR, "liuquan_office"),
        (Role.INSTRUCTOR, "bureau"),
        (Role.STATION_HEAD, "qingping_office"),
    ],
)
def test_rows_go_to_instructors_of_the_offices_of_the_township_alone(survey, role, place):
    stranger = make_user(role, getattr(survey.district, place))

    with pytest.raises(NotAWalker):
        hand(survey, stranger)

    assert set(walkers(survey)) == {survey.walker}


def test_rows_do_not_go_to_who_left(survey, other):
    RoleAssignment.objects.filter(user=other).update(valid_to=NOW.date() - timedelta(days=1))

    with pytest.raises(NotAWalker):
        hand(survey, other)


@pytest.mark.parametrize(
    ("role", "place", "may"),
    [
        (Role.ORG_DEPT, "org_dept", True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", True),
        (Role.TOWNSHIP_COMMITTEE, "liuquan", False),
        (Role.STATION_HEAD, "qingping_office", True),
        (Role.STATION_HEAD, "liuquan_office", False),
        (Role.INSTRUCTOR, "qingping_office", False),
        (Role.BUREAU, "bureau", False),
    ],
)
def test_who_may_give_out_and_remind(survey, other, role, place, may):
    actor = actor_as(role, getattr(survey.district, place))
    if may:
        assert hand(survey, other, actor=actor) == 4
        assert steering.remind(actor=actor, survey=survey.round, now=NOW) == 1
        return
    with pytest.raises(NotPermitted):
        hand(survey, other, actor=actor)
    with pytest.raises(NotPermitted):
        steering.remind(actor=actor, survey=survey.round, now=NOW)
    assert set(walkers(survey)) == {survey.walker}
    assert not SurveyReminder.objects.exists()


def test_a_station_head_gives_out_the_rows_of_the_own_office_alone(survey, other):
    rows = survey.rows()
    rows[0].business.office = survey.district.liuquan_office
    rows[0].business.save(update_fields=["office"])
    head = actor_as(Role.STATION_HEAD, survey.district.qingping_office)

    assert hand(survey, other, actor=head) == 3
    assert walkers(survey) == [survey.walker, other, other, other]


def test_everybody_is_reminded_once_a_day(survey, other):
    hand(survey, other, most=1)

    def remind(after):
        return steering.remind(actor=survey.runner, survey=survey.round, now=NOW + after)

    assert remind(timedelta()) == 2
    with pytest.raises(RemindedToday):
        remind(timedelta(hours=23, minutes=59))
    assert remind(timedelta(days=1)) == 2


def test_one_is_reminded_alone(survey, other):
    hand(survey, other, most=1)

    assert (
        steering.remind(actor=survey.runner, survey=survey.round, now=NOW, walker=other.public_id)
        == 1
    )
    assert SurveyReminder.objects.get().walker == other


def test_who_has_walked_everything_is_not_reminded(survey):
    for row in survey.rows():
        give(row, survey.actor())

    with pytest.raises(RemindedToday):
        steering.remind(actor=survey.runner, survey=survey.round, now=NOW)


def test_a_finished_round_keeps_what_nobody_reached(survey):
    give(survey.rows()[0], survey.actor())

    steering.finish(actor=survey.runner, survey=survey.round, now=NOW)

    assert (survey.round.state, survey.round.closed_at) == (RoundState.FINISHED, NOW)
    assert [row.state for row in survey.rows()].count(RowState.TO_VISIT) == 3


def test_a_round_is_withdrawn_only_before_the_first_answer(survey):
    give(survey.rows()[0], survey.actor())
    with pytest.raises(RoundBegun):
        steering.withdraw(actor=survey.runner, survey=survey.round, now=NOW)

    untouched = make_survey()
    steering.withdraw(actor=untouched.runner, survey=untouched.round, now=NOW)
    assert untouched.round.state == RoundState.WITHDRAWN


@pytest.mark.parametrize("end", [steering.finish, steering.withdraw])
def test_nothing_moves_after_the_end(survey, other, end):
    end(actor=survey.runner, survey=survey.round, now=NOW)

    for act in (
        lambda: hand(survey, other),
        lambda: steering.remind(actor=survey.runner, survey=survey.round, now=NOW),
        lambda: steering.finish(actor=survey.runner, survey=survey.round, now=NOW),
        lambda: steering.withdraw(actor=survey.runner, survey=survey.round, now=NOW),
    ):
        with pytest.raises(RoundOver):
            act()


@pytest.mark.parametrize(
    ("role", "place", "may"),
    [
        (Role.ORG_DEPT, "org_dept", True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", True),
        (Role.TOWNSHIP_COMMITTEE, "liuquan", False),
        (Role.STATION_HEAD, "qingping_office", False),  # the township ordered it
        (Role.INSTRUCTOR, "qingping_office", False),
        (Role.BUREAU, "bureau", False),
    ],
)
@pytest.mark.parametrize("end", [steering.finish, steering.withdraw])
def test_who_ordered_the_round_ends_it_and_the_department(survey, role, place, may, end):
    actor = actor_as(role, getattr(survey.district, place))

    if may:
        end(actor=actor, survey=survey.round, now=NOW)
        assert not survey.round.is_running
    else:
        with pytest.raises(NotPermitted):
            end(actor=actor, survey=survey.round, now=NOW)
        survey.round.refresh_from_db()
        assert survey.round.is_running
