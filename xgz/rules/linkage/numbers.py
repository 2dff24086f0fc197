"""Identity numbers as they are compared: 18 places, "?" where a digit is hidden or lost (LK-4)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from xgz.rules.id_numbers import check_digit, has_province, lengthen

HIDDEN = "?"
PLACES = 18
REGION, BIRTH, ORDER, CHECK = slice(0, 6), slice(6, 14), slice(14, 17), slice(17, 18)


class IdKind(IntEnum):
    """What an identity number is good for."""

    NONE = 0
    RIGHT = 1  # 18 characters, the check digit fits
    OLD = 2  # 15 digits made 18; nothing checked them
    WRONG = 3  # 18 characters that no authority issued
    ROUNDED = 4  # a spreadsheet lost the last three digits
    PARTIAL = 5  # masked, or a part alone
    ODD = 6  # a digit lost or too many
    OTHER = 7  # a passport or permit


@dataclass(frozen=True, slots=True)
class IdText:
    """text: 18 places, or what was written for ODD and OTHER; "" for NONE."""

    text: str
    kind: IdKind


NO_ID = IdText("", IdKind.NONE)
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]*)?E\+?[0-9]+")
_IGNORED = re.compile(r"[\s'\"`:,;.]|[^\x00-\x7f*●○×■□•…]")
_MASK = re.compile(r"[*●○×■□•…#?_-]+|X{2,}(?=[0-9])|X{3,}")
_MISREAD = str.maketrans("OQDILZSB", "00011258")
_WHOLE = re.compile(r"[0-9]{17}[0-9X]")
_ODD = re.compile(r"[0-9]{15,19}[0-9X]")


def standard_id(text: str) -> IdText:
    """Return the number in 18 places and its kind; what Excel turned into 3.30106E+17 is nothing."""
    folded = unicodedata.normalize("NFKC", text).upper().strip()
    if not folded or _SCIENTIFIC.fullmatch(folded.replace(" ", "")):
        return NO_ID
    is_float = folded.endswith(".0") and len(folded) >= PLACES
    bare = _IGNORED.sub("", folded.removesuffix(".0"))
    if _MASK.search(bare):
        return _masked(bare)
    if not bare.isdigit() and len(bare) >= 15:
        digits = bare[:-1].translate(_MISREAD) + (
            bare[-1] if bare[-1] == "X" else bare[-1].translate(_MISREAD)
        )
        bare = digits if digits.removesuffix("X").isdigit() else bare
    return _whole(bare, is_float)


def _whole(bare: str, is_float: bool) -> IdText:
    if _WHOLE.fullmatch(bare):
        if bare.endswith("000") or is_float:
            return IdText(bare[:15] + HIDDEN * 3, IdKind.ROUNDED)
        return IdText(bare, IdKind.RIGHT if is_right(bare) else IdKind.WRONG)
    if len(bare) == 15 and bare.isdigit() and is_day("19" + bare[6:12]):
        return IdText(lengthen(bare), IdKind.OLD)
    if _ODD.fullmatch(bare):
        return IdText(bare, IdKind.ODD)
    if bare.isdigit() and 12 <= len(bare) <= 14 and bare[6:8] in ("19", "20"):
        return IdText(bare.ljust(PLACES, HIDDEN), IdKind.PARTIAL)
    if len(bare) in (4, 6) and bare.removesuffix("X").isdigit():
        return IdText(bare.rjust(PLACES, HIDDEN), IdKind.PARTIAL)
    if re.fullmatch(r"[A-Z0-9]{7,20}", bare) and not bare.isdigit():
        return IdText(bare, IdKind.OTHER)
    return NO_ID


def _masked(bare: str) -> IdText:
    """Lay the visible digits in their places: from the left up to the mask, from the right after it.

    A mask of 15 places may hide an old number, whose end stands elsewhere: only its beginning counts.
    """
    if len(bare) == PLACES:
        spread = "".join(c if c.isdigit() else HIDDEN for c in bare[:17]) + (
            bare[17] if bare[17].isdigit() or (bare[17] == "X" and bare[16].isdigit()) else HIDDEN
        )
    else:
        parts = _MASK.split(bare)
        head, tail = parts[0], parts[-1]
        if not (head + tail).removesuffix("X").isdigit() or len(head) + len(tail) >= PLACES:
            return NO_ID
        tail = "" if len(bare) == 15 else tail
        spread = head + HIDDEN * (PLACES - len(head) - len(tail)) + tail
    return IdText(spread, IdKind.PARTIAL) if spread.strip(HIDDEN) else NO_ID


def is_right(number: str) -> bool:
    """Test whether 18 characters are a number an authority can have issued (ID-1)."""
    return number[17] == check_digit(number[:17]) and has_province(number) and is_day(number[BIRTH])


def is_day(text: str) -> bool:
    """Test whether eight digits are a day from 1900 on."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])).year >= 1900
    except ValueError:
        return False


def born_of(number: IdText) -> str:
    """Return the birth date that a number shows, eight digits; "" where a part is hidden or wrong."""
    if number.kind in (IdKind.NONE, IdKind.ODD, IdKind.OTHER):
        return ""
    shown = number.text[BIRTH]
    return shown if HIDDEN not in shown and is_day(shown) else ""


def sex_of(number: IdText) -> str:
    """Return "男" or "女" by the 17th digit where it is to be trusted, else ""."""
    if number.kind in (IdKind.NONE, IdKind.ODD, IdKind.OTHER) or number.text[16] == HIDDEN:
        return ""
    return "男" if int(number.text[16]) % 2 else "女"
