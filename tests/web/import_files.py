"""Files as people send them, built in memory; every person and shop is invented."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.rows import credit_code

REGISTRY_HEADERS = (
    "统一社会信用代码",
    "名称",
    "主体类型",
    "经营者",
    "登记状态",
    "乡镇街道",
    "从业人数",
)
ROSTER_HEADERS = ("姓名", "性别", "出生日期", "人员类别", "所在党支部")


def registry_row(number: int, **values: Any) -> list[Any]:
    """Return one good row in the order of REGISTRY_HEADERS."""
    defaults = {
        "code": credit_code(number),
        "name": f"清平镇第{number}号杂货店",
        "kind": "个体工商户",
        "owner": "示例人",
        "status": "存续",
        "township": "清平镇",
        "staff": "2",
    }
    return list((defaults | values).values())


def workbook(*sheets: tuple[str, Sequence[Sequence[Any]]]) -> bytes:
    """Return an xlsx file of these sheets; numbers stay numbers, texts stay texts."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_numbers": False}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return target.getvalue()


def registry_workbook(
    *rows: Sequence[Any], headers: Sequence[str] = REGISTRY_HEADERS, sheet: str = "登记"
) -> bytes:
    return workbook((sheet, [headers, *rows]))


def corner_workbook() -> bytes:
    """Return a tiny workbook with one cell in the first and one in the last place of a sheet."""
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("登记")
        sheet.write_string(0, 0, "名称")
        sheet.write_string(1_048_575, 16_383, "x")
    return target.getvalue()


def sent(content: bytes, name: str = "登记数据.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
