"""A look at the header of a file whose columns a person will match by hand.

Run as `python -m xgz.files.first_look`: like the reader, a process of its own with limits, because
a workbook can abort whoever opens it. Nothing of the file is checked here.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from xgz.files.child import UPLOAD_MEMORY_BYTES, child_environment
from xgz.files.intake import FileForm, IntakeLimits, sniff_form
from xgz.files.sheet_scan import COLUMNS_MAX, scan_workbook
from xgz.files.text_table import read_text_table
from xgz.files.workbook_table import open_workbook, sheet_rows
from xgz.rules.imports.headers import (
    HEADER_WITHIN_ROWS,
    find_header,
    header_index,
    match_headers,
    recognised,
)
from xgz.rules.imports.reasons import FileReason, FileRefused
from xgz.rules.imports.rows import KIND_TABLES
from xgz.rules.imports.samples import sample_text
from xgz.rules.imports.states import ImportKind
from xgz.rules.registration import is_blank

_ROWS = HEADER_WITHIN_ROWS + 10
_SECONDS = 20
_HEADER_MAX = 80  # characters of one header


@dataclass(frozen=True, slots=True)
class HeaderLook:
    """row: Excel's own number of the header row; samples: one masked cell for each header."""

    sheet: str
    row: int
    headers: list[str]
    samples: list[str]


def look_at_header(path: Path, kind: ImportKind) -> HeaderLook:
    """Return what seems to be the header of a file. Raises FileRefused."""
    request = json.dumps({"path": str(path), "kind": kind.value}).encode()
    try:
        child = subprocess.run(
            [sys.executable, "-m", "xgz.files.first_look"],
            input=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileRefused(FileReason.TIMEOUT, _SECONDS) from None
    if child.returncode:
        raise FileRefused(FileReason.CRASHED)
    answer = json.loads(child.stdout)
    if "reason" in answer:
        raise FileRefused(FileReason(answer["reason"]), *answer["details"])
    return HeaderLook(**answer)


def find_header_by_eye(path: Path, kind: ImportKind) -> HeaderLook:
    """Return the likeliest header: most known names, else most filled cells. Raises FileRefused.

    Only for the child process.
    """
    fields = KIND_TABLES[kind].fields
    index = header_index(fields, {})
    heads = _heads(path, index)
    sheet, rows = max(heads, key=lambda head: _most_known(head[1], index), default=("", []))
    if not any(any(cells) for cells in rows):
        raise FileRefused(FileReason.NO_ROWS)
    place = find_header(rows, index)
    if place is None:
        place = max(range(len(rows)), key=lambda at: (sum(map(bool, rows[at])), -at))
    headers = [cell.strip()[:_HEADER_MAX] for cell in rows[place][:COLUMNS_MAX]]
    open_keys = {field.key for field in fields if not field.personal}
    samples = []
    for at, header in enumerate(headers):
        keys = match_headers([header], fields, index).columns
        text = next((r[at] for r in rows[place + 1 :] if at < len(r) and not is_blank(r[at])), "")
        samples.append(sample_text(text, is_open=bool(open_keys & keys.keys())))
    return HeaderLook(sheet, place + 1, headers, samples)


def _heads(path: Path, index: Mapping[str, str]) -> list[tuple[str, list[list[str]]]]:
    """Return the first rows of each sheet, by its name; a CSV file is one sheet without a name."""
    if sniff_form(path, IntakeLimits(0)) is FileForm.CSV:
        table = read_text_table(path, lambda cells: recognised(cells, index))
        return [("", list(islice(table.rows, _ROWS)))]
    extents = [extent for extent in scan_workbook(path) if extent.last_row]
    workbook = open_workbook(path)
    return [
        (e.name, [row.cells for row in islice(sheet_rows(workbook, e.name), _ROWS)])
        for e in extents
    ]


def _most_known(rows: Sequence[Sequence[str]], index: Mapping[str, str]) -> int:
    return max((recognised(cells, index) for cells in rows[:HEADER_WITHIN_ROWS]), default=0)


def _limit_self() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS + 1))
    with suppress(ValueError, OSError):  # not every system limits the address space
        resource.setrlimit(resource.RLIMIT_AS, (UPLOAD_MEMORY_BYTES, UPLOAD_MEMORY_BYTES))


def main() -> None:
    """Answer the one request on standard input."""
    request = json.loads(sys.stdin.readline())
    _limit_self()
    try:
        look = find_header_by_eye(Path(request["path"]), ImportKind(request["kind"]))
        answer = asdict(look)
    except FileRefused as refused:
        answer = {"reason": refused.reason.value, "details": list(refused.details)}
    except MemoryError:
        answer = {"reason": FileReason.MEMORY.value, "details": []}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()
