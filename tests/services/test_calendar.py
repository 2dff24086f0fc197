"""Services of the working-day calendar: single corrections, a year's notice as a whole."""

from datetime import UTC, date, datetime

import pytest

from tests.factories import TODAY, actor_as, make_district
from xgz.access.actor import NotPermitted
from xgz.models import AuditEntry, CalendarDay, CalendarYear
from xgz.queries.parameters import workdays
from xgz.rules.holidays import fixed_by_law
from xgz.rules.roles import Role
from xgz.rules.year_notice import NoticeDay
from xgz.services.calendar import (
    CorrectionGone,
    DayNotAllowed,
    NothingChanges,
    NoticeFaulty,
    YearKnown,
    correct_day,
    enter_year,
    withdraw_correction,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
MONDAY = date(2026, 11, 30)
NOTICE = [
    *(NoticeDay(day, False, name) for day, name in fixed_by_law(2027).items()),
    NoticeDay(date(2027, 2, 9), False, "春节"),
    NoticeDay(date(2027, 2, 14), True, "春节调休"),
]


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def organiser(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


def _correct(actor, day=MONDAY, is_workday=False):
    return correct_day(
        actor=actor, day=day, is_workday=is_workday, name="台风停工", source="通知", now=NOW
    )


def _enter(actor, year=2027, days=NOTICE):
    return enter_year(actor=actor, year=year, days=days, source="放假通知", now=NOW)


@pytest.mark.parametrize("day", [TODAY, MONDAY])
def test_a_day_is_corrected_from_today_on(organiser, day):
    entry = _correct(organiser, day)

    assert not workdays().is_workday(day)
    assert (entry.entered_by, entry.notice) == (organiser.user, None)
    assert AuditEntry.objects.get().action == "calendar.correct"


def test_yesterday_is_over(organiser):
    with pytest.raises(DayNotAllowed):
        _correct(organiser, date(2026, 11, 22), is_workday=True)


@pytest.mark.parametrize(("day", "is_workday"), [(MONDAY, True), (date(2026, 11, 29), False)])
def test_a_day_that_is_so_already_is_no_correction(organiser, day, is_workday):
    with pytest.raises(NothingChanges):
        _correct(organiser, day, is_workday)


def test_a_later_correction_takes_the_former_back(organiser):
    first = _correct(organiser)
    _correct(organiser, is_workday=True)

    first.refresh_from_db()
    assert first.withdrawn_at == NOW
    assert workdays().is_workday(MONDAY)
    assert CalendarDay.objects.filter(day=MONDAY, withdrawn_at=None).count() == 1


def test_a_correction_taken_back_leaves_the_calendar_as_before(organiser):
    entry = _correct(organiser)
    withdraw_correction(actor=organiser, entry=entry, now=NOW)

    assert workdays().is_workday(MONDAY)
    with pytest.raises(CorrectionGone):
        withdraw_correction(actor=organiser, entry=entry, now=NOW)


def test_a_correction_whose_day_is_over_stays(organiser, district):
    entry = _correct(organiser)
    later = actor_as(Role.ORG_DEPT, district.org_dept, today=date(2026, 12, 1))

    with pytest.raises(CorrectionGone):
        withdraw_correction(actor=later, entry=entry, now=NOW)


def test_a_notice_makes_its_year_final(organiser):
    assert workdays().is_provisional(TODAY, date(2027, 3, 1))

    _enter(organiser)

    calendar = workdays()
    assert not calendar.is_provisional(TODAY, date(2027, 12, 31))
    assert calendar.is_workday(date(2027, 2, 14))
    assert not calendar.is_workday(date(2027, 2, 9))
    assert calendar.is_workday(date(2027, 2, 10))  # by law alone it was made up for
    assert AuditEntry.objects.get().action == "calendar.year"


@pytest.mark.parametrize(
    ("year", "days", "error"),
    [
        (2025, NOTICE, DayNotAllowed),
        (2026, NOTICE, YearKnown),
        (2028, NOTICE, NoticeFaulty),
        (2027, NOTICE[1:], NoticeFaulty),
        (2027, [*NOTICE, NOTICE[0]], NoticeFaulty),
        (2027, [], NoticeFaulty),
    ],
    ids=["over", "known", "another year", "a holiday missing", "twice", "empty"],
)
def test_no_notice_no_day_is_written(organiser, year, days, error):
    with pytest.raises(error):
        _enter(organiser, year, days)

    assert not CalendarDay.objects.exists()
    assert not CalendarYear.objects.exists()


def test_a_notice_is_entered_once(organiser):
    _enter(organiser)
    with pytest.raises(YearKnown):
        _enter(organiser)


def test_a_correction_stands_above_the_notice_and_gives_way_again(organiser):
    day = date(2027, 2, 14)
    _enter(organiser)
    entry = _correct(organiser, day)
    assert not workdays().is_workday(day)

    withdraw_correction(actor=organiser, entry=entry, now=NOW)

    assert workdays().is_workday(day)


def test_a_day_of_a_notice_is_not_taken_back_by_itself(organiser):
    notice = _enter(organiser)

    with pytest.raises(CorrectionGone):
        withdraw_correction(actor=organiser, entry=notice.days.first(), now=NOW)


def test_others_change_nothing(organiser, district):
    entry = _correct(organiser)
    bureau = actor_as(Role.BUREAU, district.bureau)
    for change in (
        lambda: _correct(bureau, date(2026, 12, 1)),
        lambda: _enter(bureau),
        lambda: withdraw_correction(actor=bureau, entry=entry, now=NOW),
    ):
        with pytest.raises(NotPermitted):
            change()
