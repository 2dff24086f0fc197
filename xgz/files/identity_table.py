"""Rosters and registers as they are read for a comparison: six columns, chunk by chunk, and row ids."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest
from pathlib import Path

from xgz.files.intake import FileForm, IntakeLimits, sniff_form
from xgz.files.text_table import read_text_table
from xgz.files.workbook_table import open_workbook, sheet_rows
from xgz.rules.imports.headers import (
    HEADER_WITHIN_ROWS,
    HeaderMatch,
    find_header,
    header_index,
    match_headers,
    recognised,
)
from xgz.rules.imports.reasons import FileReason, FileRefused
from xgz.rules.linkage.identities import Identities
from xgz.rules.linkage.sides import COLUMNS, ROW_ID, Side, known_fields

CHUNK_ROWS = 100_000


@dataclass(slots=True)
class RowIds:
    """The row id of each row in order: the column 序号, else 1 for the first row below the header."""

    _numbers: "array[int]" = field(default_factory=lambda: array("q"))
    _texts: dict[int, str] = field(default_factory=dict)  # place to id, where it is no plain number

    def extend(self, texts: Sequence[str]) -> None:
        """Take the ids of the next rows; "" gives a row its place, from 1."""
        place = len(self._numbers)
        try:
            numbers = list(map(int, texts))
        except ValueError:
            numbers = []
        fits = min(numbers, default=0) >= -(2**63) and max(numbers, default=0) < 2**63
        if fits and list(map(str, numbers)) == list(texts):
            self._numbers.extend(numbers)
            return
        self._numbers.extend(range(place + 1, place + 1 + len(texts)))
        self._texts |= {row: text.strip() for row, text in enumerate(texts, place) if text.strip()}

    def __getitem__(self, place: int) -> str:
        return self._texts.get(place) or str(self._numbers[place])

    def __len__(self) -> int:
        return len(self._numbers)


def read_identities(path: Path, side: Side, ids: RowIds) -> Iterator[Identities]:
    """Yield the people of a CSV or xlsx file in chunks and fill ids. Raises FileRefused.

    A row of blanks is left out and has no id. Columns the comparison may not see are never kept.
    """
    rows = _rows(path, side)
    head = list(islice(rows, HEADER_WITHIN_ROWS))
    index = header_index(known_fields(side), {})
    place = find_header(head, index)
    if place is None:
        raise FileRefused(FileReason.NO_HEADER, *_needed(side))
    match = match_headers(head[place], known_fields(side), index)
    _require(match, side)
    places = {key: match.columns[key] for key in match.columns}
    taker = _Taker(side, places, ids)
    yield from taker.chunks(chain(head[place + 1 :], rows))
    if not len(ids):
        raise FileRefused(FileReason.NO_ROWS)


def _needed(side: Side) -> list[str]:
    columns = COLUMNS[side]
    return [columns["name"].header, columns["id_number"].header, columns["phone"].header]


def _require(match: HeaderMatch, side: Side) -> None:
    """Refuse a file without names, or with nothing beside them."""
    columns = COLUMNS[side]
    beside = {columns[key].key for key in ("id_number", "phone", "born_on", "address")}
    if columns["name"].key not in match.columns or beside.isdisjoint(match.columns):
        raise FileRefused(FileReason.NO_HEADER, *_needed(side))


class _Taker:
    """Collects rows into chunks of the six columns."""

    def __init__(self, side: Side, places: Mapping[str, tuple[int, ...]], ids: RowIds) -> None:
        self._columns = [places.get(column.key, ()) for column in COLUMNS[side].values()]
        self._row_id = places.get(ROW_ID.key, ())[:1]
        self._ids = ids

    def chunks(self, rows: Iterator[Sequence[str]]) -> Iterator[Identities]:
        """Yield the rows in chunks; blank rows are left out."""
        while block := list(islice(rows, CHUNK_ROWS)):
            kept = [row for row in block if any(row)]
            if not kept:
                continue
            table = list(zip_longest(*kept, fillvalue=""))
            self._ids.extend(self._column(table, self._row_id, len(kept)))
            yield Identities(*(self._column(table, p, len(kept)) for p in self._columns))

    def _column(
        self, table: Sequence[Sequence[str]], places: tuple[int, ...], rows: int
    ) -> Sequence[str]:
        """Return one column; where two hold the same field the first that is filled counts."""
        columns = [table[place] for place in places if place < len(table)]
        if not columns:
            return [""] * rows
        if len(columns) == 1:
            return columns[0]
        return [
            next((text for text in cells if text.strip()), "")
            for cells in zip(*columns, strict=True)
        ]


def _rows(path: Path, side: Side) -> Iterator[Sequence[str]]:
    index = header_index(known_fields(side), {})
    if sniff_form(path, IntakeLimits(0)) is FileForm.CSV:
        yield from read_text_table(path, lambda cells: recognised(cells, index)).rows
        return
    workbook = open_workbook(path)
    for name in workbook.sheet_names:
        head = [row.cells for row in islice(sheet_rows(workbook, name), HEADER_WITHIN_ROWS)]
        if find_header(head, index) is not None:
            yield from (row.cells for row in sheet_rows(workbook, name))
            return
    raise FileRefused(FileReason.NO_HEADER, *_needed(side))
