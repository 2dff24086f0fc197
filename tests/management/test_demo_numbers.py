"""Numbers of the demo district check like real ones and belong to nobody."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from xgz.management.demo.codes import (
    CodeMint,
    break_check_character,
    credit_code,
    id_number,
    old_registration_number,
)
from xgz.rules.id_numbers import check_id_number
from xgz.rules.members import Sex

TODAY = date(2026, 11, 23)


@given(part=st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))
def test_credit_code_passes_the_independent_check(part: str) -> None:
    code = credit_code("92", part)

    assert uscc.is_valid(code)
    assert code.startswith("92360999")


@pytest.mark.parametrize(
    ("part", "inner"), [("M000100Y", "4"), ("D2143569", "X")], ids=["digit", "letter"]
)
def test_credit_code_carries_the_organisation_check(part: str, inner: str) -> None:
    assert credit_code("91", part)[16] == inner


@given(part=st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))
def test_broken_code_fails_the_independent_check(part: str) -> None:
    assert not uscc.is_valid(break_check_character(credit_code("91", part)))


@given(sequence=st.integers(0, 10**8 - 1))
def test_old_number_of_fifteen_digits_checks(sequence: int) -> None:
    number = old_registration_number(sequence)

    assert len(number) == 15
    assert mod_11_10.is_valid(number)


def test_old_number_of_thirteen_digits_has_its_length() -> None:
    assert len(old_registration_number(123, digits=13)) == 13


@given(born_on=st.dates(date(1930, 1, 1), TODAY), order=st.integers(0, 999))
def test_id_number_says_birth_date_and_sex(born_on: date, order: int) -> None:
    checked = check_id_number(id_number("360999", born_on, order), TODAY)

    assert checked.born_on == born_on
    assert checked.sex is (Sex.MALE if order % 2 else Sex.FEMALE)


def test_mint_gives_no_code_twice() -> None:
    mint = CodeMint(Random(1))

    codes = [mint.credit_code("91") for _ in range(3000)] + [mint.old_number() for _ in range(500)]

    assert len(set(codes)) == len(codes)
