"""The Chinese sentences of members: what happened in the timeline, and refusals of a change."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.queries.members import Happening, TimelineRow
from xgz.rules.members import (
    LINK_KIND_LABELS,
    MEMBER_CLASS_LABELS,
    MEMBERSHIP_STATUS_LABELS,
    ClassStepNotAllowed,
    LinkKind,
    MemberClass,
    MembershipStatus,
    ProbationNotOver,
)
from xgz.rules.organisations import POST_LABELS, Post
from xgz.services import members, organisations


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline in words."""

    happened_on: date
    sentence: str
    note: str


_SENTENCES: dict[Happening, str] = {
    Happening.LINK_BEGAN: gettext_noop("%(detail)s：%(name)s"),
    Happening.LINK_ENDED: gettext_noop("%(detail)s到此为止：%(name)s"),
    Happening.POST_BEGAN: gettext_noop("任%(name)s%(detail)s"),
    Happening.POST_ENDED: gettext_noop("不再任%(name)s%(detail)s"),
    Happening.STATUS: gettext_noop("党籍状态：%(before)s → %(detail)s"),
    Happening.CLASS: gettext_noop("人员类别：%(before)s → %(detail)s"),
    Happening.WORK_BEGAN: gettext_noop("在%(name)s工作或经营"),
    Happening.WORK_ENDED: gettext_noop("离开%(name)s"),
    Happening.JOINED: gettext_noop("入党"),
    Happening.BECAME_FULL: gettext_noop("转为正式党员"),
}


def timeline_lines(rows: list[TimelineRow]) -> list[Line]:
    """Return the timeline in words, in the order of `rows`."""
    return [
        Line(
            row.happened_on,
            _(_SENTENCES[row.kind])
            % {
                "detail": _word(row.kind, row.detail),
                "before": _word(row.kind, row.before),
                "name": row.name,
            },
            row.note,
        )
        for row in rows
    ]


def refusal(error: Exception) -> str:
    """Return why a change was not made and what to do; `error` is one of REFUSALS."""
    if isinstance(error, ProbationNotOver):
        return _("预备期一年，最早 %(day)s 转正。") % {"day": error.ends_on}
    return _(_SENTENCE_OF[type(error)])


def _word(kind: Happening, code: str) -> str:
    if not code:
        return ""
    if kind in {Happening.LINK_BEGAN, Happening.LINK_ENDED}:
        return _(LINK_KIND_LABELS[LinkKind(code)])
    if kind in {Happening.POST_BEGAN, Happening.POST_ENDED}:
        return _(POST_LABELS[Post(code)])
    if kind is Happening.STATUS:
        return _(MEMBERSHIP_STATUS_LABELS[MembershipStatus(code)])
    return _(MEMBER_CLASS_LABELS[MemberClass(code)])


_SENTENCE_OF: dict[type[Exception], str] = {
    ClassStepNotAllowed: gettext_noop("不能一步改成这个类别：按程序逐步进行。"),
    members.NothingChanges: gettext_noop("与现有记录相同，没有可改的内容。"),
    members.ReasonMissing: gettext_noop("请写明依据或原因。"),
    organisations.ChangedMeanwhile: gettext_noop("刚才有人改动过，请刷新后核对再提交。"),
    organisations.DateNotAllowed: gettext_noop("日期不能晚于今天，也不能早于党组织成立日期。"),
    organisations.OrganisationNotActive: gettext_noop("该党组织待确认或已撤销，不能选。"),
}
# What a page catches; everything else is a fault of the program or no permission.
REFUSALS: tuple[type[Exception], ...] = (ProbationNotOver, *_SENTENCE_OF)
