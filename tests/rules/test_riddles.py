"""Riddles: two right answers, each for half an hour, neither to be had without the secret (SR-6)."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.rules import riddles
from xgz.rules.riddles import is_answer, make_riddle

NOW = datetime(2026, 11, 23, 3, 0, 30, tzinfo=UTC)
NUMERALS = "零一二三四五六七八九"


def mac(text):
    return hashlib.sha256(b"secret" + text.encode()).hexdigest()


def other_mac(text):
    return hashlib.sha256(b"other" + text.encode()).hexdigest()


def answers_to(riddle):
    secret = mac(f"riddle|{riddle.token}")
    return riddles._digits(secret), "".join(map(str, riddles._counts(secret)))


@given(st.integers(min_value=0, max_value=2**90))
def test_both_answers_count_and_hardly_another(number):
    riddle = make_riddle(f"{number:024x}", NOW, mac)
    digits, counts = answers_to(riddle)

    assert len(digits) == 4
    assert len(counts) == 3
    assert is_answer(riddle.token, digits, NOW, mac)
    assert is_answer(riddle.token, counts, NOW, mac)
    wrong = f"{(int(digits) + 1) % 10_000:04}"
    assert not is_answer(riddle.token, wrong, NOW, mac)
    assert not is_answer(riddle.token, "", NOW, mac)


def test_the_sentence_says_the_three_numbers_from_left_to_right():
    for number in range(200):
        riddle = make_riddle(f"{number:024x}", NOW, mac)
        words = riddle.sentence % riddle.numerals
        said = [NUMERALS.index(mark) for mark in words if mark in NUMERALS[1:]]
        assert "".join(map(str, said)) == answers_to(riddle)[1]


@pytest.mark.parametrize(
    "written",
    ["１２３４", "1 2 3 4", "一二三四", " 1，2、3. 4 ", "1​234"],
    ids=["full width", "spaces", "numerals", "marks", "unseen"],
)
def test_answers_may_be_written_in_many_ways(monkeypatch, written):
    monkeypatch.setattr(riddles, "_digits", lambda secret: "1234")
    riddle = make_riddle("a" * 24, NOW, mac)

    assert is_answer(riddle.token, written, NOW, mac)


@pytest.mark.parametrize(
    ("late", "holds"),
    [(timedelta(0), True), (timedelta(minutes=30), True), (timedelta(minutes=31), False)],
)
def test_half_an_hour(late, holds):
    riddle = make_riddle("a" * 24, NOW, mac)
    assert is_answer(riddle.token, answers_to(riddle)[0], NOW + late, mac) is holds


def test_one_from_beyond_the_present_does_not_hold():
    riddle = make_riddle("a" * 24, NOW + timedelta(minutes=2), mac)
    assert not is_answer(riddle.token, answers_to(riddle)[0], NOW, mac)


def test_without_the_secret_the_token_says_nothing():
    riddle = make_riddle("a" * 24, NOW, mac)
    assert riddle != make_riddle("a" * 24, NOW, other_mac)
    assert not is_answer(riddle.token, answers_to(riddle)[0], NOW, other_mac)
    assert answers_to(riddle)[0] not in riddle.token


@pytest.mark.parametrize("token", ["", ".", "a.", ".5", "a.b", "a.-1", "a.²", "x" * 61 + ".1"])
def test_what_is_no_token_is_no_riddle(token):
    assert not is_answer(token, "1234", NOW, mac)


def test_a_younger_minute_cannot_be_put_in():
    """The minute is part of what the answer follows from."""
    riddle = make_riddle("a" * 24, NOW - timedelta(hours=2), mac)
    nonce, minute = riddle.token.split(".")
    moved = f"{nonce}.{int(minute) + 120}"
    assert not is_answer(moved, answers_to(riddle)[0], NOW, mac)


def test_a_picture_is_lines_inside_its_frame_and_no_two_are_alike():
    seen = set()
    for number in range(100):
        riddle = make_riddle(f"{number:024x}", NOW, mac)
        seen.add(riddle.paths)
        for path in riddle.paths:
            assert re.fullmatch(r"M[-0-9. L]+", path)
            points = [tuple(map(float, p.split())) for p in path[1:].split(" L")]
            assert all(-1 <= x <= 152 and -1 <= y <= 51 for x, y in points)
    assert len(seen) == 100
