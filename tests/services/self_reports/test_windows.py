"""Self-report windows: long enough, one at a time, and what matching is told of them (SR-8, P01)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import TODAY, actor_as, make_district
from xgz.access.actor import NotPermitted
from xgz.models import AuditEntry, ParameterValue, SelfReportWindow
from xgz.queries.matching import open_areas
from xgz.queries.self_reports import ended_among
from xgz.rules.roles import Role
from xgz.services.self_reports.windows import (
    DayNotAllowed,
    HasBegun,
    WindowsOverlap,
    WindowTooShort,
    close_window,
    open_window,
    withdraw_window,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def township(district):
    return actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)


def _open(actor, area, day=TODAY, last=None):
    return open_window(actor=actor, area=area, opens_on=day, closes_on=last, now=NOW)


def window_ended(township, day):
    return ended_among([township.pk], day) == {township.pk}


def test_a_window_lasts_thirty_days_and_both_ends_count(district, township):
    row = _open(township, district.qingping)

    assert row.closes_on == TODAY + 29 * DAY
    assert AuditEntry.objects.get().action == "self_report.open_window"
    assert not window_ended(district.qingping, TODAY - DAY)
    assert not window_ended(district.qingping, TODAY)
    assert not window_ended(district.qingping, row.closes_on)
    assert window_ended(district.qingping, row.closes_on + DAY)


def test_p01_a_place_without_a_window_has_none_that_ended(district):
    assert not window_ended(district.qingping, TODAY + 1000 * DAY)


def test_p01_a_further_window_that_runs_keeps_matching_back(district, township):
    first = _open(township, district.qingping)
    second = _open(township, district.qingping, first.closes_on + 10 * DAY)

    assert window_ended(district.qingping, second.opens_on - DAY)
    assert not window_ended(district.qingping, second.opens_on)
    assert not window_ended(district.qingping, second.closes_on)
    assert window_ended(district.qingping, second.closes_on + DAY)


def test_p01_every_township_has_a_window_of_its_own(district):
    department = actor_as(Role.ORG_DEPT, district.org_dept)
    _open(department, district.qingping)
    late = _open(department, district.liuquan, TODAY + 3 * DAY)
    both = {district.qingping.pk, district.liuquan.pk}

    assert ended_among(both, late.closes_on) == {district.qingping.pk}
    assert ended_among(both, late.closes_on + DAY) == both


def test_p01_many_townships_are_asked_about_at_once(district, township, django_assert_num_queries):
    row = _open(township, district.qingping)
    areas = [district.qingping, district.liuquan]

    with django_assert_num_queries(1):
        assert open_areas(areas, row.closes_on) == areas
    with django_assert_num_queries(1):
        assert open_areas(areas, row.closes_on + DAY) == [district.liuquan]


def test_a_window_taken_back_never_ended(district, township):
    row = _open(township, district.qingping, TODAY + DAY)
    withdraw_window(actor=township, window=row, now=NOW)

    assert not window_ended(district.qingping, row.closes_on + DAY)
    assert _open(township, district.qingping, TODAY + DAY).pk != row.pk
    with pytest.raises(HasBegun):
        withdraw_window(actor=township, window=row, now=NOW)


def test_one_that_has_begun_is_not_taken_back(district, township):
    with pytest.raises(HasBegun):
        withdraw_window(actor=township, window=_open(township, district.qingping), now=NOW)


def test_the_length_is_the_districts(district, township):
    ParameterValue.objects.create(
        key="self_report.window_days", value=45, valid_from=TODAY, reason="通知", entered_at=NOW
    )

    assert _open(township, district.qingping).closes_on == TODAY + 44 * DAY


@pytest.mark.parametrize(
    ("day", "last", "error"),
    [
        (TODAY - DAY, None, DayNotAllowed),
        (TODAY, TODAY + 28 * DAY, WindowTooShort),
        (TODAY, TODAY + 29 * DAY, None),
        (TODAY, TODAY + 90 * DAY, None),
    ],
    ids=["yesterday", "a day short", "just long enough", "longer"],
)
def test_both_sides_of_the_limits(district, township, day, last, error):
    if error is None:
        assert _open(township, district.qingping, day, last).closes_on == last
        return
    with pytest.raises(error):
        _open(township, district.qingping, day, last)
    assert not SelfReportWindow.objects.exists()


@pytest.mark.parametrize(("day", "refused"), [(29, True), (30, False), (0, True)])
def test_two_windows_share_no_day(district, township, day, refused):
    _open(township, district.qingping)
    if refused:
        with pytest.raises(WindowsOverlap):
            _open(township, district.qingping, TODAY + day * DAY)
    else:
        assert _open(township, district.qingping, TODAY + day * DAY)


def test_the_end_moves_but_never_below_what_is_promised(district, township):
    row = _open(township, district.qingping, TODAY, TODAY + 60 * DAY)

    with pytest.raises(WindowTooShort):
        close_window(actor=township, window=row, closes_on=TODAY + 28 * DAY, now=NOW)
    close_window(actor=township, window=row, closes_on=TODAY + 29 * DAY, now=NOW)
    row.refresh_from_db()

    assert row.closes_on == TODAY + 29 * DAY
    with pytest.raises(DayNotAllowed):
        close_window(actor=_at(district, 40), window=row, closes_on=TODAY + 39 * DAY, now=NOW)
    with pytest.raises(HasBegun):  # it is over
        close_window(actor=_at(district, 30), window=row, closes_on=TODAY + 60 * DAY, now=NOW)


def _at(district, days):
    return actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping, TODAY + days * DAY)


@pytest.mark.parametrize(
    ("role", "where", "may"),
    [
        (Role.ORG_DEPT, "org_dept", True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", True),
        (Role.TOWNSHIP_COMMITTEE, "liuquan", False),
        (Role.SOCIAL_WORK_DEPT, "social_work", False),
        (Role.BUREAU, "bureau", False),
        (Role.STATION_HEAD, "qingping_office", False),
        (Role.SYSTEM_ADMIN, "administration", False),
    ],
)
def test_who_opens_one(district, role, where, may):
    actor = actor_as(role, getattr(district, where))
    if may:
        assert _open(actor, district.qingping)
        return
    with pytest.raises(NotPermitted):
        _open(actor, district.qingping)
