"""The organisations file: its columns and the rule of its rows."""

from datetime import date

from xgz.rules.imports.fields import CellType, Field
from xgz.rules.imports.labels import FORMATION_MODE_LABELS, ORG_TYPE_LABELS
from xgz.rules.imports.reasons import CellFaultNote, CellReason

_T = CellType

FIELDS: tuple[Field, ...] = (
    Field(
        "name",
        "党组织名称",
        synonyms=("名称", "党组织全称", "组织名称", "支部名称", "党支部名称"),
        required=True,
        filled=True,
        is_key=True,
        max_length=120,
        example="清平所示例联合党支部",
    ),
    Field(
        "code",
        "党组织代码",
        _T.REFERENCE,
        synonyms=("组织代码", "党组织编码", "组织编码"),
        is_key=True,
        max_length=30,
        example="036099900001",
    ),
    Field(
        "org_type",
        "组织类别",
        _T.LABEL,
        synonyms=("党组织类别", "党组织类型", "组织类型", "党组织建制", "建制类型"),
        labels=ORG_TYPE_LABELS,
        choices=("党支部", "党总支", "党委"),
        example="党支部",
    ),
    Field(
        "formation_mode",
        "组建方式",
        _T.LABEL,
        synonyms=("党组织组建方式", "组建形式"),
        labels=FORMATION_MODE_LABELS,
        choices=(
            "单独组建",
            "联合组建",
            "挂靠",
            "依托个私协会",
            "依托市场",
            "区域组建",
            "功能型",
            "其他",
        ),
        example="联合组建",
    ),
    Field("superior", "上级党组织", synonyms=("上级党组织名称", "隶属党组织"), max_length=120),
    Field(
        "guiding_body",
        "指导单位",
        synonyms=("业务指导单位", "指导部门", "行业指导单位"),
        max_length=120,
    ),
    Field(
        "covered_codes",
        "覆盖单位统一社会信用代码",
        _T.CODES,
        synonyms=("覆盖单位代码", "覆盖单位", "覆盖企业统一社会信用代码", "单位统一社会信用代码"),
        note="几个代码之间用顿号、逗号或分号隔开；专业市场没有代码，写登记数据里的市场名称。",
    ),
    Field(
        "secretary",
        "书记姓名",
        synonyms=("书记", "党组织书记", "党支部书记"),
        max_length=40,
        personal=True,
    ),
    Field(
        "founded_on", "成立日期", _T.DATE, synonyms=("成立时间", "建立日期", "组建时间"), past=True
    ),
    Field(
        "elected_on",
        "换届日期",
        _T.DATE,
        synonyms=("最近换届日期", "换届时间", "本届选举日期", "最近一次换届日期"),
        past=True,
    ),
    Field(
        "last_life_on",
        "最近一次组织生活日期",
        _T.DATE,
        synonyms=("最近组织生活日期", "最近一次组织生活时间", "最近组织生活"),
        past=True,
    ),
)
DERIVED: tuple[str, ...] = ()

_AT = {field.key: place for place, field in enumerate(FIELDS)}
_NAME, _CODE, _SUPERIOR = _AT["name"], _AT["code"], _AT["superior"]


def finish_row(row: list[object], today: date) -> list[CellFaultNote]:
    """Return the faults of the row as a whole: nothing is its own superior."""
    if row[_SUPERIOR] is not None and row[_SUPERIOR] == row[_NAME]:
        return [CellFaultNote("superior", CellReason.SUPERIOR_CIRCLE.value, 0)]
    return []


def row_keys(row: list[object]) -> tuple[str, ...]:
    """Return the key by which a later row is a duplicate of this one: the code, else the name."""
    return (f"code|{row[_CODE]}" if row[_CODE] is not None else f"name|{row[_NAME]}",)
