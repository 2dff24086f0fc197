"""Parameters, the working-day calendar, the responsibility table."""

from datetime import date, timedelta

from tests.factories import TODAY
from tests.services.audit_scenarios.stage import Deed, Stage, newest, one
from tests.services.imports.worlds import NOW
from xgz.access.actor import Actor
from xgz.models import CalendarDay, ParameterValue, Responsibility
from xgz.rules.holidays import fixed_by_law
from xgz.rules.responsibilities import Matter, MatterDuty
from xgz.rules.roles import Role
from xgz.rules.year_notice import NoticeDay
from xgz.services import calendar, parameters, responsibilities


def parameter_set(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: parameters.set_parameter(
            actor=actor,
            key="case.near_days",
            value=4,
            valid_from=TODAY,
            reason="县委组织部通知",
            now=NOW,
        ),
        actor,
        one("parameter.set", "parameter_value", lambda: newest(ParameterValue)),
    )


def parameter_withdrawn(stage: Stage) -> Deed:
    actor = stage.department
    value = ParameterValue.objects.create(
        key="case.near_days",
        value=4,
        valid_from=TODAY + timedelta(days=9),
        reason="通知",
        entered_at=NOW,
    )
    return Deed(
        lambda: parameters.withdraw_value(actor=actor, value=value, now=NOW),
        actor,
        one("parameter.withdraw", "parameter_value", value.public_id),
    )


def _correct(stage: Stage, actor: Actor) -> CalendarDay:
    return calendar.correct_day(
        actor=actor, day=date(2026, 11, 28), is_workday=True, name="", source="通知", now=NOW
    )


def day_corrected(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: _correct(stage, actor),
        actor,
        one("calendar.correct", "calendar", lambda: newest(CalendarDay)),
    )


def correction_withdrawn(stage: Stage) -> Deed:
    actor = stage.department
    entry = _correct(stage, actor)
    return Deed(
        lambda: calendar.withdraw_correction(actor=actor, entry=entry, now=NOW),
        actor,
        one("calendar.withdraw", "calendar", entry.public_id),
    )


def year_entered(stage: Stage) -> Deed:
    actor = stage.department
    days = [NoticeDay(day, is_workday=False, name=name) for day, name in fixed_by_law(2028).items()]
    return Deed(
        lambda: calendar.enter_year(actor=actor, year=2028, days=days, source="通知", now=NOW),
        actor,
        one("calendar.year", "calendar", "2028"),
    )


def _duty(actor: Actor, valid_from: date = TODAY) -> Responsibility:
    return responsibilities.add_duty(
        actor=actor,
        matter=Matter.TRANSFER,
        duty=MatterDuty.INFORMED,
        role=Role.SOCIAL_WORK_DEPT,
        valid_from=valid_from,
        now=NOW,
    )


def duty_added(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: _duty(actor),
        actor,
        one("responsibility.add", "responsibility", lambda: newest(Responsibility)),
    )


def duty_ended(stage: Stage) -> Deed:
    actor = stage.department
    row = _duty(actor)
    return Deed(
        lambda: responsibilities.end_duty(actor=actor, row=row, last_day=TODAY, now=NOW),
        actor,
        one("responsibility.end", "responsibility", row.public_id),
    )


def duty_withdrawn(stage: Stage) -> Deed:
    actor = stage.department
    row = _duty(actor, TODAY + timedelta(days=5))
    return Deed(
        lambda: responsibilities.withdraw_duty(actor=actor, row=row, now=NOW),
        actor,
        one("responsibility.withdraw", "responsibility", row.public_id),
    )
