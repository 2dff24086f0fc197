"""The registration extract: its columns and the rule of its rows."""

from datetime import date

from xgz.rules.credit_codes import CODE_LENGTH
from xgz.rules.imports.fields import CellType, Field
from xgz.rules.imports.labels import LISTING_LABELS, STATUS_LABELS
from xgz.rules.imports.reasons import CellFaultNote, CellReason
from xgz.rules.registration import (
    ABNORMAL_LISTING_LABELS,
    BUSINESS_STATUS_LABELS,
    AbnormalListing,
    BusinessKind,
    BusinessStatus,
    KindBasis,
    business_kind,
)

_T = CellType

NAME_HEADER = "名称"

FIELDS: tuple[Field, ...] = (
    Field(
        "credit_code",
        "统一社会信用代码",
        _T.CODE,
        synonyms=(
            "社会信用代码",
            "信用代码",
            "统一代码",
            "统一社会信用代码/注册号",
            "信用代码/注册号",
            "统一社会信用代码或注册号",
        ),
        required=True,
        is_key=True,
        example="92360999MA7JH4BX3R",
        note="18 位；没有的填 13 位或 15 位注册号。请用文本格式。",
    ),
    Field(
        "registration_number",
        "注册号",
        _T.CODE,
        synonyms=("工商注册号", "营业执照注册号", "执照号"),
    ),
    Field(
        "name",
        NAME_HEADER,
        synonyms=(
            "企业名称",
            "字号名称",
            "企业（机构）名称",
            "经营主体名称",
            "市场主体名称",
            "主体名称",
            "单位名称",
            "商户名称",
            "个体工商户名称",
        ),
        required=True,
        filled=True,
        max_length=200,
        example="清平镇老街示例五金店",
        note="无字号的个体工商户填“经营者姓名＋（个体工商户）”。",
    ),
    Field(
        "type_text",
        "主体类型",
        synonyms=(
            "企业类型",
            "市场主体类型",
            "经营主体类型",
            "类型",
            "企业（机构）类型",
            "主体类别",
        ),
        max_length=60,
        example="个体工商户",
    ),
    Field(
        "owner_name",
        "经营者",
        synonyms=(
            "法定代表人",
            "法人代表",
            "负责人",
            "投资人",
            "经营者（法人）",
            "法人",
            "法定代表人（负责人）",
            "经营者姓名",
            "法定代表人姓名",
            "执行事务合伙人",
            "法定代表人（经营者）",
        ),
        max_length=100,
        example="示例人",
    ),
    Field(
        "owner_id",
        "证件号码",
        _T.PAPER,
        synonyms=(
            "身份证号",
            "身份证号码",
            "公民身份号码",
            "法定代表人证件号码",
            "经营者证件号码",
            "证件号",
        ),
        max_length=30,
        personal=True,
    ),
    Field(
        "phone",
        "联系电话",
        _T.PHONE,
        synonyms=("电话", "手机", "手机号", "手机号码", "联系方式", "联系人电话", "经营者电话"),
        max_length=40,
        personal=True,
    ),
    Field(
        "address",
        "住所",
        synonyms=(
            "经营场所",
            "注册地址",
            "主要经营场所",
            "地址",
            "住所（经营场所）",
            "企业住所",
            "经营地址",
            "登记住所",
            "住址",
        ),
        max_length=300,
        example="清平镇老街 1 号",
    ),
    Field(
        "established_on",
        "成立日期",
        _T.DATE,
        synonyms=("注册日期", "登记日期", "设立日期", "开业日期", "成立时间", "注册时间"),
        past=True,
        example="2019-04-11",
    ),
    Field(
        "status",
        "登记状态",
        _T.LABEL,
        synonyms=("经营状态", "企业状态", "主体状态", "状态", "市场主体状态", "存续状态"),
        labels=STATUS_LABELS,
        choices=tuple(v for k, v in BUSINESS_STATUS_LABELS.items() if k != BusinessStatus.UNKNOWN),
        example="存续",
    ),
    Field(
        "status_on",
        "状态日期",
        _T.DATE,
        synonyms=("注销日期", "吊销日期", "注吊销日期", "注销（吊销）日期", "迁出日期"),
        past=True,
    ),
    Field(
        "listing",
        "经营异常",
        _T.LABEL,
        synonyms=(
            "经营异常名录",
            "是否列入经营异常名录",
            "经营异常状态",
            "列入经营异常名录原因",
            "异常名录",
        ),
        labels=LISTING_LABELS,
        choices=tuple(
            v for k, v in ABNORMAL_LISTING_LABELS.items() if k != AbnormalListing.UNKNOWN
        ),
    ),
    Field("registrar", "登记机关", synonyms=("发照机关", "核准机关"), max_length=80),
    Field(
        "office",
        "管辖单位",
        synonyms=(
            "管辖单位（所）",
            "监管所",
            "所属监管所",
            "市场监管所",
            "管辖所",
            "属地监管所",
            "登记机关所",
        ),
        max_length=120,
    ),
    Field(
        "township",
        "乡镇街道",
        synonyms=(
            "乡镇",
            "街道",
            "所属乡镇",
            "所属街道",
            "镇街",
            "所属镇街",
            "乡镇（街道）",
            "所属乡镇街道",
        ),
        max_length=120,
    ),
    Field(
        "industry_code",
        "行业代码",
        _T.REFERENCE,
        synonyms=("行业", "国民经济行业代码", "行业分类代码", "行业小类代码"),
        max_length=8,
        example="5174",
    ),
    Field(
        "staff",
        "从业人数",
        _T.INTEGER,
        synonyms=("从业人员", "从业人员数", "从业人员数量", "职工人数", "员工人数", "雇工人数"),
        example="3",
    ),
    Field(
        "market", "所属市场", synonyms=("市场", "市场名称", "所在市场", "专业市场"), max_length=120
    ),
    Field("longitude", "经度", _T.DECIMAL, synonyms=("LON", "LNG", "X坐标")),
    Field("latitude", "纬度", _T.DECIMAL, synonyms=("LAT", "Y坐标")),
)
# What the row rule adds behind the columns.
DERIVED = ("kind", "kind_basis")

