"""Texts in workbooks and CSV files that no spreadsheet ever takes for a formula."""

from pathlib import Path
from typing import Any

# What a spreadsheet may read as the beginning of a formula, full-width forms included.
_LIVE_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
_LONGEST = 32_767  # characters in a cell; the writer would leave a longer text out without a word
_CUT = "…"
TEXT_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def dead_text(text: str) -> str:
    """Return a CSV cell that no spreadsheet takes for a formula (EX-7).

    Apostrophes that stand before such a beginning already get one more, so that written_text
    finds the very text again.
    """
    return "'" + text if text.lstrip("'").startswith(_LIVE_STARTS) else text


def written_text(cell: str) -> str:
    """Return the text that dead_text was given: exactly one apostrophe less where it put one."""
    is_ours = cell.startswith("'") and cell.lstrip("'").startswith(_LIVE_STARTS)
    return cell[1:] if is_ours else cell


class TextCells:
    """Writes texts into the sheets of one xlsxwriter workbook in one format.

    A text that looks like a formula also carries Excel's quote prefix, so that it stays a text when
    somebody edits the cell. properties: those of the format.
    """

    def __init__(self, book: Any, **properties: object) -> None:
        self._plain = book.add_format(properties) if properties else None
        self._quoted = book.add_format({**properties, "quote_prefix": True})

    def write(self, sheet: Any, line: int, place: int, text: str) -> None:
        """Write a text as a text; one that no cell can hold ends in a mark that it was cut."""
        if len(text) > _LONGEST:
            text = text[: _LONGEST - len(_CUT)] + _CUT
        form = self._quoted if text.startswith(_LIVE_STARTS) else self._plain
        sheet.write_string(line, place, text, form)


def give_up(book: Any) -> None:
    """Drop an xlsxwriter workbook that will not be finished, and its rows on their way."""
    book.fileclosed = True
    for sheet in book.worksheets():
        sheet.row_data_fh.close()
        Path(sheet.row_data_filename).unlink(missing_ok=True)
