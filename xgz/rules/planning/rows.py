"""Rows of the planner's two files: cells to units and branches, or what is wrong (PL-13)."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from xgz.rules.planning.plane import to_plane
from xgz.rules.planning.terms import BRANCH_PREFIX, Branch, Unit

PLANE = ("x_m", "y_m")
DEGREES = ("lon", "lat")
UNIT_COLUMNS = ("business_id", "town", "members", "full_members")
PREFERENCES = ("market", "trade")  # unknown where the file has no such column
BRANCH_COLUMNS = ("branch_id", "town", "members")
FAULTS_TOLD = 10  # of a file that is refused anyway
_LARGEST_COUNT = 1_000_000
_FARTHEST_M = 1e8  # metres; beyond it a float no longer tells millimetres
_WHOLE = re.compile(r"[0-9]{1,7}")
_LIMITS = {"lon": 180.0, "lat": 89.0, "x_m": _FARTHEST_M, "y_m": _FARTHEST_M}

_T = TypeVar("_T")


class RowFault(StrEnum):
    """Why a row cannot be planned with."""

    MISSING = "missing"
    NUMBER = "number"
    RANGE = "range"
    COUNT = "count"
    FULL_EXCEEDS_ALL = "full_exceeds_all"
    REPEATED = "repeated"
    PREFIX = "prefix"
    WIDTH = "width"


@dataclass(frozen=True, slots=True)
class Fault:
    """row: as a spreadsheet counts, the header is row 1; column: as the header is written."""

    row: int
    column: str
    reason: RowFault


class RowsRefused(Exception):
    """The file is refused as a whole; faults: the first ones, in order; count: of all."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} rows")
        self.faults = tuple(faults[:FAULTS_TOLD])
        self.count = len(faults)


class ColumnsMissing(Exception):
    """The header lacks columns or has one twice; columns: which."""

    def __init__(self, columns: Sequence[str], *, are_repeated: bool = False) -> None:
        super().__init__(", ".join(columns))
        self.columns = tuple(columns)
        self.are_repeated = are_repeated


class _Wrong(Exception):
    def __init__(self, column: str, reason: RowFault) -> None:
        self.column, self.reason = column, reason


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of a file stand. place: the two columns of coordinates, PLANE or DEGREES."""

    at: Mapping[str, int]
    place: tuple[str, str]


def layout_of(header: Sequence[str], columns: Sequence[str]) -> Layout:
    """Return where the columns stand; metres win where a file has both kinds of coordinates.

    Case and blanks around a header do not count, other columns are left alone. Market and trade
    may be absent. Raises ColumnsMissing.
    """
    names = [cell.strip().lower() for cell in header]
    place = PLANE if all(name in names for name in PLANE) else DEGREES
    if not any(name in names for name in DEGREES):
        place = PLANE
    needed = [*columns, *place]
    wanted = [*needed, *(name for name in PREFERENCES if name in names)]
    missing = [name for name in needed if name not in names]
    if missing:
        raise ColumnsMissing(missing)
    repeated = [name for name in wanted if names.count(name) > 1]
    if repeated:
        raise ColumnsMissing(repeated, are_repeated=True)
    return Layout({name: names.index(name) for name in wanted}, place)


def units_of(rows: Iterable[tuple[int, Sequence[str]]], layout: Layout) -> list[Unit]:
    """Return units with coordinates as written (degrees are not yet metres). Raises RowsRefused."""
    return _each(rows, layout, "business_id", _unit)


def branches_of(rows: Iterable[tuple[int, Sequence[str]]], layout: Layout) -> list[Branch]:
    """Return branches with coordinates as written. Raises RowsRefused."""
    return _each(rows, layout, "branch_id", _branch)


def _each(
    rows: Iterable[tuple[int, Sequence[str]]],
    layout: Layout,
    key: str,
    read: Callable[[Mapping[str, str], tuple[str, str]], _T],
) -> list[_T]:
    found, faults, seen = [], [], set()
    width = max(layout.at.values()) + 1
    for number, cells in rows:
        try:
            if len(cells) < width:
                raise _Wrong(key, RowFault.WIDTH)
            values = {name: cells[at].strip() for name, at in layout.at.items()}
            found.append(read(values, layout.place))
            if values[key] in seen:
                raise _Wrong(key, RowFault.REPEATED)
            seen.add(values[key])
        except _Wrong as wrong:
            faults.append(Fault(number, wrong.column, wrong.reason))
    if faults:
        raise RowsRefused(faults)
    return found


def _unit(values: Mapping[str, str], place: tuple[str, str]) -> Unit:
    name = _text(values, "business_id")
    if name.startswith(BRANCH_PREFIX):
        raise _Wrong("business_id", RowFault.PREFIX)
    members, full = _count(values, "members"), _count(values, "full_members")
    if full > members:
        raise _Wrong("full_members", RowFault.FULL_EXCEEDS_ALL)
    x, y = (_number(values, column) for column in place)
    town = _text(values, "town")
    return Unit(name, x, y, town, members, full, *(values.get(name, "") for name in PREFERENCES))


def _branch(values: Mapping[str, str], place: tuple[str, str]) -> Branch:
    x, y = (_number(values, column) for column in place)
    name, town = _text(values, "branch_id"), _text(values, "town")
    return Branch(name, x, y, town, _count(values, "members"))


def _text(values: Mapping[str, str], column: str) -> str:
    if not values[column]:
        raise _Wrong(column, RowFault.MISSING)
    return values[column]


def _count(values: Mapping[str, str], column: str) -> int:
    text = _text(values, column)
    if not _WHOLE.fullmatch(text) or int(text) > _LARGEST_COUNT:
        raise _Wrong(column, RowFault.COUNT)
    return int(text)


def _number(values: Mapping[str, str], column: str) -> float:
    text = _text(values, column)
    try:
        number = float(text)
    except ValueError:
        raise _Wrong(column, RowFault.NUMBER) from None
    if not math.isfinite(number) or abs(number) > _LIMITS[column]:
        raise _Wrong(column, RowFault.RANGE)
    return number


def meridian_of(units: Sequence[Unit]) -> float:
    """Return the middle meridian, to a tenth of a degree, of units in degrees."""
    longitudes = [unit.x_m for unit in units]
    return round((min(longitudes) + max(longitudes)) / 2, 1)


def units_in_metres(units: Iterable[Unit], meridian: float) -> list[Unit]:
    """Return units whose degrees are turned into metres (PL-4)."""
    found = []
    for unit in units:
        x, y = to_plane(unit.x_m, unit.y_m, meridian)
        found.append(replace(unit, x_m=x, y_m=y))
    return found


def branches_in_metres(branches: Iterable[Branch], meridian: float) -> list[Branch]:
    """Return branches whose degrees are turned into metres (PL-4)."""
    found = []
    for branch in branches:
        x, y = to_plane(branch.x_m, branch.y_m, meridian)
        found.append(replace(branch, x_m=x, y_m=y))
    return found
