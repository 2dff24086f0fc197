"""The reading child: one file in, JSON lines out. Run as `python -m xgz.files.reader`.

It limits its own memory and processor time before it touches the file, knows neither database nor
keys, and streams what it finds; the parent never loads a foreign object. The request comes as one
JSON object on standard input (see `Request`); each answer is one line: header, rows, faults, and at
the end done or refused.
"""

import gzip
import json
import os
import resource
import signal
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from xgz.files.intake import FileForm, IntakeLimits, sniff_form
from xgz.files.sheet_scan import COLUMNS_MAX, SheetExtent, scan_workbook
from xgz.files.text_table import read_text_table
from xgz.files.workbook_table import SheetRow, open_workbook, sheet_rows
from xgz.rules.imports.headers import (
    HEADER_WITHIN_ROWS,
    HeaderMatch,
    find_header,
    header_index,
    match_headers,
    recognised,
)
from xgz.rules.imports.reasons import CellFaultNote, CellReason, FileReason, FileRefused
from xgz.rules.imports.rows import KIND_TABLES, KindTable, RowChecker
from xgz.rules.imports.states import ImportKind
from xgz.rules.registration import is_blank

CHUNK_ROWS = 4000
_FAULT_CHUNK = 500
_GIVES_WAY = 10  # to whoever answers people on this machine; it holds no lock they could wait for
_SAMPLE_ROWS = 20
_CODES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Request:
    """renamed: their header to ours; codes: header to code to wording; sizes in bytes and seconds.

    Zero means no limit.
    """

    path: str
    kind: str
    today: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    max_bytes: int = 0
    memory_bytes: int = 0
    cpu_seconds: int = 0


@dataclass(slots=True)
class _Sheet:
    """Rows of the one table of a file, from its first row on, with what the scan found."""

    name: str
    form: str
    encoding: str
    rows: Iterator[SheetRow]
    formulas: frozenset[tuple[int, int]] = frozenset()


