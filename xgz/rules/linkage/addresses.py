"""Addresses as they are compared: the last words before the first number, and the numbers (LK-8)."""

import re
import unicodedata
from dataclasses import dataclass

STREET_LENGTH = (
    3  # characters: enough for a street or village, short enough to outlast dropped districts
)
NUMBERS_MAX = 4
_BRACKETED = re.compile(r"\(.*?(?:\)|$)")
_DIGITS = "〇零一二两三四五六七八九"
_VALUES = {c: v for c, v in zip(_DIGITS, (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)}
_NUMERAL = re.compile(r"[〇零一二两三四五六七八九十百]+(?=[号弄幢栋座单室组队层楼#-])")
_NUMERALS = frozenset(_DIGITS + "十百")
_NUMBER = re.compile(r"[0-9]")
_HOUSE_NUMBER = re.compile(r"([0-9]+)(号?)")
_NO_WORD = re.compile(r"[^\u3400-\u9fffA-Z]")
_TRAILING = re.compile(r"(?:第|门牌|东侧|西侧|南侧|北侧|[A-Z])+$")


@dataclass(frozen=True, slots=True)
class Place:
    """street: "" where nothing is known; house: the number before 号, else the first, else ""."""

    street: str
    house: str
    numbers: tuple[str, ...]


NOWHERE = Place("", "", ())


def standard_address(text: str) -> Place:
    """Return street or village, house number and all numbers, however they are written."""
    folded = folded_address(text)
    first = _NUMBER.search(folded)
    cut = first.start() if first else len(folded)
    street = street_in(folded[:cut])
    return Place(street, *numbers_in(folded[cut:])) if street else NOWHERE


def folded_address(text: str) -> str:
    """Return an address without brackets, its numbers in Arabic digits."""
    folded = unicodedata.normalize("NFKC", text).upper()
    if "(" in folded:
        folded = _BRACKETED.sub("", folded)
    if _NUMERALS.isdisjoint(folded):
        return folded
    return _NUMERAL.sub(lambda m: str(_value(m[0])), folded)


def street_in(words: str) -> str:
    """Return street or village from what stands before the first number, "" where that is nothing."""
    street = _TRAILING.sub("", _NO_WORD.sub("", words))[-STREET_LENGTH:]
    return street if len(street) >= STREET_LENGTH - 1 else ""


def numbers_in(rest: str) -> tuple[str, tuple[str, ...]]:
    """Return the house number and all numbers of a folded address from its first number on."""
    runs = _HOUSE_NUMBER.findall(rest)[:NUMBERS_MAX]
    numbers = tuple(run.lstrip("0")[:9] or "0" for run, _ in runs)
    for number, (_, mark) in zip(numbers, runs, strict=True):
        if mark:
            return number, numbers
    return numbers[0] if numbers else "", numbers


def is_plain_head(head: str) -> bool:
    """Test whether what stands before the first digit folds to itself without what follows."""
    return folded_address(head) == head and not (set(head) & set("(（"))


def _value(numeral: str) -> int:
    """Return what Chinese digits say: 二〇三 is 203, 十五 is 15, 一百二十三 is 123."""
    if not set(numeral) & set("十百"):
        return int("".join(str(_VALUES[c]) for c in numeral))
    total, digit = 0, 0
    for c in numeral:
        if c in _VALUES:
            digit = _VALUES[c]
        else:
            total += (digit or 1) * (100 if c == "百" else 10)
            digit = 0
    return total + digit
