"""A streaming look at a workbook's XML before anything loads it.

A sheet of two far cells makes a reader allocate the rectangle between them and die, and the
`<dimension>` tag may lie: so the true extent is taken from the cells themselves, and formulas are
found where they stand, since a reader shows only their last result.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from xgz.rules.imports.reasons import FileReason, FileRefused

ROWS_MAX = 100_000
COLUMNS_MAX = 100
FORMULAS_MAX = 1_000_000

_BLOCK = 1 << 16
_HEAD = 4096
_DOCTYPE_MARKS = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


@dataclass(slots=True)
class SheetExtent:
    """The last row and column (1-based) with a value, and the formula cells as (row, column)."""

    name: str
    last_row: int = 0
    last_column: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)


def scan_workbook(path: Path) -> list[SheetExtent]:
    """Return every worksheet's extent, in the workbook's order. Raises FileRefused."""
    try:
        with zipfile.ZipFile(path) as package:
            _refuse_doctypes(package)
            return [_scan_sheet(package, name, part) for name, part in _sheets(package)]
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        expat.ExpatError,
    ):
        raise FileRefused(FileReason.BROKEN) from None


def column_number(reference: str) -> int:
    """Return the column (1-based) of a reference like "AB12"; 0 where it has no letters."""
    number = 0
    for character in reference:
        if not "A" <= character <= "Z":
            break
        number = number * 26 + ord(character) - 64
    return number


def _refuse_doctypes(package: zipfile.ZipFile) -> None:
    for entry in package.infolist():
        if entry.filename.lower().endswith((".xml", ".rels")):
            with package.open(entry) as stream:
                head = stream.read(_HEAD)
            if any(mark in head for mark in _DOCTYPE_MARKS):
                raise FileRefused(FileReason.DOCTYPE)


def _elements(package: zipfile.ZipFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield local name and attributes of each element of a small part."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append(
        (name.rpartition(":")[2], attributes)
    )
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with package.open(part) as stream:
        while block := stream.read(_BLOCK):
            parser.Parse(block)
        parser.Parse(b"", True)
    yield from found


def _sheets(package: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return (sheet name, part) of each worksheet in order."""
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for name, attributes in _elements(package, "xl/_rels/workbook.xml.rels")
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet")
    }
    sheets = []
    for name, attributes in _elements(package, "xl/workbook.xml"):
        if name != "sheet":
            continue
        relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
        target = targets.get(relation)
        if target is not None:
            part = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            sheets.append((attributes.get("name", ""), posixpath.normpath(part)))
    return sheets


def _refuse_doctype(*_arguments: object) -> None:
    raise FileRefused(FileReason.DOCTYPE)


class _CellWatch:
    """Follows the elements of one sheet; keeps only the place of the cell it is in."""

    def __init__(self, extent: SheetExtent) -> None:
        self.extent = extent
        self.row = 0
        self.column = 0
        self._local: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._local.get(name)
        if local is None:
            local = self._local[name] = name.rpartition(":")[2]
        if local == "c":
            reference = attributes.get("r")
            self.column = column_number(reference) if reference else self.column + 1
        elif local in {"v", "is"}:
            self._mark()
        elif local == "row":
            number = attributes.get("r")
            self.row = int(number) if number and number.isdecimal() else self.row + 1
            self.column = 0
        elif local == "f":
            self._mark()
            self.extent.formulas.add((self.row, self.column))
            if len(self.extent.formulas) > FORMULAS_MAX:
                raise FileRefused(FileReason.TOO_MANY_FORMULAS, self.extent.name)

    def _mark(self) -> None:
        extent = self.extent
        if self.row > extent.last_row:
            extent.last_row = self.row
            if self.row > ROWS_MAX:
                raise FileRefused(FileReason.TOO_MANY_ROWS, extent.name, self.row, ROWS_MAX)
        if self.column > extent.last_column:
            extent.last_column = self.column
            if self.column > COLUMNS_MAX:
                raise FileRefused(
                    FileReason.TOO_MANY_COLUMNS, extent.name, self.column, COLUMNS_MAX
                )


def _scan_sheet(package: zipfile.ZipFile, name: str, part: str) -> SheetExtent:
    extent = SheetExtent(name)
    watch = _CellWatch(extent)
    parser = expat.ParserCreate()
    parser.StartElementHandler = watch.start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with package.open(part) as stream:
        while block := stream.read(_BLOCK):
            parser.Parse(block)
        parser.Parse(b"", True)
    return extent
