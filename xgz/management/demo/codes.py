"""Numbers that check: credit codes, old registration numbers, identity numbers, phones."""

from datetime import date
from random import Random

from xgz.rules.credit_codes import ALPHABET, check_character
from xgz.rules.id_numbers import check_digit

AREA_CODE = "360999"  # no county carries it
# Area codes of identity numbers; none of them is assigned.
BIRTHPLACES = ("360999", "360999", "360999", "360999", "360998", "360997", "339998", "439997")
# Mobile ranges that no operator has been given.
PHONE_PREFIXES = ("1540", "1541", "1542", "1543")

_ORGANISATION_VALUE = {s: v for v, s in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code(first_two: str, organisation_part: str) -> str:
    """Return an 18-character credit code of the demo county, both check characters computed.

    first_two is the registering department and kind (91, 92, 93), organisation_part the eight
    characters of the organisation code.
    """
    total = sum(
        _ORGANISATION_VALUE[c] * w
        for c, w in zip(organisation_part, _ORGANISATION_WEIGHTS, strict=True)
    )
    inner = "0123456789X0"[11 - total % 11]
    first17 = f"{first_two}{AREA_CODE}{organisation_part}{inner}"
    return first17 + check_character(first17)


def old_registration_number(sequence: int, *, digits: int = 15) -> str:
    """Return an old registration number of 15 (checked) or 13 digits (never had a check)."""
    if digits == 13:
        return f"{AREA_CODE}{sequence % 10_000_000:07d}"
    first14 = f"{AREA_CODE}{sequence % 100_000_000:08d}"
    product = 10
    for digit in first14:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return first14 + str((11 - product) % 10)


def id_number(area: str, born_on: date, order: int) -> str:
    """Return an 18-digit identity number; an odd order (0 to 999) marks a man."""
    first17 = f"{area}{born_on:%Y%m%d}{order:03d}"
    return first17 + check_digit(first17)


def break_check_character(code: str) -> str:
    """Return the code with another last character, so that it no longer checks."""
    return code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 7) % len(ALPHABET)]


class CodeMint:
    """Gives out credit codes and old numbers, none of them twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._given: set[str] = set()

    def credit_code(self, first_two: str, *, before_2015: bool = False) -> str:
        """Return an unused credit code; older firms carry an all-digit organisation code."""
        while True:
            if before_2015:
                part = f"{self._rng.randrange(10**8):08d}"
            else:
                part = "MA" + "".join(self._rng.choices(ALPHABET, k=6))
            code = credit_code(first_two, part)
            if code not in self._given:
                self._given.add(code)
                return code

    def old_number(self) -> str:
        """Return an unused registration number of 15 digits, sometimes of 13."""
        while True:
            digits = 13 if self._rng.random() < 0.3 else 15
            number = old_registration_number(self._rng.randrange(10**8), digits=digits)
            if number not in self._given:
                self._given.add(number)
                return number
