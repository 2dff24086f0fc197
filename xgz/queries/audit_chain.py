"""Verifying the trail: every row, the head, every anchor; a million rows in under a minute (AU-4)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xgz.models import AuditEntry, AuditHead
from xgz.models.chain import CHAINED, mac_of_values
from xgz.models.keyring import key_ring
from xgz.queries.audit_anchors import Anchor, Anchors, read_anchors
from xgz.rules.audit import CHAIN_FAULT_LABELS, ChainFault

_BATCH = 10_000
_NEWEST = 500  # anchors compared every hour: three weeks of them
_EXPLAINED = 50  # mismatches whose kind is looked for; a trail rewritten as a whole has one cause
Told = Callable[[int, int], None]


@dataclass(slots=True)
class Verdict:
    """How far a check went and what it found.

    rows: read; last_number: of the newest row; anchors: compared; faults: kind → number of the
    first row concerned (of the first line, for the file of anchors).
    """

    rows: int = 0
    last_number: int = 0
    anchors: int = 0
    faults: dict[ChainFault, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return not self.faults

    def find(self, fault: ChainFault, number: int) -> None:
        """Keep the lowest number each kind of fault was found at."""
        self.faults[fault] = min(number, self.faults.get(fault, number))

    def sentences(self) -> list[str]:
        """Return each fault in Chinese words with the number of the first row concerned."""
        return [
            f"{CHAIN_FAULT_LABELS[fault]}（第 {number} {_UNITS.get(fault, '条')}起）"
            for fault, number in self.faults.items()
        ]


_UNITS = {ChainFault.ANCHOR_FORGED: "行", ChainFault.ANCHOR_LOST: "行"}


def verify_chain(
    *, anchors: Path | None = None, is_copy: bool = False, tell: Told | None = None
) -> Verdict:
    """Read the whole trail and compare it with itself, its head and the anchors.

    anchors: another file than the installation's. is_copy: the database is a restored copy, which
    may end before the newest anchors, and whose anchors may be elsewhere. tell: called with rows
    read and rows there are.
    """
    known = read_anchors(anchors)
    verdict = Verdict(anchors=len(known.standing))
    _walk_to_the_end(_Walk(verdict, known.standing), tell)
    _judge_anchors(verdict, known, is_copy=is_copy)
    return verdict


def verify_end() -> Verdict:
    """Compare the rows since the newest anchor, the head, and the newest anchors: a matter of
    milliseconds, for every hour (AU-3).
    """
    known = read_anchors()
    newest = known.standing[-_NEWEST:]
    verdict = Verdict(anchors=len(newest))
    numbers = [anchor.number for anchor in newest]
    rows = AuditEntry.objects.filter(number__in=numbers).values_list("number", "mac")
    found = {0: "", **dict(rows)}
    for anchor in newest:
        if found.get(anchor.number, anchor.mac) != anchor.mac:
            verdict.find(ChainFault.ANCHOR_BROKEN, anchor.number)
    start = [each for each in newest if found.get(each.number) == each.mac]
    _walk_to_the_end(_Walk(verdict, newest, start[-1] if start else None), None)
    for number in numbers:
        if number not in found and number <= verdict.last_number:
            verdict.find(ChainFault.MISSING, number)
    _judge_anchors(verdict, known, is_copy=False)
    return verdict


def _walk_to_the_end(walk: "_Walk", tell: Told | None) -> None:
    """Read on until nothing is left, then compare the head.

    A row and the head move in one transaction: a head read after the last row is that row's, or a
    later one whose rows can be read now.
    """
    while True:
        walk.go_on(tell)
        head = AuditHead.objects.order_by("pk").values_list("number", "mac").first() or (0, "")
        if not walk.has_more():
            break
    walk.compare_head(*head)


class _Walk:
    """One pass over the rows in the order of their numbers."""

    def __init__(
        self, verdict: Verdict, anchors: Iterable[Anchor], start: Anchor | None = None
    ) -> None:
        """start: the anchor to begin behind; None for the beginning of the trail."""
        self.verdict, self._key = verdict, key_ring().audit
        self._anchors: dict[int, list[Anchor]] = {}
        for anchor in anchors:
            self._anchors.setdefault(anchor.number, []).append(anchor)
        self._number, self._mac = (start.number, start.mac) if start else (0, "")
        self._id = 0  # row numbers of the database go up with those of the trail
        self._before = ""  # the value before the last one: what an added row stands behind
        self._shift = 0  # how far rows were renumbered to close or make a gap
        self._left = _EXPLAINED
        self._compare_anchor()

    def go_on(self, tell: Told | None) -> None:
        """Read what there is beyond the last row read."""
        for row in self._rows(tell):
            self._look_at(*row)
        self.verdict.last_number = self._number

    def has_more(self) -> bool:
        return AuditEntry.objects.filter(number__gt=self._number).exists()

    def compare_head(self, number: int, mac: str) -> None:
        """Tell rows missing at the end, and a head that is not the last row's."""
        if number > self._number:
            self.verdict.find(ChainFault.TAIL_MISSING, self._number + 1)
        elif number < self._number:
            self.verdict.find(ChainFault.ADDED, number + 1)
        elif mac != self._mac:
            self.verdict.find(ChainFault.HEAD_WRONG, number)

    def _rows(self, tell: Told | None) -> Iterator[tuple[Any, ...]]:
        total = AuditEntry.objects.count() if tell else 0
        rows = AuditEntry.objects.order_by("number").values_list("number", "id", "mac", *CHAINED)
        while batch := list(rows.filter(number__gt=self._number)[:_BATCH]):
            yield from batch
            if tell:
                tell(self.verdict.rows, max(total, self.verdict.rows))

    def _look_at(self, number: int, row_id: int, mac: str, *values: Any) -> None:
        verdict = self.verdict
        verdict.rows += 1
        follows = number == self._number + 1
        if not follows:
            verdict.find(ChainFault.MISSING, self._number + 1)
        if row_id < self._id:
            verdict.find(ChainFault.REORDERED, number)
        if follows and mac_of_values(number + self._shift, values, self._mac, self._key) != mac:
            self._explain(number, mac, values)
        elif self._shift:
            verdict.find(self._renumbered(), number)
        self._number, self._id = number, row_id
        self._before, self._mac = self._mac, mac
        self._compare_anchor()

    def _explain(self, number: int, mac: str, values: tuple[Any, ...]) -> None:
        """Find out why a row does not fit the one before it."""
        if self._left:
            self._left -= 1
            for shift in (self._shift - 1, self._shift + 1):
                for before in (self._mac, self._before):
                    if mac_of_values(number + shift, values, before, self._key) == mac:
                        self._shift = shift
                        if shift:
                            self.verdict.find(self._renumbered(), number - 1)
                        return
        self.verdict.find(ChainFault.EDITED, number)

    def _renumbered(self) -> ChainFault:
        return ChainFault.MISSING if self._shift > 0 else ChainFault.ADDED

    def _compare_anchor(self) -> None:
        for anchor in self._anchors.get(self._number, ()):
            if anchor.mac != self._mac:
                self.verdict.find(ChainFault.ANCHOR_BROKEN, self._number)


def _judge_anchors(verdict: Verdict, known: Anchors, *, is_copy: bool) -> None:
    ahead = [each.number for each in known.standing if each.number > verdict.last_number]
    if ahead and not is_copy:
        verdict.find(ChainFault.ANCHOR_AHEAD, min(ahead))
    if known.forged_from:
        verdict.find(ChainFault.ANCHOR_FORGED, known.forged_from)
    if known.missing_from and not is_copy:
        verdict.find(ChainFault.ANCHOR_LOST, known.missing_from)
