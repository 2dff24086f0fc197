"""Answers: one effect for one key, none over another unseen, by whose hands, until when."""

from datetime import date, timedelta
from itertools import product

import pytest

from tests.factories import TODAY, actor_as, make_user
from tests.factories.surveys import NOW, give, make_survey, told
from xgz.access.actor import NotPermitted, actor_for, shell_operator
from xgz.models import AuditEntry, RoleAssignment, SurveyRow, SurveyVisit
from xgz.rules.roles import Role
from xgz.rules.surveys import OUTCOMES, AnswerUnsound, RoundOver, RowState, Told
from xgz.services.surveys import steering
from xgz.services.surveys.answering import KeyReused, RowChanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    return make_survey()


@pytest.fixture
def row(survey):
    return survey.rows()[0]


def again(row):
    return SurveyRow.objects.get(pk=row.pk)


def standing(row):
    return SurveyRow.objects.filter(pk=row.pk).values().get()


def test_an_answer_stands_with_its_counts_its_day_and_its_writer(survey, row):
    yesterday = TODAY - timedelta(days=1)
    answer = told(day=yesterday, has_organisation=Told.YES)

    version = give(row, survey.actor(), answer)

    now = again(row)
    assert (now.state, now.staff, now.members) == (RowState.VISITED, 3, 1)
    assert (now.has_organisation, now.has_plaque) == (Told.YES, Told.NO)
    assert (now.visited_on, now.answered_at, now.answered_by) == (yesterday, NOW, survey.walker)
    assert version == now.version == 1


@pytest.mark.parametrize(
    ("before", "after"), list(product([RowState.TO_VISIT, *OUTCOMES], OUTCOMES))
)
def test_any_outcome_can_follow_any_state(survey, row, before, after):
    if before in OUTCOMES:
        give(row, survey.actor(), told(before))

    give(row, survey.actor(), told(after))

    now = again(row)
    assert now.state == after
    assert (now.staff is not None) == (after is RowState.VISITED)
    assert now.tries == [before, after].count(RowState.NOT_MET)


def test_the_same_key_has_one_effect_and_one_answer(survey, row):
    actor = survey.actor()
    first = give(row, actor, told(RowState.NOT_MET), key="k", version=0)
    after = standing(row)
    audits = AuditEntry.objects.count()

    assert give(row, actor, told(RowState.NOT_MET), key="k", version=0) == first
    assert standing(row) == after
    assert SurveyVisit.objects.count() == 1
    assert AuditEntry.objects.count() == audits


def test_a_key_is_answered_alike_after_others_have_answered_and_the_round_is_over(survey, row):
    actor = survey.actor()
    give(row, actor, told(RowState.NOT_MET), key="k", version=0)
    give(row, survey.runner, told())
    steering.finish(actor=survey.runner, survey=survey.round, now=NOW)
    after = standing(row)

    assert give(row, actor, told(RowState.NOT_MET), key="k", version=0) == 1
    assert standing(row) == after


def test_another_answer_under_the_same_key_is_refused(survey, row):
    actor = survey.actor()
    give(row, actor, told(RowState.NOT_MET), key="k", version=0)
    after = standing(row)

    with pytest.raises(KeyReused):
        give(row, actor, told(), key="k", version=1)

    assert standing(row) == after


def test_two_people_may_use_the_same_key(survey, row):
    give(row, survey.actor(), told(RowState.NOT_MET), key="k")
    give(row, survey.runner, told(), key="k")

    assert again(row).state == RowState.VISITED


def test_nobody_writes_over_an_answer_unseen(survey, row):
    give(row, survey.runner, told(), version=0)
    after = standing(row)

    with pytest.raises(RowChanged) as refused:
        give(row, survey.actor(), told(RowState.GONE), version=0)

    assert standing(row) == after
    assert refused.value.row.version == 1
    assert refused.value.row.answered_by == survey.runner.user
    assert SurveyVisit.objects.count() == 1


def test_the_same_answer_from_two_people_is_no_conflict(survey, row):
    give(row, survey.runner, told(), version=0)
    after = standing(row)

    assert give(row, survey.actor(), told(), version=0) == 1
    assert standing(row) == after


@pytest.mark.parametrize("version", [1, 7])
def test_a_version_nobody_has_seen_changes_nothing(survey, row, version):
    before = standing(row)

    with pytest.raises(RowChanged):
        give(row, survey.actor(), told(), version=version)

    assert standing(row) == before


def test_an_unsound_answer_changes_nothing(survey, row):
    before = standing(row)

    with pytest.raises(AnswerUnsound):
        give(row, survey.actor(), told(RowState.GONE, staff=2))
    with pytest.raises(AnswerUnsound):
        give(row, survey.actor(), told(day=survey.round.starts_on - timedelta(days=1)))

    assert standing(row) == before


@pytest.mark.parametrize("end", [steering.finish, steering.withdraw])
def test_an_ended_round_takes_no_answer(survey, row, end):
    end(actor=survey.runner, survey=survey.round, now=NOW)
    before = standing(row)

    with pytest.raises(RoundOver):
        give(row, survey.actor())

    assert standing(row) == before


@pytest.mark.parametrize(
    ("role", "place", "may"),
    [
        (Role.ORG_DEPT, "org_dept", True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", True),
        (Role.TOWNSHIP_COMMITTEE, "liuquan", False),
        (Role.STATION_HEAD, "qingping_office", True),
        (Role.STATION_HEAD, "liuquan_office", False),
        (Role.INSTRUCTOR, "qingping_office", False),  # another one of the same office
        (Role.BUREAU, "bureau", False),
        (Role.SOCIAL_WORK_DEPT, "social_work", False),
        (Role.ASSOCIATION, "association", False),
    ],
)
def test_who_may_answer(survey, row, role, place, may):
    actor = actor_as(role, getattr(survey.district, place))
    before = standing(row)

    if may:
        give(row, actor)
        assert again(row).answered_by == actor.user
    else:
        with pytest.raises(NotPermitted):
            give(row, actor)
        assert standing(row) == before


def test_the_shell_answers_nothing(row):
    with pytest.raises(NotPermitted):
        give(row, shell_operator(TODAY))


def test_a_walker_who_left_the_office_answers_no_more(survey, row):
    RoleAssignment.objects.filter(user=survey.walker).update(valid_to=date(2026, 11, 22))
    RoleAssignment.objects.create(
        user=survey.walker,
        role=Role.INSTRUCTOR,
        body=survey.district.liuquan_office,
        valid_from=date(2026, 11, 23),
    )

    with pytest.raises(NotPermitted):
        give(row, actor_for(survey.walker, TODAY))


def test_a_row_given_to_somebody_else_is_no_longer_the_walkers(survey, row):
    SurveyRow.objects.filter(pk=row.pk).update(
        walker=make_user(Role.INSTRUCTOR, survey.district.qingping_office)
    )

    with pytest.raises(NotPermitted):
        give(row, survey.actor())
