"""The file of rows handed back: original row number, original cells as text, reasons in red.

Run as `python -m xgz.files.rejects SPOOL TARGET`: another process writes it while the good rows go
into the register. The spool holds one JSON list per line, [row number, reason, cells]; its first
line carries the headers.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

SHEET_MAX_ROWS = 1_048_575  # Excel's limit without the header row
ROW_NO_HEADER = "原行号"
REASON_HEADER = "退回原因和改法"
SHEET_NAME = "退回的行"
CELL_MAX = 32_767
_LIVE_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_WIDTH = 22
_REASON_WIDTH = 60


def rejects_suffix(count: int) -> str:
    """Return ".xlsx", or ".csv" for more rows than a worksheet holds."""
    return ".csv" if count > SHEET_MAX_ROWS else ".xlsx"


def write_rejects(spool: Path, target: Path) -> None:
    """Write the gathered rows as a workbook or CSV by the target's suffix; it appears whole."""
    rows = _read_spool(spool)
    partial = target.with_suffix(target.suffix + ".part")
    if target.suffix == ".csv":
        _write_csv(rows, partial)
    else:
        _write_workbook(rows, partial)
    partial.chmod(0o600)
    partial.replace(target)


def dead_text(text: str) -> str:
    """Return a CSV cell that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_LIVE_STARTS) else text


def _read_spool(spool: Path) -> Iterator[tuple[int, str, list[str]]]:
    with spool.open(encoding="utf-8") as lines:
        for line in lines:
            row_no, reason, cells = json.loads(line)
            yield row_no, reason, cells


def _write_workbook(rows: Iterator[tuple[int, str, list[str]]], target: Path) -> None:
    import xlsxwriter  # slow import

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as workbook:
        sheet = workbook.add_worksheet(SHEET_NAME)
        bold = workbook.add_format({"bold": True, "text_wrap": True})
        red = workbook.add_format({"font_color": "#C00000", "text_wrap": True})
        text = workbook.add_format({"num_format": "@"})
        _, _, headers = next(rows)
        last = len(headers) + 1
        sheet.set_column(1, last - 1, _WIDTH)
        sheet.set_column(last, last, _REASON_WIDTH)
        sheet.freeze_panes(1, 1)
        for place, header in enumerate([ROW_NO_HEADER, *headers, REASON_HEADER]):
            sheet.write_string(0, place, header, bold)
        for line, (row_no, reason, cells) in enumerate(rows, 1):
            sheet.write_number(line, 0, row_no)
            for place, cell in enumerate(cells[: len(headers)], 1):
                if cell:
                    sheet.write_string(line, place, cell[:CELL_MAX], text)
            sheet.write_string(line, last, _with_surplus(reason, cells, headers), red)


def _write_csv(rows: Iterator[tuple[int, str, list[str]]], target: Path) -> None:
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        _, _, headers = next(rows)
        writer.writerow([ROW_NO_HEADER, *headers, REASON_HEADER])
        for row_no, reason, cells in rows:
            kept = [dead_text(cell) for cell in cells[: len(headers)]]
            kept += [""] * (len(headers) - len(kept))
            writer.writerow([row_no, *kept, _with_surplus(reason, cells, headers)])


def _with_surplus(reason: str, cells: list[str], headers: list[str]) -> str:
    """Return the reason with the cells that stand beyond the last header, so that none is lost."""
    surplus = [cell for cell in cells[len(headers) :] if cell]
    return f"{reason}【{'｜'.join(surplus)}】"[:CELL_MAX] if surplus else reason


if __name__ == "__main__":
    write_rejects(Path(sys.argv[1]), Path(sys.argv[2]))
