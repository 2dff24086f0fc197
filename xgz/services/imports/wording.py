"""Reasons as sentences that say what to do; one table for pages, shell and rejects files."""

from collections.abc import Mapping, Sequence
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from xgz.rules.imports.reasons import CellReason, FileReason
from xgz.rules.imports.rows import KIND_TABLES
from xgz.rules.imports.states import ImportKind

_C, _F = CellReason, FileReason

CELL_SENTENCES: Mapping[CellReason, str] = {
    _C.MISSING: N_("%(field)s为空，请补填"),
    _C.NAME_MISSING: N_("%(field)s为空。无字号的请填“经营者姓名＋（个体工商户）”"),
    _C.CODE_MISSING: N_("没有统一社会信用代码，也没有 13 位或 15 位注册号，请补填其中一个"),
    _C.CODE_SCIENTIFIC: N_("%(field)s被表格软件改成了科学计数法，请按文本格式重填"),
    _C.CODE_LENGTH: N_(
        "%(field)s既不是 18 位信用代码，也不是 13 位或 15 位数字的注册号（现为 %(detail)s 个字符），请核对"
    ),
    _C.CODE_CHARACTER: N_("信用代码第 %(detail)s 位不是代码用字（不含字母 I、O、S、V、Z），请核对"),
    _C.CODE_CHECK_DIGIT: N_("信用代码校验位不对，应核对第 18 位"),
    _C.ID_SCIENTIFIC: N_("%(field)s被表格软件改成了科学计数法，请按文本格式重填"),
    _C.ID_LENGTH: N_("%(field)s应为 18 位，现为 %(detail)s 位，请核对"),
    _C.ID_CHARACTER: N_("%(field)s第 %(detail)s 位不是数字，请核对"),
    _C.ID_PROVINCE: N_("%(field)s前两位不是省级代码，请核对"),
    _C.ID_BIRTH_DATE: N_("%(field)s中的出生日期不存在或晚于今天，请核对第 7 至 14 位"),
    _C.ID_CHECK_DIGIT: N_("%(field)s校验位不对，应核对第 18 位"),
    _C.ID_BIRTH_MISMATCH: N_("出生日期与公民身份号码不一致，请核对其中一项"),
    _C.ID_SEX_MISMATCH: N_("性别与公民身份号码不一致，请核对其中一项"),
    _C.NUMERIC: N_("%(field)s是按数字填写的，末几位可能已丢失，请改为文本格式重填"),
    _C.FORMULA: N_("%(field)s是公式，请改为直接填写的文本"),
    _C.DATE_FORM: N_("%(field)s不是日期，请按“2019-04-11”的样式填写"),
    _C.DATE_RANGE: N_("%(field)s的年份不在合理范围内，请核对"),
    _C.DATE_FUTURE: N_("%(field)s晚于今天，请核对"),
    _C.DATE_ORDER: N_("%(field)s早于%(detail)s，请核对其中一项"),
    _C.INTEGER_FORM: N_("%(field)s不是整数，请只填数字"),
    _C.INTEGER_RANGE: N_("%(field)s超过 %(detail)s，请核对"),
    _C.DECIMAL_FORM: N_("%(field)s不是数字，请填以度为单位的小数"),
    _C.COORDINATE_RANGE: N_("%(field)s不在中国范围内，请核对经度和纬度是否填反"),
    _C.YEAR_RANGE: N_("%(field)s应为四位年份，且不晚于今年"),
    _C.FULL_EXCEEDS_ALL: N_("正式党员人数多于党员总人数，请核对其中一项"),
    _C.LABEL_UNKNOWN: N_("%(field)s“%(detail)s”不在对照表中"),
    _C.YES_NO_FORM: N_("%(field)s只能填“是”或“否”，请核对"),
    _C.TOO_LONG: N_("%(field)s超过 %(detail)s 个字，请缩短"),
    _C.WIDTH: N_("这一行有 %(detail)s 列，与表头列数不符，可能有单元格错位，请核对"),
    _C.KEY_INCOMPLETE: N_("没有公民身份号码时，出生日期和所在党支部都要填"),
    _C.BUSINESS_UNKNOWN: N_("登记台账中没有这个统一社会信用代码，请先导入登记数据或核对代码"),
    _C.SUPERIOR_CIRCLE: N_("上级党组织填成了本组织，请核对"),
    _C.UNDER_AGE: N_("按出生日期不满 %(detail)s 周岁，与人员类别不符，请核对"),
    _C.DUPLICATE: N_("与第 %(detail)s 行重复，已保留第 %(detail)s 行"),
}

