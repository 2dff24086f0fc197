"""The case begins with the last step of a formation, in the same transaction (ES-1)."""

from datetime import timedelta

import pytest

from tests.factories import TODAY
from tests.factories.establishing import make_establishing
from tests.factories.formations import LONG, make_formation, take_as_somebody
from tests.services.cases.kinds import events_of
from xgz.access.cases import owner_seat, parties_of
from xgz.models import Establishing
from xgz.rules.establishing import EstablishingParty, EstablishingState
from xgz.rules.formations import FormationAction, FormationState
from xgz.rules.roles import Role
from xgz.services.formations import deciding

pytestmark = pytest.mark.django_db
_A = FormationAction


def test_the_last_step_opens_it_for_the_committee_of_the_township():
    formation = make_formation(procedure=None, state=FormationState.STEP_1)
    take_as_somebody(formation, _A.AGREE)
    assert not Establishing.objects.exists()

    later = TODAY + timedelta(days=3)
    take_as_somebody(formation, _A.CONCLUDE, later)

    case = Establishing.objects.get(formation=formation)
    assert case.state == EstablishingState.SETTING_UP
    assert case.approved_on == TODAY  # the township decided then; the department was filed with
    assert (case.name, case.mode, case.area) == (formation.name, formation.mode, formation.area)
    assert owner_seat(case).role == Role.TOWNSHIP_COMMITTEE
    assert parties_of(case)[EstablishingParty.GUIDE].role == Role.STATION_HEAD
    assert case.is_shared
    assert case.due_on > later


@pytest.mark.parametrize(
    "state", [FormationState.PREPARING, FormationState.REFUSED, FormationState.WITHDRAWN]
)
def test_no_other_end_opens_one(state):
    make_formation(procedure=LONG, state=state)

    assert not Establishing.objects.exists()


def test_one_kept_inside_has_no_guide_and_a_number_of_its_own():
    case = make_establishing(procedure=None, opener=Role.TOWNSHIP_COMMITTEE)

    assert set(parties_of(case)) == {EstablishingParty.TOWNSHIP}
    assert not case.is_shared
    assert case.number.startswith("落实内-")
    assert make_establishing(procedure=None).number.startswith("落实-")


def test_without_it_nothing_is_approved(monkeypatch):
    formation = make_formation(state=FormationState.STEP_1)

    def broken(*_given):
        raise RuntimeError

    monkeypatch.setattr(deciding, "open_for_formation", broken)
    with pytest.raises(RuntimeError):
        take_as_somebody(formation, _A.CONCLUDE)

    formation.refresh_from_db()
    assert formation.state == FormationState.STEP_1


def test_the_opinion_of_the_approval_is_not_repeated():
    assert [event.opinion for event in events_of(make_establishing())] == [""]
