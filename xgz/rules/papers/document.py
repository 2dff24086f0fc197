"""What stands on a paper, apart from how it is laid out: filled once, kept, drawn any time (PA-4)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Self

from xgz.rules.papers.kinds import PaperForm

TITLE_WIDTH = 19  # characters of 二号 that stand in one line with room at both ends
# A line of a title ends where a word does; an organisation's kind is the word that comes last.
_KIND = re.compile("(?=(?:联合|流动|功能型)?党(?:总支|支部|委))")


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; a heading stands in 黑体."""

    text: str
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One paper from top to bottom; "" or () where it has no such part.

    title_parts: the title in the pieces between which a long one is broken; organ: words of the
    red head; is_upward: the place of the signer is kept free; to: who it is addressed to; rows: of
    the form's table; note: under that; day: as written; named: public ids of members it names.
    """

    form: PaperForm
    title_parts: tuple[str, ...]
    by: str
    organ: str = ""
    number: str = ""
    is_upward: bool = False
    to: str = ""
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    attachments: tuple[str, ...] = ()
    day: str = ""
    named: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the paper as values that can be stored as JSON."""
        return asdict(self)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Return the paper that plain() wrote. Raises KeyError, TypeError or ValueError."""
        given = dict(stored)
        given["form"] = PaperForm(given["form"])
        given["lines"] = tuple(Line(**line) for line in given["lines"])
        given["rows"] = tuple(tuple(row) for row in given["rows"])
        for name in ("title_parts", "attachments", "named"):
            given[name] = tuple(given[name])
        return cls(**given)

    @property
    def title(self) -> str:
        """The title in one line."""
        return "".join(self.title_parts)

    @property
    def title_lines(self) -> tuple[str, ...]:
        """The title as it is broken: whole while it fits into one line, else piece by piece.

        A piece too long for a line is broken before the organisation's kind, not inside it.
        """
        if _width(self.title) <= TITLE_WIDTH:
            return (self.title,)
        return tuple(line for part in self.title_parts for line in _broken(part))

    @property
    def attachment_lines(self) -> tuple[str, ...]:
        """The attachments as they are listed: numbered where there are several."""
        if len(self.attachments) < 2:
            return self.attachments
        return tuple(f"{number}. {name}" for number, name in enumerate(self.attachments, start=1))


def with_number(document: Document, number: str, day: date) -> Document:
    """Return a paper as it is issued: with its number, "" for none, and its day."""
    return replace(document, number=number, day=paper_day(day))


def as_draft(document: Document, word: str, year: int) -> Document:
    """Return a paper with free places for number and day. word: before the number, "" for none."""
    number = f"{word}〔{year}〕　号" if word else ""
    return replace(document, number=number, day=f"{year}年　月　日")


def paper_day(day: date | None) -> str:
    """Return a day as papers write it, 2026年10月10日; "" for none (PA-4)."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def paper_month(day: date | None) -> str:
    """Return the month of a day as rosters write it, 1980.03; "" for none."""
    return f"{day.year}.{day.month:02}" if day else ""


def listed(names: Sequence[str], most: int = 3) -> str:
    """Return names in a sentence; of more than `most`, the first ones and how many there are."""
    words = "、".join(names[:most])
    return words if len(names) <= most else f"{words}等{len(names)}户单位"


def official_name(body: str) -> str:
    """Return what a body is called on paper: 中共清平镇委员会 for 清平镇党委 (PA-4)."""
    for ending in ("镇党委", "乡党委"):
        if body.endswith(ending) and body != ending and not body.startswith("中共"):
            return f"中共{body.removesuffix('党委')}委员会"
    return body


def _width(text: str) -> float:
    """Return how many characters wide a text is; a figure or Latin letter is half of one."""
    return sum(0.5 if mark.isascii() else 1 for mark in text)


def _broken(part: str) -> Iterator[str]:
    """Yield the lines of one piece of a title: two where it is too long and names a kind."""
    kind = next((found for found in _KIND.finditer(part) if found.start()), None)
    if kind is None or _width(part) <= TITLE_WIDTH:
        yield part
    else:
        yield from (part[: kind.start()], part[kind.start() :])
