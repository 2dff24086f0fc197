"""Telephone numbers as they are compared: digits alone, without country and area code (LK-7)."""

import re
import unicodedata

PHONES_MAX = 2
MOBILE = 11
_APART = re.compile(r"[/、,;|，；\n]|\s+(?=[+0-9(]{4,})")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]*)?E\+?[0-9]+")
_EXTENSION = re.compile(r"(?:转|分机|EXT|-(?=[0-9]{1,5}$)).*$")
_MISREAD = str.maketrans("OQIL", "0011")
_MASKED = re.compile(r"(1[0-9]{2,})\*+([0-9]{3,})")
_HIDING = re.compile(r"[*×●X#?]+")
_THREE_DIGIT_AREA = re.compile(r"0(?:10|2[0-9])")
_FEWEST = 7


def standard_phones(text: str) -> tuple[str, ...]:
    """Return up to two numbers: mobiles, landlines without their area, masked ones as 138*8000."""
    folded = unicodedata.normalize("NFKC", text).upper().strip()
    found: list[str] = []
    for part in _split(folded):
        number = _one(part)
        if number and number not in found:
            found.append(number)
    return tuple(found[:PHONES_MAX])


def _split(text: str) -> list[str]:
    parts = [p for p in _APART.split(text) if p]
    if len(parts) > 1 and any(sum(map(str.isdigit, p)) < _FEWEST for p in parts):
        return [text]  # the pieces of one number
    return parts


def _one(text: str) -> str:
    if _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        return ""
    bare = text.removesuffix(".0").translate(_MISREAD)
    masked = _MASKED.search(_HIDING.sub("*", re.sub(r"[\s-]", "", bare)))
    if masked:
        return f"{masked[1][:3]}*{masked[2][-4:]}" if len(masked[2]) >= 4 else ""
    digits = re.sub(r"[^0-9]", "", bare)
    digits = re.sub(r"^(?:00)?86(?=1[0-9]{10}$|0[0-9]{9,11}$)", "", digits)
    digits = re.sub(r"^0(?=1[3-9][0-9]{9}$)", "", digits)
    if digits.startswith("1") and MOBILE - 1 <= len(digits) <= MOBILE + 1:
        return digits if len(set(digits)) > 2 else ""
    return _landline(re.sub(r"[^0-9]", "", _EXTENSION.sub("", bare)))


def _landline(digits: str) -> str:
    digits = re.sub(r"^(?:00)?86(?=[1-9][0-9]{9,10}$)", "0", digits)
    if digits.startswith("0") and 10 <= len(digits) <= 12:
        digits = digits[3 if _THREE_DIGIT_AREA.match(digits) else 4 :]
    is_number = _FEWEST <= len(digits) <= 8 and len(set(digits)) > 1 and digits[0] != "0"
    return digits if is_number else ""
