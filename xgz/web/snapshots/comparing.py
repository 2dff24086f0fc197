"""Two snapshots side by side, or one beside today: changes in percentage points (SN-5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access.actor import Actor, actor_of
from xgz.access.snapshots import sees_cases, visible_snapshots
from xgz.models import Snapshot
from xgz.queries.coverage_report import TownshipRate
from xgz.queries.snapshots import Counts, counts_today, earlier_snapshot, stored_counts
from xgz.rules.coverage import FIGURE_KINDS, CoverageClass, Figure, FigureKind, Part, Rate
from xgz.rules.roles import Resource
from xgz.rules.snapshots import Change, Table, is_rate
from xgz.web.coverage.forms import FigureForm
from xgz.web.coverage.parts import RowsAddress, group_url, place_name, rows_url
from xgz.web.pages import room
from xgz.web.snapshots.parts import StoredRows, Words, points_words, words_of
from xgz.web.snapshots.views import figure_title

TODAY = "today"
_PARTS = (Part.NUMERATOR, Part.DENOMINATOR)
_CHOICES = 60


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two days."""

    label: str
    url: str
    counts: Counts
    rows: RowsAddress


@dataclass(frozen=True, slots=True)
class Line:
    """One figure on both days; urls are "" where there is no list to open."""

    label: str
    change: Change
    tone: str
    words: str
    urls: Sequence[str]  # numerator and denominator before, then after
    is_rate: bool = True


@require_safe
@room(Resource.COVERAGE)
def snapshot_compare(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show every figure of a snapshot beside another one, or beside today; the earlier left."""
    actor = actor_of(request)
    snapshot = get_object_or_404(visible_snapshots(actor), public_id=public_id)
    other = _other(request, actor, snapshot)
    before, after = _sides(actor, snapshot, other)
    form = FigureForm(request.GET)
    words = words_of(snapshot)
    figure, kind = form.figure_asked, form.kind_asked
    context = {
        "snapshot": snapshot,
        "before": before,
        "after": after,
        "form": form,
        "chosen": other.public_id if other else TODAY,
        "others": visible_snapshots(actor)
        .exclude(pk=snapshot.pk)
        .order_by("-as_at", "-taken_at")[:_CHOICES],
        "same_definition": before.counts.version == after.counts.version,
        "tables": [(words.title(each), _kinds(words, each, before, after)) for each in Figure],
        "counted": [
            (words.title(table), *_counted(words, table, before, after))
            for table in Table
            if table is not Table.CASES or sees_cases(actor)
        ],
        "title": figure_title(words, figure, kind),
        "townships": _townships(figure, kind, before, after),
    }
    return render(request, "snapshots/compare.html", context)


def _other(request: HttpRequest, actor: Actor, snapshot: Snapshot) -> Snapshot | None:
    """Return the snapshot to compare with; None is today.

    Without a choice the one before, else today; one that is not there answers 404.
    """
    chosen = request.GET.get("with", "")
    if chosen == TODAY:
        return None
    if chosen:
        return get_object_or_404(visible_snapshots(actor), public_id=chosen)
    return earlier_snapshot(actor, snapshot)


def _sides(actor: Actor, snapshot: Snapshot, other: Snapshot | None) -> tuple[Side, Side]:
    own = _stored(actor, snapshot)
    if other is None:
        counts = counts_today(actor)
        return own, Side(_("今天"), reverse("coverage"), counts, rows_url)
    theirs = _stored(actor, other)
    is_later = (other.as_at, other.taken_at) >= (snapshot.as_at, snapshot.taken_at)
    return (own, theirs) if is_later else (theirs, own)


def _stored(actor: Actor, snapshot: Snapshot) -> Side:
    return Side(
        label=snapshot.as_at.isoformat(),
        url=reverse("snapshot-detail", args=[snapshot.public_id]),
        counts=stored_counts(actor, snapshot),
        rows=StoredRows(snapshot.public_id),
    )


def _kinds(words: Words, figure: Figure, before: Side, after: Side) -> list[Line]:
    return [
        _line(
            words.kind(figure, kind),
            Change(before.counts.rate(figure, kind), after.counts.rate(figure, kind)),
            [
                side.rows(side.counts.report.day, figure, kind, part)
                for side, part in product((before, after), _PARTS)
            ],
        )
        for kind in FIGURE_KINDS[figure]
    ]


def _townships(figure: Figure, kind: FigureKind, before: Side, after: Side) -> list[Line]:
    """Return a line for every township of either day, in the order of the later one."""
    earlier = {_key(row): row for row in before.counts.report.by_township(figure, kind)}
    later = {_key(row): row for row in after.counts.report.by_township(figure, kind)}
    gone = {key: row for key, row in earlier.items() if key not in later}
    lines = []
    for key, row in (later | gone).items():
        rates = [side[key].rate if key in side else Rate(0, 0) for side in (earlier, later)]
        urls = [
            side.rows(side.counts.report.day, figure, kind, part, place=row)
            for side, part in product((before, after), _PARTS)
        ]
        lines.append(_line(place_name(row), Change(*rates), urls))
    return lines


def _key(row: TownshipRate) -> int | None:
    return row.township.pk if row.township else None


def _counted(
    words: Words, table: Table, before: Side, after: Side
) -> tuple[list[Line], list[Line]]:
    """Return the lines of a table that are rates, and those that are plain counts."""
    rates, counts = list[Line](), list[Line]()
    for kind in words.kinds(table):
        change = Change(before.counts.rate(table, kind), after.counts.rate(table, kind))
        urls = [
            _count_url(side, table, kind, part) for side, part in product((before, after), _PARTS)
        ]
        label = words.kind(table, kind)
        if is_rate(table, kind):
            shown = points_words(change, more_is_better=False)
            rates.append(Line(label, change, *shown, urls))
        else:
            counts.append(Line(label, change, "", "", urls, is_rate=False))
    return rates, counts


def _count_url(side: Side, table: Table, kind: str, part: Part) -> str:
    """Return where the rows are listed; of today only the classes have such a page."""
    if isinstance(side.rows, StoredRows):
        return side.rows.of(table, kind, part)
    return group_url(side.counts.report.day, CoverageClass(kind)) if table is Table.CLASSES else ""


def _line(label: str, change: Change, urls: Sequence[str]) -> Line:
    return Line(label, change, *points_words(change), urls)
