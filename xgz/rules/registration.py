"""Kinds, states and dated facts of registered businesses, read from the wording of extracts."""

import re
import unicodedata
from enum import StrEnum


class BusinessKind(StrEnum):
    SMALL_MICRO_ENTERPRISE = "small_micro_enterprise"
    INDIVIDUAL_BUSINESS = "individual_business"
    OTHER = "other"  # cooperatives, foreign offices, state units: kept, not counted
    UNKNOWN = "unknown"


class KindBasis(StrEnum):
    """What the kind of a business rests on."""

    STATED = "stated"  # the extract's own wording
    SIZED = "sized"  # staff and trade (RG-5), a fallback
    CODE = "code"  # the first two characters of the credit code
    UNKNOWN = "unknown"


class BusinessStatus(StrEnum):
    IN_BUSINESS = "in_business"
    RESTING = "resting"
    MOVED_AWAY = "moved_away"
    REVOKED = "revoked"
    REVOKED_CANCELLED = "revoked_cancelled"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class StatusEventKind(StrEnum):
    OPENED = "opened"
    CHANGED = "changed"
    MOVED = "moved"
    CLOSED = "closed"
    REOPENED = "reopened"
    LISTED_ABNORMAL = "listed_abnormal"
    DELISTED = "delisted"
    MISSING = "missing"


class AbnormalListing(StrEnum):
    """What an extract says about the list of abnormal operation."""

    NONE = "none"
    LISTED = "listed"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


BUSINESS_KIND_LABELS: dict[BusinessKind, str] = {
    BusinessKind.SMALL_MICRO_ENTERPRISE: "小微企业",
    BusinessKind.INDIVIDUAL_BUSINESS: "个体工商户",
    BusinessKind.OTHER: "其他（不属小个专）",
    BusinessKind.UNKNOWN: "类型未知",
}
KIND_BASIS_LABELS: dict[KindBasis, str] = {
    KindBasis.STATED: "登记类型",
    KindBasis.SIZED: "按从业人数推算",
    KindBasis.CODE: "按信用代码前两位",
    KindBasis.UNKNOWN: "无依据",
}
BUSINESS_STATUS_LABELS: dict[BusinessStatus, str] = {
    BusinessStatus.IN_BUSINESS: "存续",
    BusinessStatus.RESTING: "歇业",
    BusinessStatus.MOVED_AWAY: "迁出",
    BusinessStatus.REVOKED: "吊销，未注销",
    BusinessStatus.REVOKED_CANCELLED: "吊销，已注销",
    BusinessStatus.CANCELLED: "注销",
    BusinessStatus.WITHDRAWN: "撤销登记",
    BusinessStatus.UNKNOWN: "状态未知",
}
ABNORMAL_LISTING_LABELS: dict[AbnormalListing, str] = {
    AbnormalListing.NONE: "未列入",
    AbnormalListing.LISTED: "列入经营异常名录",
    AbnormalListing.UNREACHABLE: "住所失联",
    AbnormalListing.UNKNOWN: "未知",
}
STATUS_EVENT_LABELS: dict[StatusEventKind, str] = {
    StatusEventKind.OPENED: "设立",
    StatusEventKind.CHANGED: "登记事项变更",
    StatusEventKind.MOVED: "住所变更",
    StatusEventKind.CLOSED: "退出（注销、吊销、迁出等）",
    StatusEventKind.REOPENED: "恢复在册",
    StatusEventKind.LISTED_ABNORMAL: "列入经营异常",
    StatusEventKind.DELISTED: "移出经营异常",
    StatusEventKind.MISSING: "全量数据中未出现，待核实",
}

# Statuses of a business that still does business (RG-3).
IN_BUSINESS: frozenset[BusinessStatus] = frozenset({BusinessStatus.IN_BUSINESS})
# Statuses that end a business here; each raises the question what becomes of its members (RG-4).
ENDED: frozenset[BusinessStatus] = frozenset(
    {
        BusinessStatus.MOVED_AWAY,
        BusinessStatus.REVOKED,
        BusinessStatus.REVOKED_CANCELLED,
        BusinessStatus.CANCELLED,
        BusinessStatus.WITHDRAWN,
    }
)
# The three kinds of 小个专; everything else is kept but left out of its figures.
COUNTED_KINDS: frozenset[BusinessKind] = frozenset(
    {BusinessKind.SMALL_MICRO_ENTERPRISE, BusinessKind.INDIVIDUAL_BUSINESS}
)

