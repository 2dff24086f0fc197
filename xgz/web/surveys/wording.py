"""What survey rounds say on the screen: refusals, an answer in words, numbers that may not show."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access import clock
from xgz.models import SurveyRound, SurveyRow
from xgz.rules.surveys import (
    FEWEST_SHOPS,
    MOST_COUNTED,
    MOST_ROWS,
    ROW_LABELS,
    TOLD_LABELS,
    AnswerUnsound,
    DatesUnsound,
    Fault,
    RoundBegun,
    RoundOver,
    RowState,
    Told,
)
from xgz.services.surveys.answering import KeyReused, RowChanged
from xgz.services.surveys.opening import GroundUnsound, NothingChosen, TooManyChosen
from xgz.services.surveys.steering import NotAWalker, NothingToGive, RemindedToday

OPENING_REFUSALS = (DatesUnsound, GroundUnsound, NothingChosen, TooManyChosen)
STEERING_REFUSALS = (RoundOver, RoundBegun, NotAWalker, NothingToGive, RemindedToday)
ANSWER_REFUSALS = (AnswerUnsound, RoundOver, KeyReused, RowChanged)
_FAULTS: dict[Fault, str] = {
    Fault.NO_OUTCOME: gettext_noop("请选择走访结果。"),
    Fault.NOT_MET_TELLS_NOTHING: gettext_noop("只有“已走访”才能填人数和有无。"),
    Fault.TOO_LARGE: gettext_noop("人数应在 0 到 %(most)d 之间。"),
    Fault.DAY_OUTSIDE: gettext_noop("走访日期应在本轮起始日期与今天之间。"),
}
_PLAIN: Mapping[type[Exception], str] = {
    DatesUnsound: gettext_noop("截止日期应在起始日期和今天之后（含当天）。"),
    GroundUnsound: gettext_noop("所选市场不在这个乡镇，或没有写明从哪天起没有走访。"),
    NothingChosen: gettext_noop("没有符合条件的主体，请放宽范围。"),
    RoundOver: gettext_noop("这一轮摸排已经结束，不再变动。"),
    RoundBegun: gettext_noop("已有走访登记，不能撤回；可以结束这一轮。"),
    NotAWalker: gettext_noop("这名指导员不在服务本乡镇的指导站任职，请另选。"),
    NothingToGive: gettext_noop("没有符合条件、还要走访的户。"),
    RemindedToday: gettext_noop("还有户没走完的人，24 小时内都提醒过了。"),
    KeyReused: gettext_noop("同一份登记发送了两种内容，请重新打开这一户填写。"),
}


def refusal(error: Exception) -> str:
    """Return a refusal of the service in plain words."""
    if isinstance(error, AnswerUnsound):
        return _(_FAULTS[error.fault]) % {"most": MOST_COUNTED}
    if isinstance(error, TooManyChosen):
        words = _("符合条件的有 %(count)d 户，一轮最多 %(most)d 户，请按街路或市场分几轮。")
        return words % {"count": error.count, "most": MOST_ROWS}
    if isinstance(error, RowChanged):
        return changed_words(error.row)
    return _(_PLAIN[type(error)])


def changed_words(row: SurveyRow) -> str:
    """Return who answered meanwhile, and what."""
    return _("这一户其间已由%(who)s于 %(at)s 登记：%(what)s。您填的没有覆盖它。") % {
        "who": row.answered_by or _("他人"),
        "at": f"{clock.local(row.answered_at):%Y-%m-%d %H:%M}" if row.answered_at else "",
        "what": answer_words(row),
    }


def answer_words(row: SurveyRow) -> str:
    """Return what stands of a row, in one line."""
    parts = [_(ROW_LABELS[RowState(row.state)])]
    if row.visited_on is not None:
        parts.append(row.visited_on.isoformat())
    if row.staff is not None:
        parts.append(_("从业 %(number)d 人") % {"number": row.staff})
    if row.members is not None:
        parts.append(_("党员 %(number)d 人") % {"number": row.members})
    if row.has_organisation:
        parts.append(_("党组织：%(told)s") % {"told": _(TOLD_LABELS[Told(row.has_organisation)])})
    if row.has_plaque:
        parts.append(_("亮牌：%(told)s") % {"told": _(TOLD_LABELS[Told(row.has_plaque)])})
    return _("，").join(parts)


def hidden_note(survey: SurveyRound) -> str:
    """Return why a sum of a round does not show (SV-8)."""
    if survey.is_running:
        return _("这一轮结束后才显示")
    return _("不足 %(number)d 户，不显示") % {"number": FEWEST_SHOPS}
