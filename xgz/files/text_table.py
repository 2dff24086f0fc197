"""CSV files as they are met: UTF-8, GB18030 or UTF-16, comma, semicolon or tab, quoted newlines.

Rows are numbered as a spreadsheet shows them: a quoted cell over several lines is one row, an
empty line is a row.
"""

import codecs
import csv
import gzip
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, cast

from xgz.files.intake import GZIP_MAGIC
from xgz.files.rejects import REASON_HEADER, ROW_NO_HEADER
from xgz.files.text_cells import written_text
from xgz.rules.imports.reasons import FileReason, FileRefused

_BLOCK = 1 << 20
_DELIMITERS = (",", "\t", ";")
_CELL_MAX = 131_072  # characters; over several lines it means that a quote was never closed
_HEAD_ROWS = 10
_CJK_RUN = re.compile(r"[\u4e00-\u9fff]{3}")


@dataclass(frozen=True, slots=True)
class TextTable:
    """encoding: name for the report; rows: an iterator of the cells of each row from the first."""

    encoding: str
    delimiter: str
    rows: Iterator[list[str]]


def read_text_table(path: Path, known_headers: Callable[[Sequence[str]], int]) -> TextTable:
    """Return the rows of a CSV file. Raises FileRefused, also while the rows are drawn.

    known_headers: how many cells of a row are headers we know; the delimiter with most wins.
    """
    encoding = find_encoding(path)
    csv.field_size_limit(_CELL_MAX)
    delimiter = max(_DELIMITERS, key=lambda mark: _fit(path, encoding, mark, known_headers))
    return TextTable(encoding, delimiter, _rows(path, encoding, delimiter))


def open_text(path: Path) -> IO[bytes]:
    """Open a file for reading bytes; a gzip-packed one is unpacked on the way."""
    with path.open("rb") as stream:
        packed = stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    return cast(IO[bytes], gzip.GzipFile(path)) if packed else path.open("rb")


def find_encoding(path: Path) -> str:
    """Return utf-8-sig, utf-8, gb18030 or utf-16. Raises FileRefused for anything else.

    The first block with a character beyond ASCII decides; a file of ASCII alone is UTF-8.
    """
    line = 1
    with open_text(path) as stream:
        block = stream.read(_BLOCK)
        if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if block.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        while block:
            if not block.isascii():
                return _encoding_of(block, line)
            line += block.count(b"\n")
            block = stream.read(_BLOCK)
    return "utf-8"


def _encoding_of(block: bytes, line: int) -> str:
    """Return the encoding that the whole block fits, else the one its first Chinese line fits.

    A file that changes its encoding further down begins in one of the two: the reader finds the
    line where it changes.
    """
    if _decodes(block, "utf-8"):
        return "utf-8"
    for raw in block.split(b"\n"):
        if not raw.isascii():
            if _is_utf8_chinese(raw):
                return "utf-8"
            if _decodes(raw, "gb18030"):
                return "gb18030"
            raise FileRefused(FileReason.ENCODING, line)
        line += 1
    raise FileRefused(FileReason.ENCODING, line)


def _decodes(block: bytes, encoding: str) -> bool:
    """Test whether a block is text of this encoding; a character cut off at its end is none amiss."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _lines(path: Path, encoding: str) -> Iterator[str]:
    with open_text(path) as stream:
        head = stream.read(_BLOCK)
        stream.seek(0)
        if encoding == "utf-16" or (b"\r" in head and b"\n" not in head):
            yield from _text_lines(stream, encoding)
        elif encoding == "gb18030":
            yield from _gb_lines(stream)
        else:
            yield from _utf8_lines(stream, skip=3 if encoding == "utf-8-sig" else 0)


def _text_lines(stream: IO[bytes], encoding: str) -> Iterator[str]:
    """Yield lines by the codec's own notion of a line end (UTF-16, old Macintosh files)."""
    number = 0
    try:
        for number, line in enumerate(io.TextIOWrapper(stream, encoding, newline=""), 1):
            if "\0" in line:
                raise FileRefused(FileReason.NUL, number)
            yield line
    except UnicodeDecodeError:
        raise FileRefused(FileReason.ENCODING, number + 1) from None


