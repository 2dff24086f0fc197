"""The stored rows behind one number of a snapshot, as they are today."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access.actor import actor_of
from xgz.access.snapshots import visible_snapshots
from xgz.models import Body, Snapshot
from xgz.queries.snapshots import RowList, row_list, rows_of, townships_of
from xgz.rules.coverage import FIGURE_KINDS, PART_LABELS, Figure, FigureKind, Part
from xgz.rules.roles import Resource
from xgz.rules.snapshots import Subject
from xgz.web.lists import Column, sequence_page
from xgz.web.pages import room
from xgz.web.snapshots.parts import Words, words_of
from xgz.web.snapshots.views import figure_title


@dataclass(frozen=True, slots=True)
class Asked:
    """Which number: figure and kind as the snapshot names them, part, and place."""

    figure: str
    kind: str
    part: Part
    township: Body | None
    unplaced: bool

    @property
    def places(self) -> Q:
        if self.unplaced:
            return Q(township__isnull=True)
        return Q(township=self.township) if self.township else Q()


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists a sum consists of."""

    label: str
    count: int
    url: str
    is_current: bool


@require_safe
@room(Resource.COVERAGE)
def snapshot_rows(request: HttpRequest, public_id: str) -> HttpResponse:
    """List the rows a number counted then; what is gone since says so instead of its name."""
    actor = actor_of(request)
    snapshot = get_object_or_404(visible_snapshots(actor), public_id=public_id)
    townships = list(townships_of(actor, snapshot))
    asked = _asked(request, words_of(snapshot), townships)
    listed = row_list(actor, snapshot, asked.figure, asked.kind, asked.part, asked.places)
    listing = sequence_page(request, listed, _columns(listed.subject))
    words = words_of(snapshot)
    tabs = _tabs(request, snapshot, asked, listed)
    return render(
        request,
        "snapshots/rows.html",
        {
            "snapshot": snapshot,
            "asked": asked,
            "subject": listed.subject,
            "listing": listing,
            "rows": rows_of(actor, listed, listing.rows),
            "title": _("%(figure)s：%(part)s")
            % {
                "figure": figure_title(words, asked.figure, asked.kind),
                "part": _(PART_LABELS[asked.part]),
            },
            "formula": words.formula(asked.figure),
            "rule_id": words.rule(asked.figure, asked.kind),
            "townships": townships,
            "case_page": f"{asked.kind}-detail",
            "tabs": tabs,
            "total": sum(tab.count for tab in tabs) if tabs else listing.total,
        },
    )


def _asked(request: HttpRequest, words: Words, townships: Sequence[Body]) -> Asked:
    """Return what the address asks for; what the snapshot does not know asks for the first."""
    figure = request.GET.get("figure", "")
    if not words.kinds(figure):
        figure = str(Figure.ORGANISATION)
    kinds = list(words.kinds(figure))
    kind = request.GET.get("kind", "")
    part = request.GET.get("part", "")
    chosen = request.GET.get("township", "")
    return Asked(
        figure=figure,
        kind=kind if kind in kinds else kinds[0],
        part=Part(part) if part in {Part.NUMERATOR, Part.UNKNOWN} else Part.DENOMINATOR,
        township=next((body for body in townships if body.public_id == chosen), None),
        unplaced=bool(request.GET.get("unplaced")),
    )


def _tabs(request: HttpRequest, snapshot: Snapshot, asked: Asked, listed: RowList) -> list[Tab]:
    """Return the two lists that a figure over all kinds is the sum of: businesses and markets."""
    is_sum = asked.figure in set(Figure) and asked.kind == FigureKind.ALL
    if not is_sum or FigureKind.MARKET not in FIGURE_KINDS[Figure(asked.figure)]:
        return []
    markets = row_list(
        actor_of(request), snapshot, asked.figure, FigureKind.MARKET, asked.part, asked.places
    )
    tabs = []
    for kind, label, rows in (
        (FigureKind.ALL, _("经营主体"), listed),
        (FigureKind.MARKET, _("专业市场"), markets),
    ):
        query = request.GET.copy()
        query.pop("page", None)
        query["kind"] = kind.value
        tabs.append(Tab(label, len(rows), f"?{query.urlencode()}", rows is listed))
    return tabs


def _columns(subject: Subject) -> list[Column]:
    if subject is Subject.CASE:
        return [
            Column("number", _("事项编号")),
            Column("name", _("事项")),
            Column("place", _("乡镇"), minor=True),
            Column("state", _("现在状态")),
        ]
    columns: list[Any] = [Column("name", _("名称"))]
    if subject is Subject.BUSINESS:
        columns.append(Column("code", _("统一社会信用代码"), minor=True))
    columns.append(Column("place", _("现在所属")))
    if subject is not Subject.MARKET:
        columns.append(Column("state", _("现在状态")))
    return columns
