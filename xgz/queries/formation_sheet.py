"""The lists of formations, and their rows as a workbook; nothing of members stands in it (FM-21)."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.access.clock import local
from xgz.access.formations import visible_formations
from xgz.files.listing_sheet import Cell, SheetColumn
from xgz.models import Formation
from xgz.queries.case_lists import CaseList, in_list, list_order


def narrowed(cases: QuerySet[Formation], text: str) -> QuerySet[Formation]:
    """Return the cases that have every word in their name, their number or the name of a unit."""
    for word in text.split():
        named = cases.filter(units__business__name__icontains=word).values("pk")
        cases = cases.filter(Q(number__icontains=word) | Q(name__icontains=word) | Q(pk__in=named))
    return cases


def listed(which: CaseList, actor: Actor, text: str) -> QuerySet[Formation]:
    """Return the rows of a list in the order of its page."""
    rows = narrowed(in_list(which, visible_formations(actor), actor), text)
    related = rows.select_related("area", "owner_body").prefetch_related("units__business")
    return related.order_by(*list_order(which))


def sheet_columns() -> list[SheetColumn]:
    """Return the columns of the workbook, the number column first."""
    return [
        SheetColumn(_("序号"), 7),
        SheetColumn(_("事项编号"), 18),
        SheetColumn(_("拟成立党组织"), 36),
        SheetColumn(_("组建方式"), 12),
        SheetColumn(_("乡镇"), 18),
        SheetColumn(_("列入单位"), 48),
        SheetColumn(_("提出时间"), 12),
        SheetColumn(_("状态"), 14),
        SheetColumn(_("当前责任方"), 20),
        SheetColumn(_("办理期限"), 12),
        SheetColumn(_("办结时间"), 12),
    ]


def sheet_cells(rows: Iterable[Formation]) -> Iterator[list[Cell]]:
    """Yield the cells of each row, without its number."""
    for case in rows:
        units = sorted(case.units.all(), key=lambda unit: unit.pk)
        yield [
            case.number,
            case.name,
            _(case.get_mode_display()),
            str(case.area) if case.area else None,
            _("、").join(unit.business.name for unit in units),
            local(case.opened_at).date(),
            _(case.state_label),
            case.owner_body.name if case.owner_body else None,
            case.due_on,
            local(case.closed_at).date() if case.closed_at else None,
        ]
