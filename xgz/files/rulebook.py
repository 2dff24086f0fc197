"""The pages of the rulebook: tables in Markdown in, rules out (docs/rulebook/README.md)."""

import re
from collections.abc import Iterator, Mapping

from xgz.rules.rulebook import Certainty, RulebookRow, RulebookSubject, Wording

_ID = re.compile(r"[A-Z]{1,4}-[0-9]+")
_HEADING = re.compile(r"#+ (.+)")
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_COLUMNS = 8
_NOTHING = "—"


class RulebookFault(ValueError):
    """A page of the rulebook is not as its README says; carries the page and the line."""


def read_rulebook(pages: Mapping[str, bytes]) -> list[RulebookSubject]:
    """Return the subjects that hold rules, in the order of the pages and their headings.

    pages: file name → its bytes in UTF-8. Raises RulebookFault where a rule lacks a wording, its
    source, its certainty or its dates, or stands there twice.
    """
    subjects: list[RulebookSubject] = []
    seen: set[str] = set()
    for name, content in pages.items():
        for subject in _subjects(name, content.decode("utf-8")):
            twice = seen & {row.id for row in subject.rows}
            if twice:
                raise RulebookFault(f"{name}: {', '.join(sorted(twice))} stands there twice")
            seen |= {row.id for row in subject.rows}
            subjects.append(subject)
    return subjects


def _subjects(name: str, text: str) -> Iterator[RulebookSubject]:
    title, rows, number = "", list[RulebookRow](), 0
    for line in [*text.splitlines(), "# end"]:
        heading = _HEADING.fullmatch(line)
        if heading and rows:
            number += 1
            key = name.removesuffix(".md") + (f"-{number}" if number > 1 else "")
            yield RulebookSubject(key, _wording(title, " · ", name), tuple(rows))
            rows = []
        if heading:
            title = heading[1]
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and _ID.fullmatch(cells[0]):
            rows.append(_row(cells, f"{name}: {cells[0]}"))


def _row(cells: list[str], place: str) -> RulebookRow:
    if len(cells) != _COLUMNS or not all(cells):
        raise RulebookFault(f"{place}: {len(cells)} cells")
    number, english, chinese, source, certainty, since, until, open_ = cells
    if certainty not in set(Certainty):
        raise RulebookFault(f"{place}: {certainty}")
    return RulebookRow(
        id=number,
        text=Wording(english, chinese),
        source=_wording(source, "<br>", place),
        certainty=Certainty(certainty),
        since=_day(since, place),
        until=_day(until, place),
        open=_wording("" if open_ == _NOTHING else open_, "<br>", place),
    )


def _wording(cell: str, divider: str, place: str) -> Wording:
    """Return both languages of a cell; without a divider the words serve both."""
    parts = cell.split(divider)
    if len(parts) > 2 or not all(part.strip() for part in parts[1:]):
        raise RulebookFault(f"{place}: {cell}")
    return Wording(parts[0].strip(), parts[-1].strip())


def _day(cell: str, place: str) -> str:
    if cell == _NOTHING:
        return ""
    if not _DAY.fullmatch(cell):
        raise RulebookFault(f"{place}: {cell}")
    return cell
