"""Lists of people to be compared, from CSV or xlsx, row by row (XC-2).

A workbook can abort whoever opens it, so a child process with limits reads and answers one JSON
line for some rows at a time. Run as `python -m xgz.files.people_table`.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from xgz.files.child import SHELL_MEMORY_BYTES, child_environment
from xgz.files.intake import FileForm, IntakeLimits, sniff_form
from xgz.files.sheet_scan import scan_workbook
from xgz.files.text_table import read_text_table
from xgz.files.workbook_table import open_workbook, sheet_rows
from xgz.rules.exchange.columns import ASKING_COLUMNS, ROSTER_COLUMNS, counts_as_member
from xgz.rules.exchange.identities import Person
from xgz.rules.imports.fields import Field
from xgz.rules.imports.headers import (
    HEADER_WITHIN_ROWS,
    find_header,
    header_index,
    match_headers,
    recognised,
)
from xgz.rules.imports.reasons import FileReason, FileRefused
from xgz.rules.linkage.sides import ROW_ID
from xgz.rules.registration import is_blank

_CHUNK_ROWS = 2000
_LONGEST_CELL = 200  # characters; longer ones say nothing of a person
_LONGEST_LABEL = 60
_PERSON = ("name", "id_number", "last_four", "born_on", "phone", "branch")
_LISTS: dict[str, tuple[Field, ...]] = {"asking": ASKING_COLUMNS, "roster": ROSTER_COLUMNS}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """label: the cell 序号, else the number of the row: 1 for the first, blank ones not counted."""

    label: str
    person: Person


def people_asked_about(path: Path) -> Iterator[PersonRow]:
    """Yield the rows of a list of leads or a registry extract; empty rows are left out.

    Raises FileRefused, also on the way.
    """
    for label, *cells in _rows_of_child(path, "asking"):
        yield PersonRow(label, Person(*cells))


def people_of_roster(path: Path) -> Iterator[Person]:
    """Yield the members on the rolls of a roster file. Raises FileRefused, also on the way."""
    for _label, *cells in _rows_of_child(path, "roster"):
        yield Person(*cells)


def _rows_of_child(path: Path, columns: str) -> Iterator[list[str]]:
    child = subprocess.Popen(
        [sys.executable, "-m", "xgz.files.people_table"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
    )
    try:
        if child.stdin is None or child.stdout is None:
            raise FileRefused(FileReason.CRASHED)
        with suppress(BrokenPipeError):
            child.stdin.write(json.dumps({"path": str(path), "columns": columns}).encode())
            child.stdin.close()
        is_done = False
        for line in child.stdout:
            answer = json.loads(line)
            if "reason" in answer:
                raise FileRefused(FileReason(answer["reason"]), *answer["details"])
            yield from answer["rows"]
            is_done = answer["done"]
        if not is_done or child.wait():
            raise FileRefused(FileReason.CRASHED)
    except ValueError:
        raise FileRefused(FileReason.CRASHED) from None
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def rows_of(path: Path, columns: str) -> Iterator[list[str]]:
    """Yield label and cells of every row, of a roster only of members. Raises FileRefused.

    Only for the child process.
    """
    fields = _LISTS[columns]
    rows = _open_rows(path, header_index(fields, {}))
    head = list(islice(rows, HEADER_WITHIN_ROWS))
    place = find_header(head, header_index(fields, {}))
    if place is None:
        missing = [field.header for field in fields if field.required]
        raise FileRefused(FileReason.NO_HEADER, *missing)
    match = match_headers(head[place], fields, header_index(fields, {}))
    if match.missing:
        raise FileRefused(FileReason.NO_HEADER, *match.missing)
    body = chain(head[place + 1 :], rows)
    filled = (cells for cells in body if not all(map(is_blank, cells)))
    for number, cells in enumerate(filled, start=1):
        found = {key: _first(cells, places) for key, places in match.columns.items()}
        if counts_as_member(found.get("member_class", ""), found.get("status", "")):
            label = found.get(ROW_ID.key, "")[:_LONGEST_LABEL] or str(number)
            yield [label, *(found.get(key, "") for key in _PERSON)]


def _first(cells: Sequence[str], places: Sequence[int]) -> str:
    """Return the first filled cell of a field; a cell of absurd length is none."""
    texts = (cells[place].strip() for place in places if place < len(cells))
    return next((t for t in texts if not is_blank(t) and len(t) <= _LONGEST_CELL), "")


def _open_rows(path: Path, index: Mapping[str, str]) -> Iterator[list[str]]:
    if sniff_form(path, IntakeLimits(0)) is FileForm.CSV:
        return iter(read_text_table(path, lambda cells: recognised(cells, index)).rows)
    names = [extent.name for extent in scan_workbook(path) if extent.last_row]
    if not names:
        raise FileRefused(FileReason.NO_ROWS)
    if len(names) > 1:
        raise FileRefused(FileReason.SEVERAL_SHEETS, *names)
    workbook = open_workbook(path)
    return (row.cells for row in sheet_rows(workbook, names[0]))


def main() -> None:
    """Answer the one request on standard input."""
    request = json.loads(sys.stdin.read())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # not every system limits the address space
        resource.setrlimit(resource.RLIMIT_AS, (SHELL_MEMORY_BYTES, SHELL_MEMORY_BYTES))
    try:
        rows = rows_of(Path(request["path"]), request["columns"])
        while chunk := list(islice(rows, _CHUNK_ROWS)):
            _answer({"rows": chunk, "done": False})
        _answer({"rows": [], "done": True})
    except FileRefused as refused:
        _answer({"reason": refused.reason.value, "details": list(refused.details)})
    except MemoryError:
        _answer({"reason": FileReason.MEMORY.value, "details": []})


def _answer(content: Mapping[str, object]) -> None:
    line = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(line.encode(errors="replace") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
