"""Lists as workbooks: numbered rows, text that stays text, further sheets, dates."""

import io
from datetime import date

import pytest

from xgz.files import listing_sheet
from xgz.files.listing_sheet import SheetColumn, write_listing

COLUMNS = [SheetColumn("序号", 8), SheetColumn("名称", 20), SheetColumn("日期", 12)]


def _write(tmp_path, rows, title="名册"):
    import openpyxl  # slow import

    target = io.BytesIO()
    written = write_listing(
        target,
        title=title,
        conditions="全部",
        columns=COLUMNS,
        rows=rows,
        scratch=str(tmp_path),
    )
    return written, openpyxl.load_workbook(target)


def test_rows_are_numbered_below_title_conditions_and_headings(tmp_path):
    written, book = _write(tmp_path, [["甲店", date(2026, 10, 10)], ["乙店", None]])

    assert written == 2
    assert [list(row) for row in book.active.iter_rows(max_col=2, values_only=True)] == [
        ["名册", None],
        ["全部", None],
        ["序号", "名称"],
        [1, "甲店"],
        [2, "乙店"],
    ]
    day, none = book.active["C4"], book.active["C5"]
    assert (day.value.date(), day.number_format) == (date(2026, 10, 10), "yyyy-mm-dd")
    assert none.value is None


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "＝1", "http://a.example", "\t=1", "1"])
def test_text_stays_text(tmp_path, text):
    _written, book = _write(tmp_path, [[text, None]])

    cell = book.active["B4"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize(("text", "quoted"), [("=1+1", True), ("＠x", True), ("甲=1", False)])
def test_only_texts_that_look_like_formulas_carry_the_quote_prefix(tmp_path, text, quoted):
    _written, book = _write(tmp_path, [[text, None]])

    assert bool(book.active["B4"].quotePrefix) is quoted


def test_rows_past_the_end_of_a_sheet_go_on_a_further_one(tmp_path, monkeypatch):
    monkeypatch.setattr(listing_sheet, "ROWS_PER_SHEET", 2)

    written, book = _write(tmp_path, ([f"第{n}店", None] for n in range(1, 6)))

    assert written == 5
    assert [
        [row[0] for row in sheet.iter_rows(min_row=4, values_only=True)]
        for sheet in book.worksheets
    ] == [[1, 2], [3, 4], [5]]
    assert [sheet["A3"].value for sheet in book.worksheets] == ["序号"] * 3
    assert book.sheetnames == ["名册", "名册 2", "名册 3"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("甲" * 31, "甲" * 31),
        ("甲" * 32, "甲" * 31),
        ("届满/[待批]: 换届?", "届满待批 换届"),
        ("?", "Sheet1"),
    ],
)
def test_a_sheet_is_named_by_the_title_as_far_as_a_name_may_hold_it(tmp_path, title, name):
    _written, book = _write(tmp_path, [], title)

    assert book.sheetnames == [name]
    assert book.active["A1"].value == title


def test_list_without_rows_keeps_its_headings(tmp_path):
    written, book = _write(tmp_path, [])

    assert (written, book.active.max_row) == (0, 3)
