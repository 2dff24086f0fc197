"""A year's notice as a clerk copies it: read line by line, refused as a whole."""

from datetime import date

import pytest

from xgz.rules.holidays import fixed_by_law
from xgz.rules.year_notice import NoticeDay, NoticeFault, check_notice, read_notice

YEAR = 2027
BY_LAW = fixed_by_law(YEAR)
GOOD = [f"{day} 休 {name}" for day, name in BY_LAW.items()]


def _faults(*lines):
    return [(each.line, each.fault) for each in read_notice("\n".join(lines), YEAR, BY_LAW)[1]]


def test_a_whole_notice_is_read_in_the_order_of_its_days():
    days, faults = read_notice("\n".join([*GOOD, "2027-02-14 班 春节调休"]), YEAR, BY_LAW)

    assert faults == []
    assert days == sorted(days, key=lambda each: each.day)
    assert NoticeDay(date(2027, 2, 14), True, "春节调休") in days
    assert NoticeDay(date(2027, 2, 5), False, "春节") in days
    assert check_notice(days, YEAR, BY_LAW)


@pytest.mark.parametrize(
    "line",
    ["2027-02-14 班 春节调休", "2027/2/14 班 春节调休", "2027年2月14日　班　春节调休"],
    ids=["dashes", "slashes", "as printed"],
)
def test_dates_are_read_as_people_write_them(line):
    days, faults = read_notice("\n".join([*GOOD, "", line]), YEAR, BY_LAW)

    assert faults == []
    assert NoticeDay(date(2027, 2, 14), True, "春节调休") in days


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("春节放假", NoticeFault.FORM),
        ("2027-02-14 班", NoticeFault.FORM),
        ("2027-02-30 休 春节", NoticeFault.DATE),
        ("2027-02-14 上 春节", NoticeFault.WORD),
        ("2026-12-31 休 元旦", NoticeFault.OTHER_YEAR),
        ("2028-01-01 休 元旦", NoticeFault.OTHER_YEAR),
        ("2027-02-05 休 春节", NoticeFault.TWICE),
        ("2027-02-12 班 春节调休", NoticeFault.SHIFTED_ON_WEEKDAY),
        (f"2027-02-14 班 {'长' * 41}", NoticeFault.NAME_TOO_LONG),
    ],
)
def test_a_faulty_line_is_named_by_its_number(line, fault):
    assert _faults(*GOOD, line) == [(len(GOOD) + 1, fault)]


def test_a_name_of_forty_characters_will_do():
    assert _faults(*GOOD, f"2027-02-14 班 {'长' * 40}") == []


def test_a_holiday_by_law_is_not_worked_and_not_missing():
    worked = [line.replace("休", "班") if "2027-05-01" in line else line for line in GOOD]

    assert [fault for _, fault in _faults(*worked)] == [NoticeFault.HOLIDAY_WORKED]
    assert _faults(*GOOD[1:]) == [(0, NoticeFault.HOLIDAY_MISSING)]


def test_nothing_is_no_notice():
    assert _faults("", "  ") == [(0, NoticeFault.NOTHING)]


def test_the_second_check_refuses_what_the_first_would():
    days, _ = read_notice("\n".join(GOOD), YEAR, BY_LAW)

    assert not check_notice(days[1:], YEAR, BY_LAW)
    assert not check_notice([*days, days[0]], YEAR, BY_LAW)
    assert not check_notice([], YEAR, BY_LAW)
    assert not check_notice(days, YEAR - 1, BY_LAW)
