"""The funnel of finding members as a workbook: the figures its page shows, nothing finer (LD-15)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from xgz.files.listing_sheet import Cell, SheetColumn
from xgz.queries.lead_funnel import Funnel
from xgz.rules.leads import FUNNEL_LABELS, SMALL_CELL, FunnelStep


def sheet_columns(found: Funnel) -> list[SheetColumn]:
    """Return the columns of the parts the reader has, the number column first."""
    columns = [
        SheetColumn(_("序号"), 7),
        SheetColumn(_("市场监管所") if found.rows else _("指导站"), 24),
    ]
    if found.rows:
        columns.append(SheetColumn(_("乡镇"), 40))
        columns += [SheetColumn(_(FUNNEL_LABELS[step]), 12) for step in FunnelStep]
    if found.given:
        columns.append(SheetColumn(_("分到的线索（约）"), 16))
    return columns


def sheet_cells(found: Funnel) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each office and their total, then one for each station; no other total."""
    blank: tuple[Cell, ...] = (None,) if found.given else ()
    for row in found.rows:
        name = row.office.name if row.office else _("没有市场监管所服务的乡镇")
        townships = _("、").join(str(township) for township in row.townships)
        yield (name, townships, *(row.counts[step] for step in FunnelStep), *blank)
    if found.total is not None:
        yield (_("合计"), None, *(found.total[step] for step in FunnelStep), *blank)
    before: tuple[Cell, ...] = (None,) * (1 + len(FunnelStep)) if found.rows else ()
    for station in found.given:
        told = f"<{SMALL_CELL}" if station.given is None else station.given
        yield (station.office.name, *before, told)


def sheet_notes(found: Funnel) -> list[str]:
    """Return what has to be known to read the figures, as the page says it."""
    notes = []
    if found.rows:
        notes.append(_("前一项包含后一项。掌握的线索含已删除的；找到不等于归队，看最后两列。"))
    if found.given:
        words = _("各站分到的线索，四舍五入到五；不足 %(small)s 条的不显示，不设合计。")
        notes.append(words % {"small": SMALL_CELL})
    return notes
