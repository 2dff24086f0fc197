"""The file of rows handed back: original row number, original cells as text, reasons in red.

Run as `python -m xgz.files.rejects TARGET`: another process writes it while the good rows go into
the register. The rows come on standard input, one JSON list per line, [row number, reason, cells];
the first line carries the headers, the last one says that there are no more.
"""

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from xgz.files.text_cells import TEXT_OPTIONS, TextCells, dead_text

END_OF_ROWS = "null"
SHEET_MAX_ROWS = 1_048_575  # Excel's limit without the header row
ROW_NO_HEADER = "原行号"
REASON_HEADER = "退回原因和改法"
SHEET_NAME = "退回的行"
CELL_MAX = 32_767
_WIDTH = 22
_REASON_WIDTH = 60
_PRIVATE = 0o077  # the umask that leaves a file to its owner


class RowsMissing(Exception):
    """The rows ended without their last line: whoever sent them is gone."""


def rejects_suffix(count: int) -> str:
    """Return ".xlsx", or ".csv" for more rows than a worksheet holds."""
    return ".csv" if count > SHEET_MAX_ROWS else ".xlsx"


def write_rejects(lines: Iterable[str], target: Path) -> None:
    """Write the rows as a workbook or CSV by the target's suffix; it appears whole or not at all.

    lines: see above. The file is its owner's alone (mode 600). Raises RowsMissing.
    """
    rows = _read_rows(lines)
    partial = target.with_suffix(target.suffix + ".part")
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        if target.suffix == ".csv":
            _write_csv(rows, partial)
        else:
            _write_workbook(rows, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _read_rows(lines: Iterable[str]) -> Iterator[tuple[int, str, list[str]]]:
    for line in lines:
        content = json.loads(line)
        if content is None:
            return
        row_no, reason, cells = content
        yield row_no, reason, cells
    raise RowsMissing


def _write_workbook(rows: Iterator[tuple[int, str, list[str]]], target: Path) -> None:
    import xlsxwriter  # slow import

    # Rows in clear wait in files beside the target, a private folder that is swept.
    options = {**TEXT_OPTIONS, "constant_memory": True, "tmpdir": str(target.parent)}
    with xlsxwriter.Workbook(target, options) as workbook:
        sheet = workbook.add_worksheet(SHEET_NAME)
        bold = TextCells(workbook, bold=True, text_wrap=True)
        red = TextCells(workbook, font_color="#C00000", text_wrap=True)
        text = TextCells(workbook, num_format="@")
        _, _, headers = next(rows)
        last = len(headers) + 1
        sheet.set_column(1, last - 1, _WIDTH)
        sheet.set_column(last, last, _REASON_WIDTH)
        sheet.freeze_panes(1, 1)
        for place, header in enumerate([ROW_NO_HEADER, *headers, REASON_HEADER]):
            bold.write(sheet, 0, place, header[:CELL_MAX])
        for line, (row_no, reason, cells) in enumerate(rows, 1):
            sheet.write_number(line, 0, row_no)
            for place, cell in enumerate(cells[: len(headers)], 1):
                if cell:
                    text.write(sheet, line, place, cell[:CELL_MAX])
            red.write(sheet, line, last, _with_surplus(reason, cells, headers))


def _write_csv(rows: Iterator[tuple[int, str, list[str]]], target: Path) -> None:
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        _, _, headers = next(rows)
        writer.writerow([ROW_NO_HEADER, *map(dead_text, headers), REASON_HEADER])
        for row_no, reason, cells in rows:
            kept = [dead_text(cell) for cell in cells[: len(headers)]]
            kept += [""] * (len(headers) - len(kept))
            writer.writerow([row_no, *kept, dead_text(_with_surplus(reason, cells, headers))])


def _with_surplus(reason: str, cells: list[str], headers: list[str]) -> str:
    """Return the reason with the cells that stand beyond the last header, so that none is lost."""
    surplus = [cell for cell in cells[len(headers) :] if cell]
    return f"{reason}【{'｜'.join(surplus)}】"[:CELL_MAX] if surplus else reason


if __name__ == "__main__":
    os.umask(_PRIVATE)
    write_rejects(sys.stdin, Path(sys.argv[1]))
