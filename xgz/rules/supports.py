"""Money and materials an organisation is given: sources, sums, what may be used of them (ES-8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

AMOUNT_MAX = Decimal("99999999.99")  # yuan
_CENT = Decimal("0.01")


class SupportKind(StrEnum):
    MONEY = "money"
    MATERIAL = "material"


class SupportSource(StrEnum):
    FINANCE = "finance"
    DUES = "dues"
    SUPERIOR = "superior"
    MARKET_BUREAU = "market_bureau"
    ASSOCIATION = "association"
    FIRM = "firm"
    OTHER = "other"


class AmountNotAllowed(Exception):
    """Money is given in whole cents above nothing, materials in whole pieces above nothing."""


class SourceNotTold(Exception):
    """A firm, or another source, is named only with a remark everybody sees (ES-8)."""


class UsedBeyondGiven(Exception):
    """More would be used than was given; `left` says how much is still there."""

    def __init__(self, left: Decimal) -> None:
        super().__init__(str(left))
        self.left = left


KIND_LABELS: dict[SupportKind, str] = {
    SupportKind.MONEY: "启动经费",
    SupportKind.MATERIAL: "物资",
}
SOURCE_LABELS: dict[SupportSource, str] = {
    SupportSource.FINANCE: "财政",
    SupportSource.DUES: "党费返还",
    SupportSource.SUPERIOR: "上级党委",
    SupportSource.MARKET_BUREAU: "市场监管局",
    SupportSource.ASSOCIATION: "个私协会",
    SupportSource.FIRM: "企业",
    SupportSource.OTHER: "其他",
}
# ES-8: firms of the study give nothing; whoever enters one says on what ground.
NEEDS_REMARK = frozenset({SupportSource.FIRM, SupportSource.OTHER})


@dataclass(frozen=True, slots=True)
class Sums:
    """What an organisation was given, in yuan; `materials` counts rows of things."""

    given: Decimal
    used: Decimal
    materials: int

    @property
    def left(self) -> Decimal:
        return self.given - self.used


def check_amount(kind: SupportKind, amount: Decimal) -> None:
    """Raise AmountNotAllowed unless yuan in whole cents, or a whole number of pieces (ES-8)."""
    step = _CENT if kind is SupportKind.MONEY else Decimal(1)
    if not 0 < amount <= AMOUNT_MAX or amount != amount.quantize(step):
        raise AmountNotAllowed(amount)


def check_source(source: SupportSource, remark: str) -> None:
    """Raise SourceNotTold where the source needs a remark and there is none."""
    if source in NEEDS_REMARK and not remark:
        raise SourceNotTold(source)


def check_use(given: Decimal, used: Iterable[Decimal], amount: Decimal) -> None:
    """Raise UsedBeyondGiven unless so much is left of what was given; using all is allowed."""
    left = given - sum(used, Decimal(0))
    if amount > left:
        raise UsedBeyondGiven(left)
