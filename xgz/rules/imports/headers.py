"""Matching the headers a file happens to have with the columns of its kind (IM-9)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xgz.rules.imports.fields import Field
from xgz.rules.imports.reasons import FileReason, FileRefused

HEADER_WITHIN_ROWS = 10  # a title, a unit line and a date may stand above the header
_IGNORED = re.compile(r"[\s()\[\]【】<>《》{}*:,、.。;'\"“”_\-]+")
_BRACKETED = re.compile(r"[(\[【{][^)\]】}]*[)\]】}]")


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """columns: field key to the file's column indexes (0-based) in order; unknown: headers left."""

    columns: Mapping[str, tuple[int, ...]]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def fold_header(text: str) -> str:
    """Return a header without full-width forms, spaces, brackets and marks."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).upper()


def _short_header(text: str) -> str:
    """Return a folded header without what stands in brackets."""
    return fold_header(_BRACKETED.sub("", unicodedata.normalize("NFKC", text)))


def header_index(fields: Sequence[Field], renamed: Mapping[str, str]) -> dict[str, str]:
    """Return folded header to field key: our names, their synonyms, then a sender's own names.

    renamed: their header to our header. Raises FileRefused for a name of ours that does not exist.
    """
    index: dict[str, str] = {}
    for field in fields:
        for name in (field.header, *field.synonyms):
            index.setdefault(fold_header(name), field.key)
    for theirs, ours in renamed.items():
        if not ours:
            index[fold_header(theirs)] = ""
            continue
        key = index.get(fold_header(ours))
        if not key:
            raise FileRefused(FileReason.MAPPING, ours)
        index[fold_header(theirs)] = key
    return index


def match_headers(
    cells: Sequence[str], fields: Sequence[Field], index: Mapping[str, str]
) -> HeaderMatch:
    """Return which column holds which field.

    Two columns may hold the same field under different names (企业名称 and 字号名称), as long as no
    row fills both differently. Raises FileRefused where the same header stands twice.
    """
    columns: dict[str, list[int]] = {}
    unknown: list[str] = []
    seen: set[str] = set()
    for place, cell in enumerate(cells):
        folded = fold_header(cell)
        if not folded:
            continue
        key = index.get(folded)
        if key is None:
            key = index.get(_short_header(cell))
        if not key:
            unknown.append(cell.strip())
            continue
        if folded in seen:
            raise FileRefused(FileReason.REPEATED_HEADER, cell.strip())
        seen.add(folded)
        columns.setdefault(key, []).append(place)
    missing = tuple(f.header for f in fields if f.required and f.key not in columns)
    return HeaderMatch(
        {key: tuple(places) for key, places in columns.items()}, tuple(unknown), missing
    )


def recognised(cells: Sequence[str], index: Mapping[str, str]) -> int:
    """Return how many cells of a row are headers we know."""
    return sum(
        1 for cell in cells if index.get(fold_header(cell)) or index.get(_short_header(cell))
    )


def find_header(rows: Sequence[Sequence[str]], index: Mapping[str, str]) -> int | None:
    """Return the place (0-based) of the row with most known headers among the first ten.

    At least two headers must be known; the upper row wins a tie. None where no row is a header.
    """
    best, place = 1, None
    for number, cells in enumerate(rows[:HEADER_WITHIN_ROWS]):
        count = recognised(cells, index)
        if count > best:
            best, place = count, number
    return place
