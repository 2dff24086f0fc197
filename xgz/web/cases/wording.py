"""The Chinese sentences of every case: why a step or an urging was not taken."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.rules.cases import OpinionMissing, StepNotAllowed
from xgz.services.cases import ChangedMeanwhile, ReviewsOpen
from xgz.services.cases.owning import NotAtThisBody, UrgedToday

Faults = Mapping[type[Exception], str | Callable[[Exception], str]]

# What every step can end in; a kind brings its own beside these.
SPINE_FAULT_TEXTS: dict[type[Exception], str] = {
    ChangedMeanwhile: gettext_noop("刚才有人办理过这件事项，请核对现在的情况，再决定是否提交。"),
    StepNotAllowed: gettext_noop("事项现在的状态不能这样办理，请回到事项页面核对。"),
    OpinionMissing: gettext_noop("请写明意见或理由后再提交。"),
    ReviewsOpen: gettext_noop(
        "还有部门没有反馈，反馈期限也没有到。请等反馈后再办理，或者催办；过了反馈期限即可办理。"
    ),
}
OWNING_FAULT_TEXTS: dict[type[Exception], str] = {
    ChangedMeanwhile: gettext_noop("事项刚才有变化，已经不在原来的责任方，请核对后再操作。"),
    NotAtThisBody: gettext_noop("所选的人现在不在责任单位任职，请重新选择。"),
    UrgedToday: gettext_noop("您今天已经催办过这件事项，明天可以再催。"),
    OpinionMissing: gettext_noop("有不同意见的，请写明具体意见。"),
}


def fault_text(error: Exception, faults: Faults) -> str:
    """Return the sentence for a refusal: the kind's own first, then the spine's."""
    texts = {**SPINE_FAULT_TEXTS, **faults}
    told = next(texts[kind] for kind in type(error).__mro__ if kind in texts)
    return told(error) if callable(told) else _(told)
