"""The business list as a workbook: its columns, and a row's cells in words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.files.listing_sheet import Cell, SheetColumn
from xgz.queries.businesses import BusinessRow, Mark
from xgz.rules.organisations import FORMATION_MODE_LABELS
from xgz.rules.registration import (
    BUSINESS_KIND_LABELS,
    BUSINESS_STATUS_LABELS,
    KIND_BASIS_LABELS,
    STATUS_EVENT_LABELS,
)

# What the coverage column says where no way of forming stands for it.
MARK_LABELS: dict[Mark, str] = {
    Mark.COVERED: gettext_noop("已覆盖"),
    Mark.UNSETTLED: gettext_noop("组织待处置"),
    Mark.WORK_COVERED: gettext_noop("已派指导员"),
    Mark.SHOULD_FORM: gettext_noop("应建未建"),
    Mark.NOT_COVERED: gettext_noop("未覆盖"),
}


def sheet_columns(*, with_phone: bool) -> list[SheetColumn]:
    """Return the columns of the workbook, the number column first."""
    phone = [SheetColumn(_("联系电话"), 14)] if with_phone else []
    return [
        SheetColumn(_("序号"), 8),
        SheetColumn(_("名称"), 34),
        SheetColumn(_("统一社会信用代码"), 22),
        SheetColumn(_("注册号"), 18),
        SheetColumn(_("主体类型"), 12),
        SheetColumn(_("类型依据"), 16),
        SheetColumn(_("登记状态"), 14),
        SheetColumn(_("覆盖情况"), 20),
        SheetColumn(_("乡镇"), 14),
        SheetColumn(_("管辖单位"), 18),
        SheetColumn(_("从业人数"), 10),
        SheetColumn(_("经营者（法定代表人）"), 20),
        *phone,
        SheetColumn(_("住所（经营场所）"), 40),
        SheetColumn(_("成立日期"), 12),
        SheetColumn(_("指导员"), 12),
        SheetColumn(_("最近登记变化日期"), 18),
        SheetColumn(_("最近登记变化"), 22),
    ]


def sheet_cells(rows: Iterable[BusinessRow], *, with_phone: bool) -> Iterator[list[Cell]]:
    """Yield the cells of each row, without its number."""
    kinds, bases = _words(BUSINESS_KIND_LABELS), _words(KIND_BASIS_LABELS)
    statuses, events = _words(BUSINESS_STATUS_LABELS), _words(STATUS_EVENT_LABELS)
    marks = _words(MARK_LABELS) | {label: _(label) for label in FORMATION_MODE_LABELS.values()}
    for row in rows:
        business, newest = row.business, row.newest
        yield [
            business.name,
            business.credit_code,
            business.registration_number,
            kinds[business.kind],
            bases[business.kind_basis],
            statuses[business.status],
            "、".join(marks[mark.label or mark.mark] for mark in row.marks),
            str(business.township) if business.township else None,
            str(business.office) if business.office else None,
            business.staff,
            business.owner_name,
            *([row.phone] if with_phone else []),
            business.address,
            business.established_on,
            row.instructor,
            newest.happened_on if newest else None,
            _newest_in_words(row, events, statuses),
        ]


def _newest_in_words(
    row: BusinessRow, events: Mapping[str, str], statuses: Mapping[str, str]
) -> str | None:
    if row.newest is None:
        return None
    if row.newest_first_seen:
        return _("数据中首次见到%(status)s") % {"status": statuses[row.newest.status]}
    return events[row.newest.kind]


def _words(labels: Mapping[Any, str]) -> dict[str, str]:
    """Return the labels in the reader's language by value, translated once for all rows."""
    return {value.value: _(label) for value, label in labels.items()}
