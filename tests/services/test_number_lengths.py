"""The longest name a body may have still gets numbers that their columns hold, on either database."""

import pytest

from xgz.models import Body, Paper, Transfer
from xgz.rules.papers.kinds import number_word
from xgz.rules.transfers import letter_series

LONGEST = "甲" * Body._meta.get_field("name").max_length
REST = len("〔2026〕999999号")


@pytest.mark.parametrize(
    ("word", "column"),
    [
        (number_word, Paper._meta.get_field("label")),
        (letter_series, Transfer._meta.get_field("letter_number")),
    ],
)
def test_the_number_of_the_longest_name_fits(word, column):
    assert len(word(LONGEST)) + REST <= column.max_length
