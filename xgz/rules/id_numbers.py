"""Citizen identity numbers (GB 11643-1999): form, province, birth date, check digit, sex."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul

from xgz.rules.credit_codes import normalise_code
from xgz.rules.members import Sex

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_FORM = re.compile(r"[0-9]{17}[0-9X]")
_OLD_FORM = re.compile(r"[0-9]{15}")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+")
# Provinces, Taiwan, Hong Kong and Macao, and the residents' cards of the last three (ID-1).
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)


class IdFault(StrEnum):
    """Why a text is no identity number. No fault carries a part of the number."""

    SCIENTIFIC = "id_scientific"
    LENGTH = "id_length"  # the number of characters found
    CHARACTER = "id_character"  # the position of the first wrong character, from 1
    PROVINCE = "id_province"
    BIRTH_DATE = "id_birth_date"
    CHECK_DIGIT = "id_check_digit"


class InvalidIdNumber(ValueError):
    """The text is no identity number; `fault` says why and `detail` holds its argument or 0."""

    def __init__(self, fault: IdFault, detail: int = 0) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A checked number of 18 characters and what it says about the person."""

    number: str
    born_on: date
    sex: Sex


def check_id_number(text: str, today: date) -> IdNumber:
    """Return the checked number; 15 digits become 18 (ID-1, ID-2). Raises InvalidIdNumber.

    A birth date after `today` is a fault; `today` itself is not.
    """
    number = normalise_code(text)
    if _OLD_FORM.fullmatch(number):
        number = lengthen(number)
    if not _FORM.fullmatch(number):
        raise InvalidIdNumber(*_explain_form(number))
    if not has_province(number):
        raise InvalidIdNumber(IdFault.PROVINCE)
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InvalidIdNumber(IdFault.BIRTH_DATE) from None
    if not date(1900, 1, 1) <= born_on <= today:
        raise InvalidIdNumber(IdFault.BIRTH_DATE)
    if number[17] != check_digit(number[:17]):
        raise InvalidIdNumber(IdFault.CHECK_DIGIT)
    return IdNumber(number, born_on, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def has_province(number: str) -> bool:
    """Test whether a number begins with a province, or with Taiwan, Hong Kong or Macao (ID-1)."""
    return number[:2] in _PROVINCES


def check_digit(first_seventeen: str) -> str:
    """Return the 18th character that belongs to the first seventeen digits (ID-1)."""
    return _CHECK[sum(map(mul, map(int, first_seventeen), _WEIGHTS)) % 11]


def lengthen(fifteen: str) -> str:
    """Return the number of 18 characters for an old one of 15 digits (ID-2)."""
    seventeen = fifteen[:6] + "19" + fifteen[6:]
    return seventeen + check_digit(seventeen)


def looks_like_id_number(text: str) -> bool:
    """Test whether a normalised text means to be an identity number, right or wrong.

    Passports and permits of other lengths do not; a shortened or rounded number does.
    """
    return bool(
        re.fullmatch(r"[0-9]{14,19}X?", text)
        or _SCIENTIFIC.fullmatch(text)
        or re.fullmatch(r"[0-9]{6}[0-9A-Z]{12}", text)
    )


def _explain_form(number: str) -> tuple[IdFault, int]:
    if _SCIENTIFIC.fullmatch(number):
        return IdFault.SCIENTIFIC, 0
    if len(number) != 18:
        return IdFault.LENGTH, len(number)
    return IdFault.CHARACTER, next(
        place
        for place, character in enumerate(number, 1)
        if not ("0" <= character <= "9" or (place == 18 and character == "X"))
    )
