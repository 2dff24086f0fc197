import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.rules.row_numbers import RowsDamaged, pack_rows, unpack_rows

numbers = st.lists(st.integers(1, 2**63 - 1))


@given(numbers)
def test_what_is_packed_comes_back_ascending_and_once(rows):
    assert unpack_rows(pack_rows(rows)) == sorted(set(rows))


def test_no_rows_are_no_bytes():
    assert pack_rows([]) == b""
    assert unpack_rows(b"") == []


@pytest.mark.parametrize("row", [1, 127, 128, 129, 16_383, 16_384, 2**40])
def test_both_sides_of_every_length_of_a_number(row):
    assert unpack_rows(pack_rows([row, row + 1, 2 * row + 1])) == [row, row + 1, 2 * row + 1]


@pytest.mark.parametrize("rows", [[0], [-1, 5]], ids=["zero", "negative"])
def test_row_numbers_begin_with_one(rows):
    with pytest.raises(ValueError, match="begin with 1"):
        pack_rows(rows)


def test_every_business_of_a_county_needs_a_byte_for_many():
    assert len(pack_rows(range(1, 190_001))) < 2_000
    assert len(pack_rows(range(1, 190_001, 7))) < 2_000


@pytest.mark.parametrize(
    "packed",
    [b"not deflated", zlib.compress(b"\x80"), zlib.compress(b"\x05\x00"), pack_rows([1, 9])[:-1]],
    ids=["not deflated", "cut off inside a number", "a number twice", "cut off"],
)
def test_other_bytes_are_told_from_lists(packed):
    with pytest.raises(RowsDamaged):
        unpack_rows(packed)
