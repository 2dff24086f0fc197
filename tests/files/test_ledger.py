from datetime import date
from io import BytesIO

import pytest

from xgz.files import ledger
from xgz.files.ledger import LEDGER_COLUMNS, SheetHead, write_table

HEAD = SheetHead("题名", ("范围", "截止"), (("甲", 8), ("乙", 8), ("丙", 8)), frozen_columns=1)

FORM = [
    "序号",
    "地区",
    "社区",
    "居委会",
    "企业名称",
    "党组织名称",
    "是否纳入全省非公平台管理",
    "是否互联网企业",
    "地址",
    "法人姓名",
    "法人政治面貌",
    "法人是否兼任书记",
    "职工数量",
    "企业经营状况",
    "是否缴纳社保",
    "社保缴纳职工数",
    "社会保险号",
    "社保缴纳属地",
    "组织关系已转入党员数",
    "组织关系未转入党员数",
    "是否建立党组织",
    "组建方式",
    "建制类型",
    "成立时间",
    "负责人姓名",
    "党内外职务",
    "电话",
    "是否成立群团组织",
    "是否规模以上",
    "标准化建设是否达标",
    "当前摸排进展情况",
    "备注",
]
KEYS = ["统一社会信用代码", "主体类型", "登记状态", "所属乡镇", "管辖单位"]


def written(rows):
    import openpyxl  # slow import

    target = BytesIO()
    count = write_table(target, HEAD, rows)
    return count, openpyxl.load_workbook(target)


def test_columns_are_those_of_the_form_then_the_keys():
    assert [heading for heading, _ in LEDGER_COLUMNS] == FORM + KEYS


def test_title_notes_headings_and_rows_stand_in_order():
    count, book = written([("a", 1, date(2026, 3, 1)), (None, "", 2.5)])

    assert count == 2
    rows = list(book.active.iter_rows(values_only=True))
    assert [*rows[:4], (*rows[4][:2], str(rows[4][2])), *rows[5:]] == [
        ("题名", None, None),
        ("范围", None, None),
        ("截止", None, None),
        ("甲", "乙", "丙"),
        ("a", 1, "2026-03-01 00:00:00"),
        (None, None, 2.5),
    ]
    assert book.active.freeze_panes == "B5"
    assert book.active.print_area == "'台账'!$A$1:$C$6"


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-1", "@x", "{=1}", "http://example.org", "0012", "913609990000000001"]
)
def test_texts_stay_texts(text):
    _, book = written([(text,)])
    cell = book.active["A5"]

    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [(start + "1", True) for start in "=+-@\t\r＝＋－＠"] + [("1=1", False), ("甲", False)],
    ids=repr,
)
def test_only_texts_that_look_like_formulas_carry_the_quote_prefix(text, quoted):
    _, book = written([(text,)])

    assert bool(book.active["A5"].quotePrefix) is quoted


@pytest.mark.parametrize(
    ("length", "kept"),
    [(32_767, "甲" * 32_767), (32_768, "甲" * 32_766 + "…")],
    ids=["fits", "long"],
)
def test_a_text_no_cell_can_hold_is_cut_and_says_so(length, kept):
    _, book = written([("甲" * length,)])

    assert book.active["A5"].value == kept


def test_no_rows_make_a_sheet_of_headings():
    count, book = written([])

    assert (count, book.active.max_row) == (0, 4)


@pytest.mark.parametrize(("rows", "sizes"), [(3, [3]), (4, [3, 1]), (7, [3, 3, 1])], ids=str)
def test_a_full_sheet_is_followed_by_another(rows, sizes, monkeypatch):
    monkeypatch.setattr(ledger, "ROWS_PER_SHEET", 3)

    count, book = written((n,) for n in range(rows))

    assert count == rows
    assert [sheet.max_row - 4 for sheet in book] == sizes
    assert [row[0] for sheet in book for row in sheet.iter_rows(min_row=5, values_only=True)] == [
        *range(rows)
    ]
