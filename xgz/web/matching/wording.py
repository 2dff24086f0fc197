"""The Chinese sentences of matching: what is missing, refusals, fields, purposes."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.rules.matching import MISSING_LABELS, PURPOSE_LABELS, MatchPurpose, Missing
from xgz.services import matching

FIELD_LABELS: dict[str, str] = {
    "name": gettext_noop("姓名"),
    "sex": gettext_noop("性别"),
    "born_on": gettext_noop("出生日期"),
    "id_number": gettext_noop("公民身份号码"),
    "phone": gettext_noop("手机号"),
    "address": gettext_noop("地址"),
}
MARK_LABELS: dict[str, str] = {
    "same": gettext_noop("一致"),
    "differs": gettext_noop("不一致"),
    "elsewhere": gettext_noop("两处地方，不算不一致"),
    "unknown": gettext_noop("有一方没有"),
}
_REFUSALS: dict[type[Exception], str] = {
    matching.TaskChanged: gettext_noop("任务刚才有变动，这一步没有办理，请按现在的状态再看。"),
    matching.PairChanged: gettext_noop("这一条刚才已有人处理，请看下一条。"),
    matching.OwnerTaken: gettext_noop(
        "这名经营者已确认为另一名党员，一名经营者只能对应一人。原来认定有误的，先解除。"
    ),
    matching.NotCompared: gettext_noop(
        "这一用途还没有比对过，或比对任务已到期，这份名单没有依据，不能列出；已记录。"
    ),
    matching.TieGone: gettext_noop("这条认定刚才已由他人解除，或已失效，请按现在的名单再看。"),
    matching.NothingDecided: gettext_noop("还没有“是”或“不是”的复核意见，没有可以落实的。"),
    matching.PurposeMissing: gettext_noop("请先选明用途，再看比对结果。"),
    matching.OtherPurpose: gettext_noop("这项比对不是为这个用途做的，或已到期，不能查看；已记录。"),
    matching.AssessmentRefused: gettext_noop(
        "影响评估只收 PDF 或 Word（docx）文件，10 MB 以内，不能带宏、脚本或嵌入的文件。"
    ),
}
REFUSALS: tuple[type[Exception], ...] = (*_REFUSALS, matching.TaskIncomplete)


def refusal(error: Exception) -> str:
    """Return why a step was not taken and what to do; `error` is one of REFUSALS."""
    if isinstance(error, matching.TaskIncomplete):
        return _("不能开始：%s。") % _("；").join(missing_words(error.missing))
    return _(_REFUSALS[type(error)])


def missing_words(missing: Iterable[Missing]) -> list[str]:
    """Return what a task lacks in plain words."""
    return [_(MISSING_LABELS[each]) for each in missing]


def purpose_label(purpose: str) -> str:
    """Return a purpose in words, "" where there is none."""
    return _(PURPOSE_LABELS[MatchPurpose(purpose)]) if purpose else ""
