"""Words that nobody can see are none (CS-11)."""

import pytest

from xgz.rules.words import visible_words


@pytest.mark.parametrize(
    "text",
    ["", "  ", "\u200b\u200b", "\u3164", "\u202e", "\x1b", "\u2800 \ufeff", "\ufdd0", "\u3000"],
    ids=[
        "empty",
        "space",
        "zero width",
        "filler",
        "direction",
        "escape",
        "braille",
        "noncharacter",
        "wide space",
    ],
)
def test_what_nobody_sees_is_no_word(text):
    assert visible_words(text) == ""


def test_words_keep_their_lines_and_lose_what_turns_them_round():
    assert visible_words(" 同意\u202e。\n请补正\u200b。 ") == "同意。\n请补正。"
