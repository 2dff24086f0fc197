import pytest

from xgz.rules.imports.labels import STATUS_LABELS
from xgz.rules.registration import (
    BUSINESS_KIND_LABELS,
    BUSINESS_STATUS_LABELS,
    MEDIUM_FROM_STAFF,
    BusinessKind,
    BusinessStatus,
    KindBasis,
    business_kind,
    fold_label,
    is_blank,
    kind_from_label,
)

_K = BusinessKind


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("个体工商户", _K.INDIVIDUAL_BUSINESS),
        ("有限责任公司(自然人独资)", _K.SMALL_MICRO_ENTERPRISE),
        ("个人独资企业", _K.SMALL_MICRO_ENTERPRISE),
        ("普通合伙", _K.SMALL_MICRO_ENTERPRISE),
        ("分公司", _K.SMALL_MICRO_ENTERPRISE),
        ("农民专业合作社", _K.OTHER),
        ("外国(地区)企业常驻代表机构", _K.OTHER),
        ("有限责任公司 国有企业", _K.OTHER),
        ("民办非企业单位", _K.OTHER),
        ("西藏", None),
        ("4540", None),
    ],
    ids=lambda value: str(value),
)
def test_kind_by_wording(label, kind):
    assert kind_from_label(label) is kind


@pytest.mark.parametrize(
    ("label", "code", "expected"),
    [
        ("N/A", "91", (_K.SMALL_MICRO_ENTERPRISE, KindBasis.CODE)),
        ("", "92", (_K.INDIVIDUAL_BUSINESS, KindBasis.CODE)),
        ("西藏", "93", (_K.OTHER, KindBasis.CODE)),
        ("", "52", (_K.OTHER, KindBasis.CODE)),
        ("", "99", (_K.UNKNOWN, KindBasis.UNKNOWN)),
        ("", "", (_K.UNKNOWN, KindBasis.UNKNOWN)),
        ("个体工商户", "91", (_K.INDIVIDUAL_BUSINESS, KindBasis.STATED)),
    ],
    ids=[
        "enterprise",
        "individual",
        "cooperative",
        "other department",
        "unlisted",
        "none",
        "wording first",
    ],
)
def test_code_decides_where_the_wording_does_not(label, code, expected):
    assert business_kind(label, code) == expected


@pytest.mark.parametrize(
    ("staff", "trade", "kind"),
    [
        (MEDIUM_FROM_STAFF - 1, "8010", _K.SMALL_MICRO_ENTERPRISE),
        (MEDIUM_FROM_STAFF, "8010", _K.OTHER),
        (MEDIUM_FROM_STAFF, "5174", _K.SMALL_MICRO_ENTERPRISE),
        (None, "8010", _K.SMALL_MICRO_ENTERPRISE),
    ],
    ids=["99 persons", "100 persons", "wholesale needs revenue", "staff unknown"],
)
def test_staff_alone_proves_medium_only_in_other_trades(staff, trade, kind):
    assert business_kind("有限责任公司", "91", staff, trade)[0] is kind


def test_every_status_label_of_ours_is_read_back():
    labels = {k: v for k, v in BUSINESS_STATUS_LABELS.items() if k is not BusinessStatus.UNKNOWN}

    assert {k: STATUS_LABELS[fold_label(label)] for k, label in labels.items()} == {
        k: k for k in labels
    }
    assert fold_label("正常经营") not in STATUS_LABELS
    assert set(BUSINESS_KIND_LABELS) == set(BusinessKind)


@pytest.mark.parametrize(
    ("text", "blank"),
    [("", True), (" n/a ", True), ("无", True), ("0", False), ("无锡", False)],
    ids=["empty", "n/a", "none", "zero", "a place"],
)
def test_blank_cells(text, blank):
    assert is_blank(text) is blank
