"""Eight clients after one row: one effect, one answer for one key, nobody writes over anybody."""

import pytest

from tests.factories.surveys import NOW, give, make_survey, told
from tests.services.cases.races import clients
from xgz.models import SurveyReminder, SurveyRow, SurveyVisit
from xgz.rules.surveys import RoundOver, RowState
from xgz.services.surveys import steering
from xgz.services.surveys.answering import RowChanged
from xgz.services.surveys.steering import RemindedToday

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def eight():
    with clients() as found:
        yield found


@pytest.fixture
def survey():
    return make_survey(2)


def test_of_eight_sendings_in_a_race_one_takes_effect_and_all_are_answered_alike(eight, survey):
    row, actor = survey.rows()[0], survey.actor()

    versions = eight.run(lambda _n: str(give(row, actor, told(), key="k", version=0)))

    assert versions == ["1"] * 8
    assert SurveyVisit.objects.count() == 1
    assert SurveyRow.objects.get(pk=row.pk).version == 1


def test_of_eight_different_answers_in_a_race_one_stands(eight, survey):
    row, actor = survey.rows()[0], survey.actor()

    def answer(number):
        try:
            give(row, actor, told(staff=number), key=f"k{number}", version=0)
        except RowChanged:
            return "told"
        return "won"

    results = eight.run(answer)

    assert sorted(results) == ["told"] * 7 + ["won"]
    now = SurveyRow.objects.get(pk=row.pk)
    assert (now.version, now.staff) == (1, results.index("won"))


def test_an_end_and_answers_in_a_race_leave_no_answer_after_it(eight, survey):
    row, actor = survey.rows()[0], survey.actor()

    def act(number):
        try:
            if number == 0:
                steering.withdraw(actor=survey.runner, survey=survey.round, now=NOW)
            else:
                give(row, actor, told(staff=number), key=f"k{number}", version=0)
        except (RowChanged, RoundOver, steering.RoundBegun):
            return "told"
        return "won"

    results = eight.run(act)

    # Either the round was withdrawn untouched, or it was answered and goes on.
    survey.round.refresh_from_db()
    answered = SurveyRow.objects.get(pk=row.pk).state != RowState.TO_VISIT
    assert results.count("won") == 1
    assert answered is survey.round.is_running is (results[0] == "told")


def test_of_eight_reminders_in_a_race_one_goes_out(eight, survey):
    def remind(_number):
        try:
            return str(steering.remind(actor=survey.runner, survey=survey.round, now=NOW))
        except RemindedToday:
            return ""

    assert sorted(eight.run(remind)) == [""] * 7 + ["1"]
    assert SurveyReminder.objects.count() == 1
