"""A district's own Word templates: proposed, looked at by somebody else, used, retired (PA-9)."""

from enum import StrEnum

from xgz.rules.papers.kinds import PAPERS, PaperForm, PaperKind

TEMPLATE_MAX_BYTES = 512 * 1024  # PA-9
ENTRIES_MAX = 60
ENTRY_MAX_BYTES = 4 * 1024 * 1024
UNPACKED_MAX_BYTES = 12 * 1024 * 1024


class TemplateState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    RETIRED = "retired"


class TemplateFault(StrEnum):
    """Why a template is not taken."""

    SIZE = "size"
    PACKAGE = "package"
    ACTIVE = "active"
    EXTERNAL = "external"
    XML = "xml"
    FIELD_CODE = "field_code"
    TAG = "tag"
    UNKNOWN_FIELD = "unknown_field"
    MISSING_FIELD = "missing_field"
    LOST = "lost"
    BROKEN = "broken"


class TemplateRefused(Exception):
    """The file cannot be a template; `fault` says why, `detail` names the field or part."""

    def __init__(self, fault: TemplateFault, detail: str = "") -> None:
        super().__init__(fault, detail)
        self.fault = fault
        self.detail = detail


TEMPLATE_STATE_LABELS: dict[TemplateState, str] = {
    TemplateState.PROPOSED: "待审核",
    TemplateState.APPROVED: "使用中",
    TemplateState.REFUSED: "未通过",
    TemplateState.RETIRED: "已停用",
}
TEMPLATE_FAULT_LABELS: dict[TemplateFault, str] = {
    TemplateFault.SIZE: "文件是空的，或超过 512 KB；请删去图片等大的内容后重试",
    TemplateFault.PACKAGE: "不是可用的 Word 文件（.docx），请用 Word 或 WPS 另存为 .docx 后重试",
    TemplateFault.ACTIVE: "文件里有宏、控件或嵌入的对象，请删去后重试",
    TemplateFault.EXTERNAL: "文件里有指向外部的链接，请取消超链接和外部模板后重试",
    TemplateFault.XML: "文件内容有不允许的声明，请用 Word 或 WPS 另存为新的 .docx 后重试",
    TemplateFault.FIELD_CODE: "文件里有页码以外的域，请删去后重试",
    TemplateFault.TAG: "文件里有不允许的写法，只能用所列字段、循环和条件",
    TemplateFault.UNKNOWN_FIELD: "文件里有系统不认识的字段，请对照所列字段修改",
    TemplateFault.MISSING_FIELD: "文件缺少必须有的字段，请补上后重试",
    TemplateFault.LOST: "有字段填入后不会显示，请把字段写成普通文字，不用特殊写法",
    TemplateFault.BROKEN: "按这个文件生成不了文书，请核对循环和条件是否成对",
}
_NEEDED: dict[PaperForm, frozenset[str]] = {
    PaperForm.LETTER: frozenset({"lines", "by", "day"}),
    PaperForm.ROSTER: frozenset({"rows", "by", "day"}),
    PaperForm.BALLOT: frozenset({"rows", "lines", "by"}),
    PaperForm.MINUTES: frozenset({"rows", "lines"}),
}


def needed_fields(kind: PaperKind) -> frozenset[str]:
    """Return what a template of this kind must show beside the title (PA-9)."""
    rule = PAPERS[kind]
    needed = set(_NEEDED[rule.form])
    if rule.is_numbered:
        needed |= {"number", "to"}
    return frozenset(needed)