class _Emitter:
    """Collects rows and faults into chunks and writes them as lines."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._rows: list[list[object]] = []
        self._faults: list[object] = []
        self.read = 0

    def event(self, **content: object) -> None:
        self._write(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    def row(self, values: list[object]) -> None:
        self._rows.append(values)
        if len(self._rows) >= CHUNK_ROWS:
            self.flush()

    def fault(self, row_no: int, faults: Sequence[CellFaultNote], cells: list[str]) -> None:
        self._faults.append([row_no, faults, cells])
        if len(self._faults) >= _FAULT_CHUNK:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            self.event(event="rows", rows=self._rows, read=self.read)
            self._rows = []
        if self._faults:
            self.event(event="faults", rows=self._faults, read=self.read)
            self._faults = []


def read_file(request: Request, write: Callable[[bytes], object]) -> None:
    """Check every row of the file and write the answers. Raises FileRefused."""
    emitter = _Emitter(write)
    table = KIND_TABLES[ImportKind(request.kind)]
    index = header_index(table.fields, request.renamed)
    sheet = _open_sheet(request, table, index)
    head, place = _find_header_row(sheet, table, index)
    names = head[place].cells
    match = match_headers(names, table.fields, index)
    if match.missing:
        raise FileRefused(FileReason.NO_HEADER, *match.missing)
    if len(names) > COLUMNS_MAX:
        raise FileRefused(FileReason.TOO_MANY_COLUMNS, "", len(names), COLUMNS_MAX)
    checker = RowChecker(
        table,
        match.columns,
        date.fromisoformat(request.today),
        codes=request.codes,
        headers=names,
    )
    emitter.event(
        event="header",
        sheet=sheet.name,
        form=sheet.form,
        encoding=sheet.encoding,
        row=place + 1,
        headers=names,
        columns=match.columns,
        unknown=match.unknown,
        samples=_samples(head[place + 1 :], match, table),
    )
    body = _Body(sheet, checker, match, len(names), emitter, first_row=place + 2)
    body.read(head[place + 1 :])


class _Body:
    """Goes through the rows below the header and counts what becomes of each."""

    def __init__(
        self,
        sheet: _Sheet,
        checker: RowChecker,
        match: HeaderMatch,
        width: int,
        emitter: _Emitter,
        first_row: int,
    ) -> None:
        self._sheet = sheet
        self._checker = checker
        self._width = width
        self._emitter = emitter
        self._row_no = first_row - 1
        self._counts = dict.fromkeys(("good", "rejected", "duplicate", "blank"), 0)
        self._exact = {
            place: column.key
            for column in checker.table.fields
            if column.is_exact
            for place in match.columns.get(column.key, ())
        }
        self._numeric_fault = {
            place: column.key
            for column in checker.table.fields
            if column.is_exact and column.cell not in {"text", "date", "year", "reference"}
            for place in match.columns.get(column.key, ())
        }

    def read(self, head: Sequence[SheetRow]) -> None:
        for row in head:
            self._take(row)
        for row in self._sheet.rows:
            self._take(row)
        if not self._emitter.read:
            raise FileRefused(FileReason.NO_ROWS)
        if self._checker.bare_codes:
            header, codes = next(iter(self._checker.bare_codes.items()))
            raise FileRefused(FileReason.UNKNOWN_CODES, header, *list(codes)[:_CODES_SHOWN])
        self._emitter.flush()
        self._emitter.event(event="done", read=self._emitter.read, **self._counts)

    def _take(self, row: SheetRow) -> None:
        self._row_no += 1
        self._emitter.read += 1
        cells = [cell.strip() for cell in row.cells]
        if not any(cells):
            self._counts["blank"] += 1
            return
        if len(cells) != self._width and (fault := self._fit(cells)):
            self._hand_back([fault], cells)
            return
        faults = self._kept_faults(row) if row.numeric or self._sheet.formulas else []
        values: list[object] = []
        if not faults:
            values, faults = self._checker.check(cells, self._row_no)
        if faults:
            self._hand_back(faults, cells)
        else:
            self._counts["good"] += 1
            values.append(self._row_no)
            if self._checker.table.keeps_cells:
                values.append(cells)
            self._emitter.row(values)

    def _fit(self, cells: list[str]) -> CellFaultNote | None:
        """Pad a worksheet row, drop empty cells beyond the header; a shifted row is a fault."""
        found = len(cells)
        if self._sheet.form == FileForm.XLSX:
            cells.extend([""] * (self._width - found))
        if len(cells) > self._width and not any(cells[self._width :]):
            del cells[self._width :]
        if len(cells) != self._width:
            return CellFaultNote("", CellReason.WIDTH.value, found)
        return None

    def _kept_faults(self, row: SheetRow) -> list[CellFaultNote]:
        """Return the faults of cells that lost what was typed: numbers and formulas in codes."""
        faults = [
            CellFaultNote(self._numeric_fault[place], CellReason.NUMERIC.value, 0)
            for place in row.numeric
            if place in self._numeric_fault
        ]
        for place, key in self._exact.items():
            if (self._row_no, place + 1) in self._sheet.formulas:
                faults.append(CellFaultNote(key, CellReason.FORMULA.value, 0))
        return faults

    def _hand_back(self, faults: Sequence[CellFaultNote], cells: list[str]) -> None:
        repeated = faults[0].reason == CellReason.DUPLICATE
        self._counts["duplicate" if repeated else "rejected"] += 1
        self._emitter.fault(self._row_no, faults, cells)


def _open_sheet(request: Request, table: KindTable, index: Mapping[str, str]) -> _Sheet:
    path = Path(request.path)
    form = sniff_form(path, IntakeLimits(request.max_bytes))
    if form is FileForm.CSV:
        text = read_text_table(path, lambda cells: recognised(cells, index))
        rows = (SheetRow(cells, ()) for cells in text.rows)
        return _Sheet("", form.value, text.encoding, rows)
    extents = [extent for extent in scan_workbook(path) if extent.last_row]
    if not extents:
        raise FileRefused(FileReason.NO_ROWS)
    workbook = open_workbook(path)
    fitting = [e for e in extents if _fits(sheet_rows(workbook, e.name), table, index)]
    if len(fitting) != 1:
        _refuse_sheets(fitting, extents, table)
    extent = fitting[0]
    return _Sheet(
        extent.name, form.value, "", sheet_rows(workbook, extent.name), frozenset(extent.formulas)
    )


def _fits(rows: Iterator[SheetRow], table: KindTable, index: Mapping[str, str]) -> bool:
    head = [row.cells for row in islice(rows, HEADER_WITHIN_ROWS)]
    place = find_header(head, index)
    if place is None:
        return False
    return not match_headers(head[place], table.fields, index).missing


def _refuse_sheets(
    fitting: list[SheetExtent], extents: list[SheetExtent], table: KindTable
) -> None:
    if fitting:
        raise FileRefused(FileReason.SEVERAL_SHEETS, *(extent.name for extent in fitting))
    if len(extents) > 1:
        raise FileRefused(FileReason.NO_SHEET, *(extent.name for extent in extents))
    raise FileRefused(FileReason.NO_HEADER, *required_headers(table))


def _find_header_row(
    sheet: _Sheet, table: KindTable, index: Mapping[str, str]
) -> tuple[list[SheetRow], int]:
    """Return the first rows and the place of the header among them. Raises FileRefused."""
    head = list(islice(sheet.rows, HEADER_WITHIN_ROWS))
    place = find_header([row.cells for row in head], index)
    if place is None:
        if head and len(head[0].cells) > COLUMNS_MAX:
            raise FileRefused(FileReason.TOO_MANY_COLUMNS, "", len(head[0].cells), COLUMNS_MAX)
        raise FileRefused(FileReason.NO_HEADER, *required_headers(table))
    return head, place


def required_headers(table: KindTable) -> list[str]:
    """Return our names of the columns a file of this kind must have."""
    return [field.header for field in table.fields if field.required]


def _samples(rows: Sequence[SheetRow], match: HeaderMatch, table: KindTable) -> dict[str, str]:
    """Return one value of each recognised column that holds nothing personal, for the mapping page."""
    open_fields = {f.key for f in table.fields if not f.personal}
    samples = {}
    for key, places in match.columns.items():
        if key in open_fields:
            texts = [r.cells[places[0]] for r in rows[:_SAMPLE_ROWS] if places[0] < len(r.cells)]
            samples[key] = next((text[:40] for text in texts if not is_blank(text)), "")
    return samples


def _limit_self(request: Request) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if request.memory_bytes:
        with suppress(ValueError, OSError):  # not every system limits the address space
            resource.setrlimit(resource.RLIMIT_AS, (request.memory_bytes, request.memory_bytes))
    if request.cpu_seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (request.cpu_seconds, request.cpu_seconds + 1))


def main() -> None:
    """Read one request, answer it, exit."""
    content: dict[str, Any] = json.loads(sys.stdin.readline())
    request = Request(**content)
    os.nice(_GIVES_WAY)
    _limit_self(request)
    out = sys.stdout.buffer
    try:
        read_file(request, out.write)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        out.write(json.dumps({"event": "refused", "reason": FileReason.BROKEN}).encode() + b"\n")
    except FileRefused as refused:
        answer = {"event": "refused", "reason": refused.reason, "details": refused.details}
        out.write(json.dumps(answer).encode() + b"\n")
    except MemoryError:
        out.write(json.dumps({"event": "refused", "reason": FileReason.MEMORY}).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
