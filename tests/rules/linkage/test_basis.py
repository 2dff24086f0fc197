from datetime import date

import pytest

from xgz.rules.linkage.basis import Basis, BasisFault, BasisRefused, read_basis

GOOD = {
    "basis": "条例第三条",
    "document": "组〔2026〕1号",
    "purpose": "找党员",
    "expires": "2026-12-31",
}
LAST_DAY = date(2026, 12, 31)


def test_a_basis_holds_on_its_last_day():
    assert read_basis(GOOD, LAST_DAY) == Basis("条例第三条", "组〔2026〕1号", "找党员", LAST_DAY)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"basis": ""}, BasisFault.INCOMPLETE),
        ({"document": "  "}, BasisFault.INCOMPLETE),
        ({"purpose": None}, BasisFault.INCOMPLETE),
        ({"purpose": 3}, BasisFault.INCOMPLETE),
        ({"purpose": "长" * 301}, BasisFault.INCOMPLETE),
        ({"expires": "年底"}, BasisFault.DATE),
        ({"expires": None}, BasisFault.DATE),
        ({"expires": "2026-12-30"}, BasisFault.EXPIRED),
    ],
    ids=str,
)
def test_what_is_no_basis(change, fault):
    with pytest.raises(BasisRefused) as refused:
        read_basis(GOOD | change, LAST_DAY)

    assert refused.value.fault == fault
