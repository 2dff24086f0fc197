"""The member roster: its columns and the rule of its rows. Every cell of it is personal."""

from datetime import date

from xgz.rules.id_numbers import InvalidIdNumber, check_id_number
from xgz.rules.imports.fields import CellType, Field
from xgz.rules.imports.labels import (
    MEMBER_CLASS_LABELS,
    MEMBERSHIP_STATUS_LABELS,
    SEX_LABELS,
)
from xgz.rules.imports.reasons import CellFaultNote, CellReason
from xgz.rules.members import PARTY_CLASSES
from xgz.rules.organisations import age_at

ADULT = 18  # ID-3: nobody is a member before this age

_T = CellType

FIELDS: tuple[Field, ...] = (
    Field(
        "name",
        "姓名",
        synonyms=("党员姓名", "名字"),
        required=True,
        filled=True,
        is_key=True,
        max_length=40,
        personal=True,
        example="示例人",
    ),
    Field(
        "sex",
        "性别",
        _T.LABEL,
        labels=SEX_LABELS,
        choices=("男", "女"),
        personal=True,
        example="男",
    ),
    Field("ethnicity", "民族", max_length=20, personal=True, example="汉族"),
    Field(
        "born_on",
        "出生日期",
        _T.DATE,
        synonyms=("出生年月日", "生日", "出生年月"),
        past=True,
        is_key=True,
        personal=True,
    ),
    Field(
        "id_number",
        "公民身份号码",
        _T.ID,
        synonyms=("身份证号", "身份证号码", "身份号码", "证件号码", "居民身份证号"),
        is_key=True,
        personal=True,
        note="18 位，请用文本格式；按数字填写会丢失末几位。",
    ),
    Field(
        "education", "学历", synonyms=("文化程度",), max_length=20, personal=True, example="大专"
    ),
    Field(
        "member_class",
        "人员类别",
        _T.LABEL,
        synonyms=("党员类别", "类别", "党员类型", "政治面貌"),
        labels=MEMBER_CLASS_LABELS,
        choices=("正式党员", "预备党员", "入党积极分子", "发展对象"),
        personal=True,
        example="正式党员",
    ),
    Field(
        "branch",
        "所在党支部",
        synonyms=(
            "所在支部",
            "所属党支部",
            "党支部",
            "所在党组织",
            "所属党组织",
            "党组织名称",
            "党支部名称",
        ),
        is_key=True,
        max_length=120,
        personal=True,
        example="清平所示例联合党支部",
    ),
    Field(
        "joined_on",
        "入党日期",
        _T.DATE,
        synonyms=("入党时间", "加入党组织日期"),
        past=True,
        personal=True,
    ),
    Field(
        "full_on",
        "转正日期",
        _T.DATE,
        synonyms=("转正时间", "转为正式党员日期"),
        past=True,
        personal=True,
    ),
    Field(
        "position", "工作岗位", synonyms=("岗位", "职务", "工作职务"), max_length=60, personal=True
    ),
    Field(
        "phone",
        "手机号",
        _T.PHONE,
        synonyms=("手机号码", "联系电话", "电话", "手机"),
        max_length=40,
        personal=True,
    ),
    Field(
        "address",
        "家庭住址",
        synonyms=("住址", "家庭地址", "现居住地"),
        max_length=200,
        personal=True,
    ),
    Field(
        "status",
        "党籍状态",
        _T.LABEL,
        synonyms=("党员状态", "党籍"),
        labels=MEMBERSHIP_STATUS_LABELS,
        choices=("正常", "失联", "停止党籍", "已转出", "去世"),
        personal=True,
        example="正常",
    ),
    Field(
        "is_floating",
        "是否流动党员",
        _T.YES_NO,
        synonyms=("流动党员",),
        personal=True,
        example="否",
    ),
    Field(
        "flow_to",
        "外出流向",
        synonyms=("流向", "外出地点", "流动去向"),
        max_length=100,
        personal=True,
    ),
    Field(
        "unit_name",
        "单位名称",
        synonyms=("工作单位", "所在单位", "工作单位名称"),
        max_length=200,
        personal=True,
    ),
    Field(
        "unit_code",
        "单位统一社会信用代码",
        _T.CODE,
        synonyms=("统一社会信用代码", "工作单位统一社会信用代码", "单位信用代码", "单位代码"),
        personal=True,
    ),
)
DERIVED: tuple[str, ...] = ()

_AT = {field.key: place for place, field in enumerate(FIELDS)}
_NAME, _SEX, _BORN, _ID = _AT["name"], _AT["sex"], _AT["born_on"], _AT["id_number"]
_CLASS, _BRANCH = _AT["member_class"], _AT["branch"]
_JOINED, _FULL = _AT["joined_on"], _AT["full_on"]


def finish_row(row: list[object], today: date) -> list[CellFaultNote]:
    """Fill sex and birth date from the ID number; return the faults of the row as a whole.

    ID number, birth date and sex must agree (ID-2); a member is of age (ID-3); the key is the ID
    number, else name, birth date and branch (IM-4).
    """
    faults = _agree_with_id(row, today) if row[_ID] is not None else []
    if row[_ID] is None and (row[_BORN] is None or row[_BRANCH] is None):
        faults.append(CellFaultNote("id_number", CellReason.KEY_INCOMPLETE.value, 0))
    if row[_JOINED] is not None and row[_FULL] is not None and str(row[_FULL]) < str(row[_JOINED]):
        faults.append(CellFaultNote("full_on", CellReason.DATE_ORDER.value, "入党日期"))
    born_on = row[_BORN]
    if (
        born_on is not None
        and row[_CLASS] in PARTY_CLASSES
        and age_at(date.fromisoformat(str(born_on)), today) < ADULT
    ):
        faults.append(CellFaultNote("born_on", CellReason.UNDER_AGE.value, ADULT))
    return faults


def _agree_with_id(row: list[object], today: date) -> list[CellFaultNote]:
    try:
        identity = check_id_number(str(row[_ID]), today)
    except InvalidIdNumber as fault:
        return [CellFaultNote("id_number", fault.fault.value, fault.detail)]
    faults = []
    if row[_BORN] is None:
        row[_BORN] = identity.born_on.isoformat()
    elif row[_BORN] != identity.born_on.isoformat():
        faults.append(CellFaultNote("born_on", CellReason.ID_BIRTH_MISMATCH.value, 0))
    if row[_SEX] is None:
        row[_SEX] = identity.sex.value
    elif row[_SEX] != identity.sex.value:
        faults.append(CellFaultNote("sex", CellReason.ID_SEX_MISMATCH.value, 0))
    return faults


def row_keys(row: list[object]) -> tuple[str, ...]:
    """Return the key by which a later row is a duplicate of this one."""
    if row[_ID] is not None:
        return (str(row[_ID]),)
    return (f"{row[_NAME]}|{row[_BORN]}|{row[_BRANCH]}",)
