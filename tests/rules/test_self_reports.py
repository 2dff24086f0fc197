"""What people type, cleaned or refused; the notice; days kept; windows (SR-3 to SR-8)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.rules.cases import faults_of
from xgz.rules.self_report_requests import SELF_REPORT_REQUEST
from xgz.rules.self_reports import (
    CURRENT_NOTICE,
    NAMES_INSTRUCTORS,
    NOTICES,
    Answers,
    ReportAction,
    ReportState,
    StepNotAllowed,
    clean_last_four,
    clean_name,
    clean_phone,
    clean_receipt,
    delete_from,
    has_ended,
    holds_numbers,
    is_clean,
    person_key,
    shown_receipt,
    step,
    window_end,
)

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("方柏梁", "方柏梁"),
        (" 方 柏　梁 ", "方柏梁"),
        ("买买提•艾力", "买买提·艾力"),
        ("㛃䶮", "㛃䶮"),
        ("𬭎钢", "𬭎钢"),
        ("John Smith", "John Smith"),
        ("方", None),
        ("方" * 20, "方" * 20),
        ("方" * 21, None),
        ("方1", None),
        ("<b>方柏", None),
        ("", None),
        ("​​", None),
    ],
)
def test_names(typed, name):
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("13800006021", "13800006021"),
        ("１３８００００６０２１", "13800006021"),
        ("+86 138 0000 6021", "13800006021"),
        ("0086-138-0000-6021", "13800006021"),
        ("86138000060213", None),
        ("1380000602", None),
        ("138000060211", None),
        ("12800006021", None),
        ("02812345678", None),
        ("", None),
    ],
)
def test_phones(typed, phone):
    assert clean_phone(typed) == phone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("123x", "123X"),
        ("１２３Ｘ", "123X"),
        ("12345", None),
        ("X123", None),
        ("12", None),
    ],
)
def test_last_four(typed, kept):
    assert clean_last_four(typed) == kept


@pytest.mark.parametrize(
    ("words", "holds"), [("12345", False), ("123456", True), ("１２３４５６", True)]
)
def test_six_digits_in_a_row_are_a_number(words, holds):
    assert holds_numbers(words) is holds


@given(st.text(alphabet="ABCDEFGHJKMNPQRSTUVWXYZ23456789", min_size=12, max_size=12))
def test_a_receipt_is_read_as_it_was_shown(code):
    for written in (shown_receipt(code), shown_receipt(code).lower(), f" {code[:6]} {code[6:]} "):
        assert clean_receipt(written) == code


def test_one_person_written_two_ways_is_one():
    assert person_key("买买提•艾力", "+86 13800006021") == person_key("买买提·艾力", "13800006021")
    assert person_key("张三", "13800006021") != person_key("张四", "13800006021")


@pytest.mark.parametrize(
    ("answers", "clean"),
    [
        (Answers("张三", "13800006021", "村里", "123X", "晚上"), True),
        (Answers("张 三", "13800006021"), False),
        (Answers("张三", "+8613800006021"), False),
        (Answers("张三", "13800006021", last_four="123x"), False),
        (Answers("张三", "13800006021", branch="x" * 60), True),
        (Answers("张三", "13800006021", branch="x" * 61), False),
        (Answers("张三", "13800006021", reach="123456"), False),
    ],
)
def test_what_comes_by_another_way_is_held_to_the_same(answers, clean):
    assert is_clean(answers) is clean


def test_the_notice_says_what_the_law_asks_for():
    """Art. 17: who, what for, how, what, how long, which rights; and that nobody has to."""
    words = " ".join(text for _, text in NOTICES[CURRENT_NOTICE].points)

    for part in ("乡镇", "组织部", "不作别的用途", "姓名、手机号", "30 天", "更正", "撤回", "投诉"):
        assert part in words
    assert "不影响办照、年报和任何检查" in words


def test_the_notice_promises_nothing_that_is_not_so():
    """A lead of a report may be given to an instructor: who agreed to it was told (SR-3, LD-3)."""
    who = {version: dict(notice.points)["谁来处理"] for version, notice in NOTICES.items()}

    assert "市场监管部门和场所经营者看不到" in who[1]
    for version in range(NAMES_INSTRUCTORS, CURRENT_NOTICE + 1):
        for part in ("市场监管所的指导员", "您的姓", "手机号", "记录", "场所经营者看不到"):
            assert part in who[version]
        assert "市场监管部门" not in who[version]


def test_versions_count_on_and_stay():
    assert list(NOTICES) == list(range(1, len(NOTICES) + 1))
    assert [notice.version for notice in NOTICES.values()] == list(NOTICES)
    days = [notice.since for notice in NOTICES.values()]
    assert days == sorted(days)


def test_decisions_are_taken_once():
    for state in ReportState:
        for action in ReportAction:
            if state is ReportState.NEW:
                assert step(state, action) is not ReportState.NEW
            else:
                with pytest.raises(StepNotAllowed):
                    step(state, action)


def test_the_case_of_a_wish_is_sound():
    assert faults_of(SELF_REPORT_REQUEST) == []


def test_days_kept_and_windows():
    assert delete_from(DAY, 30) == date(2026, 12, 23)
    assert window_end(DAY, 30) == date(2026, 12, 22)
    assert window_end(DAY, 1) == DAY


@pytest.mark.parametrize(
    ("windows", "ended"),
    [
        ([], False),
        ([(-30, -1)], True),
        ([(-29, 0)], False),
        ([(0, 29)], False),
        ([(1, 30)], False),
        ([(-60, -31), (-10, 20)], False),
        ([(-60, -31), (5, 34)], True),
    ],
)
def test_p01_ended_means_over_and_none_running(windows, ended):
    spans = [(DAY + timedelta(days=a), DAY + timedelta(days=b)) for a, b in windows]
    assert has_ended(spans, DAY) is ended
