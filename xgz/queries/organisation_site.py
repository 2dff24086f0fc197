"""How the site of one organisation stands, and what it was given, in short: one query for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, IntegerField, OuterRef, Subquery, Sum

from xgz.models import Organisation, SiteCheck, Support, SupportUse
from xgz.queries.sites import with_item
from xgz.rules.sites import BASICS, ITEM_LABELS, SiteItem
from xgz.rules.supports import Sums, SupportKind

_CENT = Decimal("0.01")
_YUAN: "DecimalField[Any, Any]" = DecimalField(max_digits=14, decimal_places=2)


@dataclass(frozen=True, slots=True)
class SiteInShort:
    """missing: labels of room, plaque and seal as far as they are not there (ES-5).

    is_known: somebody has looked. sums: of money and materials that count (ES-8).
    """

    missing: Sequence[str]
    is_known: bool
    sums: Sums


def site_in_short(organisation: Organisation) -> SiteInShort:
    """Return the site and support of an organisation the actor was found to see; one query."""
    own = OuterRef("pk")
    money = {"kind": SupportKind.MONEY, "withdrawn_at__isnull": True}
    things = Support.objects.filter(
        organisation=own, kind=SupportKind.MATERIAL, withdrawn_at__isnull=True
    )
    given = Support.objects.filter(organisation=own, **money)
    used = SupportUse.objects.filter(
        support__organisation=own, **{f"support__{name}": value for name, value in money.items()}
    )
    row = (
        Organisation.objects.filter(pk=organisation.pk)
        .values_list(
            Exists(SiteCheck.objects.filter(organisation=own)),
            _summed(given, "organisation"),
            _summed(used, "support__organisation"),
            Subquery(
                things.order_by()
                .values("organisation")
                .annotate(number=Count("pk"))
                .values("number"),
                output_field=IntegerField(),
            ),
            *(Exists(with_item(item).filter(organisation=own)) for item in BASICS),
        )
        .get()
    )
    is_known, money_given, money_used, materials, *there = row
    sums = Sums(_yuan(money_given), _yuan(money_used), materials or 0)
    return SiteInShort(_missing(there), is_known, sums)


def _missing(there: Sequence[bool]) -> list[str]:
    items: Sequence[SiteItem] = BASICS
    return [ITEM_LABELS[item] for item, is_there in zip(items, there, strict=True) if not is_there]


def _summed(rows: Any, key: str) -> Subquery:
    total = rows.order_by().values(key).annotate(total=Sum("amount")).values("total")
    return Subquery(total, output_field=_YUAN)


def _yuan(amount: Decimal | None) -> Decimal:
    return (amount or Decimal(0)).quantize(_CENT)
