"""Marks that let a leaked part of an exported list name its export (EX-5).

Each row carries a mark in a hidden column: its number and a tag that only the export's key makes.
Where the file names people, rows also change places within small blocks, by values that the key
makes of their cells; so a part without the hidden column, in its order, still tells the export.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from math import atanh, sqrt
from typing import TypeVar

from xgz.rules.exports import ORDER_BLOCK

MARK_HEADING = "行码"
MARK_WIDTH = 14
_MARK = re.compile(r"[0-9a-z]{1,6}-[A-Z2-7]{8}")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TAG_BYTES = 5
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
# What looks like a person's name counts most: whoever passes a list on leaves the names in.
_NAME = re.compile(r"[\u4e00-\u9fff](?:\*|[\u4e00-\u9fff]{1,2})")
_NAME_WEIGHT = 3
_FEWEST_ROWS = 12  # without marks: fewer say nothing certain
_CERTAIN, _LIKELY = 6.0, 3.5  # standard deviations beyond chance
_FULL = 0.9999  # of a correlation, whose transform is infinite at one
Cell = str | int | float | date | None
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Marks:
    """What an export's file carries.

    key: of this export alone; line: who, when, which number, in words; shuffles: whether rows
    change places within blocks.
    """

    key: bytes
    line: str
    shuffles: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """marks: rows whose mark the export's key made; strength: of the order, in deviations."""

    export: str
    marks: int
    strength: float

    @property
    def is_certain(self) -> bool:
        return self.marks > 0 or self.strength >= _CERTAIN

    @property
    def is_likely(self) -> bool:
        return self.is_certain or self.strength >= _LIKELY


def marked_rows(
    rows: Iterable[Sequence[Cell]], marks: Marks, *, numbered: bool
) -> Iterator[Sequence[Cell]]:
    """Yield the rows in the export's order, each with its mark as last cell.

    numbered: the first cell is the row's number and follows the new order.
    """
    for number, row in enumerate(_ordered(rows, marks, skip=int(numbered)), 1):
        cells = (number, *row[1:]) if numbered else tuple(row)
        yield (*cells, _mark(marks.key, number))


def printed_line(marks: Marks) -> str:
    """Return the footer of every printed page: the line of the export, page of pages."""
    line = marks.line.replace("&", "&&")
    return f"&L&8{line[:200]}&R&8&P / &N"


def matches(rows: Sequence[Sequence[str]], keys: Mapping[str, bytes]) -> list[Match]:
    """Return what speaks for each export, the best first.

    rows: the cells of a leaked part as texts; keys: export → its key.
    """
    marks, plain = _split(rows)
    found = [
        Match(
            export,
            sum(_is_mark_of(key, mark) for mark in marks),
            0.0 if marks else _order_strength(plain, key),
        )
        for export, key in keys.items()
    ]
    return sorted(found, key=lambda match: (match.marks, match.strength), reverse=True)


def _ordered(
    rows: Iterable[Sequence[Cell]], marks: Marks, *, skip: int
) -> Iterator[Sequence[Cell]]:
    if not marks.shuffles:
        yield from rows
        return
    for block in _blocks(rows):
        yield from sorted(block, key=lambda row: _worth([_text(c) for c in row[skip:]], marks.key))


def _blocks(rows: Iterable[T]) -> Iterator[list[T]]:
    source = iter(rows)
    while block := list(islice(source, ORDER_BLOCK)):
        yield block


def _mark(key: bytes, number: int) -> str:
    return f"{_short(number)}-{_tag(key, _short(number))}"


def _short(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, len(_DIGITS))
        digits = _DIGITS[rest] + digits
    return digits or "0"


def _tag(key: bytes, number: str) -> str:
    made = blake2b(f"row {number}".encode(), key=key, digest_size=_TAG_BYTES).digest()
    return base64.b32encode(made).decode()


def _is_mark_of(key: bytes, mark: str) -> bool:
    number, _, tag = mark.partition("-")
    return _tag(key, number) == tag


def _split(rows: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Return the marks, and the rows of the table without marks, titles and running numbers."""
    marks = [cell for row in rows for cell in row if _MARK.fullmatch(cell)]
    kept = [[cell for cell in row if not _MARK.fullmatch(cell)] for row in rows]
    widest = max((sum(map(bool, row)) for row in kept), default=0)
    table = [row for row in kept if 2 * sum(map(bool, row)) > widest]
    return marks, _without_numbers(table)


def _without_numbers(table: list[list[str]]) -> list[list[str]]:
    """Drop columns that count the rows: they stand for the order, not for what is in a row."""
    width = max(map(len, table), default=0)
    counting = set()
    for place in range(width):
        numbers = [row[place] if place < len(row) else "" for row in table]
        known = [int(text) for text in numbers if text.isascii() and text.isdigit()]
        steps = [after - before for before, after in zip(known, known[1:], strict=False)]
        if len(known) > len(table) // 2 and steps and all(step == 1 for step in steps):
            counting.add(place)
    return [[c for place, c in enumerate(row) if place not in counting] for row in table]


def _order_strength(rows: Sequence[Sequence[str]], key: bytes) -> float:
    """Return how far beyond chance the rows stand in the order this key makes."""
    if len(rows) < _FEWEST_ROWS:
        return 0.0
    worth = [_worth(row, key) for row in rows]
    return max(_strength_from(worth, first) for first in range(ORDER_BLOCK))


def _strength_from(worth: Sequence[float], first: int) -> float:
    """Return it for rows of which the first `first` end a block begun before."""
    parts = [list(worth[:first]), *_blocks(worth[first:])]
    products, places, ranks, free = 0.0, 0.0, 0.0, 0
    for part in parts:
        middle = (len(part) - 1) / 2
        order = sorted(range(len(part)), key=part.__getitem__)
        for rank, place in enumerate(order):
            products += (rank - middle) * (place - middle)
            places += (place - middle) ** 2
            ranks += (rank - middle) ** 2
        free += max(len(part) - 1, 0)
    if not places or free < 4:
        return 0.0
    return atanh(max(min(products / sqrt(places * ranks), _FULL), -_FULL)) * sqrt(free - 2)


def _worth(cells: Iterable[str], key: bytes) -> float:
    """Return a row's value under the key: the sum of its cells', so that missing ones only blur."""
    return sum(_cell_worth(key, cell) for cell in cells if cell)


@lru_cache(maxsize=1 << 15)
def _cell_worth(key: bytes, text: str) -> float:
    made = blake2b(b"cell " + text.encode(), key=key, digest_size=8).digest()
    worth = int.from_bytes(made) / 2**64 - 0.5
    return _NAME_WEIGHT * worth if _NAME.fullmatch(text) else worth


def plain_text(text: str) -> str:
    """Return a leaked cell as it was written: without a quote for a formula, days in one form."""
    text = text.strip().removeprefix("'")
    day = _DAY.fullmatch(text)
    return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}" if day else text


def _text(cell: Cell) -> str:
    return "" if cell is None else plain_text(str(cell))
