"""Entering what a visit told: one effect for one key, and no answer over another unseen (SV-5)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from xgz.access import surveys as access
from xgz.access.actor import Actor
from xgz.models import SurveyRow, SurveyVisit, User
from xgz.rules.surveys import Answer, RowState, Told, check_answer
from xgz.services import audit
from xgz.services.surveys.steering import hold_round
from xgz.services.transactions import unit_of_work


class RowChanged(Exception):
    """Somebody else answered since the row was read; nothing was written. Carries the row as it is."""

    def __init__(self, row: SurveyRow) -> None:
        super().__init__(row.public_id)
        self.row = row


class KeyReused(Exception):
    """The same person sent another answer for the row under this key; nothing was written."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as it arrives. key: of the sender's making, up to 36 characters; version: of the
    row the sender saw.
    """

    answer: Answer
    key: str
    version: int


@unit_of_work
def answer_row(*, actor: Actor, row: SurveyRow, sent: Sent, now: datetime) -> int:
    """Write what a visit told and return the row's version with it.

    Sent again under the same key it is written once and answered alike, also after the round ended.
    An answer equal to the one that stands counts as written. Raises NotPermitted, AnswerUnsound,
    RoundOver, KeyReused, or RowChanged where the row is no longer as the sender saw it.
    """
    person = access.require_answering(actor, row)
    if (known := _known(person, row, sent)) is not None:
        return known
    survey = hold_round(row.round_id)
    check_answer(sent.answer, starts_on=survey.starts_on, today=actor.today)
    same = SurveyRow.objects.filter(pk=row.pk, version=sent.version)
    if not same.update(**_columns(person, sent.answer, now)):
        return _met_another(person, row, sent)
    version = sent.version + 1
    SurveyVisit.objects.create(
        row=row,
        by=person,
        key=sent.key,
        content=sent.answer.text,
        version=version,
        state=sent.answer.outcome,
        visited_on=sent.answer.day,
        at=now,
    )
    audit.record(
        actor=actor,
        action="survey.answer",
        subject_type="survey_row",
        subject_id=row.public_id,
        now=now,
        fields={"state": sent.answer.outcome, "version": version},
    )
    return version


def _known(person: User, row: SurveyRow, sent: Sent) -> int | None:
    """Return what the key was answered with before, None for a new one. Raises KeyReused."""
    visit = SurveyVisit.objects.filter(row=row, by=person, key=sent.key).first()
    if visit is None:
        return None
    if visit.content != sent.answer.text:
        raise KeyReused(row.public_id)
    return visit.version


def _met_another(person: User, row: SurveyRow, sent: Sent) -> int:
    """Return the version where the same was written meanwhile. Raises RowChanged, KeyReused."""
    if (known := _known(person, row, sent)) is not None:
        return known
    now = SurveyRow.objects.select_related("answered_by").get(pk=row.pk)
    if now.visited_on is not None and standing_answer(now).text == sent.answer.text:
        return now.version
    raise RowChanged(now)


def standing_answer(row: SurveyRow) -> Answer:
    """Return the answer that stands. Raises ValueError for a row nobody answered."""
    if row.visited_on is None:
        raise ValueError(row.public_id)
    return Answer(
        RowState(row.state),
        row.visited_on,
        row.staff,
        row.members,
        Told(row.has_organisation),
        Told(row.has_plaque),
    )


def _columns(person: User, answer: Answer, now: datetime) -> dict[str, object]:
    tried = answer.outcome is RowState.NOT_MET
    return {
        "state": answer.outcome,
        "version": F("version") + 1,
        "tries": F("tries") + (1 if tried else 0),
        "staff": answer.staff,
        "members": answer.members,
        "has_organisation": answer.has_organisation,
        "has_plaque": answer.has_plaque,
        "visited_on": answer.day,
        "answered_at": now,
        "answered_by": person,
    }
