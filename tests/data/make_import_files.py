"""Write the golden import files: one good and one dirty of each kind; everything is invented.

.venv/bin/python -m tests.data.make_import_files
"""

import csv
import json
from pathlib import Path

from xgz.rules.credit_codes import check_character
from xgz.rules.id_numbers import check_digit

FOLDER = Path(__file__).parent / "imports"
REGISTRY = [
    "统一社会信用代码",
    "企业名称",
    "主体类型",
    "经营者",
    "证件号码",
    "联系电话",
    "经营场所",
    "成立日期",
    "经营状态",
    "管辖单位",
    "行业代码",
    "从业人数",
    "所属市场",
]
REPORT = [
    "统一社会信用代码",
    "年度",
    "中共党员(包括预备党员)人数",
    "正式党员人数",
    "党组织建制",
    "组建方式",
    "法定代表人是否党员",
    "法定代表人是否党组织书记",
    "从业人数",
]
ROSTER = [
    "姓名",
    "性别",
    "出生日期",
    "公民身份号码",
    "人员类别",
    "所在党支部",
    "入党日期",
    "转正日期",
    "手机号",
    "党籍状态",
    "单位名称",
    "单位统一社会信用代码",
]
ORGANISATIONS = [
    "党组织名称",
    "党组织代码",
    "组织类别",
    "组建方式",
    "上级党组织",
    "覆盖单位统一社会信用代码",
    "书记姓名",
    "成立日期",
    "换届日期",
    "最近一次组织生活日期",
]


def code(number: int, prefix: str = "92") -> str:
    head = f"{prefix}360999{number:09d}"
    return head + check_character(head)


def identity(born_on: str, order: int) -> str:
    head = f"360999{born_on}{order:03d}"
    return head + check_digit(head)


def shop(number: int) -> list[str]:
    return [
        code(number),
        f"清平镇第{number}号示例店",
        "个体工商户",
        f"示例{number}",
        identity("19700101", number),
        f"1390000{number:04d}",
        f"清平镇老街 {number} 号",
        "2019-04-11",
        "存续（在营、开业、在册）",
        "清平所",
        "5174",
        str(number % 7),
        "清平示例市场" if number % 4 == 0 else "",
    ]


def changed(row: list[str], **cells: str) -> list[str]:
    """Return the row with cells replaced by place, as in p3="x"."""
    copy = list(row)
    for place, cell in cells.items():
        copy[int(place[1:])] = cell
    return copy


def person(number: int, born_on: str) -> list[str]:
    return [
        f"示例{number}",
        "",
        "",
        identity(born_on, number),
        "正式党员",
        "清平所示例联合党支部",
        "1990-07-01",
        "1991-07-01",
        f"1380000{number:04d}",
        "正常",
        f"清平镇第{number}号示例店",
        code(number),
    ]


def report(number: int, everyone: int, full: int) -> list[str]:
    return [
        code(number),
        "2025",
        str(everyone),
        str(full),
        "未建立",
        "",
        "是" if number % 3 == 0 else "否",
        "否",
        "3",
    ]


def files() -> dict[str, tuple[str, str, list[list[str]], dict[str, int]]]:
    """Return name → (kind, encoding, rows, figures), in the order they are imported."""
    shops = [shop(number) for number in range(1, 21)]
    dirty_shops = [
        ["澄川县登记数据（2026 年 10 月）"],
        REGISTRY,
        shops[0],
        changed(shops[1], p8="注销"),
        changed(shops[2], p6="清平镇新街 9 号"),
        changed(shop(31), p0=code(31)[:17] + "*"),
        changed(shop(32), p0="1.1E+17"),
        changed(shop(33), p1=""),
        changed(shop(34), p7="2019-02-30"),
        changed(shop(35), p8="正常经营"),
        shops[0],
        [""] * len(REGISTRY),
        shop(36)[:-1],
        changed(shop(37), p0="3609990000123", p4=""),
        changed(shop(38), p4=identity("19700101", 38)[:17]),
    ]
    people = [person(1, "19560304"), person(2, "19601112"), person(3, "19880229"[:8])]
    dirty_people = [
        ROSTER,
        people[0],
        changed(people[1], p9="失联"),
        changed(person(4, "19700101"), p1="女", p3=identity("19700101", 1)),
        changed(person(5, "19700101"), p3="", p2=""),
        changed(person(6, "20100101"), p4="预备党员"),
        people[0],
        [""] * len(ROSTER),
        changed(person(7, "19910203"), p5="河湾示例党支部", p10="", p11=""),
    ]
    reports = [report(n, n % 5, min(n % 4, n % 5)) for n in range(1, 11)]
    branch = [
        "清平所示例联合党支部",
        "001",
        "党支部",
        "联合组建",
        "示例综合党委",
        f"{code(1)}、{code(2)}；{code(99)}",
        "示例1",
        "2015-07-01",
        "2022-07-01",
        "2023-05-01",
    ]
    committee = ["示例综合党委", "000", "党委", "", "", "", "", "2010-01-01", "", ""]
    return {
        "registry_good": ("registry", "utf-8-sig", [REGISTRY, *shops], {"rows": 20, "created": 20}),
        "registry_dirty": (
            "registry",
            "gb18030",
            dirty_shops,
            {
                "rows": 13,
                "created": 1,
                "updated": 2,
                "rejected": 7,
                "duplicate": 1,
                "blank": 1,
                "unchanged": 1,
            },
        ),
        "annual_report_good": (
            "annual_report",
            "utf-8",
            [REPORT, *reports],
            {"rows": 10, "created": 10},
        ),
        "annual_report_dirty": (
            "annual_report",
            "gb18030",
            [
                REPORT,
                reports[0],
                changed(reports[1], p2="9"),
                report(98, 1, 1),
                changed(reports[2], p2="1", p3="2"),
                changed(reports[3], p1="1999"),
                reports[0],
            ],
            {"rows": 6, "updated": 1, "unchanged": 1, "rejected": 3, "duplicate": 1},
        ),
        "roster_good": ("roster", "utf-8", [ROSTER, *people], {"rows": 3, "created": 3}),
        "roster_dirty": (
            "roster",
            "gb18030",
            dirty_people,
            {
                "rows": 8,
                "created": 1,
                "updated": 1,
                "unchanged": 1,
                "rejected": 3,
                "duplicate": 1,
                "blank": 1,
            },
        ),
        "organisations_good": (
            "organisations",
            "utf-8",
            [ORGANISATIONS, branch, committee],
            {"rows": 2, "created": 1, "updated": 1},
        ),
        "organisations_dirty": (
            "organisations",
            "gb18030",
            [
                ORGANISATIONS,
                changed(branch, p9="2023-6-1"),
                changed(committee, p4="示例综合党委"),
                changed(branch, p0="", p1="002"),
                changed(branch, p1="003", p2="党小组"),
                committee,
            ],
            {"rows": 5, "updated": 1, "rejected": 3, "unchanged": 1},
        ),
    }


def main() -> None:
    """Write the files and their figures."""
    FOLDER.mkdir(exist_ok=True)
    expected = {}
    for name, (kind, encoding, rows, figures) in files().items():
        with (FOLDER / f"{name}.csv").open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream, lineterminator="\r\n").writerows(rows)
        expected[f"{name}.csv"] = {"kind": kind, "figures": figures}
    text = json.dumps(expected, ensure_ascii=False, indent=2) + "\n"
    (FOLDER / "expected.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
