"""People as arrays: each column in its standard form, made chunk by chunk (LK-2 to LK-8).

What is written plainly (18 digits, eleven digits of a mobile) is read whole columns at a time; every
other value goes through the one reference in rules/linkage, so that both say the same.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xgz.rules.id_numbers import has_province
from xgz.rules.linkage.addresses import (
    folded_address,
    is_plain_head,
    numbers_in,
    standard_address,
    street_in,
)
from xgz.rules.linkage.dates import standard_born
from xgz.rules.linkage.identities import Identities
from xgz.rules.linkage.names import standard_name
from xgz.rules.linkage.numbers import IdKind, standard_id
from xgz.rules.linkage.people import standard_sex
from xgz.rules.linkage.phones import MOBILE, standard_phones

Array = NDArray[np.int64]
Bytes = NDArray[np.uint8]
HIDDEN = 255  # a digit that is not shown
STAR = 254  # a digit that a star hides, while a column is read
TEN = 10  # the X at the end
_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), dtype=np.int32)
_CHECK = np.array([1, 0, TEN, 9, 8, 7, 6, 5, 4, 3, 2], dtype=np.uint8)
_PROVINCES = np.array([has_province(f"{number:02d}") for number in range(100)])
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CACHE_MAX = 400_000
_SEXES = {"": 0, "男": 1, "女": 2}


@dataclass(slots=True)
class Vocabulary:
    """Words of both files and the number of each; 0 is the empty word."""

    places: dict[str, int] = field(default_factory=lambda: {"": 0})

    def code(self, word: str) -> int:
        """Return the number of a word; a new one is added."""
        return self.places.setdefault(word, len(self.places))

    def words(self) -> list[str]:
        """Return all words in the order of their numbers."""
        return list(self.places)


@dataclass(slots=True)
class Words:
    """The vocabularies that both files share."""

    names: Vocabulary = field(default_factory=Vocabulary)
    streets: Vocabulary = field(default_factory=Vocabulary)
    numbers: Vocabulary = field(default_factory=Vocabulary)


@dataclass(frozen=True, slots=True)
class People:
    """One place per person. digits: 18 a person, HIDDEN where unknown; odd: numbers of no 18 places.

    born: stated, shown by the number, 0 unknown. phones: two a person, 0 none, masked ones negative.
    full: code of all numbers of the address.
    """

    name: NDArray[np.int32]
    sex: Bytes
    born: NDArray[np.int32]
    digits: Bytes
    kind: Bytes
    odd: dict[int, str]
    phones: Array
    street: NDArray[np.int32]
    house: NDArray[np.int32]
    full: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.name)


def read_people(chunks: Iterable[Identities], words: Words) -> People:
    """Return the people of all chunks as arrays; words takes up what is new."""
    reader = _Reader(words)
    parts = [reader.part(chunk) for chunk in chunks]
    return _joined(parts or [reader.part(Identities([], [], [], [], [], []))])


def _joined(parts: Sequence[People]) -> People:
    starts = np.cumsum([0, *map(len, parts)])
    odd = {
        int(start) + row: text
        for start, part in zip(starts, parts, strict=False)
        for row, text in part.odd.items()
    }
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in People.__slots__
        if name != "odd"
    }
    return People(odd=odd, **columns)


class _Cache(dict[str, Any]):
    """What a function said of a text, so that each text is asked once; emptied when it is large."""

    def __init__(self, function: Callable[[str], Any]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> Any:
        if len(self) >= _CACHE_MAX:
            self.clear()
        value = self[text] = self._function(text)
        return value


class _Reader:
    """Reads chunks; keeps what it learned of texts that come again."""

    def __init__(self, words: Words) -> None:
        names = words.names
        self._name = _Cache(lambda text: names.code(standard_name(text))).__getitem__
        self._born = _Cache(lambda text: int(standard_born(text) or 0)).__getitem__
        self._sex = _Cache(lambda text: _SEXES[standard_sex(text)]).__getitem__
        self._number = _Cache(standard_id).__getitem__
        self._place = _Places(words)

    def part(self, chunk: Identities) -> People:
        """Return the people of one chunk."""
        rows = len(chunk)
        digits, kind, odd = self._read_ids(chunk.id_number)
        stated = np.fromiter(map(self._born, chunk.born_on), np.int32, rows)
        born = _born_in(digits)
        shown = np.where(_is_day(born), born, 0).astype(np.int32)
        sex = np.fromiter(map(self._sex, chunk.sex), np.uint8, rows)
        order = digits[:, 16]
        places = np.fromiter(map(self._place.codes, chunk.address), _PLACE_CODES, rows)
        return People(
            name=np.fromiter(map(self._name, chunk.name), np.int32, rows),
            sex=np.where(sex > 0, sex, np.where(order < TEN, 2 - order % 2, 0)).astype(np.uint8),
            born=np.stack(
                [
                    np.where(stated > 0, stated, shown),
                    np.where((stated > 0) & (shown != stated), shown, 0),
                ],
                1,
            ),
            digits=digits,
            kind=kind,
            odd=odd,
            phones=_read_phones(chunk.phone),
            street=places["street"],
            house=places["house"],
            full=places["full"],
        )

    def _read_ids(self, texts: Sequence[str]) -> tuple[Bytes, Bytes, dict[int, str]]:
        digits = np.full((len(texts), 18), HIDDEN, dtype=np.uint8)
        kind = np.zeros(len(texts), dtype=np.uint8)
        lengths = np.fromiter(map(len, texts), np.int32, len(texts))
        _read_eighteen(texts, np.flatnonzero(lengths == 18), digits, kind)
        _read_fifteen(texts, np.flatnonzero(lengths == 15), digits, kind)
        odd: dict[int, str] = {}
        rest = np.flatnonzero((kind == 0) & (lengths > 0))
        numbers = [self._number(texts[row]) for row in rest.tolist()]
        kind[rest] = np.array([number.kind for number in numbers], dtype=np.uint8)
        spread: list[int] = []
        for row, number in zip(rest.tolist(), numbers, strict=True):
            if number.kind in (IdKind.ODD, IdKind.OTHER):
                odd[row] = number.text
            elif number.kind:
                spread.append(row)
        if spread:
            text = "".join(
                number.text
                for number in numbers
                if len(number.text) == 18 and number.kind < IdKind.ODD
            )
            digits[spread] = _digits_of(text, 18)
        return digits, kind, odd


_PLACE_CODES = np.dtype([("street", np.int32), ("house", np.int32), ("full", np.int32)])
_FIRST_DIGIT = re.compile("[0-9]")


class _Places:
    """Addresses in two parts, each of which comes again: up to the first digit, and from there on."""

    def __init__(self, words: Words) -> None:
        self._streets, self._numbers = words.streets, words.numbers
        self._heads = _Cache(self._head)
        self._rests = _Cache(self._rest)

    def codes(self, text: str) -> tuple[int, int, int]:
        """Return the codes of street, house number and all numbers; 0 where there is none."""
        found = _FIRST_DIGIT.search(text)
        cut = found.start() if found else len(text)
        street = self._heads[text[:cut]]
        if street > 0:
            return (street, *self._rests[text[cut:]])
        if street == 0:
            return (0, 0, 0)
        place = standard_address(text)
        house, full = self._numbers.code(place.house), self._numbers.code(" ".join(place.numbers))
        return self._streets.code(place.street), house, full

    def _head(self, text: str) -> int:
        return self._streets.code(street_in(text)) if is_plain_head(text) else -1

    def _rest(self, text: str) -> tuple[int, int]:
        house, numbers = numbers_in(folded_address(text))
        return self._numbers.code(house), self._numbers.code(" ".join(numbers))


def _read_eighteen(texts: Sequence[str], rows: Array, digits: Bytes, kind: Bytes) -> None:
    """Read texts of 18 plain digits, and of digits and stars; others are left for the reference."""
    if not len(rows):
        return
    plain = _digits_of("".join([texts[row] for row in rows.tolist()]), 18)
    last, shown = plain[:, 17], plain[:, :17] < TEN
    good = shown.all(1) & (last <= TEN) & plain[:, 15:].any(1)
    digits[rows[good]] = plain[good]
    kind[rows[good]] = np.where(_is_right(plain[good]), IdKind.RIGHT, IdKind.WRONG)
    stars = plain == STAR
    tail = (last < TEN) | stars[:, 17] | ((last == TEN) & shown[:, 16])
    masked = stars.any(1) & (shown | stars[:, :17]).all(1) & tail & (~stars).any(1)
    found = plain[masked]
    found[found == STAR] = HIDDEN
    digits[rows[masked]] = found
    kind[rows[masked]] = IdKind.PARTIAL


def _read_fifteen(texts: Sequence[str], rows: Array, digits: Bytes, kind: Bytes) -> None:
    """Read old numbers of 15 plain digits with a birth date in them."""
    if not len(rows):
        return
    plain = _digits_of("".join([texts[row] for row in rows.tolist()]), 15)
    spread = np.empty((len(rows), 18), dtype=np.uint8)
    spread[:, :6], spread[:, 6], spread[:, 7], spread[:, 8:17] = plain[:, :6], 1, 9, plain[:, 6:]
    good = (plain < TEN).all(1) & _is_day(_born_in(spread))
    spread[:, 17] = _CHECK[spread[:, :17].astype(np.int32) @ _WEIGHTS % 11]
    digits[rows[good]] = spread[good]
    kind[rows[good]] = IdKind.OLD


def _digits_of(text: str, width: int) -> Bytes:
    """Return rows of digits of a text of equal pieces: 10 for X, STAR, HIDDEN for anything else."""
    codes = np.frombuffer(text.encode("ascii", "replace"), dtype=np.uint8).reshape(-1, width)
    values = codes - np.uint8(48)
    values[(codes == 88) | (codes == 120)] = TEN
    values[values > TEN] = HIDDEN
    values[codes == 58] = HIDDEN
    values[codes == 42] = STAR
    return values


def _is_right(digits: Bytes) -> NDArray[np.bool_]:
    """Test whether numbers are right, as numbers.is_right does."""
    fits = _CHECK[digits[:, :17].astype(np.int32) @ _WEIGHTS % 11] == digits[:, 17]
    rows = np.flatnonzero(fits)
    right = np.zeros(len(digits), dtype=bool)
    right[rows] = _PROVINCES[digits[rows, 0] * 10 + digits[rows, 1]] & _is_day(
        _born_in(digits[rows])
    )
    return right


def _born_in(digits: Bytes) -> NDArray[np.int32]:
    """Return the eight digits of the birth date as a number, 0 where one is hidden."""
    part = digits[:, 6:14].astype(np.int32)
    value = part @ np.array([10**p for p in range(7, -1, -1)], dtype=np.int32)
    return np.where((part < TEN).all(1), value, 0).astype(np.int32)


def _is_day(born: NDArray[np.int32]) -> NDArray[np.bool_]:
    year, month, day = born // 10000, born // 100 % 100, born % 100
    longest = np.array([0, *_DAYS] + [0] * 87, dtype=np.int32)[month]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = np.where((month == 2) & ~leap, 28, longest)
    return (year >= 1900) & (day >= 1) & (day <= longest)


def _read_phones(texts: Sequence[str]) -> Array:
    rows = len(texts)
    phones = np.zeros((rows, 2), dtype=np.int64)
    bare = [text.replace(" ", "").replace("-", "") for text in texts]
    lengths = np.fromiter(map(len, bare), np.int32, rows)
    eleven = np.flatnonzero(lengths == MOBILE)
    if len(eleven):
        plain = _digits_of("".join([bare[row] for row in eleven.tolist()]), MOBILE)
        kinds = np.bitwise_or.reduce(np.int32(1) << plain.astype(np.int32) % 32, axis=1)
        twice = kinds & (kinds - 1)
        good = (plain < TEN).all(1) & (plain[:, 0] == 1) & (twice & (twice - 1) > 0)
        phones[eleven[good], 0] = plain[good].astype(np.int64) @ 10 ** np.arange(10, -1, -1)
    for row in np.flatnonzero((phones[:, 0] == 0) & (lengths > 0)).tolist():
        for place, number in enumerate(standard_phones(texts[row])):
            head, star, tail = number.partition("*")
            phones[row, place] = -int(head + tail) if star else int(number)
    return phones