FILE_SENTENCES: Mapping[FileReason, str] = {
    _F.EMPTY: N_("文件是空的，请重新导出后再上传。"),
    _F.NO_ROWS: N_("表头下面没有数据行，请核对是否选错了文件。"),
    _F.TOO_LARGE: N_("文件超过 %(d0)s 兆，请分批上传，或请管理员在服务器上导入。"),
    _F.TYPE: N_("文件不是 .xlsx 工作簿，也不是 CSV 文本，请另存为其中一种再上传。"),
    _F.OLD_EXCEL: N_("这是旧版 .xls 文件，请在表格软件中另存为 .xlsx 再上传。"),
    _F.ENCRYPTED: N_("文件设有打开密码，请去掉密码后再上传。"),
    _F.BROKEN: N_("文件已损坏，读不出内容，请重新导出后再上传。"),
    _F.ACTIVE_CONTENT: N_("文件含有宏、外部链接或嵌入对象，请另存为不含这些内容的 .xlsx。"),
    _F.DOCTYPE: N_("文件内部含有不允许的声明，请用表格软件重新另存为 .xlsx。"),
    _F.UNPACKED_SIZE: N_("文件展开后超过 %(d0)s 兆或压缩得异常，请只保留数据所在的工作表。"),
    _F.ENTRIES: N_("文件内部的部件超过 %(d0)s 个，请只保留数据所在的工作表。"),
    _F.TOO_MANY_ROWS: N_(
        "工作表“%(d0)s”在第 %(d1)s 行还有内容，超过 %(d2)s 行的上限，请删去多余内容，或改用 CSV。"
    ),
    _F.TOO_MANY_COLUMNS: N_("表格有 %(d1)s 列，超过 %(d2)s 列的上限，请删去无关的列。"),
    _F.TOO_MANY_FORMULAS: N_("工作表“%(d0)s”公式过多，请复制后“选择性粘贴为数值”再上传。"),
    _F.ENCODING: N_("第 %(d0)s 行不是 UTF-8 或 GBK 编码，请用表格软件另存为 CSV（UTF-8）。"),
    _F.MIXED_ENCODING: N_("从第 %(d0)s 行起换了另一种编码，请用表格软件另存为 CSV（UTF-8）。"),
    _F.NUL: N_("第 %(d0)s 行含有空字节，这不是文本文件，请重新导出。"),
    _F.QUOTES: N_("从第 %(d0)s 行起引号没有成对，请核对这一行的引号。"),
    _F.CELL_TOO_LONG: N_("第 %(d0)s 行有一个单元格超过 %(d1)s 个字，请缩短后再导入。"),
    _F.NO_HEADER: N_("前 10 行里没有找到表头，或缺少必填的列：%(all)s。"),
    _F.NO_SHEET: N_("没有一张工作表的表头符合这类数据，文件中的工作表有：%(all)s。"),
    _F.SEVERAL_SHEETS: N_("有不止一张工作表符合这类数据：%(all)s。请只保留一张。"),
    _F.REPEATED_HEADER: N_("表头“%(d0)s”出现了两次，请删去其中一列。"),
    _F.SAME_FIELD: N_(
        "“%(d0)s”和“%(d1)s”两列对应同一个字段，第 %(d2)s 行两列内容不同，"
        "请删去其中一列，或在列对照中把它设为不导入。"
    ),
    _F.UNKNOWN_CODES: N_(
        "“%(d0)s”一列填的是代码（%(rest)s），请先设置这些代码对应的名称，再导入。"
    ),
    _F.MAPPING: N_("列对照中的“%(d0)s”不是这类数据的列名，请核对。"),
    _F.TIMEOUT: N_("读取超过 %(d0)s 秒，已停止，请减小文件后再试。"),
    _F.MEMORY: N_("读取时内存不足，已停止，请减小文件后再试。"),
    _F.CRASHED: N_("读取这个文件时出错，已停止，请另存为新的 .xlsx 或 CSV 后再试。"),
}


def field_label(kind: ImportKind, key: str) -> str:
    """Return our header of a field, as people know it."""
    return _headers(kind).get(key, key)


def cell_sentence(kind: ImportKind, fault: Sequence[object]) -> str:
    """Return one reason, given as (field, reason, detail), as a sentence."""
    key, reason, detail = fault
    sentence = _(CELL_SENTENCES[CellReason(str(reason))])
    return sentence % {"field": field_label(kind, str(key)), "detail": detail}


def row_sentence(kind: ImportKind, faults: Sequence[Sequence[object]]) -> str:
    """Return all reasons of one row as one text."""
    return _("；").join(cell_sentence(kind, fault) for fault in faults)


def file_sentence(reason: str, details: Sequence[object]) -> str:
    """Return why a file was refused as a whole, and what to do."""
    places: dict[str, object] = {f"d{at}": detail for at, detail in enumerate(details)}
    everything = [str(detail) for detail in details]
    places |= {"all": _("、").join(everything), "rest": _("、").join(everything[1:])}
    return _(FILE_SENTENCES[FileReason(reason)]) % places


@cache
def _headers(kind: ImportKind) -> Mapping[str, str]:
    return {field.key: field.header for field in KIND_TABLES[kind].fields}
