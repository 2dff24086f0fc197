"""A snapshot made ready for templates: its own words, links to its rows, changes in points."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.models import Snapshot
from xgz.queries.coverage_report import CoverageReport, TownshipRate
from xgz.queries.operating import Day
from xgz.queries.snapshots import Counts, changes_since_monthly
from xgz.rules.coverage import FIGURE_KINDS, Figure, FigureKind, Part, Rate
from xgz.rules.snapshots import Change, Table, is_rate
from xgz.web.coverage.parts import (
    CardChange,
    FigureCard,
    RateCells,
    card_title,
    figure_card,
    rate_cells,
)

CARDS = (
    (Figure.ORGANISATION, FigureKind.ALL),
    (Figure.WORK, FigureKind.ALL),
    (Figure.SHOULD_FORM, FigureKind.ALL),
    (Figure.ORGANISATION, FigureKind.MARKET),
)


@dataclass(frozen=True, slots=True)
class Words:
    """The wording a snapshot was taken with; what it does not name is shown by its key."""

    definition: Mapping[str, Any]

    @property
    def operating(self) -> str:
        return _(str(self.definition.get("operating", "")))

    @property
    def limits(self) -> list[str]:
        return [_(text) for text in self.definition.get("limits", [])]

    def title(self, figure: str) -> str:
        """Return the name of a figure or table."""
        return self._of(figure, 0)

    def formula(self, figure: str) -> str:
        """Return numerator and denominator in words."""
        return self._of(figure, 1)

    def rule(self, figure: str, kind: str = "") -> str:
        """Return the rule of a figure, or of one kind of finding; "" where it has none."""
        rules: dict[str, str] = self.definition.get("rules", {})
        return rules.get(kind, "") if figure == Table.FINDINGS else str(self._row(figure)[2])

    def kind(self, figure: str, kind: str) -> str:
        """Return the name of a kind counted under a figure."""
        return _(str(self.kinds(figure).get(kind, kind)))

    def kinds(self, figure: str) -> dict[str, str]:
        """Return the kinds of a figure with their names, in the order of the definition."""
        table = "coverage" if figure in set(Figure) else figure
        return {kind: label for kind, label in self.definition.get("kinds", {}).get(table, [])}

    def _of(self, figure: str, place: int) -> str:
        return _(str(self._row(figure)[place]))

    def _row(self, figure: str) -> list[str]:
        row: list[str] = self.definition.get("figures", {}).get(figure, [figure, "", ""])
        return row


@dataclass(frozen=True, slots=True)
class StoredRows:
    """The addresses of the stored rows behind the numbers of one snapshot."""

    public_id: str

    def __call__(
        self,
        day: Day,
        figure: Figure,
        kind: FigureKind,
        part: Part,
        *,
        place: TownshipRate | None = None,
    ) -> str:
        """Return the address of the rows of a coverage figure, for the whole or one township."""
        query: dict[str, str] = {"figure": figure, "kind": kind, "part": part}
        if place is not None and place.township is not None:
            query["township"] = place.township.public_id
        elif place is not None:
            query["unplaced"] = "on"
        return self._address(query)

    def of(self, table: Table, kind: str, part: Part = Part.NUMERATOR) -> str:
        """Return the address of the rows of a class, finding or kind of case."""
        return self._address({"figure": table, "kind": kind, "part": part})

    def _address(self, query: dict[str, str]) -> str:
        return f"{reverse('snapshot-rows', args=[self.public_id])}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class CountLine:
    """One line of a table that is no coverage figure; whole_url is "" for a plain count."""

    label: str
    rule: str
    rate: Rate
    url: str
    whole_url: str


def words_of(snapshot: Snapshot) -> Words:
    """Return the wording a snapshot was taken with."""
    return Words(snapshot.definition)


def stored_cards(snapshot: Snapshot, counts: Counts) -> list[FigureCard]:
    """Return the four cards of a snapshot in its own words."""
    words, rows = words_of(snapshot), StoredRows(snapshot.public_id)
    return [
        replace(
            figure_card(counts.report, figure, kind, rows),
            title=card_title(kind, words.title(figure), words.kind(figure, kind)),
            formula=words.formula(figure),
            rule=words.rule(figure),
        )
        for figure, kind in CARDS
    ]


def kind_table(snapshot: Snapshot, counts: Counts, figure: Figure) -> dict[str, Any]:
    """Return a figure's table by kind of business."""
    words, rows = words_of(snapshot), StoredRows(snapshot.public_id)
    cells: list[RateCells] = [
        rate_cells(counts.report, figure, kind, words.kind(figure, kind), address=rows)
        for kind in FIGURE_KINDS[figure]
    ]
    return {
        "title": words.title(figure),
        "formula": words.formula(figure),
        "rule_id": words.rule(figure),
        "rows": cells,
    }


def count_table(snapshot: Snapshot, counts: Counts, table: Table) -> dict[str, Any]:
    """Return the lines of a table of counts; a kind nobody counted is a line with 0."""
    words, rows = words_of(snapshot), StoredRows(snapshot.public_id)
    lines = []
    for kind in words.kinds(table):
        rate = counts.rate(table, kind)
        lines.append(
            CountLine(
                label=words.kind(table, kind),
                rule=words.rule(table, kind) if table is Table.FINDINGS else "",
                rate=rate,
                url=rows.of(table, kind),
                whole_url=rows.of(table, kind, Part.DENOMINATOR) if is_rate(table, kind) else "",
            )
        )
    return {
        "title": words.title(table),
        "formula": words.formula(table),
        "rule_id": words.rule(table),
        "lines": lines,
        "total": sum((line.rate for line in lines), Rate(0, 0)),
    }


def points_words(change: Change, *, more_is_better: bool = True) -> tuple[str, str]:
    """Return tone and words of a change in percentage points; two empty ones without a rate.

    Tone: "up", "down", "flat", or "plain" where more is not better and no colour should say so.
    """
    if change.points is None:
        return "", ""
    if change.is_same:
        return "flat", _("与上期持平")
    if not change.points:
        return "flat", _("变化不到 0.1 个百分点")
    if not more_is_better:
        sign = "+" if change.points > 0 else "-"
        return "plain", sign + _points(change.points)
    return ("up" if change.points > 0 else "down"), _points(change.points)


def _points(points: float) -> str:
    return _("%(points)s 个百分点") % {"points": number_format(abs(points), 1)}


def cards_with_changes(
    actor: Actor, report: CoverageReport
) -> tuple[list[FigureCard], Snapshot | None]:
    """Return the four cards of today with their changes, and the monthly snapshot they go by."""
    since, changes = changes_since_monthly(actor, report, CARDS)
    cards = []
    for key in CARDS:
        card = figure_card(report, *key)
        if since is not None and key in changes:
            card = replace(card, change=_card_change(changes[key], since))
        cards.append(card)
    return cards, since


def _card_change(change: Change, since: Snapshot) -> CardChange | None:
    tone, words = points_words(change)
    if not tone:
        return None
    url = reverse("snapshot-compare", args=[since.public_id])
    return CardChange(tone, words, f"{url}?with=today")
