"""Rows of an xlsx worksheet, as texts with a mark where a cell was no text.

Only for the reading child process: the library aborts the whole process when memory runs out.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from xgz.rules.imports.reasons import FileReason, FileRefused

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


class SheetRow(NamedTuple):
    """The cells of one row as texts; numeric: the places (0-based) of cells that were no texts."""

    cells: list[str]
    numeric: tuple[int, ...]


def open_workbook(path: Path) -> "CalamineWorkbook":
    """Return the opened workbook. Raises FileRefused."""
    from python_calamine import CalamineError, CalamineWorkbook  # only for workbooks

    try:
        return CalamineWorkbook.from_path(path)
    except (CalamineError, OSError, ValueError):
        raise FileRefused(FileReason.BROKEN) from None


def sheet_rows(workbook: "CalamineWorkbook", name: str) -> Iterator[SheetRow]:
    """Yield every row of a sheet from row 1 and column A on. Raises FileRefused.

    The library leaves out empty columns on the left; they are put back, so that places are the
    spreadsheet's own.
    """
    from python_calamine import CalamineError

    try:
        sheet = workbook.get_sheet_by_name(name)
        left = [""] * (sheet.start[1] if sheet.start else 0)
        for cells in sheet.iter_rows():
            yield _row(left, cells)
    except (CalamineError, ValueError):
        raise FileRefused(FileReason.BROKEN) from None


def cell_text(value: object) -> str:
    """Return a cell as the text a clerk would type: whole numbers without a point, ISO dates."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _row(left: list[str], cells: Sequence[object]) -> SheetRow:
    texts = left + [cell_text(cell) for cell in cells]
    numeric = tuple(
        place for place, cell in enumerate(cells, len(left)) if not isinstance(cell, str)
    )
    return SheetRow(texts, numeric)
