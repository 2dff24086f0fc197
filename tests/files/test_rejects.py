import json

import pytest
from openpyxl import load_workbook

from xgz.files.rejects import (
    END_OF_ROWS,
    SHEET_MAX_ROWS,
    RowsMissing,
    rejects_suffix,
    write_rejects,
)
from xgz.files.text_cells import dead_text

LINES = [
    [0, "", ["统一社会信用代码", "名称"]],
    [57, "信用代码校验位不对，应核对第 18 位", ["=1+1", "@清平镇示例店"]],
    [203, "名称为空", ["91350100M000100Y43"]],
    [204, "列数不符", ["a", "b", "多出的"]],
]


SENT = [*(json.dumps(line) + "\n" for line in LINES), END_OF_ROWS + "\n"]


def test_workbook_holds_row_number_cells_and_red_reason(tmp_path):
    target = tmp_path / "rejects.xlsx"

    write_rejects(SENT, target)

    sheet = load_workbook(target).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["原行号", "统一社会信用代码", "名称", "退回原因和改法"]
    assert rows[1] == [57, "=1+1", "@清平镇示例店", LINES[1][1]]
    assert rows[2] == [203, "91350100M000100Y43", None, "名称为空"]
    assert rows[3][-1] == "列数不符【多出的】"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet["D2"].font.color.rgb == "FFC00000"
    assert [sheet[place].quotePrefix for place in ("B2", "C2", "B3", "D2")] == [1, 1, 0, 0]
    assert (target.stat().st_mode & 0o777) == 0o600
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("name", ["rejects.xlsx", "rejects.csv"])
def test_rows_that_end_without_the_last_line_leave_no_file(tmp_path, name):
    with pytest.raises(RowsMissing):
        write_rejects(SENT[:-1], tmp_path / name)

    assert list(tmp_path.iterdir()) == []


def test_csv_holds_the_same_with_dead_formulas(tmp_path):
    target = tmp_path / "rejects.csv"

    write_rejects(SENT, target)

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
