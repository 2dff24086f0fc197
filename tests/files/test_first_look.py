"""The look at a header before anybody has matched its columns."""

import pytest

from tests.web.import_files import (
    REGISTRY_HEADERS,
    corner_workbook,
    registry_row,
    registry_workbook,
    workbook,
)
from xgz.files.first_look import look_at_header
from xgz.rules.imports.reasons import FileReason, FileRefused
from xgz.rules.imports.states import ImportKind


@pytest.fixture
def look(tmp_path):
    def look_at(content, kind=ImportKind.REGISTRY):
        path = tmp_path / "file"
        path.write_bytes(content)
        return look_at_header(path, kind)

    return look_at


def test_a_header_below_a_title_is_found(look):
    rows = [["登记变化"], ["2026 年 10 月"], REGISTRY_HEADERS, registry_row(1)]

    found = look(workbook(("登记", rows)))

    assert (found.sheet, found.row, found.headers) == ("登记", 3, list(REGISTRY_HEADERS))


def test_a_header_nobody_knows_is_the_fullest_row(look):
    rows = [["某市场商户名单"], ["甲", "乙", "丙"], ["x", "y", ""]]

    assert look(workbook(("名单", rows))).headers == ["甲", "乙", "丙"]


def test_the_sheet_with_most_known_headers_is_taken(look):
    sheets = ("说明", [["甲", "乙", "丙"]]), ("数据", [REGISTRY_HEADERS, registry_row(1)])

    assert look(workbook(*sheets)).sheet == "数据"


def test_cells_of_open_columns_show_and_others_are_masked(look):
    headers = ("名称", "联系电话", "不知道的列")
    rows = [headers, ["老街五金店", "13800006021", "许一宁"]]

    assert look(workbook(("登记", rows))).samples == ["老街五金店", "138****6021", "***"]


def test_everything_of_a_roster_is_masked(look):
    rows = [("姓名", "所在党支部"), ("许一宁", "清平所联合党支部")]

    assert look(workbook(("党员", rows)), ImportKind.ROSTER).samples == ["***", "****"]


def test_a_text_in_gb18030_is_read(look):
    content = "店名;信用代码\n老街店;x\n".encode("gb18030")

    assert look(content).headers == ["店名", "信用代码"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", FileReason.EMPTY),
        (b"\x89PNG\r\n", FileReason.TYPE),
        (registry_workbook(headers=[]), FileReason.NO_ROWS),
        (corner_workbook(), FileReason.TOO_MANY_COLUMNS),
    ],
    ids=["empty", "picture", "no cells", "far corners"],
)
def test_a_file_that_cannot_be_looked_at_is_refused(look, content, reason):
    with pytest.raises(FileRefused) as refused:
        look(content)

    assert refused.value.reason in {reason, FileReason.TOO_MANY_ROWS}
