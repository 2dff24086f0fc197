"""The rows of the files the journey uploads."""

from collections.abc import Iterator
from typing import Any

from tests.canary.people import ALL_OWNERS, OUTSIDER, PEOPLE, REJECTED
from tests.factories.rows import credit_code
from tests.services.imports.worlds import ORGANISATIONS, REGISTRY

ROSTER = (
    *("姓名", "性别", "民族", "公民身份号码", "学历", "人员类别", "所在党支部", "入党日期"),
    *("工作岗位", "手机号", "家庭住址", "党籍状态", "单位名称", "单位统一社会信用代码"),
)
BRANCHES = ("清平第一党支部", "清平第二党支部", "柳泉第一党支部")


def shop_row(number: int) -> list[Any]:
    owner = ALL_OWNERS[number]
    cells = {
        "统一社会信用代码": credit_code(number),
        "名称": f"清平镇第{number}号示例店",
        "主体类型": "个体工商户",
        "经营者": owner.name,
        "证件号码": owner.id_number,
        "联系电话": owner.phone,
        "住所": f"清平镇示例街{number}号",
        "成立日期": "2015-05-01",
        "登记状态": "存续",
        "管辖单位": "清平所",
        "乡镇街道": "清平镇",
        "从业人数": "3",
    }
    return [cells.get(header, "") for header in REGISTRY]


def branch_rows() -> list[list[Any]]:
    rows = []
    for number, name in enumerate(BRANCHES):
        cells = {
            "党组织名称": name,
            "组织类别": "党支部",
            "组建方式": "联合组建",
            "上级党组织": "柳泉镇党委" if number == 2 else "清平镇党委",
            "指导单位": "柳泉所" if number == 2 else "清平所",
            "覆盖单位统一社会信用代码": credit_code(number),
            "书记姓名": PEOPLE[number].name if number else OUTSIDER,
            "成立日期": "2018-07-01",
        }
        rows.append([cells.get(header, "") for header in ORGANISATIONS])
    return rows


def roster_rows() -> list[list[Any]]:
    return [_member_row(number) for number in range(len(PEOPLE))]


def _member_row(number: int) -> list[Any]:
    person = PEOPLE[number]
    branch = BRANCHES[2] if number % 10 == 9 else BRANCHES[number % 2]
    code = credit_code(number % 10) if number % 3 else ""
    return [
        *(person.name, "", "汉族", person.id_number, "大专", "正式党员", branch, "1995-07-01"),
        *(person.position, person.phone, person.address, "正常"),
        *("" if code else person.unit, code),
    ]


def with_other_cells(row: list[Any]) -> list[Any]:
    """Return the row with another phone and address, for rows that are changed and journalled."""
    changed = list(row)
    changed[ROSTER.index("手机号")] = "13800000001"
    changed[ROSTER.index("家庭住址")] = "示例路一号"
    return changed


def rejected_row() -> Iterator[Any]:
    name, number, phone, address = REJECTED
    row = list(_member_row(0))
    for header, value in (
        ("姓名", name),
        ("公民身份号码", number),
        ("手机号", phone),
        ("家庭住址", address),
    ):
        row[ROSTER.index(header)] = value
    yield from row
