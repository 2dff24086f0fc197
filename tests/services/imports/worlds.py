"""Small files of invented rows and one call that takes them through the whole import."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.factories.rows import credit_code
from xgz.access.actor import Actor, shell_operator
from xgz.models import Import
from xgz.rules.id_numbers import check_digit
from xgz.rules.imports.states import ImportKind
from xgz.services.imports.opening import register_file
from xgz.services.imports.staging import stage_import
from xgz.services.imports.whole import import_file

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)

REGISTRY = (
    "统一社会信用代码",
    "名称",
    "主体类型",
    "经营者",
    "证件号码",
    "联系电话",
    "住所",
    "成立日期",
    "登记状态",
    "注销日期",
    "经营异常",
    "管辖单位",
    "乡镇街道",
    "从业人数",
    "所属市场",
)
REPORT = (
    "统一社会信用代码",
    "年度",
    "中共党员(包括预备党员)人数",
    "正式党员人数",
    "党组织建制",
    "组建方式",
    "法定代表人是否党员",
    "法定代表人是否党组织书记",
    "从业人数",
)
ROSTER = (
    "姓名",
    "性别",
    "出生日期",
    "公民身份号码",
    "人员类别",
    "所在党支部",
    "入党日期",
    "手机号",
    "党籍状态",
    "单位名称",
    "单位统一社会信用代码",
)
ORGANISATIONS = (
    "党组织名称",
    "党组织代码",
    "组织类别",
    "组建方式",
    "上级党组织",
    "指导单位",
    "覆盖单位统一社会信用代码",
    "书记姓名",
    "成立日期",
    "换届日期",
    "最近一次组织生活日期",
)
HEADERS = {
    ImportKind.REGISTRY: REGISTRY,
    ImportKind.ANNUAL_REPORT: REPORT,
    ImportKind.ROSTER: ROSTER,
    ImportKind.ORGANISATIONS: ORGANISATIONS,
}


def operator() -> Actor:
    return shell_operator(TODAY)


def id_number(born_on: str, order: str = "001") -> str:
    """Return a well-formed identity number of an invented area."""
    head = "360999" + born_on.replace("-", "") + order
    return head + check_digit(head)


def business(number: int, **cells: Any) -> dict[str, Any]:
    """Return the cells of one registry row by header."""
    return {
        "统一社会信用代码": credit_code(number),
        "名称": f"清平镇第{number}号示例店",
        "主体类型": "个体工商户",
        "登记状态": "存续",
    } | cells


def report(number: int, year: int = 2025, **cells: Any) -> dict[str, Any]:
    return {"统一社会信用代码": credit_code(number), "年度": str(year)} | cells


def write_csv(path: Path, kind: ImportKind, rows: Sequence[dict[str, Any]]) -> Path:
    headers = HEADERS[kind]
    lines = [",".join(headers)]
    lines += [",".join(str(row.get(header, "")) for header in headers) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class Importer:
    """Imports rows of one kind after another in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, kind: ImportKind, *rows: dict[str, Any], **options: Any) -> Import:
        path = write_csv(self._folder / "file.csv", kind, rows)
        today = options.pop("today", TODAY)
        return import_file(actor=operator(), kind=kind, path=path, today=today, now=NOW, **options)

    def stage(self, kind: ImportKind, *rows: dict[str, Any]) -> Import:
        """Only read and check: the dry run."""
        path = write_csv(self._folder / "file.csv", kind, rows)
        source = register_file(actor=operator(), kind=kind, file_name=path.name, digest="", now=NOW)
        stage_import(actor=operator(), source=source, today=TODAY, path=path)
        return source


def counts(source: Import) -> dict[str, int]:
    """Return the figures that are not zero."""
    names = ("rows", "created", "updated", "unchanged", "rejected", "duplicate", "blank")
    return {name: getattr(source, name) for name in names if getattr(source, name)}
