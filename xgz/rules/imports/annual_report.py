"""The annual-report extract: declared counts of members; columns and the rule of its rows."""

from datetime import date

from xgz.rules.imports.fields import CellType, Field
from xgz.rules.imports.labels import FORMATION_MODE_LABELS, REPORT_ORG_TYPE_LABELS
from xgz.rules.imports.reasons import CellFaultNote, CellReason

_T = CellType

FIELDS: tuple[Field, ...] = (
    Field(
        "credit_code",
        "统一社会信用代码",
        _T.CODE,
        synonyms=("社会信用代码", "信用代码", "统一代码", "统一社会信用代码/注册号", "注册号"),
        required=True,
        filled=True,
        is_key=True,
        example="92360999MA7JH4BX3R",
    ),
    Field(
        "year",
        "年度",
        _T.YEAR,
        synonyms=("年报年度", "报告年度", "年报年份", "年份"),
        required=True,
        filled=True,
        is_key=True,
        example="2025",
    ),
    Field(
        "members_declared",
        "中共党员(包括预备党员)人数",
        _T.INTEGER,
        synonyms=(
            "中共党员人数",
            "党员人数",
            "党员总数",
            "中共党员（含预备党员）人数",
            "NumParM",
            "党员数",
        ),
        example="4",
    ),
    Field(
        "full_members",
        "正式党员人数",
        _T.INTEGER,
        synonyms=("正式党员数", "其中正式党员人数", "其中：正式党员", "numFormalParM", "正式党员"),
        example="3",
    ),
    Field(
        "org_type",
        "党组织建制",
        _T.LABEL,
        synonyms=("建制类型", "党组织类型", "ParIns"),
        labels=REPORT_ORG_TYPE_LABELS,
        choices=("党支部", "党总支", "党委", "未建立"),
        example="党支部",
        note="填名称，不填代码：各地代码含义不一。",
    ),
    Field(
        "formation_mode",
        "组建方式",
        _T.LABEL,
        synonyms=("党组织组建方式", "ParOrgW", "parOrgw"),
        labels=FORMATION_MODE_LABELS,
        choices=("单独组建", "联合组建", "挂靠", "其他"),
    ),
    Field(
        "formed_on",
        "组建时间",
        _T.DATE,
        synonyms=("党组织组建时间", "ParSetTime", "组建日期"),
        past=True,
    ),
    Field(
        "owner_member",
        "法定代表人是否党员",
        _T.YES_NO,
        synonyms=(
            "经营者是否党员",
            "法定代表人（执行事务合伙人/投资人/负责人/经营者）是否党员",
            "负责人是否党员",
            "法人是否党员",
            "投资人是否党员",
            "ResParMSign",
            "法定代表人党员标志",
        ),
        personal=True,
        example="否",
    ),
    Field(
        "owner_secretary",
        "法定代表人是否党组织书记",
        _T.YES_NO,
        synonyms=(
            "经营者是否党组织书记",
            "是否党组织书记",
            "负责人是否党组织书记",
            "法人是否党组织书记",
            "法定代表人是否书记",
            "ResParSecSign",
            "法定代表人党组织书记标志",
        ),
        personal=True,
        example="否",
    ),
    Field(
        "staff",
        "从业人数",
        _T.INTEGER,
        synonyms=("从业人员", "从业人员数", "从业人员数量", "职工人数", "员工人数"),
    ),
)
DERIVED: tuple[str, ...] = ()

_AT = {field.key: place for place, field in enumerate(FIELDS)}
_CODE, _YEAR = _AT["credit_code"], _AT["year"]
_ALL, _FULL = _AT["members_declared"], _AT["full_members"]


def finish_row(row: list[object], today: date) -> list[CellFaultNote]:
    """Return the faults of the row as a whole: full members are part of all members."""
    everyone, full = row[_ALL], row[_FULL]
    if isinstance(everyone, int) and isinstance(full, int) and full > everyone:
        return [CellFaultNote("full_members", CellReason.FULL_EXCEEDS_ALL.value, 0)]
    return []


def row_keys(row: list[object]) -> tuple[str, ...]:
    """Return the key by which a later row is a duplicate of this one: code and year."""
    return (f"{row[_CODE]}|{row[_YEAR]}",)
