import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from xgz.rules.credit_codes import (
    ALPHABET,
    CodeFault,
    check_character,
    explain_code,
    is_credit_code,
    is_old_registration_no,
    normalise_code,
)

# Published examples of the standard, of no business of ours.
GOOD = ["91350100M000100Y43", "91330100799655058B", "914403001922038216", "9144030071526726XG"]


@pytest.mark.parametrize("code", GOOD, ids=GOOD)
def test_published_codes_check(code):
    assert is_credit_code(code)
    assert check_character(code[:17]) == code[17]


@given(st.text(alphabet=ALPHABET + "IOSVZ", min_size=16, max_size=20))
def test_any_code_is_judged_as_the_library_judges_it(code):
    assert is_credit_code(code) == uscc.is_valid(code)


@given(
    st.text(alphabet="0123456789", min_size=8, max_size=8),
    st.text(ALPHABET, min_size=9, max_size=9),
)
def test_code_with_its_check_character_is_good_and_with_any_other_is_not(area, body):
    right = check_character(area + body)
    verdicts = {c: is_credit_code(area + body + c) for c in ALPHABET}

    assert verdicts == {c: c == right for c in ALPHABET}


@pytest.mark.parametrize(
    ("text", "fault", "detail"),
    [
        ("", CodeFault.MISSING, 0),
        ("1.1E+17", CodeFault.SCIENTIFIC, 0),
        ("9.1350100E17", CodeFault.SCIENTIFIC, 0),
        ("91350100M000100Y4", CodeFault.LENGTH, 17),
        ("91350100M000100Y433", CodeFault.LENGTH, 19),
        ("91350100M000I00Y43", CodeFault.CHARACTER, 13),
        ("9135O100M000100Y43", CodeFault.CHARACTER, 5),
        ("9135A100M000100Y43", CodeFault.CHARACTER, 5),
        ("91350100M000100Y44", CodeFault.CHECK_DIGIT, 0),
    ],
    ids=[
        "empty",
        "scientific",
        "scientific without sign",
        "one short",
        "one long",
        "letter I",
        "letter O",
        "letter in the area code",
        "check character",
    ],
)
def test_bad_code_is_named(text, fault, detail):
    assert not is_credit_code(text)
    assert explain_code(text) == (fault, detail)


@pytest.mark.parametrize(
    "text",
    [
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "91350100m000100y43",
        "'91350100M000100Y43",
        " 9135 0100-M000100Y43\t",
        "‘91350100M000100Y43",
    ],
    ids=["full width", "small letters", "apostrophe", "spaces and hyphen", "curly apostrophe"],
)
def test_spelling_of_spreadsheets_is_normalised(text):
    assert normalise_code(text) == "91350100M000100Y43"


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text):
    once = normalise_code(text)

    assert normalise_code(once) == once


@pytest.mark.parametrize(
    ("text", "old"),
    [
        ("3" * 12, False),
        ("3" * 13, True),
        ("3" * 14, False),
        ("3" * 15, True),
        ("3" * 16, False),
        ("320321NA000475X", False),
    ],
    ids=["12", "13", "14", "15", "16", "cooperative with letters"],
)
def test_old_number_has_13_or_15_digits(text, old):
    assert is_old_registration_no(text) is old
