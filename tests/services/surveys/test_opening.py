"""Ordering a round: which shops it takes, in which order, who walks there, who may order it."""

from datetime import date, timedelta

import pytest

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_coverage,
    make_market,
    make_organisation,
    make_report,
    make_stall,
    make_user,
)
from tests.factories.closures import the_district
from tests.factories.surveys import NOW, give, link, make_shop_at, make_survey, told
from xgz.access.actor import NotPermitted, actor_for
from xgz.models import Business, InstructorLink, Market, RoleAssignment, SurveyRound, SurveyRow
from xgz.queries.survey_choice import Ground
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.rules.surveys import Choice, DatesUnsound, RoundState, RowState
from xgz.services.surveys import opening
from xgz.services.surveys.opening import (
    GroundUnsound,
    NothingChosen,
    RoundPlan,
    TooManyChosen,
    open_round,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return the_district()


@pytest.fixture
def township(district):
    return actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)


def shop(district, street="老街", number=1, **values):
    return make_shop_at(district.qingping, district.qingping_office, street, number, **values)


def ordered(actor, area, **values):
    ground = Ground(area, **{k: v for k, v in values.items() if k not in ("starts_on", "ends_on")})
    dates = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=7)}
    dates |= {k: v for k, v in values.items() if k in dates}
    return open_round(actor=actor, plan=RoundPlan("老街摸排", ground, **dates), now=NOW)


def taken(survey):
    return [row.business for row in survey.rows.order_by("place").select_related("business")]


def test_a_round_has_one_row_for_each_shop_and_waits_for_all(district, township):
    first, second = shop(district, number=1), shop(district, number=2)

    survey = ordered(township, district.qingping)

    rows = list(survey.rows.order_by("place"))
    assert [row.business for row in rows] == [first, second]
    assert [row.place for row in rows] == [1, 2]
    assert {row.state for row in rows} == {RowState.TO_VISIT}
    assert {row.street for row in rows} == {"老街"}
    assert len({row.code for row in rows}) == 2
    assert (survey.state, survey.run_by, survey.run_by_role) == (
        RoundState.RUNNING,
        district.qingping,
        Role.TOWNSHIP_COMMITTEE,
    )
    assert survey.opened_by == township.user


def test_shops_are_walked_street_by_street_and_by_house_number(district, township):
    ninth, tenth = shop(district, number=9), shop(district, number=10)
    other = shop(district, street="北街", number=100)

    survey = ordered(township, district.qingping)

    assert taken(survey) == [other, ninth, tenth]


def test_stalls_are_walked_by_their_number(district, township):
    market = make_market(township=district.qingping)
    shops = [shop(district, street="南塘市场", number=1) for _ in range(3)]
    for each, number in zip(shops, ("A10", "A9", "B1"), strict=True):
        make_stall(market, each, number=number)

    survey = ordered(township, district.qingping, market=market)

    assert taken(survey) == [shops[1], shops[0], shops[2]]


def test_ended_shops_and_those_of_other_places_are_left_out(district, township):
    kept = shop(district)
    shop(district, status=BusinessStatus.CANCELLED)
    shop(district, staff=0, last_report_year=2019)
    make_business(township=district.liuquan, office=district.liuquan_office)

    assert taken(ordered(township, district.qingping)) == [kept]


def test_a_street_or_market_narrows_the_ground(district, township):
    old, new = shop(district, "老街"), shop(district, "新街")
    market = make_market(township=district.qingping)
    make_stall(market, new)
    make_stall(market, old, valid_to=date(2025, 1, 1))

    assert taken(ordered(township, district.qingping, street="老街")) == [old]
    assert taken(ordered(township, district.qingping, market=market)) == [new]


def test_a_market_that_goes_with_its_import_leaves_the_round(district, township):
    market = make_market(township=district.qingping)
    make_stall(market, shop(district))
    survey = ordered(township, district.qingping, market=market)
    Market.objects.filter(pk=market.pk).delete()

    survey.refresh_from_db()

    assert survey.market is None
    assert survey.rows.count() == 1


def test_shops_without_an_organisation(district, township):
    covered, plain = shop(district), shop(district)
    make_coverage(make_organisation(district.qingping), business=covered)

    survey = ordered(township, district.qingping, choice=Choice.NO_ORGANISATION)

    assert taken(survey) == [plain]


def test_shops_whose_members_no_report_states(district, township):
    states_none, mixed, full, nothing = (shop(district, number=n) for n in range(1, 5))
    make_report(states_none, members_declared=0)
    make_report(mixed, members_declared=2)
    make_report(full, full_members=1)
    make_report(nothing)
    unreported = shop(district, number=5)

    survey = ordered(township, district.qingping, choice=Choice.MEMBERS_UNKNOWN)

    assert taken(survey) == [nothing, unreported]


