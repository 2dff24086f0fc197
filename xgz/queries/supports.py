"""Money and materials of an organisation: its rows with their uses, and their sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from xgz.models import Organisation, Support, SupportUse
from xgz.rules.supports import Sums, SupportSource


@dataclass(frozen=True, slots=True)
class SupportRow:
    """One row with its uses, the oldest first; left: yuan or pieces not used yet."""

    support: Support
    uses: Sequence[SupportUse]

    @property
    def used(self) -> Decimal:
        return sum((use.amount for use in self.uses), Decimal(0))

    @property
    def left(self) -> Decimal:
        return self.support.amount - self.used

    @property
    def is_of_a_firm(self) -> bool:
        return self.support.source == SupportSource.FIRM


@dataclass(frozen=True, slots=True)
class Holding:
    """What an organisation was given. current: rows that count; before: those withdrawn."""

    current: Sequence[SupportRow]
    before: Sequence[SupportRow]

    @property
    def sums(self) -> Sums:
        money = [row for row in self.current if row.support.is_money]
        return Sums(
            given=sum((row.support.amount for row in money), Decimal("0.00")),
            used=sum((row.used for row in money), Decimal("0.00")),
            materials=len(self.current) - len(money),
        )


def holding_of(organisation: Organisation) -> Holding:
    """Return what an organisation the actor was found to see was given; two queries."""
    rows = Support.objects.filter(organisation=organisation)
    found = list(rows.select_related("entered_by", "withdrawn_by").order_by("-given_on", "-pk"))
    uses: dict[int, list[SupportUse]] = {}
    used = SupportUse.objects.filter(support__organisation=organisation)
    for use in used.select_related("entered_by").order_by("used_on", "pk"):
        uses.setdefault(use.support_id, []).append(use)
    shown = [SupportRow(row, uses.get(row.pk, ())) for row in found]
    return Holding(
        current=[row for row in shown if row.support.withdrawn_at is None],
        before=[row for row in shown if row.support.withdrawn_at is not None],
    )
