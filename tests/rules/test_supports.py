"""Money and materials: amounts, sources that need a remark, what is left (ES-8)."""

from decimal import Decimal

import pytest

from xgz.rules.supports import (
    AMOUNT_MAX,
    KIND_LABELS,
    NEEDS_REMARK,
    SOURCE_LABELS,
    AmountNotAllowed,
    SourceNotTold,
    SupportKind,
    SupportSource,
    UsedBeyondGiven,
    check_amount,
    check_source,
    check_use,
)

MONEY, MATERIAL = SupportKind.MONEY, SupportKind.MATERIAL


def test_everything_has_its_words():
    assert set(KIND_LABELS) == set(SupportKind)
    assert set(SOURCE_LABELS) == set(SupportSource)


@pytest.mark.parametrize(
    ("kind", "amount"),
    [(MONEY, "0.01"), (MONEY, "1200.5"), (MONEY, str(AMOUNT_MAX)), (MATERIAL, "1")],
)
def test_an_amount_that_is_allowed(kind, amount):
    check_amount(kind, Decimal(amount))


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        (MONEY, "0"),
        (MONEY, "-1"),
        (MONEY, "0.001"),
        (MONEY, str(AMOUNT_MAX + Decimal("0.01"))),
        (MATERIAL, "0"),
        (MATERIAL, "1.5"),
    ],
)
def test_an_amount_that_is_not(kind, amount):
    with pytest.raises(AmountNotAllowed):
        check_amount(kind, Decimal(amount))


@pytest.mark.parametrize("source", SupportSource)
def test_a_firm_is_named_only_with_a_remark(source):
    check_source(source, "自愿提供会议室桌椅")
    if source not in NEEDS_REMARK:
        check_source(source, "")
        return
    with pytest.raises(SourceNotTold):
        check_source(source, "")


def test_firms_need_one():
    assert SupportSource.FIRM in NEEDS_REMARK


def test_all_that_is_left_may_be_used_and_no_cent_more():
    given, used = Decimal("100.00"), [Decimal("30.00"), Decimal("20.50")]

    check_use(given, used, Decimal("49.50"))

    with pytest.raises(UsedBeyondGiven) as refused:
        check_use(given, used, Decimal("49.51"))
    assert refused.value.left == Decimal("49.50")
