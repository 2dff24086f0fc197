"""The rows of a survey round as a workbook: its columns, and a row's cells in words."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from xgz.files.listing_sheet import Cell, SheetColumn
from xgz.models import SurveyRow
from xgz.rules.surveys import ROW_LABELS, TOLD_LABELS, RowState, Told, shown_code


def sheet_columns() -> list[SheetColumn]:
    """Return the columns of the workbook, the number column first."""
    return [
        SheetColumn(_("序号"), 8),
        SheetColumn(_("单据编码"), 12),
        SheetColumn(_("名称"), 34),
        SheetColumn(_("统一社会信用代码"), 22),
        SheetColumn(_("街路"), 16),
        SheetColumn(_("住所（经营场所）"), 40),
        SheetColumn(_("走访人"), 12),
        SheetColumn(_("状态"), 14),
        SheetColumn(_("走访日期"), 12),
        SheetColumn(_("未见到人次数"), 12),
        SheetColumn(_("从业人数"), 10),
        SheetColumn(_("店方所说党员人数"), 16),
        SheetColumn(_("有无党组织"), 12),
        SheetColumn(_("有无亮牌"), 12),
    ]


def sheet_cells(rows: Iterable[SurveyRow]) -> Iterator[list[Cell]]:
    """Yield the cells of each row, without its number."""
    states = {state.value: _(label) for state, label in ROW_LABELS.items()}
    told = {value.value: _(label) for value, label in TOLD_LABELS.items()}
    for row in rows:
        visited = row.state == RowState.VISITED
        yield [
            shown_code(row.code),
            row.business.name,
            row.business.credit_code,
            row.street,
            row.business.address,
            str(row.walker) if row.walker else None,
            states[row.state],
            row.visited_on,
            row.tries or None,
            row.staff,
            row.members,
            told[Told(row.has_organisation)] if visited else None,
            told[Told(row.has_plaque)] if visited else None,
        ]