_AT = {field.key: place for place, field in enumerate(FIELDS)}
_CODE, _NUMBER, _TYPE = _AT["credit_code"], _AT["registration_number"], _AT["type_text"]
_TRADE, _STAFF = _AT["industry_code"], _AT["staff"]
_known_kinds: dict[tuple[str, str], tuple[BusinessKind, KindBasis]] = {}
_REMEMBERED = 10_000


def finish_row(row: list[object], today: date) -> list[CellFaultNote]:
    """Put code and old number into their own places, add kind and its basis (IM-2, RG-1, RG-2).

    Returns the faults of the row as a whole. A row without code and number has no key.
    """
    code, number = row[_CODE], row[_NUMBER]
    if isinstance(code, str) and len(code) != CODE_LENGTH:
        code, number = None, number or code
    if isinstance(number, str) and len(number) == CODE_LENGTH:
        code, number = code or number, None
    row[_CODE], row[_NUMBER] = code, number
    if code is None and number is None:
        return [CellFaultNote("credit_code", CellReason.CODE_MISSING.value, 0)]
    label = str(row[_TYPE] or "")
    staff, trade = row[_STAFF], str(row[_TRADE] or "")
    if staff is None:
        basis = (label, str(code or "")[:2])
        kind = _known_kinds.get(basis)
        if kind is None:
            kind = business_kind(label, basis[1])
            if len(_known_kinds) < _REMEMBERED:
                _known_kinds[basis] = kind
    else:
        kind = business_kind(label, str(code or ""), int(str(staff)), trade)
    row.append(kind[0].value)
    row.append(kind[1].value)
    return []


def row_keys(row: list[object]) -> tuple[str, ...]:
    """Return the keys by which a later row is a duplicate of this one."""
    return tuple(str(key) for key in (row[_CODE], row[_NUMBER]) if key is not None)
