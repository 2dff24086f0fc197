"""The district's own procedure: entered from a day on, taken back before it, never changed."""

from datetime import timedelta

import pytest

from tests.factories import TODAY, actor_as
from tests.factories.closures import the_district
from tests.factories.formations import moment
from xgz.access.actor import NotPermitted
from xgz.models import AuditEntry, FormationProcedure
from xgz.queries.formations import procedure_on
from xgz.rules.formation_procedures import PRESETS, Preset, ProcedureNotSound
from xgz.rules.roles import Role
from xgz.services import formations
from xgz.services.parameters import (
    DayNotAllowed,
    DayTaken,
    HasBegun,
    NothingChanges,
    ReasonMissing,
)

pytestmark = pytest.mark.django_db
THREE, NATIONAL = PRESETS[Preset.THREE_STEPS], PRESETS[Preset.NATIONAL]
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def department():
    return actor_as(Role.ORG_DEPT, the_district().org_dept)


def enter(actor, *, steps=THREE, valid_from=TODAY, reason="县委组织部文件"):
    return formations.set_procedure(
        actor=actor, steps=steps, valid_from=valid_from, reason=reason, now=moment()
    )


def test_it_holds_from_its_day_on(department):
    assert procedure_on(TODAY) == NATIONAL

    row = enter(department, valid_from=TOMORROW)

    assert [procedure_on(day) for day in (TODAY, TOMORROW)] == [NATIONAL, THREE]
    assert AuditEntry.objects.get(action="formation_procedure.set").subject_id == row.public_id


def test_before_its_day_it_can_be_taken_back_and_stays_in_the_history(department):
    row = enter(department, valid_from=TOMORROW)

    formations.withdraw_procedure(actor=department, procedure=row, now=moment())

    assert procedure_on(TOMORROW) == NATIONAL
    assert FormationProcedure.objects.get().withdrawn_at == moment()
    with pytest.raises(HasBegun):
        formations.withdraw_procedure(actor=department, procedure=row, now=moment())
    assert enter(department, valid_from=TOMORROW).pk != row.pk


def test_what_has_begun_is_followed_and_not_taken_back(department):
    row = enter(department)

    with pytest.raises(HasBegun):
        formations.withdraw_procedure(actor=department, procedure=row, now=moment())


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"steps": ()}, ProcedureNotSound),
        ({"steps": NATIONAL}, NothingChanges),
        ({"valid_from": TODAY - timedelta(days=1)}, DayNotAllowed),
        ({"reason": " \u200b"}, ReasonMissing),
    ],
)
def test_what_is_refused(given, refusal, department):
    with pytest.raises(refusal):
        enter(department, **given)
    assert not FormationProcedure.objects.exists()


def test_one_begins_a_day(department):
    enter(department)

    with pytest.raises(DayTaken):
        enter(department, steps=THREE[1:])


@pytest.mark.parametrize(
    ("role", "seat"), [(Role.BUREAU, "bureau"), (Role.TOWNSHIP_COMMITTEE, "qingping")]
)
def test_nobody_else_enters_one(role, seat):
    with pytest.raises(NotPermitted):
        enter(actor_as(role, getattr(the_district(), seat)))
