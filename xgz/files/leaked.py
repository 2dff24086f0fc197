"""Reading a leaked part of a list for its trace: a workbook's sheets, a CSV file, or plain text."""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from xgz.files.tracing import plain_text
from xgz.files.workbook_table import open_workbook, sheet_rows
from xgz.rules.exports import TRACED_ROWS

_ZIP_MAGIC = b"PK\x03\x04"
_MOST_BYTES = 50_000_000


class LeakUnreadable(Exception):
    """The file is neither a workbook nor a text in a known encoding, or far too large."""


def leaked_rows(path: Path) -> list[list[str]]:
    """Return the first rows of a leaked file as texts. Raises OSError, LeakUnreadable, FileRefused."""
    if path.stat().st_size > _MOST_BYTES:
        raise LeakUnreadable(path.name)
    content = path.read_bytes()
    rows = _of_workbook(path) if content.startswith(_ZIP_MAGIC) else _of_text(_decoded(content))
    return [[plain_text(cell) for cell in row] for row in islice(rows, TRACED_ROWS)]


def rows_of_text(text: str) -> list[list[str]]:
    """Return the rows of a text with commas or tabs between the cells, as pasted from a table."""
    return [[plain_text(cell) for cell in row] for row in islice(_of_text(text), TRACED_ROWS)]


def _of_workbook(path: Path) -> Iterator[list[str]]:
    book = open_workbook(path)
    sheets = (sheet_rows(book, name) for name in book.sheet_names)
    return (row.cells for row in chain.from_iterable(sheets))


def _of_text(text: str) -> Iterator[list[str]]:
    head = text[:2000]
    mark = "\t" if head.count("\t") > head.count(",") else ","
    yield from (row for row in csv.reader(io.StringIO(text), delimiter=mark) if any(row))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LeakUnreadable("encoding")
