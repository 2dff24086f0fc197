"""Giving out the rows of a running round, reminding walkers, ending the round (SV-1, SV-7)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from xgz.access import surveys as access
from xgz.access.actor import Actor, require_person
from xgz.models import RoleAssignment, SurveyReminder, SurveyRound, SurveyRow, User
from xgz.queries.surveys import RowWanted
from xgz.rules.surveys import (
    REMIND_PAUSE,
    WAITING,
    RoundAction,
    RoundBegun,
    RoundOver,
    RoundState,
    RowState,
    round_step,
)
from xgz.services import audit
from xgz.services.transactions import unit_of_work


class NotAWalker(Exception):
    """The person is no instructor of an office that serves the township."""


class NothingToGive(Exception):
    """No row that waits meets the conditions."""


class RemindedToday(Exception):
    """Everybody who still has to walk was reminded less than a day ago (SV-7)."""


@dataclass(frozen=True, slots=True)
class Handing:
    """Which waiting rows go to whom: those that `wanted` names, the first `most` of them.

    most: None for all; to: None takes them back.
    """

    wanted: RowWanted
    to: RoleAssignment | None
    most: int | None = None


@unit_of_work
def hand_out(*, actor: Actor, survey: SurveyRound, handing: Handing, now: datetime) -> int:
    """Give rows that wait to one instructor, in the order of the walk; return how many.

    Raises NotPermitted, RoundOver, NotAWalker, NothingToGive.
    """
    access.require_steering(actor, survey)
    _hold_running(survey)
    to = handing.to
    if to is not None and not access.walkers_for(actor, survey.area).filter(pk=to.pk).exists():
        raise NotAWalker(to.pk)
    mine = access.steerable_rows(actor).filter(round=survey, state__in=WAITING)
    rows = handing.wanted.narrow(mine).order_by("place").values_list("pk", flat=True)
    numbers = list(rows[: handing.most] if handing.most is not None else rows)
    if not numbers:
        raise NothingToGive(survey.pk)
    given = SurveyRow.objects.filter(pk__in=numbers, state__in=WAITING).update(
        walker=to.user if to else None, station=to.body if to else None
    )
    audit.record(
        actor=actor,
        action="survey.assign",
        subject_type="survey",
        subject_id=survey.public_id,
        now=now,
        fields={"rows": given, "instructor": to.user.public_id if to else ""},
    )
    return given


@unit_of_work
def remind(*, actor: Actor, survey: SurveyRound, now: datetime, walker: str = "") -> int:
    """Remind those who have shops to walk to, once a day each; return how many people (SV-7).

    walker: public id of one of them, "" for all. Raises NotPermitted, RoundOver, RemindedToday.
    """
    access.require_steering(actor, survey)
    person = require_person(actor)
    _hold_running(survey)
    mine = access.steerable_rows(actor).filter(round=survey, state__in=WAITING)
    people = User.objects.filter(pk__in=mine.filter(walker__isnull=False).values("walker"))
    if walker:
        people = people.filter(public_id=walker)
    lately = SurveyReminder.objects.filter(round=survey, at__gt=now - REMIND_PAUSE)
    due = people.exclude(pk__in=lately.values("walker")).order_by("pk")
    reminders = [SurveyReminder(round=survey, walker=each, at=now, by=person) for each in due]
    if not reminders:
        raise RemindedToday(survey.pk)
    SurveyReminder.objects.bulk_create(reminders)
    audit.record(
        actor=actor,
        action="survey.remind",
        subject_type="survey",
        subject_id=survey.public_id,
        now=now,
        fields={"persons": len(reminders)},
    )
    return len(reminders)


@unit_of_work
def finish(*, actor: Actor, survey: SurveyRound, now: datetime) -> None:
    """End a round as it stands; shops nobody reached stay listed as such.

    Raises NotPermitted, RoundOver.
    """
    access.require_running(actor, survey)
    _end(survey, RoundAction.FINISH, now)
    _note(actor, RoundAction.FINISH, survey, now)


@unit_of_work
def withdraw(*, actor: Actor, survey: SurveyRound, now: datetime) -> None:
    """Take back a round nobody has answered yet. Raises NotPermitted, RoundOver, RoundBegun."""
    access.require_running(actor, survey)
    _hold_running(survey)
    if survey.rows.exclude(state=RowState.TO_VISIT).exists():
        raise RoundBegun(survey.pk)
    _end(survey, RoundAction.WITHDRAW, now)
    _note(actor, RoundAction.WITHDRAW, survey, now)


def hold_round(survey_id: int) -> SurveyRound:
    """Return the round, kept running until the transaction ends. Raises RoundOver.

    Answers and hands share the row's lock with each other only in this order: the round first.
    """
    rows: QuerySet[SurveyRound] = SurveyRound.objects.select_for_update(no_key=True)
    survey = rows.get(pk=survey_id)
    if not survey.is_running:
        raise RoundOver(survey.state)
    return survey


def _hold_running(survey: SurveyRound) -> None:
    hold_round(survey.pk)


def _end(survey: SurveyRound, action: RoundAction, now: datetime) -> None:
    state = round_step(RoundState(survey.state), action)
    running = SurveyRound.objects.filter(pk=survey.pk, state=RoundState.RUNNING)
    if not running.update(state=state, closed_at=now):
        raise RoundOver(survey.pk)
    survey.refresh_from_db()


def _note(actor: Actor, action: RoundAction, survey: SurveyRound, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"survey.{action}",
        subject_type="survey",
        subject_id=survey.public_id,
        now=now,
    )