@pytest.mark.parametrize(
    ("outcome", "day", "again"),
    [
        (RowState.VISITED, TODAY, False),
        (RowState.REFUSED, TODAY, False),
        (RowState.NOT_MET, TODAY, True),
        (RowState.VISITED, TODAY - timedelta(days=1), True),
        (None, None, True),
    ],
    ids=str,
)
def test_shops_not_visited_since_a_day(district, outcome, day, again):
    earlier = make_survey(1)
    (row,) = earlier.rows()
    if outcome is not None:
        give(row, earlier.actor(), told(outcome, day))
    given = {"choice": Choice.NOT_VISITED, "since": TODAY}

    if again:
        survey = ordered(earlier.runner, district.qingping, **given)
        assert taken(survey) == [row.business]
    else:
        with pytest.raises(NothingChosen):
            ordered(earlier.runner, district.qingping, **given)


def test_a_row_goes_to_the_instructor_the_shop_is_linked_to(district, township):
    walker = make_user(Role.INSTRUCTOR, district.qingping_office)
    mine, nobodys, ended = (shop(district, number=n) for n in (1, 2, 3))
    link(mine, walker, district.qingping_office)
    link(ended, walker, district.qingping_office)
    InstructorLink.objects.filter(business=ended).update(valid_to=TODAY - timedelta(days=1))

    rows = {row.business: row for row in ordered(township, district.qingping).rows.all()}

    assert (rows[mine].walker, rows[mine].station) == (walker, district.qingping_office)
    assert rows[nobodys].walker is rows[nobodys].station is None
    assert rows[ended].walker is None


def test_an_instructor_who_left_the_office_is_given_nothing(district, township):
    walker = make_user(Role.INSTRUCTOR, district.qingping_office)
    link(shop(district), walker, district.qingping_office)
    RoleAssignment.objects.filter(user=walker).update(valid_to=TODAY - timedelta(days=1))

    (row,) = ordered(township, district.qingping).rows.all()

    assert row.walker is None


def test_nothing_to_take_is_no_round(district, township):
    with pytest.raises(NothingChosen):
        ordered(township, district.qingping)

    assert not SurveyRound.objects.exists()


@pytest.mark.parametrize(("shops", "fits"), [(2, True), (3, False)])
def test_a_round_has_a_largest_size(district, township, monkeypatch, shops, fits):
    monkeypatch.setattr(opening, "MOST_ROWS", 2)
    for number in range(shops):
        shop(district, number=number + 1)

    if fits:
        assert ordered(township, district.qingping).rows.count() == shops
    else:
        with pytest.raises(TooManyChosen) as refused:
            ordered(township, district.qingping)
        assert refused.value.count == shops
        assert not SurveyRow.objects.exists()


def test_dates_and_ground_are_checked(district, township):
    shop(district)
    elsewhere = make_market(township=district.liuquan)

    with pytest.raises(DatesUnsound):
        ordered(township, district.qingping, ends_on=TODAY - timedelta(days=1))
    with pytest.raises(GroundUnsound):
        ordered(township, district.qingping, market=elsewhere)
    with pytest.raises(GroundUnsound):
        ordered(township, district.qingping, choice=Choice.NOT_VISITED)
    assert not SurveyRound.objects.exists()


@pytest.mark.parametrize(
    ("role", "place", "here", "there"),
    [
        (Role.ORG_DEPT, "org_dept", True, True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", True, False),
        (Role.STATION_HEAD, "qingping_office", True, False),
        (Role.INSTRUCTOR, "qingping_office", False, False),
        (Role.BUREAU, "bureau", False, False),
        (Role.SOCIAL_WORK_DEPT, "social_work", False, False),
        (Role.ASSOCIATION, "association", False, False),
    ],
)
def test_who_may_order_a_round_where(district, role, place, here, there):
    shop(district)
    make_business(township=district.liuquan, office=district.liuquan_office)
    actor = actor_as(role, getattr(district, place))

    for area, may in ((district.qingping, here), (district.liuquan, there)):
        if may:
            assert ordered(actor, area).run_by == getattr(district, place)
        else:
            with pytest.raises(NotPermitted):
                ordered(actor, area)


def test_a_station_head_takes_the_shops_of_the_own_office_alone(district):
    mine = shop(district)
    shop(district, number=2)
    Business.objects.exclude(pk=mine.pk).update(office=district.liuquan_office)
    head = actor_as(Role.STATION_HEAD, district.qingping_office)

    assert taken(ordered(head, district.qingping)) == [mine]


@pytest.mark.parametrize("place", ["liuquan", "qingping"])
def test_of_two_seats_the_one_that_reaches_the_township_runs_the_round(district, place):
    """Else the colleagues of that seat could not end it, and those of the other could."""
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.liuquan)
    RoleAssignment.objects.create(
        user=user, role=Role.TOWNSHIP_COMMITTEE, body=district.qingping, valid_from=TODAY
    )
    area = getattr(district, place)
    make_shop_at(area, getattr(district, f"{place}_office"), "老街", 1)

    survey = ordered(actor_for(user, TODAY), area)

    assert survey.run_by == area
