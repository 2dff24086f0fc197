"""The Chinese sentences of setting up: how each line stands, why something was not done."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.rules.cases import StepNotAllowed
from xgz.rules.establishing import LINE_LABELS, Line, Standing
from xgz.services import establishing
from xgz.services.cases import ChangedMeanwhile
from xgz.web.cases.wording import Faults
from xgz.web.organisations.wording import REFUSALS, refusal
from xgz.web.transfers.wording import PROPOSAL_REFUSALS, proposal_refusal
from xgz.web.transfers.wording import STEP_FAULTS as TRANSFER_FAULTS

_COUNTED: dict[Line, str] = {
    Line.FULL_MEMBERS: gettext_noop("还差 %(count)d 名"),
    Line.ON_THE_WAY: gettext_noop("%(count)d 名在途"),
    Line.NOT_PROPOSED: gettext_noop("%(count)d 名没有提出"),
    Line.SITE_REST: gettext_noop("还差 %(count)d 项"),
}
_CARRY_TEXTS: dict[type[Exception], str] = {
    establishing.NoInstructor: gettext_noop("所选的人现在不是指导单位的指导员，请重新选择。"),
    establishing.AlreadyInstructs: gettext_noop("这名指导员已经联系本党组织。"),
    establishing.DayGone: gettext_noop("会议日期不能早于今天；已经开过的，请用“登记已召开”。"),
    establishing.PlaceMissing: gettext_noop("请写明会议地点。"),
    StepNotAllowed: gettext_noop("事项现在的状态不能这样办理，请回到事项页面核对。"),
    ChangedMeanwhile: gettext_noop("刚才有人办理过这件事项，请核对现在的情况，再决定是否提交。"),
}


def standing_words(standing: Standing) -> str:
    """Return how one line stands, in words."""
    if standing.is_met:
        return _("已落实")
    if standing.line is Line.STANDS:
        return _("已撤销或合并，不能再办结，请终止落实并写明情况")
    if standing.line is Line.INSTRUCTOR:
        return _("尚未指派")
    counted = _COUNTED.get(standing.line)
    return _(counted) % {"count": standing.count} if counted else _("未落实")


def line_words(standing: Standing) -> str:
    """Return one open line in words, with what is missing where something is counted."""
    label = _(LINE_LABELS[standing.line])
    if standing.line not in _COUNTED and standing.line is not Line.STANDS:
        return label
    told = {"label": label, "words": standing_words(standing)}
    return _("%(label)s：%(words)s") % told


def _lines_open(error: Exception) -> str:
    items = error.open_lines if isinstance(error, establishing.LinesOpen) else []
    words = _("；").join(line_words(item) for item in items)
    return _("还没有全部落实，不能办结：%(items)s。") % {"items": words}


def _name_of_another(error: Exception) -> str:
    return _("已有名为“%(name)s”的党组织，请改用其他名称，或先核对是否已经设立。") % {
        "name": str(error)
    }


STEP_FAULTS: Faults = {
    **dict.fromkeys(REFUSALS, refusal),
    establishing.LinesOpen: _lines_open,
    establishing.NameOfAnother: _name_of_another,
}
CARRY_FAULTS: Faults = {
    **dict.fromkeys(REFUSALS, refusal),
    **TRANSFER_FAULTS,
    **dict.fromkeys(PROPOSAL_REFUSALS, proposal_refusal),
    **_CARRY_TEXTS,
}
