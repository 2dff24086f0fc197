"""Staged rows of the small kinds: sealed when staged, unsealed once when written."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from xgz.models import Business, Import, StagedRow, sealing
from xgz.rules.imports.reasons import CellFaultNote, CellReason
from xgz.rules.imports.rows import KIND_TABLES
from xgz.rules.imports.states import ImportKind

CHUNK = 1000
_COLUMN = "staged_row.values"


class Staged(NamedTuple):
    """One row as it will be written; absent values are left out."""

    row_no: int
    values: Mapping[str, Any]


class RowStager:
    """Seals each row's values as one text."""

    def __init__(self, source: Import) -> None:
        self._source = source
        self._keys = KIND_TABLES[ImportKind(source.kind)].columns

    def prepare(self, rows: Sequence[list[Any]]) -> tuple[list[StagedRow], list[list[Any]]]:
        """Return the rows as they are staged; none is handed back any more."""
        return [self._staged(dict(zip(self._keys, row, strict=False)), row) for row in rows], []

    def store(self, prepared: list[StagedRow]) -> None:
        StagedRow.objects.bulk_create(prepared, batch_size=CHUNK)

    def notes(self) -> dict[str, object]:
        """Return nothing: these kinds find what they name when they are written."""
        return {}

    def _staged(self, values: Mapping[str, Any], row: Sequence[Any]) -> StagedRow:
        filled = {key: value for key, value in values.items() if value is not None}
        staged = StagedRow(source_import=self._source, row_no=row[len(self._keys)])
        clear = json.dumps(filled, ensure_ascii=False)
        staged.values_sealed = sealing.seal(_COLUMN, staged.public_id, clear)
        return staged


class ReportStager(RowStager):
    """Annual-report rows: one whose business the registry does not know is handed back."""

    def prepare(self, rows: Sequence[list[Any]]) -> tuple[list[StagedRow], list[list[Any]]]:
        """Return the rows as they are staged, and those of unknown businesses handed back."""
        known = businesses_by_key(str(row[0]) for row in rows)
        unknown = CellFaultNote("credit_code", CellReason.BUSINESS_UNKNOWN.value, 0)
        staged, _ = super().prepare([row for row in rows if str(row[0]) in known])
        row_no, cells = len(self._keys), len(self._keys) + 1
        handed_back = [
            [row[row_no], [list(unknown)], row[cells]] for row in rows if str(row[0]) not in known
        ]
        return staged, handed_back


def staged_chunks(source: Import) -> Iterator[list[Staged]]:
    """Yield the rows of an import in the order of the file, unsealed, a thousand at a time."""
    rows = StagedRow.objects.filter(source_import=source).order_by("row_no")
    stream = rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(stream, CHUNK)):
        yield [
            Staged(
                row.row_no, json.loads(sealing.unseal(_COLUMN, row.public_id, row.values_sealed))
            )
            for row in chunk
        ]


def businesses_by_key(keys: Iterator[str]) -> dict[str, Business]:
    """Return the businesses of these credit codes or old numbers, by the key asked for."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, Business] = {}
    for at in range(0, len(wanted), CHUNK // 2):
        some = wanted[at : at + CHUNK // 2]
        for business in Business.objects.filter(registration_number__in=some):
            found[str(business.registration_number)] = business
        for business in Business.objects.filter(credit_code__in=some):
            found[str(business.credit_code)] = business
    return found
