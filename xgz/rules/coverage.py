"""Coverage figures: who operates, who is covered, and the words that go with each number."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xgz.rules.organisations import COVERING_MODES, MIN_FULL_MEMBERS, FormationMode
from xgz.rules.registration import BusinessStatus, StatusEventKind

DEFINITION_VERSION = 1  # raised whenever a definition below changes its meaning
REPORT_CLOSES = (6, 30)  # CV-3: last day of the window for the report of the year before

# Branches without formal relations: what they list is reached by work, not organised (CV-4).
WORK_MODES = frozenset({FormationMode.FUNCTIONAL, FormationMode.FLOATING})


class Truth(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class FigureKind(StrEnum):
    """The tables of CV-2: the two counted kinds of business, the markets, and their sum."""

    ALL = "all"
    SMALL_MICRO = "small_micro_enterprise"
    INDIVIDUAL = "individual_business"
    MARKET = "market"


class Figure(StrEnum):
    ORGANISATION = "organisation"  # CV-2
    STANDALONE = "standalone"  # CV-9
    WORK = "work"  # CV-4
    SHOULD_FORM = "should_form"  # CV-6


class Part(StrEnum):
    """Which rows of a figure; GAP is the denominator without the numerator."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    UNKNOWN = "unknown"
    GAP = "gap"


class CoverageClass(StrEnum):
    """The class of one operating business (CV-7); exactly one holds."""

    STANDALONE = "standalone"
    JOINT = "joint"
    SHOULD_FORM = "should_form"
    TO_VERIFY = "to_verify"
    FEW_MEMBERS = "few_members"
    WORK = "work"
    NONE = "none"


class DeclaredSize(StrEnum):
    """What the latest report's two counts say about three full members (WL-1 to WL-3)."""

    SHOULD_FORM = "should_form"
    TO_VERIFY = "to_verify"
    FEW_FULL = "few_full"  # 1 or 2, counted as full members
    FEW_MIXED = "few_mixed"  # 1 or 2, full and probationary together
    NONE = "none"


FIGURE_RULES: dict[Figure, str] = {
    Figure.ORGANISATION: "CV-2",
    Figure.STANDALONE: "CV-9",
    Figure.WORK: "CV-4",
    Figure.SHOULD_FORM: "CV-6",
}
# Markets file no reports of their own members, so the should-form rate knows businesses only.
FIGURE_KINDS: dict[Figure, tuple[FigureKind, ...]] = {
    Figure.ORGANISATION: tuple(FigureKind),
    Figure.STANDALONE: tuple(FigureKind),
    Figure.WORK: tuple(FigureKind),
    Figure.SHOULD_FORM: (FigureKind.ALL, FigureKind.SMALL_MICRO, FigureKind.INDIVIDUAL),
}


