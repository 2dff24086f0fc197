"""A worklist as a workbook: its columns, its order, and a row's cells in words."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.files.ledger import Cell
from xgz.queries.work_rows import WorkRow, work_rows
from xgz.queries.worklist_wording import next_step_of, reason_of
from xgz.rules.worklists import WorkLimits, Worklist

_CHUNK = 500
# The most recent or most urgent first; the rest as registered.
LIST_ORDERS: dict[Worklist, tuple[str, ...]] = {
    Worklist.SHOULD_FORM: ("-full_members", "pk"),
    Worklist.TO_VERIFY: ("-members_declared", "pk"),
    Worklist.TERMS: ("term_ends_on", "pk"),
    Worklist.CLOSURES: ("-happened_on", "-pk"),
}


def name_and_kind(row: WorkRow) -> tuple[str, str]:
    """Return the name of what a row is about, and its kind or way of forming in words."""
    if row.business is not None:
        return row.business.name, _(str(row.business.get_kind_display()))
    if row.organisation is not None:
        return row.organisation.name, _(str(row.organisation.get_formation_mode_display()))
    raise ValueError("a row of work names neither a business nor an organisation")


def sheet_columns() -> Sequence[tuple[str, int]]:
    """Return the columns of the workbook with their widths, the number column first."""
    return (
        (_("序号"), 7),
        (_("名称"), 36),
        (_("统一社会信用代码"), 22),
        (_("类型"), 16),
        (_("乡镇"), 16),
        (_("列入原因"), 48),
        (_("依据"), 8),
        (_("起算日期"), 12),
        (_("下一步"), 40),
        (_("名册记载人数"), 10),
    )


def sheet_rows(
    which: Worklist, rows: QuerySet[Any], actor: Actor, today: date, limits: WorkLimits
) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of every row, numbered, in chunks that keep memory small."""
    source = rows.iterator(chunk_size=_CHUNK)
    number = 0
    while chunk := list(islice(source, _CHUNK)):
        for row in work_rows(which, chunk, actor, today, limits):
            number += 1
            yield (number, *_cells(row))


def _cells(row: WorkRow) -> tuple[Cell, ...]:
    name, kind = name_and_kind(row)
    return (
        name,
        (row.business.credit_code if row.business else "") or "",
        kind,
        str(row.township) if row.township else "",
        reason_of(row),
        row.rule,
        row.since,
        next_step_of(row),
        row.roster_rows,
    )
