"""Services of parameters: who, from when, within which bounds; the past stays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import TODAY, actor_as, make_district, seat_of
from xgz.access.actor import NotPermitted, clock_actor, shell_operator
from xgz.models import AuditEntry, ParameterValue
from xgz.queries.parameters import organisation_limits_on, parameters_on
from xgz.rules.parameters import PARAMETERS, ValueOutOfBounds
from xgz.rules.roles import Role
from xgz.services.parameters import (
    DayNotAllowed,
    DayTaken,
    HasBegun,
    NothingChanges,
    ReasonMissing,
    set_parameter,
    withdraw_value,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
KEY = "case.near_days"
DAY = timedelta(days=1)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def organiser(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


def _set(actor, value=5, valid_from=TODAY, key=KEY, reason="组办发 12 号"):
    return set_parameter(
        actor=actor, key=key, value=value, valid_from=valid_from, reason=reason, now=NOW
    )


@pytest.mark.parametrize("ahead", [0, 1, 400])
def test_a_value_holds_from_its_first_day_and_not_before(organiser, ahead):
    first = TODAY + ahead * DAY

    row = _set(organiser, 5, first)

    assert (row.entered_by, row.entered_at, row.reason) == (organiser.user, NOW, "组办发 12 号")
    assert parameters_on(first - DAY)[KEY] == PARAMETERS[KEY].default
    assert parameters_on(first)[KEY] == parameters_on(first + 1000 * DAY)[KEY] == 5
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_id) == ("parameter.set", row.public_id)
    assert set(entry.fields) == {"key", "value", "valid_from"}


def test_a_later_value_ends_the_earlier_one(organiser):
    _set(organiser, 5, TODAY)
    _set(organiser, 7, TODAY + 10 * DAY)

    assert parameters_on(TODAY + 9 * DAY)[KEY] == 5
    assert parameters_on(TODAY + 10 * DAY)[KEY] == 7


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"valid_from": TODAY - DAY}, DayNotAllowed),
        ({"value": PARAMETERS[KEY].minimum - 1}, ValueOutOfBounds),
        ({"value": PARAMETERS[KEY].maximum + 1}, ValueOutOfBounds),
        ({"value": PARAMETERS[KEY].default}, NothingChanges),
        ({"reason": "  "}, ReasonMissing),
        ({"key": "no.such"}, KeyError),
    ],
    ids=["yesterday", "below", "above", "the same", "no reason", "unknown"],
)
def test_what_is_no_new_value_is_refused(organiser, values, error):
    with pytest.raises(error):
        _set(organiser, **values)

    assert not ParameterValue.objects.exists()
    assert not AuditEntry.objects.exists()


def test_one_day_begins_one_value(organiser):
    _set(organiser, 5, TODAY + DAY)
    with pytest.raises(DayTaken):
        _set(organiser, 6, TODAY + DAY)

    assert parameters_on(TODAY + DAY)[KEY] == 5


def test_a_value_that_has_not_begun_can_be_taken_back_and_set_anew(organiser):
    row = _set(organiser, 5, TODAY + DAY)
    withdraw_value(actor=organiser, value=row, now=NOW)

    assert parameters_on(TODAY + DAY)[KEY] == PARAMETERS[KEY].default
    _set(organiser, 6, TODAY + DAY)
    assert parameters_on(TODAY + DAY)[KEY] == 6
    assert ParameterValue.objects.filter(withdrawn_at=NOW).get() == row


def test_a_value_that_holds_stays(organiser):
    row = _set(organiser, 5, TODAY)

    with pytest.raises(HasBegun):
        withdraw_value(actor=organiser, value=row, now=NOW)
    assert parameters_on(TODAY)[KEY] == 5


def test_a_value_is_taken_back_once(organiser):
    row = _set(organiser, 5, TODAY + DAY)
    withdraw_value(actor=organiser, value=row, now=NOW)

    with pytest.raises(HasBegun):
        withdraw_value(actor=organiser, value=row, now=NOW)


# Members, owners and branch secretaries sit at rows of their own and carry no such action.
_SEATED = sorted(set(Role) - {Role.MEMBER, Role.OWNER, Role.BRANCH_SECRETARY})


@pytest.mark.parametrize("role", _SEATED)
def test_only_the_organization_department_sets_parameters(district, role):
    actor = actor_as(role, seat_of(role, district))
    if role is Role.ORG_DEPT:
        _set(actor)
        return
    with pytest.raises(NotPermitted):
        _set(actor)


def test_the_operator_may_and_the_clock_may_not(organiser):
    row = _set(shell_operator(TODAY), 5, TODAY + DAY)
    with pytest.raises(NotPermitted):
        _set(clock_actor(TODAY), 6)
    with pytest.raises(NotPermitted):
        withdraw_value(actor=clock_actor(TODAY), value=row, now=NOW)


def test_limits_of_a_past_day_stay_as_they_were(organiser):
    _set(organiser, 60, TODAY, key="organisation.ageing_average")

    assert organisation_limits_on(TODAY).ageing_average == 60
    assert organisation_limits_on(date(2016, 12, 31)).ageing_average == 55