def _utf8_lines(stream: IO[bytes], skip: int) -> Iterator[str]:
    stream.read(skip)
    beyond_ascii = False
    for number, raw in enumerate(stream, 1):
        try:
            line = raw.decode()
        except UnicodeDecodeError:
            reason = FileReason.MIXED_ENCODING if beyond_ascii else FileReason.ENCODING
            raise FileRefused(reason, number) from None
        if b"\0" in raw:
            raise FileRefused(FileReason.NUL, number)
        beyond_ascii = beyond_ascii or not raw.isascii()
        yield line


def _gb_lines(stream: IO[bytes]) -> Iterator[str]:
    for number, raw in enumerate(stream, 1):
        if b"\0" in raw:
            raise FileRefused(FileReason.NUL, number)
        if not raw.isascii() and _is_utf8_chinese(raw):
            raise FileRefused(FileReason.MIXED_ENCODING, number)
        try:
            yield raw.decode("gb18030")
        except UnicodeDecodeError:
            raise FileRefused(FileReason.MIXED_ENCODING, number) from None


def _is_utf8_chinese(raw: bytes) -> bool:
    """Test whether a line of a GB file is plainly UTF-8: it decodes and shows Chinese words.

    Two characters alone may be both by chance; three in a row are not.
    """
    try:
        return _CJK_RUN.search(raw.decode()) is not None
    except UnicodeDecodeError:
        return False


def _rows(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the cells of each row; a quote that is never closed would swallow rows unseen."""
    pending: list[str] = []

    def watched() -> Iterator[str]:
        for line in _lines(path, encoding):
            pending.append(line)
            yield line

    reader = csv.reader(watched(), delimiter=delimiter)
    line, rows, is_ours = 1, 0, False
    try:
        for row in reader:
            if len(pending) > 1:
                _check_quotes(pending, delimiter)
            elif _ends_open(pending, delimiter):
                raise FileRefused(FileReason.QUOTES, line)
            pending.clear()
            line, rows = reader.line_num + 1, rows + 1
            is_ours = is_ours or (rows == 1 and _is_handed_back(row))
            yield [written_text(cell) for cell in row] if is_ours else row
    except csv.Error:
        if len(pending) == 1:  # a cell too long within one line was not left open
            raise FileRefused(FileReason.CELL_TOO_LONG, rows + 1, _CELL_MAX) from None
        raise FileRefused(FileReason.QUOTES, line) from None


def _is_handed_back(head: Sequence[str]) -> bool:
    """Test whether a file is one of rows handed back, whose cells carry our apostrophes (EX-7)."""
    return len(head) > 1 and (head[0], head[-1]) == (ROW_NO_HEADER, REASON_HEADER)


def _ends_open(lines: list[str], delimiter: str) -> bool:
    """Test whether the last line of a file leaves a quote open: it would swallow one more line."""
    if not lines or lines[0].count('"') % 2 == 0:
        return False
    return len(list(csv.reader([*lines, ""], delimiter=delimiter))) == 1


def _check_quotes(lines: list[str], delimiter: str) -> None:
    """Raise csv.Error unless the quotes of a row over several lines close as they should."""
    for _ in csv.reader(lines, delimiter=delimiter, strict=True):
        pass


def _fit(
    path: Path, encoding: str, delimiter: str, known_headers: Callable[[Sequence[str]], int]
) -> int:
    """Return most headers known in one of the first rows, as far as they can be read this way."""
    best = 0
    with suppress(FileRefused):
        for row in islice(_rows(path, encoding, delimiter), _HEAD_ROWS):
            best = max(best, known_headers(row))
    return best
