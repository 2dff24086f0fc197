"""Survey rounds."""

from datetime import timedelta

from tests.factories import TODAY
from tests.factories.surveys import NOW, STREET, Survey, give, make_survey
from tests.services.audit_scenarios.stage import Deed, Stage, newest, one
from xgz.models import SurveyRound
from xgz.queries.survey_choice import Ground
from xgz.queries.surveys import RowWanted
from xgz.services.surveys import opening, steering


def survey_opened(stage: Stage) -> Deed:
    survey = make_survey()
    ground = Ground(stage.district.qingping, street=STREET)
    plan = opening.RoundPlan("第二轮", ground, TODAY, TODAY + timedelta(days=7))
    return Deed(
        lambda: opening.open_round(actor=survey.runner, plan=plan, now=NOW),
        survey.runner,
        one("survey.open", "survey", lambda: newest(SurveyRound)),
    )


def survey_given_out(stage: Stage) -> Deed:
    survey = make_survey()
    handing = steering.Handing(RowWanted(), None)
    return Deed(
        lambda: steering.hand_out(
            actor=survey.runner, survey=survey.round, handing=handing, now=NOW
        ),
        survey.runner,
        _of("assign", survey),
    )


def survey_reminded(stage: Stage) -> Deed:
    survey = make_survey()
    return Deed(
        lambda: steering.remind(actor=survey.runner, survey=survey.round, now=NOW),
        survey.runner,
        _of("remind", survey),
    )


def survey_finished(stage: Stage) -> Deed:
    survey = make_survey()
    return Deed(
        lambda: steering.finish(actor=survey.runner, survey=survey.round, now=NOW),
        survey.runner,
        _of("finish", survey),
    )


def survey_withdrawn(stage: Stage) -> Deed:
    survey = make_survey()
    return Deed(
        lambda: steering.withdraw(actor=survey.runner, survey=survey.round, now=NOW),
        survey.runner,
        _of("withdraw", survey),
    )


def survey_answered(stage: Stage) -> Deed:
    survey = make_survey()
    row = survey.rows()[0]
    return Deed(
        lambda: give(row, survey.runner),
        survey.runner,
        one("survey.answer", "survey_row", row.public_id),
    )


def _of(action: str, survey: Survey):
    return one(f"survey.{action}", "survey", survey.round.public_id)
