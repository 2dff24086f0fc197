"""The lists of MT-9 and MT-10 in words and as a workbook: titles, reasons, next steps, cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access.actor import Actor
from xgz.files.listing_sheet import Cell, SheetColumn
from xgz.queries.owner_lists import Entry, ListedRow, rows_of
from xgz.rules.masking import mask_name
from xgz.rules.matching import OwnerList

_CHUNK = 500
RULE_IDS: dict[OwnerList, str] = {
    OwnerList.UNKNOWN: "MT-9",
    OwnerList.UNDECLARED: "MT-9",
    OwnerList.SHOULD_MOVE: "MT-10",
}


@dataclass(frozen=True, slots=True)
class OwnerListWords:
    """title; what: who stands on the list; reason: why a row does; empty: when there is none."""

    title: str
    what: str
    reason: str
    next_step: str
    empty: str


_WORDS: dict[OwnerList, OwnerListWords] = {
    OwnerList.UNKNOWN: OwnerListWords(
        gettext_noop("申报是党员、名册没有"),
        gettext_noop("最近年报申报经营者是党员，比对后名册里没有对应的人"),
        gettext_noop("年报申报是党员，名册里没有对应的人"),
        gettext_noop("转为线索，走访了解组织关系所在"),
        gettext_noop("申报是党员的经营者，名册里都有对应的人，或所在乡镇还没有比对。"),
    ),
    OwnerList.UNDECLARED: OwnerListWords(
        gettext_noop("申报不是党员、名册里有"),
        gettext_noop("最近年报申报经营者不是党员，比对并复核确认是名册里的党员"),
        gettext_noop("年报申报不是党员，复核确认在名册里"),
        gettext_noop("提醒据实申报，了解参加组织生活的情况"),
        gettext_noop("没有申报与名册不符的经营者。"),
    ),
    OwnerList.SHOULD_MOVE: OwnerListWords(
        gettext_noop("应转未转"),
        gettext_noop("在本地工作或经营 6 个月以上，组织关系在村、外单位或未落实的党员"),
        gettext_noop("在此工作或经营 6 个月以上，组织关系不在小个专党组织"),
        gettext_noop("转接组织关系；暂不转的编入活动，或转为线索走访"),
        gettext_noop("没有应转未转的党员。"),
    ),
}


def words_of(which: OwnerList) -> OwnerListWords:
    """Return the words of a list in the reader's language."""
    words = _WORDS[which]
    return OwnerListWords(
        _(words.title), _(words.what), _(words.reason), _(words.next_step), _(words.empty)
    )


def sheet_columns() -> list[SheetColumn]:
    """Return the columns of the workbook, the number column first."""
    return [
        SheetColumn(_("序号"), 7),
        SheetColumn(_("姓名"), 12),
        SheetColumn(_("经营主体"), 36),
        SheetColumn(_("乡镇"), 16),
        SheetColumn(_("组织关系所在"), 34),
        SheetColumn(_("列入原因"), 44),
        SheetColumn(_("依据"), 8),
        SheetColumn(_("起算日期"), 12),
        SheetColumn(_("下一步"), 40),
    ]


def sheet_cells(
    which: OwnerList, entries: Sequence[Entry], actor: Actor, *, in_clear: bool
) -> Iterator[Sequence[Cell]]:
    """Yield the cells of each row, without a number; names as 张* unless in_clear."""
    words = words_of(which)
    for start in range(0, len(entries), _CHUNK):
        for row in rows_of(entries[start : start + _CHUNK], actor):
            yield _cells(row, words, RULE_IDS[which], in_clear=in_clear)


def _cells(row: ListedRow, words: OwnerListWords, rule: str, *, in_clear: bool) -> Sequence[Cell]:
    home = row.member.formal_org if row.member else None
    return (
        row.name if in_clear else mask_name(row.name),
        row.business.name,
        str(row.business.township) if row.business.township else None,
        home.name if home else None,
        words.reason,
        rule,
        row.since,
        words.next_step,
    )
