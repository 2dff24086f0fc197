"""The planner's files: businesses and branches in, groups out. CSV as met, UTF-8 written."""

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from xgz.files.text_cells import dead_text
from xgz.files.text_table import read_text_table
from xgz.rules.imports.reasons import FileReason, FileRefused
from xgz.rules.planning.rows import (
    BRANCH_COLUMNS,
    DEGREES,
    PLANE,
    UNIT_COLUMNS,
    Layout,
    branches_in_metres,
    branches_of,
    layout_of,
    meridian_of,
    units_in_metres,
    units_of,
)
from xgz.rules.planning.terms import Branch, Group, Unit

GROUP_COLUMNS = ("business_id", "group_id", "hub_id")


class CoordinatesDiffer(Exception):
    """One file has metres and the other degrees: nothing can be measured between them."""


@dataclass(frozen=True, slots=True)
class PlanInput:
    """Businesses and branches in metres of one plane."""

    units: list[Unit]
    branches: list[Branch]


def read_plan_input(businesses: Path, branches: Path | None) -> PlanInput:
    """Return what a plan is made from. Reads both files whole.

    Raises FileRefused, ColumnsMissing, RowsRefused (rules/planning/rows.py), each with `path` set,
    and CoordinatesDiffer.
    """
    layout, rows = _open(businesses, UNIT_COLUMNS)
    units = units_of(rows, layout)
    if not units:
        raise FileRefused(FileReason.NO_ROWS)
    found: list[Branch] = []
    if branches is not None:
        branch_layout, rows = _open(branches, BRANCH_COLUMNS)
        found = branches_of(rows, branch_layout)
        if found and branch_layout.place != layout.place:
            raise CoordinatesDiffer
    if layout.place == DEGREES:
        meridian = meridian_of(units)
        return PlanInput(units_in_metres(units, meridian), branches_in_metres(found, meridian))
    return PlanInput(units, found)


def _open(path: Path, columns: Sequence[str]) -> tuple[Layout, Iterator[tuple[int, Sequence[str]]]]:
    known = {*columns, *PLANE, *DEGREES}

    def known_headers(cells: Sequence[str]) -> int:
        return sum(cell.strip().lower() in known for cell in cells)

    rows = enumerate(read_text_table(path, known_headers).rows, 1)
    for _, cells in rows:
        if any(cell.strip() for cell in cells):
            return layout_of(cells, columns), _filled(rows)
    raise FileRefused(FileReason.EMPTY)


def _filled(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, Sequence[str]]]:
    return ((number, cells) for number, cells in rows if any(cell.strip() for cell in cells))


def write_groups(path: Path, units: Sequence[Unit], groups: Sequence[Group]) -> None:
    """Write which group and hub each business has, in the order of the input; empty for none.

    An id that a spreadsheet would take for a formula is written as dead text. The file appears
    whole or not at all. Raises OSError.
    """
    where = {unit: group for group in groups for unit in group.units}
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=".plan-", delete=False
    ) as stream:
        try:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(GROUP_COLUMNS)
            for unit in units:
                group = where.get(unit.id)
                cells = [unit.id, *((group.id, group.hub) if group else ("", ""))]
                writer.writerow(map(dead_text, cells))
            stream.flush()
            os.chmod(stream.name, 0o644)
            os.replace(stream.name, path)
        except BaseException:
            Path(stream.name).unlink(missing_ok=True)
            raise
