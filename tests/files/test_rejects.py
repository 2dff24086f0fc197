import json

import pytest
from openpyxl import load_workbook

from xgz.files.rejects import SHEET_MAX_ROWS, dead_text, rejects_suffix, write_rejects

LINES = [
    [0, "", ["统一社会信用代码", "名称"]],
    [57, "信用代码校验位不对，应核对第 18 位", ["=1+1", "@清平镇示例店"]],
    [203, "名称为空", ["91350100M000100Y43"]],
    [204, "列数不符", ["a", "b", "多出的"]],
]


@pytest.fixture
def spool(tmp_path):
    path = tmp_path / "spool.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    return path


def test_workbook_holds_row_number_cells_and_red_reason(spool, tmp_path):
    target = tmp_path / "rejects.xlsx"

    write_rejects(spool, target)

    sheet = load_workbook(target).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["原行号", "统一社会信用代码", "名称", "退回原因和改法"]
    assert rows[1] == [57, "=1+1", "@清平镇示例店", LINES[1][1]]
    assert rows[2] == [203, "91350100M000100Y43", None, "名称为空"]
    assert rows[3][-1] == "列数不符【多出的】"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet["D2"].font.color.rgb == "FFC00000"
    assert (target.stat().st_mode & 0o777) == 0o600


def test_csv_holds_the_same_with_dead_formulas(spool, tmp_path):
    target = tmp_path / "rejects.csv"

    write_rejects(spool, target)

    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith("57,'=1+1,'@清平镇示例店,")
    assert lines[2] == "203,91350100M000100Y43,,名称为空"


@pytest.mark.parametrize(
    ("count", "suffix"),
    [(SHEET_MAX_ROWS, ".xlsx"), (SHEET_MAX_ROWS + 1, ".csv")],
    ids=["fits", "one more"],
)
def test_more_rows_than_a_sheet_holds_become_csv(count, suffix):
    assert rejects_suffix(count) == suffix


@pytest.mark.parametrize("text", ["=a", "+a", "-a", "@a", "\ta", "\ra", "＝a", "＠a"], ids=repr)
def test_no_text_comes_alive(text):
    assert dead_text(text) == "'" + text
    assert dead_text("a" + text) == "a" + text