# First match wins: the narrower wordings stand first (RG-1).
_KIND_PATTERNS: tuple[tuple[re.Pattern[str], BusinessKind], ...] = (
    (re.compile("个体"), BusinessKind.INDIVIDUAL_BUSINESS),
    (
        re.compile(
            "合作社|合作联社|代表机构|办事处|外国.*机构|民办非|社会团体|社会组织|事业单位|机关法人|"
            "国有|全民所有|基金会|学校|医院|村民委员会|居民委员会|工会"
        ),
        BusinessKind.OTHER,
    ),
    (
        re.compile("公司|独资|合伙|企业|股份|集体|分支机构|非法人|联营|小微|私营|法人商事主体"),
        BusinessKind.SMALL_MICRO_ENTERPRISE,
    ),
)
# Cells that say nothing (IM-11), as they stand and in capitals.
BLANK_CELLS = frozenset(
    ["", "N/A", "n/a", "NA", "NULL", "null", "NONE", "无", "-", "--", "—", "/", "\\", "未知"]
)
_PUNCTUATION = re.compile(r"[\s()（）\[\]【】,，、。;；:：/\\|_\-—“”\"'*]+")

# GB/T 4754 divisions M to S and their divisions 73 to 98: "other trades" of the size classes (RG-5).
_OTHER_TRADES = re.compile(r"[M-S]?(7[3-9]|8[0-9]|9[0-8])")
MEDIUM_FROM_STAFF = 100

# First two characters of a credit code (RG-2).
_KIND_BY_PREFIX = {
    "91": BusinessKind.SMALL_MICRO_ENTERPRISE,
    "92": BusinessKind.INDIVIDUAL_BUSINESS,
    "93": BusinessKind.OTHER,
}
_MARKET_REGULATION = "9"


def fold_label(text: str) -> str:
    """Return a label without brackets, punctuation, spaces and full-width forms."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_blank(text: str) -> bool:
    """Test whether a cell says nothing: empty, N/A, 无, a dash."""
    return text.strip().upper() in BLANK_CELLS


def kind_from_label(label: str) -> BusinessKind | None:
    """Return the kind an extract's type column names, or None where it names none (RG-1)."""
    folded = fold_label(label)
    for pattern, kind in _KIND_PATTERNS:
        if pattern.search(folded):
            return kind
    return None


def kind_from_code(credit_code: str) -> BusinessKind:
    """Return the kind by the first two characters of a checked code (RG-2).

    Codes given by other departments (not 9) belong to bodies outside 小个专. An empty code or an
    unlisted prefix is UNKNOWN.
    """
    if credit_code and credit_code[0] != _MARKET_REGULATION:
        return BusinessKind.OTHER
    return _KIND_BY_PREFIX.get(credit_code[:2], BusinessKind.UNKNOWN)


def business_kind(
    label: str, credit_code: str, staff: int | None = None, industry_code: str = ""
) -> tuple[BusinessKind, KindBasis]:
    """Return the kind and what it rests on (RG-1, RG-2, RG-5).

    The type column comes first, then the credit code. An enterprise whose staff alone proves it to
    be of medium size or larger is no small or micro enterprise: OTHER, basis SIZED.
    """
    kind, basis = None if is_blank(label) else kind_from_label(label), KindBasis.STATED
    if kind is None:
        kind, basis = kind_from_code(credit_code), KindBasis.CODE
    if kind is BusinessKind.UNKNOWN:
        return kind, KindBasis.UNKNOWN
    if kind is BusinessKind.SMALL_MICRO_ENTERPRISE and proves_medium(staff, industry_code):
        return BusinessKind.OTHER, KindBasis.SIZED
    return kind, basis


def proves_medium(staff: int | None, industry_code: str) -> bool:
    """Test whether staff alone proves more than a small enterprise (RG-5).

    Only trades whose medium class rests on staff alone can be proven so: those of the row "others".
    Every other row needs revenue or assets, which extracts lack.
    """
    return (
        staff is not None
        and staff >= MEDIUM_FROM_STAFF
        and _OTHER_TRADES.match(fold_label(industry_code)) is not None
    )
