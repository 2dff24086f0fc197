"""A snapshot as a workbook: every figure by kind and township, in the actor's scope."""

import tempfile
from collections.abc import Iterator

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access import clock
from xgz.access.actor import Actor, actor_of, require
from xgz.access.snapshots import sees_cases, visible_snapshots
from xgz.files.ledger import Cell, SheetHead, write_table
from xgz.models import Snapshot
from xgz.queries.snapshots import Counts, stored_counts
from xgz.rules.coverage import FIGURE_KINDS, Figure, Rate
from xgz.rules.roles import Resource
from xgz.rules.snapshots import SNAPSHOT_KIND_LABELS, SnapshotKind, Table, is_rate
from xgz.services.exports import record_export
from xgz.web.coverage.parts import place_name
from xgz.web.exports import XLSX
from xgz.web.pages import room
from xgz.web.snapshots.parts import Words, words_of


@require_safe
@room(Resource.COVERAGE)
def snapshot_export(request: HttpRequest, public_id: str) -> FileResponse:
    """Send the figures of a snapshot that the actor sees as a workbook; recorded in the audit."""
    actor = actor_of(request)
    require(actor, "ledger.export")
    snapshot = get_object_or_404(visible_snapshots(actor), public_id=public_id)
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it after sending)
    rows = write_table(
        target, _head(actor, snapshot), _rows(actor, snapshot, stored_counts(actor, snapshot))
    )
    record_export(actor=actor, what="snapshot", rows=rows, now=clock.now())
    target.seek(0)
    name = _("统计快照 %(day)s.xlsx") % {"day": snapshot.as_at.isoformat()}
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


def _head(actor: Actor, snapshot: Snapshot) -> SheetHead:
    words = words_of(snapshot)
    return SheetHead(
        title=_("统计快照 %(day)s") % {"day": snapshot.as_at.isoformat()},
        notes=(
            _(
                "范围：%(unit)s　方式：%(kind)s　截止日期：%(day)s　生成时间：%(at)s　口径第 %(version)s 版"
            )
            % {
                "unit": _("、").join(dict.fromkeys(grant.body_name for grant in actor.grants)),
                "kind": _(SNAPSHOT_KIND_LABELS[SnapshotKind(snapshot.kind)]),
                "day": snapshot.as_at.isoformat(),
                "at": f"{clock.local(snapshot.taken_at):%Y-%m-%d %H:%M}",
                "version": snapshot.definition.get("version", ""),
            },
            _("　").join([words.operating, *words.limits]),
        ),
        columns=(
            (_("指标"), 22),
            (_("类别"), 30),
            (_("乡镇（街道）"), 18),
            (_("分子"), 10),
            (_("分母"), 10),
            (_("比率（%）"), 10),
            (_("其中运营情况不明"), 12),
            (_("不明占比（%）"), 10),
            (_("口径"), 70),
            (_("依据"), 8),
        ),
        sheet_name=_("统计快照"),
        frozen_columns=2,
    )


def _rows(actor: Actor, snapshot: Snapshot, counts: Counts) -> Iterator[list[Cell]]:
    words = words_of(snapshot)
    for figure in Figure:
        for kind in FIGURE_KINDS[figure]:
            yield _row(words, figure, kind, _("合计"), counts.rate(figure, kind))
            for place in counts.report.by_township(figure, kind):
                yield _row(words, figure, kind, place_name(place), place.rate)
    for table in Table:
        if table is not Table.CASES or sees_cases(actor):
            yield from _counted_rows(words, counts, table)


def _counted_rows(words: Words, counts: Counts, table: Table) -> Iterator[list[Cell]]:
    for kind in words.kinds(table):
        yield _row(words, table, kind, _("合计"), counts.rate(table, kind))
        places = counts.places.get((table, kind), {})
        for township in (*counts.report.townships, None):
            number = township.pk if township else None
            if number in places:
                name = str(township) if township else _("未标明乡镇")
                yield _row(words, table, kind, name, places[number])


def _row(words: Words, figure: str, kind: str, place: str, rate: Rate) -> list[Cell]:
    parts: list[Cell] = [rate.numerator]
    if is_rate(figure, kind):
        parts += [rate.denominator, rate.percent, rate.unknown, rate.unknown_percent]
    else:
        parts += [None, None, None, None]
    return [
        words.title(figure),
        words.kind(figure, kind),
        place,
        *parts,
        words.formula(figure),
        words.rule(figure, kind),
    ]
