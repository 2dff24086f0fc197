"""One row of a file: every cell checked, then the row as a whole, then its key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from xgz.rules.imports import annual_report, organisations, registry, roster
from xgz.rules.imports.cells import BareCode, Converter, converter, without_invisible
from xgz.rules.imports.fields import CellType, Field
from xgz.rules.imports.headers import fold_header
from xgz.rules.imports.reasons import CellFault, CellFaultNote, CellReason, FileReason, FileRefused
from xgz.rules.imports.states import ImportKind
from xgz.rules.registration import BLANK_CELLS, is_blank

# In a column of labels 无 is an answer.
_BLANK_LABELS = BLANK_CELLS - {"无"}
_LABEL_TYPES = frozenset({CellType.LABEL, CellType.YES_NO})

_Step = tuple[int, int, Converter, Field, frozenset[str]]


@dataclass(frozen=True, slots=True)
class KindTable:
    """The columns of one kind of file and the rules of its rows; derived: keys added behind.

    keeps_cells: a good row may still be handed back by the register, so its cells travel with it.
    """

    fields: tuple[Field, ...]
    derived: tuple[str, ...]
    finish_row: Callable[[list[object], date], list[CellFaultNote]]
    row_keys: Callable[[list[object]], tuple[str, ...]]
    keeps_cells: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The keys of a checked row's values in order."""
        return tuple(f.key for f in self.fields) + self.derived


KIND_TABLES: dict[ImportKind, KindTable] = {
    ImportKind.REGISTRY: KindTable(
        registry.FIELDS, registry.DERIVED, registry.finish_row, registry.row_keys
    ),
    ImportKind.ANNUAL_REPORT: KindTable(
        annual_report.FIELDS,
        annual_report.DERIVED,
        annual_report.finish_row,
        annual_report.row_keys,
        keeps_cells=True,
    ),
    ImportKind.ROSTER: KindTable(roster.FIELDS, roster.DERIVED, roster.finish_row, roster.row_keys),
    ImportKind.ORGANISATIONS: KindTable(
        organisations.FIELDS,
        organisations.DERIVED,
        organisations.finish_row,
        organisations.row_keys,
    ),
}


@dataclass(slots=True)
class RowChecker:
    """Checks the rows of one file; remembers their keys and the bare codes met on the way.

    columns: field key to the file's column indexes; codes: header (theirs or ours) to the sender's
    code to wording. bare_codes: our header to the codes no mapping explains.
    """

    table: KindTable
    columns: Mapping[str, tuple[int, ...]]
    today: date
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    headers: Sequence[str] = ()
    bare_codes: dict[str, dict[str, None]] = field(default_factory=dict)
    _plan: list[_Step] = field(default_factory=list)
    _extra: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    _filled: list[tuple[int, Field]] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, column in enumerate(self.table.fields):
            places = self.columns.get(column.key)
            if column.filled:
                self._filled.append((place, column))
            if not places:
                continue
            convert = converter(column, self.today, self._codes_of(column, places))
            blanks = _BLANK_LABELS if column.cell in _LABEL_TYPES else BLANK_CELLS
            self._plan.append((place, places[0], convert, column, blanks))
            if len(places) > 1:
                self._extra.append((places[0], places[1:]))

    def check(self, cells: list[str], row_no: int) -> tuple[list[object], list[CellFaultNote]]:
        """Return the row's values in the order of the kind's columns, and its faults.

        cells: stripped texts, one for each column of the header. A row with faults is not
        remembered: a later good row with the same key counts as the first. Raises FileRefused where
        two columns of the same field say different things: nobody knows which one is meant.
        """
        row: list[object] = [None] * len(self.table.fields)
        faults = self._convert(self._merged(cells, row_no) if self._extra else cells, row)
        faults += self._missing(row, faults)
        if not faults:
            faults = self.table.finish_row(row, self.today)
        if not faults:
            faults = self._first_of_its_key(row, row_no)
        return row, faults

    def _convert(self, cells: Sequence[str], row: list[object]) -> list[CellFaultNote]:
        """Put each filled cell's value into the row; return the faults."""
        faults: list[CellFaultNote] = []
        for place, source, convert, column, blanks in self._plan:
            text = cells[source]
            if not text.isprintable():
                text = without_invisible(text)
            if text in blanks:
                continue
            try:
                row[place] = convert(text)
            except CellFault as fault:
                faults.append(CellFaultNote(column.key, fault.reason.value, fault.detail))
            except BareCode as bare:
                self.bare_codes.setdefault(column.header, {})[bare.code] = None
        return faults

    def _merged(self, cells: Sequence[str], row_no: int) -> list[str]:
        """Return the cells with the only filled one of several columns of the same field."""
        merged = list(cells)
        for first, others in self._extra:
            filled = [at for at in (first, *others) if not is_blank(cells[at])]
            for other in filled[1:]:
                if cells[other] != cells[filled[0]]:
                    names = (self.headers[filled[0]].strip(), self.headers[other].strip())
                    raise FileRefused(FileReason.SAME_FIELD, *names, row_no)
            merged[first] = cells[filled[0]] if filled else ""
        return merged

    def _missing(self, row: list[object], faults: list[CellFaultNote]) -> list[CellFaultNote]:
        faulty = {fault.field for fault in faults} if faults else ()
        missing = []
        for place, column in self._filled:
            if row[place] is None and column.key not in faulty:
                unnamed = column.header == registry.NAME_HEADER
                reason = CellReason.NAME_MISSING if unnamed else CellReason.MISSING
                missing.append(CellFaultNote(column.key, reason.value, 0))
        return missing

    def _first_of_its_key(self, row: list[object], row_no: int) -> list[CellFaultNote]:
        keys = self.table.row_keys(row)
        for key in keys:
            first = self._seen.get(key)
            if first is not None:
                return [CellFaultNote("", CellReason.DUPLICATE.value, first)]
        for key in keys:
            self._seen[key] = row_no
        return []

    def _codes_of(self, column: Field, places: tuple[int, ...]) -> Mapping[str, str]:
        names = {fold_header(column.header)}
        names |= {fold_header(self.headers[p]) for p in places if p < len(self.headers)}
        return {
            code: wording
            for header, codes in self.codes.items()
            if fold_header(header) in names
            for code, wording in codes.items()
        }
