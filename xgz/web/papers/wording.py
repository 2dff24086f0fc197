"""The Chinese sentences of papers: why one was not made, issued or void, why a template is refused."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.files.papers.pdf import FontMissing
from xgz.files.papers.word import NotMade
from xgz.queries.paper_sources import NamesNotRead
from xgz.rules.papers.templates import TEMPLATE_FAULT_LABELS, TemplateRefused
from xgz.services import papers
from xgz.services.cases import ChangedMeanwhile
from xgz.web.cases.wording import fault_text

_TEXTS: dict[type[Exception], str] = {
    papers.NotNow: gettext_noop("事项现在的状态不能制发这种文书，请核对事项。"),
    papers.AlreadyThere: gettext_noop("这种文书已有草稿或已印发，要重新制发的请先作废原来的。"),
    papers.PaperMoved: gettext_noop("刚才有人办理过这份文书，请核对现在的情况。"),
    papers.DraftRenewed: gettext_noop("草稿已重新填写，请先核对现在的内容再印发。"),
    papers.DraftStale: gettext_noop("起草后事项有变化，请先按现在的情况重新填写，核对后再印发。"),
    papers.ReasonMissing: gettext_noop("请写明作废的事由。"),
    NamesNotRead: gettext_noop("有党员的姓名您看不到全名，请由组织部门制作花名册。"),
    ChangedMeanwhile: gettext_noop("刚才有人办理过这件事项，请核对现在的情况，再决定是否印发。"),
}
REFUSALS: tuple[type[Exception], ...] = tuple(_TEXTS)
_FILE_TEXTS: dict[type[Exception], str] = {
    FontMissing: gettext_noop(
        "服务器缺少中文字体或文书里有字体没有的生僻字，请下载 Word，或请系统管理员补装字体。"
    ),
    NotMade: gettext_noop("没有生成 Word 文件，请稍后重试；仍不行的请告知系统管理员。"),
}
FILE_FAULTS: tuple[type[Exception], ...] = tuple(_FILE_TEXTS)
_TEMPLATE_TEXTS: dict[type[Exception], str] = {
    papers.AlreadyProposed: gettext_noop("这种文书已有一份模板待审核，审核后才能再提出。"),
    papers.AlreadyJudged: gettext_noop("刚才有人办理过这份模板，请核对现在的情况。"),
}
TEMPLATE_REFUSALS: tuple[type[Exception], ...] = (TemplateRefused, *_TEMPLATE_TEXTS)


def refusal(error: Exception) -> str:
    """Return why something was not done to a paper; `error` is one of REFUSALS or FILE_FAULTS."""
    return fault_text(error, {**_TEXTS, **_FILE_TEXTS})


def template_refusal(error: Exception) -> str:
    """Return why a template was not taken or judged."""
    if isinstance(error, TemplateRefused):
        words = _(TEMPLATE_FAULT_LABELS[error.fault])
        told = _("%(words)s（%(detail)s）。") if error.detail else _("%(words)s。")
        return told % {"words": words, "detail": error.detail}
    return fault_text(error, _TEMPLATE_TEXTS)
