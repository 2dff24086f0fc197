"""Services of the responsibility table: who decides follows on, the past stays, one decides."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import TODAY, actor_as, make_district
from tests.services.cases.races import CLIENTS, clients
from xgz.access.actor import NotPermitted, shell_operator
from xgz.models import AuditEntry, Responsibility
from xgz.queries.responsibilities import duties_on
from xgz.rules.responsibilities import BODY_OF_ROLE, Matter, MatterDuty
from xgz.rules.roles import Role
from xgz.services.responsibilities import (
    AlreadyResponsible,
    ChangedMeanwhile,
    DayNotAllowed,
    HasBegun,
    OneDecides,
    RoleNotFit,
    add_duty,
    end_duty,
    withdraw_duty,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
DAY = timedelta(days=1)
D = MatterDuty


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def organiser(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


def _add(actor, duty=D.DECIDES, role=Role.ORG_DEPT, day=TODAY, note="", matter=Matter.CLOSURE):
    return add_duty(
        actor=actor, matter=matter, duty=duty, role=role, valid_from=day, note=note, now=NOW
    )


def _holding(duty, day, matter=Matter.CLOSURE):
    return [role for each, role, _note in duties_on(matter, day) if each is duty]


def test_the_first_entry_takes_over_the_other_defaults(organiser):
    before = duties_on(Matter.CLOSURE, TODAY)
    day = TODAY + 10 * DAY

    _add(organiser, D.INFORMED, Role.BUREAU, day)

    assert duties_on(Matter.CLOSURE, day - DAY) == before
    assert set(duties_on(Matter.CLOSURE, day)) == {*before, (D.INFORMED, Role.BUREAU, "")}
    assert duties_on(Matter.TRANSFER, day) == duties_on(Matter.TRANSFER, TODAY)
    assert AuditEntry.objects.get().action == "responsibility.add"


def test_a_new_decider_follows_the_default_one(organiser):
    _add(organiser, day=TODAY + DAY)

    assert _holding(D.DECIDES, TODAY) == [Role.TOWNSHIP_COMMITTEE]
    assert _holding(D.DECIDES, TODAY + DAY) == [Role.ORG_DEPT]
    assert _holding(D.GUIDES, TODAY + DAY) == [Role.STATION_HEAD]


def test_a_new_decider_ends_the_entered_one_the_day_before(organiser):
    first = _add(organiser)
    _add(organiser, role=Role.SOCIAL_WORK_DEPT, day=TODAY + 5 * DAY)

    first.refresh_from_db()
    assert first.valid_to == TODAY + 4 * DAY
    assert _holding(D.DECIDES, TODAY + 4 * DAY) == [Role.ORG_DEPT]
    assert _holding(D.DECIDES, TODAY + 5 * DAY) == [Role.SOCIAL_WORK_DEPT]


def test_a_decider_before_a_coming_one_ends_where_that_begins(organiser):
    _add(organiser, role=Role.BUREAU, day=TODAY + 9 * DAY)
    row = _add(organiser, role=Role.ORG_DEPT, day=TODAY + 3 * DAY)

    assert row.valid_to == TODAY + 8 * DAY
    assert _holding(D.DECIDES, TODAY + 2 * DAY) == [Role.TOWNSHIP_COMMITTEE]
    assert _holding(D.DECIDES, TODAY + 8 * DAY) == [Role.ORG_DEPT]
    assert _holding(D.DECIDES, TODAY + 9 * DAY) == [Role.BUREAU]
    assert _holding(D.GUIDES, TODAY + 3 * DAY) == [Role.STATION_HEAD]
    assert _holding(D.GUIDES, TODAY + 9 * DAY) == [Role.STATION_HEAD]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"day": TODAY - DAY}, DayNotAllowed),
        ({"role": Role.MEMBER}, RoleNotFit),
        ({"role": Role.BRANCH_SECRETARY}, RoleNotFit),
        ({"role": Role.SYSTEM_ADMIN}, RoleNotFit),
        ({"duty": D.GUIDES, "role": Role.STATION_HEAD}, AlreadyResponsible),
    ],
    ids=["yesterday", "member", "branch", "administrator", "has it already"],
)
def test_what_is_no_new_duty_is_refused_and_nothing_written(organiser, values, error):
    with pytest.raises(error):
        _add(organiser, **values)

    assert not Responsibility.objects.exists()


def test_two_deciders_cannot_begin_on_one_day(organiser):
    _add(organiser)
    with pytest.raises(OneDecides):
        _add(organiser, role=Role.BUREAU)
    with pytest.raises(AlreadyResponsible):
        _add(organiser, day=TODAY + DAY)


def test_a_duty_ends_with_a_last_day(organiser):
    row = _add(organiser, D.INFORMED, Role.BUREAU)
    end_duty(actor=organiser, row=row, last_day=TODAY + 3 * DAY, now=NOW)

    assert Role.BUREAU in _holding(D.INFORMED, TODAY + 3 * DAY)
    assert Role.BUREAU not in _holding(D.INFORMED, TODAY + 4 * DAY)
    with pytest.raises(HasBegun):
        end_duty(actor=organiser, row=row, last_day=TODAY + 5 * DAY, now=NOW)


def test_a_duty_ends_today_at_the_earliest(organiser):
    row = _add(organiser, D.INFORMED, Role.BUREAU)
    with pytest.raises(DayNotAllowed):
        end_duty(actor=organiser, row=row, last_day=TODAY - DAY, now=NOW)
    later = _add(organiser, D.FILED, Role.BUREAU, TODAY + 5 * DAY)
    with pytest.raises(DayNotAllowed):
        end_duty(actor=organiser, row=later, last_day=TODAY + 4 * DAY, now=NOW)


def test_the_decider_is_followed_and_not_ended(organiser):
    row = _add(organiser)
    with pytest.raises(OneDecides):
        end_duty(actor=organiser, row=row, last_day=TODAY, now=NOW)


def test_a_coming_decider_taken_back_lets_the_one_before_go_on(organiser):
    _add(organiser)
    coming = _add(organiser, role=Role.BUREAU, day=TODAY + 5 * DAY)
    withdraw_duty(actor=organiser, row=coming, now=NOW)

    assert _holding(D.DECIDES, TODAY + 5 * DAY) == [Role.ORG_DEPT]
    assert Responsibility.objects.filter(withdrawn_at=NOW).get() == coming


def test_a_first_decider_taken_back_leaves_the_default_deciding(organiser):
    coming = _add(organiser, role=Role.BUREAU, day=TODAY + 5 * DAY)
    withdraw_duty(actor=organiser, row=coming, now=NOW)

    for day in (TODAY, TODAY + 5 * DAY, TODAY + 500 * DAY):
        assert _holding(D.DECIDES, day) == [Role.TOWNSHIP_COMMITTEE]


def test_what_has_begun_is_not_taken_back(organiser):
    row = _add(organiser, D.INFORMED, Role.BUREAU)
    with pytest.raises(HasBegun):
        withdraw_duty(actor=organiser, row=row, now=NOW)


def test_others_change_nothing(organiser, district):
    row = _add(organiser, D.INFORMED, Role.BUREAU, TODAY + DAY)
    county = Responsibility.objects.get(pk=row.pk)
    township = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)
    for change in (
        lambda: _add(township, role=Role.BUREAU),
        lambda: end_duty(actor=township, row=county, last_day=TODAY + DAY, now=NOW),
        lambda: withdraw_duty(actor=township, row=county, now=NOW),
    ):
        with pytest.raises(NotPermitted):
            change()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "end", "withdraw"]),
        st.sampled_from(sorted(MatterDuty)),
        st.sampled_from(sorted(BODY_OF_ROLE)),
        st.integers(-1, 6),
        st.integers(0, 9),
    ),
    max_size=8,
)


@given(steps=STEPS)
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_whatever_is_entered_exactly_one_decides_on_every_day(steps):
    Responsibility.objects.all().delete()
    actor = shell_operator(TODAY)
    past = duties_on(Matter.CLOSURE, TODAY - DAY)
    for action, duty, role, ahead, number in steps:
        rows = list(Responsibility.objects.order_by("pk"))
        day = TODAY + ahead * DAY
        try:
            if action == "add" or not rows:
                _add(actor, duty, role, day)
            elif action == "end":
                end_duty(actor=actor, row=rows[number % len(rows)], last_day=day, now=NOW)
            else:
                withdraw_duty(actor=actor, row=rows[number % len(rows)], now=NOW)
        except (AlreadyResponsible, DayNotAllowed, HasBegun, OneDecides):
            continue
        for each in range(10):
            assert len(_holding(D.DECIDES, TODAY + each * DAY)) == 1

    assert duties_on(Matter.CLOSURE, TODAY - DAY) == past
    assert duties_on(Matter.CLOSURE, date(2020, 1, 1)) == past


@pytest.mark.django_db(transaction=True)
def test_race_of_eight_clients_leaves_exactly_one_deciding():
    roles = [*BODY_OF_ROLE, *BODY_OF_ROLE][:CLIENTS]

    def decide(number):
        try:
            _add(shell_operator(TODAY), role=roles[number], day=TODAY + DAY)
        except (AlreadyResponsible, OneDecides, ChangedMeanwhile):
            return "lost"
        return "won"

    with clients() as eight:
        outcomes = eight.run(decide)

    assert outcomes.count("won") == 1
    assert len(_holding(D.DECIDES, TODAY + DAY)) == 1
    assert len(_holding(D.GUIDES, TODAY + DAY)) == 1
