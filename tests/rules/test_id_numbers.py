from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.rules.id_numbers import (
    IdFault,
    InvalidIdNumber,
    check_digit,
    check_id_number,
    lengthen,
    looks_like_id_number,
)
from xgz.rules.members import Sex

TODAY = date(2026, 11, 23)
EXAMPLE = "11010519491231002X"  # the example printed in the standard


def number(born_on: date, order: str = "001", area: str = "360999") -> str:
    head = f"{area}{born_on:%Y%m%d}{order}"
    return head + check_digit(head)


def test_example_of_the_standard_tells_birth_and_sex():
    found = check_id_number(EXAMPLE.lower(), TODAY)

    assert (found.number, found.born_on, found.sex) == (EXAMPLE, date(1949, 12, 31), Sex.FEMALE)


def test_fifteen_digits_become_eighteen():
    assert lengthen("110105491231002") == EXAMPLE
    assert check_id_number("110105491231002", TODAY).number == EXAMPLE


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999))
def test_born_on_and_sex_come_back(born_on, order):
    found = check_id_number(number(born_on, f"{order:03d}"), TODAY)

    assert (found.born_on, found.sex is Sex.MALE) == (born_on, order % 2 == 1)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(born_on, place, shift):
    good = number(born_on)
    wrong = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]

    with pytest.raises(InvalidIdNumber):
        check_id_number(wrong, TODAY)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1.10105E+17", IdFault.SCIENTIFIC),
        (EXAMPLE[:17], IdFault.LENGTH),
        (EXAMPLE[:5] + "O" + EXAMPLE[6:], IdFault.CHARACTER),
        (number(date(1990, 1, 1), area="990999"), IdFault.PROVINCE),
        (EXAMPLE[:10] + "1331" + EXAMPLE[14:], IdFault.BIRTH_DATE),
        (EXAMPLE[:17] + "1", IdFault.CHECK_DIGIT),
        (number(TODAY + timedelta(days=1)), IdFault.BIRTH_DATE),
        (number(date(1899, 12, 31)), IdFault.BIRTH_DATE),
    ],
    ids=[
        "scientific",
        "17 digits",
        "letter O",
        "province",
        "month 13",
        "check digit",
        "tomorrow",
        "1899",
    ],
)
def test_bad_number_is_named_and_not_repeated(text, fault):
    with pytest.raises(InvalidIdNumber) as caught:
        check_id_number(text, TODAY)

    assert caught.value.fault is fault
    assert text not in str(caught.value)


def test_born_today_is_possible():
    assert check_id_number(number(TODAY), TODAY).born_on == TODAY


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (EXAMPLE, True),
        ("110105491231002", True),
        ("11010519491231", True),
        ("3.3018E+17", True),
        ("E12345678", False),
        ("H0123456789", False),
    ],
    ids=["18", "15", "14 digits left", "rounded", "passport", "permit"],
)
def test_other_papers_are_not_taken_for_identity_numbers(text, meant):
    assert looks_like_id_number(text) is meant
