"""Unified social credit codes (GB 32100-2015) and the registration numbers they replaced."""

import re
from enum import StrEnum
from operator import mul

# Letters O and I look like digits; S, V and Z are left out as well (IM-1).
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_LENGTH = 18

_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)
_VALUES = bytes(ALPHABET.index(chr(code)) if chr(code) in ALPHABET else 0 for code in range(256))
_FORM = re.compile(r"[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}")
_OLD_NUMBER = re.compile(r"[0-9]{13}|[0-9]{15}")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+")
_HALF_WIDTH = str.maketrans(
    {full: chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(map(ord, " -\t\r\n\u3000\u00a0\u200b\ufeff"), "")
    | {0x2018: "'", 0x2019: "'"}
)


class CodeFault(StrEnum):
    """Why a text is no credit code. The argument, where there is one, is named beside it."""

    MISSING = "code_missing"
    SCIENTIFIC = "code_scientific"
    LENGTH = "code_length"  # the number of characters found
    CHARACTER = "code_character"  # the position of the first wrong character, from 1
    CHECK_DIGIT = "code_check_digit"


def normalise_code(text: str) -> str:
    """Return the text in half-width capitals without spaces, hyphens and a leading apostrophe."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return text.translate(_HALF_WIDTH).lstrip("'").upper()


def is_credit_code(code: str) -> bool:
    """Test whether a normalised text is a credit code whose check character holds (IM-1)."""
    return (
        _FORM.fullmatch(code) is not None
        and sum(map(mul, code.encode().translate(_VALUES), _WEIGHTS)) % 31 == 0
    )


def is_old_registration_no(code: str) -> bool:
    """Test whether a normalised text is a registration number of 13 or 15 digits (IM-2)."""
    return _OLD_NUMBER.fullmatch(code) is not None


def explain_code(code: str) -> tuple[CodeFault, int]:
    """Return why a normalised text that is no credit code is none, with the argument or 0."""
    if not code:
        return CodeFault.MISSING, 0
    if _SCIENTIFIC.fullmatch(code):
        return CodeFault.SCIENTIFIC, 0
    if len(code) != CODE_LENGTH:
        return CodeFault.LENGTH, len(code)
    for position, character in enumerate(code, 1):
        if character not in ALPHABET or (position <= 8 and not "0" <= character <= "9"):
            return CodeFault.CHARACTER, position
    return CodeFault.CHECK_DIGIT, 0


def check_character(first_seventeen: str) -> str:
    """Return the 18th character that belongs to the first seventeen."""
    total = sum(map(mul, first_seventeen.encode().translate(_VALUES), _WEIGHTS))
    return ALPHABET[-total % 31]
