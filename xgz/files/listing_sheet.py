"""A list written as a workbook: title, conditions, numbered rows; text is never a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from xgz.files.text_cells import TEXT_OPTIONS, TextCells, give_up
from xgz.files.tracing import MARK_HEADING, MARK_WIDTH, Marks, marked_rows, printed_line

ROWS_PER_SHEET = 1_000_000  # Excel ends at 1,048,576 rows
_HEAD_ROWS = 3  # title, conditions, headings
_LONGEST_NAME = 31  # of a sheet; Excel opens no workbook with a longer one
_NOT_IN_NAMES = "[]:*?/\\'"
Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """width: in characters."""

    heading: str
    width: int


def write_listing(
    target: BinaryIO,
    *,
    title: str,
    conditions: str,
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[Cell]],
    scratch: str,
    marks: Marks | None = None,
) -> int:
    """Write the rows to `target` as .xlsx and return how many there were.

    columns: with the number column first, whose cells this function writes itself. Memory stays
    constant: rows go to a file in the folder `scratch`. Past ROWS_PER_SHEET a further sheet begins.
    marks: what names the export on every page and row (EX-5). Where `rows` fails, nothing more is
    written.
    """
    import xlsxwriter  # slow import

    book = xlsxwriter.Workbook(
        target,
        {**TEXT_OPTIONS, "constant_memory": True, "tmpdir": scratch},
    )
    writer = _Writer(book, title, conditions, columns, marks)
    if marks:
        rows = marked_rows(rows, marks, numbered=False)
    try:
        for number, cells in enumerate(rows, start=1):
            writer.add(number, cells)
        writer.finish()
    except BaseException:
        give_up(book)
        raise
    book.close()
    return writer.written


class _Writer:
    """Fills one sheet after the other, each with title, conditions and headings."""

    def __init__(
        self,
        book: Any,
        title: str,
        conditions: str,
        columns: Sequence[SheetColumn],
        marks: Marks | None,
    ) -> None:
        self.book, self.columns, self.marks, self.written = book, columns, marks, 0
        self.head = (title, f"{conditions}　{marks.line}" if marks else conditions)
        self.text = TextCells(book)
        self.bold = TextCells(book, bold=True, font_size=16)
        self.heading = TextCells(book, bold=True, bottom=1, bg_color="#F0F2F5")
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self._begin()

    def add(self, number: int, cells: Sequence[Cell]) -> None:
        """Write one numbered row."""
        if self.row >= ROWS_PER_SHEET + _HEAD_ROWS:
            self.finish()
            self._begin()
        self.sheet.write_number(self.row, 0, number)
        for column, cell in enumerate(cells, start=1):
            self._write(column, cell)
        self.row += 1
        self.written = number

    def finish(self) -> None:
        """Set what is printed, now that the last row is known."""
        last = max(self.row - 1, _HEAD_ROWS)
        if self.marks and self.marks.shuffles:
            last = self.row
            self.text.write(self.sheet, last, 0, self.marks.line)
        self.sheet.print_area(0, 0, last, len(self.columns) - 1)

    def _begin(self) -> None:
        self.sheet, self.row = self.book.add_worksheet(self._sheet_name()), _HEAD_ROWS
        for number, column in enumerate(self.columns):
            self.sheet.set_column(number, number, column.width)
        self.bold.write(self.sheet, 0, 0, self.head[0])
        self.text.write(self.sheet, 1, 0, self.head[1])
        for number, column in enumerate(self.columns):
            self.heading.write(self.sheet, _HEAD_ROWS - 1, number, column.heading)
        if self.marks:
            place = len(self.columns)
            self.sheet.set_column(place, place, MARK_WIDTH, None, {"hidden": True})
            self.heading.write(self.sheet, _HEAD_ROWS - 1, place, MARK_HEADING)
            self.sheet.set_footer(printed_line(self.marks))
        self.sheet.freeze_panes(_HEAD_ROWS, 2)
        self.sheet.repeat_rows(_HEAD_ROWS - 1)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)

    def _sheet_name(self) -> str:
        """Return the title as Excel takes it for the name of a sheet, numbered from the second."""
        number = len(self.book.worksheets()) + 1
        tail = f" {number}" if number > 1 else ""
        plain = "".join(sign for sign in self.head[0] if sign not in _NOT_IN_NAMES).strip()
        return plain[: _LONGEST_NAME - len(tail)].rstrip() + tail

    def _write(self, column: int, cell: Cell) -> None:
        if isinstance(cell, str) and cell:
            self.text.write(self.sheet, self.row, column, cell)
        elif isinstance(cell, date):
            self.sheet.write_datetime(self.row, column, cell, self.day)
        elif isinstance(cell, int | float):
            self.sheet.write_number(self.row, column, cell)