FIGURE_LABELS: dict[Figure, str] = {
    Figure.ORGANISATION: "组织覆盖率",
    Figure.STANDALONE: "单独组建率",
    Figure.WORK: "工作覆盖率",
    Figure.SHOULD_FORM: "应建已建率",
}
# The formula in words: numerator, then denominator.
FIGURE_FORMULAS: dict[Figure, str] = {
    Figure.ORGANISATION: "被单独、联合、挂靠、依托协会或市场组建的党组织列为覆盖单位的，占实体运营主体",
    Figure.STANDALONE: "被单独组建的党组织列为覆盖单位的，占实体运营主体",
    Figure.WORK: "有上述党组织，或由功能型、流动党员党组织列名，或有指导员联系的，占实体运营主体",
    Figure.SHOULD_FORM: "已被党组织覆盖的，占最近年报正式党员 3 名以上的实体运营主体",
}
# The same where markets alone are counted; their sum with businesses keeps the words above.
_MARKET_FORMULAS: dict[Figure, str] = {
    Figure.ORGANISATION: "被单独、联合、挂靠、依托协会或市场组建的党组织列为覆盖单位的，占有摊位在运营的市场",
    Figure.STANDALONE: "被单独组建的党组织列为覆盖单位的，占有摊位在运营的市场",
    Figure.WORK: (
        "有上述党组织，或由功能型、流动党员党组织列名，或有指导员联系的，占有摊位在运营的市场"
    ),
}
OPERATING_WORDS = (
    "实体运营：登记状态存续，未因住所失联列入经营异常，且从业人数大于 0 或已报送最近应报年度的年报；"
    "情况不明的计为实体运营，占比另列。市场以其中有摊位在运营为准。"
)
FIGURE_KIND_LABELS: dict[FigureKind, str] = {
    FigureKind.ALL: "合计",
    FigureKind.SMALL_MICRO: "小微企业",
    FigureKind.INDIVIDUAL: "个体工商户",
    FigureKind.MARKET: "专业市场",
}
PART_LABELS: dict[Part, str] = {
    Part.NUMERATOR: "分子",
    Part.DENOMINATOR: "分母",
    Part.UNKNOWN: "分母中运营情况不明的",
    Part.GAP: "分母中未计入分子的",
}
CLASS_LABELS: dict[CoverageClass, str] = {
    CoverageClass.STANDALONE: "单独建立党组织",
    CoverageClass.JOINT: "联合、挂靠或依托协会、市场建立",
    CoverageClass.SHOULD_FORM: "应建未建（正式党员 3 名以上）",
    CoverageClass.TO_VERIFY: "待核实（只有含预备党员的人数，3 名以上）",
    CoverageClass.FEW_MEMBERS: "有党员，不足 3 名",
    CoverageClass.WORK: "无党员申报，有功能型、流动党组织或指导员",
    CoverageClass.NONE: "无党员申报，也无工作覆盖",
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A figure with its parts. Raises ValueError where the numerator exceeds the denominator."""

    numerator: int
    denominator: int
    unknown: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator or self.unknown > self.denominator:
            raise ValueError("a part of a figure is larger than its whole")

    @property
    def percent(self) -> float | None:
        """Return the rate in per cent, one decimal; None where nothing is counted."""
        return _share(self.numerator, self.denominator)

    @property
    def unknown_percent(self) -> float | None:
        """Return the share of the denominator whose operation is not known, in per cent."""
        return _share(self.unknown, self.denominator)

    @property
    def gap(self) -> int:
        return self.denominator - self.numerator

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            self.unknown + other.unknown,
        )


def all_of(truths: Collection[Truth]) -> Truth:
    """Return NO if any is NO, else UNKNOWN if any is UNKNOWN, else YES."""
    if Truth.NO in truths:
        return Truth.NO
    return Truth.UNKNOWN if Truth.UNKNOWN in truths else Truth.YES


def any_of(truths: Collection[Truth]) -> Truth:
    """Return YES if any is YES, else UNKNOWN if any is UNKNOWN, else NO."""
    if Truth.YES in truths:
        return Truth.YES
    return Truth.UNKNOWN if Truth.UNKNOWN in truths else Truth.NO


def last_report_due(as_at: date) -> int:
    """Return the newest year whose report had to be filed by then (CV-3).

    The window closes on 30 June of the following year; on that day the report is not yet due.
    """
    return as_at.year - (1 if (as_at.month, as_at.day) > REPORT_CLOSES else 2)


def formula_of(figure: Figure, kind: FigureKind) -> str:
    """Return the formula of a figure in words, for this kind."""
    if kind is FigureKind.MARKET:
        return _MARKET_FORMULAS.get(figure, FIGURE_FORMULAS[figure])
    return FIGURE_FORMULAS[figure]


def is_operating(
    *,
    status: BusinessStatus,
    is_unreachable: bool,
    staff: int | None,
    last_report_year: int | None,
    as_at: date,
    existed: Truth = Truth.YES,
) -> Truth:
    """Return whether a business really operates (CV-1); UNKNOWN counts as operating.

    existed: NO where the business was set up after a past `as_at`, UNKNOWN without a date.
    """
    registered = Truth.YES if status is BusinessStatus.IN_BUSINESS else Truth.NO
    if status is BusinessStatus.UNKNOWN:
        registered = Truth.UNKNOWN
    reachable = Truth.NO if is_unreachable else Truth.YES
    staffed = _known(staff, staff is not None and staff > 0)
    filed = _known(
        last_report_year,
        last_report_year is not None and last_report_year >= last_report_due(as_at),
    )
    return all_of([existed, registered, reachable, any_of([staffed, filed])])


def market_operates(stalls: Collection[Truth]) -> Truth:
    """Return whether a market operates: while one of its stalls does (CV-5); without stalls NO."""
    return any_of(stalls)


def status_as_at(
    *,
    status: BusinessStatus,
    status_on: date | None,
    events: Sequence[tuple[date, BusinessStatus]],
    as_at: date,
) -> BusinessStatus:
    """Return the status on a past day (CV-8); events in the order they were recorded.

    Without an event after that day today's status held, unless it is dated later.
    """
    if any(day > as_at for day, _ in events):
        earlier = sorted((day, n) for n, (day, _) in enumerate(events) if day <= as_at)
        return events[earlier[-1][1]][1] if earlier else BusinessStatus.UNKNOWN
    if status_on is not None and status_on > as_at:
        return BusinessStatus.UNKNOWN
    return status


def unreachable_as_at(
    *, is_unreachable: bool, events: Sequence[tuple[date, StatusEventKind]], as_at: date
) -> bool:
    """Return whether a business stood on the list on a past day (CV-8).

    events: listings and delistings only, in the order they were recorded.
    """
    listings = sorted((day, n) for n, (day, _) in enumerate(events))
    earlier = [n for day, n in listings if day <= as_at]
    later = [n for day, n in listings if day > as_at]
    if not later:
        return is_unreachable
    if earlier:
        return events[earlier[-1]][1] is StatusEventKind.LISTED_ABNORMAL
    return events[later[0]][1] is StatusEventKind.DELISTED


def is_covered(modes: Collection[FormationMode]) -> bool:
    """Test whether one of the organisations that list a business or market covers it (CV-2)."""
    return not COVERING_MODES.isdisjoint(modes)


def is_work_covered(modes: Collection[FormationMode], *, has_instructor: bool) -> bool:
    """Test whether work reaches it: an organisation of either sort or an instructor (CV-4)."""
    return is_covered(modes) or not WORK_MODES.isdisjoint(modes) or has_instructor


def declared_size(full_members: int | None, members_declared: int | None) -> DeclaredSize:
    """Return what the latest report proves (WL-1 to WL-3).

    Only the count of full members proves three; the mixed count is used where it is missing.
    """
    if full_members is not None:
        if full_members >= MIN_FULL_MEMBERS:
            return DeclaredSize.SHOULD_FORM
        return DeclaredSize.FEW_FULL if full_members else DeclaredSize.NONE
    if not members_declared:
        return DeclaredSize.NONE
    if members_declared >= MIN_FULL_MEMBERS:
        return DeclaredSize.TO_VERIFY
    return DeclaredSize.FEW_MIXED


def coverage_class(
    modes: Collection[FormationMode], size: DeclaredSize, *, has_instructor: bool
) -> CoverageClass:
    """Return the class of an operating business (CV-7): the first that holds, in enum order."""
    if FormationMode.STANDALONE in modes:
        return CoverageClass.STANDALONE
    if is_covered(modes):
        return CoverageClass.JOINT
    if size is DeclaredSize.SHOULD_FORM:
        return CoverageClass.SHOULD_FORM
    if size is DeclaredSize.TO_VERIFY:
        return CoverageClass.TO_VERIFY
    if size is not DeclaredSize.NONE:
        return CoverageClass.FEW_MEMBERS
    if is_work_covered(modes, has_instructor=has_instructor):
        return CoverageClass.WORK
    return CoverageClass.NONE


def _known(value: int | None, holds: bool) -> Truth:
    if value is None:
        return Truth.UNKNOWN
    return Truth.YES if holds else Truth.NO


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
