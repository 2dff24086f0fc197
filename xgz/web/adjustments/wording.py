"""The Chinese sentences of adjustments: what is known, what bars a step, why one was not taken."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.rules.adjustment_checks import (
    SIGN_LABELS,
    SIGN_RULES,
    AdjustmentFacts,
    Blocker,
    Found,
    Point,
    Sign,
    Speaks,
)
from xgz.rules.adjustments import MeetingDayNotAllowed, PlanDayNotAllowed, PlanIncomplete
from xgz.services import adjustments
from xgz.web.cases.wording import Faults
from xgz.web.organisations.wording import REFUSALS as ORGANISATION_REFUSALS
from xgz.web.organisations.wording import refusal as organisation_refusal
from xgz.web.transfers.wording import PROPOSAL_REFUSALS, proposal_refusal
from xgz.web.transfers.wording import STEP_FAULTS as TRANSFER_FAULTS

_BLOCKER_TEXTS: dict[Blocker, str] = {
    Blocker.TARGET_GONE: gettext_noop("并入的党组织已撤销或待确认，请退回重新研究"),
    Blocker.TARGET_FULL: gettext_noop(
        "并入后党员人数超过上限 %(count)d 名，请退回另选并入的党组织"
    ),
    Blocker.TARGET_BELOW: gettext_noop("并入的党组织是本组织的下级，请退回另选"),
    Blocker.BELOW_A_BRANCH: gettext_noop(
        "还有 %(count)d 个下级党组织，党支部不能有下级，请先调整它们的隶属关系"
    ),
    Blocker.MEMBERS_LEFT: gettext_noop("还有 %(count)d 名党员的组织关系在本组织，请先转出"),
    Blocker.OTHERS_LEFT: gettext_noop("还有 %(count)d 名培养对象等在册人员，请先调整所在党组织"),
    Blocker.SUBORDINATES_LEFT: gettext_noop("还有 %(count)d 个下级党组织，请先调整它们的隶属关系"),
    Blocker.SEALS_UNKNOWN: gettext_noop("没有登记印章、牌匾的去向"),
    Blocker.PAPERS_UNKNOWN: gettext_noop("没有登记档案存放在哪里"),
    Blocker.CASES_OPEN: gettext_noop(
        "还有 %(count)d 件换届选举或成立落实没有办结，请先办结、撤回或终止"
    ),
    Blocker.TRANSFERS_OPEN: gettext_noop(
        "还有 %(count)d 件转入本组织或转往并入组织的党员转接没有办结，请先办结或撤回"
    ),
    Blocker.STANDS: gettext_noop("党组织还没有合并或撤销"),
    Blocker.NOT_ACTIVE: gettext_noop("党组织已不是正常状态，请退回重新研究"),
    Blocker.PLAN_OPEN: gettext_noop("恢复计划还有 %(count)d 项没有做到"),
}
_BLOCKER_RULES: dict[Blocker, str] = {
    Blocker.TARGET_GONE: "AD-5",
    Blocker.TARGET_FULL: "AD-5",
    Blocker.TARGET_BELOW: "AD-5",
    Blocker.BELOW_A_BRANCH: "OR-8",
    Blocker.MEMBERS_LEFT: "AD-6",
    Blocker.OTHERS_LEFT: "AD-6",
    Blocker.SUBORDINATES_LEFT: "AD-6",
    Blocker.SEALS_UNKNOWN: "AD-6",
    Blocker.PAPERS_UNKNOWN: "AD-6",
    Blocker.CASES_OPEN: "AD-12",
    Blocker.TRANSFERS_OPEN: "AD-13",
    Blocker.STANDS: "AD-2",
    Blocker.NOT_ACTIVE: "AD-7",
    Blocker.PLAN_OPEN: "AD-7",
}
_POINT_TEXTS: dict[Point, str] = {
    Point.ENOUGH_FULL: gettext_noop("正式党员 %(count)d 名，力量够"),
    Point.FEW_FULL: gettext_noop("正式党员只有 %(count)d 名"),
    Point.NOBODY: gettext_noop("没有在册党员"),
    Point.UNITS_ALIVE: gettext_noop("还有 %(count)d 家覆盖单位在经营"),
    Point.NO_UNIT_ALIVE: gettext_noop("没有在经营的覆盖单位"),
    Point.SECRETARY: gettext_noop("书记在任"),
    Point.NO_SECRETARY: gettext_noop("书记空缺，先要有人选"),
    Point.ROOM_NEARBY: gettext_noop("本乡镇（街道）有 %(count)d 个党组织可以接纳"),
    Point.NO_ROOM_NEARBY: gettext_noop("本乡镇（街道）没有能接纳的党组织"),
    Point.MEMBERS_TO_MOVE: gettext_noop("先要为 %(count)d 名党员找到去处"),
    Point.UNITS_UNCOVERED: gettext_noop("%(count)d 家在经营的单位将没有本组织覆盖"),
    Point.SUBORDINATES: gettext_noop("有 %(count)d 个下级党组织要先安排"),
}
_STEP_TEXTS: dict[type[Exception], str] = {
    adjustments.TargetNotPossible: gettext_noop(
        "并入的党组织须状态正常、在您的管理范围内，不能是本组织或其下级。请重新选择。"
    ),
    MeetingDayNotAllowed: gettext_noop("会议日期不能晚于今天，也不能早于党组织成立日期。"),
    PlanIncomplete: gettext_noop("恢复计划的每一项都要写明期限。"),
}
_OPEN_TEXTS: dict[type[Exception], str] = {
    adjustments.AlreadyOpen: gettext_noop("这个党组织已有一件没有办结的组织调整，不能再提。"),
    adjustments.NotOpenNow: gettext_noop("现在不能就这个党组织提出组织调整，请与所在地党委联系。"),
    adjustments.OrganisationEnded: gettext_noop("只有状态正常的党组织才能提出组织调整。"),
}
_CARRY_TEXTS: dict[type[Exception], str] = {
    adjustments.NotDecidedSo: gettext_noop("研究意见已经变化，请回到事项页面核对。"),
    adjustments.HandingInIncomplete: gettext_noop(
        "请写明档案存放处；印章、牌匾已收缴的，还要填写不晚于今天的收缴日期和收缴单位。"
    ),
}


def found_words(found: Found) -> str:
    """Return one blocker in words."""
    return _(_BLOCKER_TEXTS[found.blocker]) % {"count": found.count}


def found_lines(found: Iterable[Found]) -> list[tuple[str, str]]:
    """Return (words, rule id) of each blocker."""
    return [(found_words(each), _BLOCKER_RULES[each.blocker]) for each in found]


def point_words(point: Speaks) -> str:
    """Return one point for or against a way, in words."""
    return _(_POINT_TEXTS[point.point]) % {"count": point.count}


def sign_words(sign: Sign, facts: AdjustmentFacts) -> str:
    """Return one sign with the number or day it is read from."""
    figures = facts.figures
    if sign is Sign.DORMANT:
        return _dated(_("最近一次组织生活 %(day)s"), figures.last_life_on, _("没有组织生活记录"))
    if sign is Sign.NO_SECRETARY:
        return _dated(_("书记自 %(day)s 起空缺"), facts.vacant_since, _(SIGN_LABELS[sign]))
    if sign is Sign.TERM_LONG_OVER:
        return _dated(
            _("任期已于 %(day)s 届满，没有换届"), figures.term_ends_on, _(SIGN_LABELS[sign])
        )
    if sign is Sign.SHORT:
        return _("正式党员 %(count)d 名，长期不足三名") % {"count": figures.full}
    return _("列为覆盖单位的 %(count)d 家都已退出") % {"count": figures.closed}


def sign_lines(signs: Iterable[Sign], facts: AdjustmentFacts) -> list[tuple[str, str]]:
    """Return (words, rule id) of each sign."""
    return [(sign_words(sign, facts), SIGN_RULES[sign]) for sign in signs]


def _dated(words: str, day: date | None, unknown: str) -> str:
    return words % {"day": day.isoformat()} if day is not None else unknown


def _not_carried_out(error: Exception) -> str:
    items = error.missing if isinstance(error, adjustments.NotCarriedOut) else []
    words = _("；").join(found_words(item) for item in items)
    return _("研究意见还没有落实，不能报备：%(items)s。") % {"items": words}


def _still_barred(error: Exception) -> str:
    items = error.found if isinstance(error, adjustments.StillBarred) else []
    words = _("；").join(found_words(item) for item in items)
    return _("现在还不能办理：%(items)s。") % {"items": words}


def _plan_day(error: Exception) -> str:
    latest = error.latest.isoformat() if isinstance(error, PlanDayNotAllowed) else ""
    return _("恢复计划的期限不能早于今天，最晚 %(day)s。") % {"day": latest}


STEP_FAULTS: Faults = {
    **_STEP_TEXTS,
    PlanDayNotAllowed: _plan_day,
    adjustments.NotCarriedOut: _not_carried_out,
}
OPEN_REFUSALS: tuple[type[Exception], ...] = tuple(_OPEN_TEXTS)
CARRY_FAULTS: Faults = {
    **TRANSFER_FAULTS,
    **dict.fromkeys(ORGANISATION_REFUSALS, organisation_refusal),
    **dict.fromkeys(PROPOSAL_REFUSALS, proposal_refusal),
    **_CARRY_TEXTS,
    adjustments.StillBarred: _still_barred,
}


def open_refusal(error: Exception) -> str:
    """Return why a case was not opened; `error` is one of OPEN_REFUSALS."""
    return _(_OPEN_TEXTS[type(error)])
