"""Workbooks of plain rows: title, scope, cut-off date, headings, rows; every text stays a text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from xgz.files.text_cells import TEXT_OPTIONS, TextCells, give_up
from xgz.files.tracing import MARK_HEADING, MARK_WIDTH, Marks, marked_rows, printed_line

Cell = str | int | float | date | None

# Excel has 1,048,576 rows; a longer ledger goes on in a further sheet.
ROWS_PER_SHEET = 1_000_000
_HEADER_ROWS = 4

# The survey form's columns in its own order, then the register's keys.
LEDGER_COLUMNS: tuple[tuple[str, int], ...] = (
    ("序号", 7),
    ("地区", 14),
    ("社区", 10),
    ("居委会", 10),
    ("企业名称", 34),
    ("党组织名称", 30),
    ("是否纳入全省非公平台管理", 12),
    ("是否互联网企业", 10),
    ("地址", 34),
    ("法人姓名", 12),
    ("法人政治面貌", 12),
    ("法人是否兼任书记", 10),
    ("职工数量", 9),
    ("企业经营状况", 14),
    ("是否缴纳社保", 9),
    ("社保缴纳职工数", 9),
    ("社会保险号", 12),
    ("社保缴纳属地", 12),
    ("组织关系已转入党员数", 11),
    ("组织关系未转入党员数", 11),
    ("是否建立党组织", 9),
    ("组建方式", 16),
    ("建制类型", 12),
    ("成立时间", 12),
    ("负责人姓名", 12),
    ("党内外职务", 12),
    ("电话", 14),
    ("是否成立群团组织", 10),
    ("是否规模以上", 9),
    ("标准化建设是否达标", 10),
    ("当前摸排进展情况", 14),
    ("备注", 24),
    ("统一社会信用代码", 22),
    ("主体类型", 14),
    ("登记状态", 14),
    ("所属乡镇", 14),
    ("管辖单位", 14),
)


@dataclass(frozen=True, slots=True)
class SheetHead:
    """What stands above the rows. notes: one line each (scope and filter, cut-off date).

    marks: what names the export on every page and row (EX-5); the first column then counts them.
    """

    title: str
    notes: tuple[str, str]
    columns: Sequence[tuple[str, int]]  # heading and width in characters
    sheet_name: str = "台账"
    frozen_columns: int = 0
    properties: dict[str, str] = field(default_factory=dict)
    marks: Marks | None = None


def write_table(
    target: IO[bytes] | str, head: SheetHead, rows: Iterable[Sequence[Cell]], scratch: str = ""
) -> int:
    """Write the rows to an xlsx file in constant memory and return how many there were.

    target: an open binary file or a path. scratch: a folder for the rows on their way. Texts are
    written as texts whatever they begin with, numbers as numbers, dates as dates, None as an empty
    cell. Where `rows` fails, nothing more is written.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(
        target,
        {**TEXT_OPTIONS, "constant_memory": True, "tmpdir": scratch or None},
    )
    book.set_properties(head.properties)
    if head.marks:
        rows = marked_rows(rows, head.marks, numbered=True)
    count = 0
    try:
        sheet = _start_sheet(book, head, 1)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        texts = TextCells(book)
        for count, row in enumerate(rows, 1):
            place = (count - 1) % ROWS_PER_SHEET
            if count > 1 and place == 0:
                _finish_sheet(sheet, head, ROWS_PER_SHEET, texts)
                sheet = _start_sheet(book, head, (count - 1) // ROWS_PER_SHEET + 1)
            _write_row(sheet, place + _HEADER_ROWS, row, day, texts)
        _finish_sheet(sheet, head, (count - 1) % ROWS_PER_SHEET + 1 if count else 0, texts)
    except BaseException:
        give_up(book)
        raise
    book.close()
    return count


def _start_sheet(book: Any, head: SheetHead, number: int) -> Any:
    sheet = book.add_worksheet(head.sheet_name if number == 1 else f"{head.sheet_name}{number}")
    bold = TextCells(book, bold=True, border=1, text_wrap=True, valign="vcenter")
    title, plain = TextCells(book, bold=True, font_size=16), TextCells(book)
    for place, (_, width) in enumerate(head.columns):
        sheet.set_column(place, place, width)
    title.write(sheet, 0, 0, head.title)
    tail = f"　{head.marks.line}" if head.marks else ""
    for line, note in enumerate((head.notes[0], head.notes[1] + tail), 1):
        plain.write(sheet, line, 0, note)
    if head.marks:
        mark = len(head.columns)
        sheet.set_column(mark, mark, MARK_WIDTH, None, {"hidden": True})
        sheet.set_footer(printed_line(head.marks))
    sheet.set_row(_HEADER_ROWS - 1, 36)
    for place, (heading, _) in enumerate(head.columns):
        bold.write(sheet, _HEADER_ROWS - 1, place, heading)
    if head.marks:
        bold.write(sheet, _HEADER_ROWS - 1, len(head.columns), MARK_HEADING)
    sheet.freeze_panes(_HEADER_ROWS, head.frozen_columns)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROWS - 1)
    return sheet


def _finish_sheet(sheet: Any, head: SheetHead, rows: int, texts: TextCells) -> None:
    last = _HEADER_ROWS + rows - 1
    signed = bool(head.marks and head.marks.shuffles)
    if head.marks and signed:
        texts.write(sheet, last + 1, 0, head.marks.line)
    sheet.print_area(0, 0, last + signed, len(head.columns) - 1)
    if rows:
        sheet.autofilter(_HEADER_ROWS - 1, 0, last, len(head.columns) - 1)


def _write_row(sheet: Any, line: int, row: Sequence[Cell], day: Any, texts: TextCells) -> None:
    for place, cell in enumerate(row):
        if cell is None or cell == "":
            continue
        if isinstance(cell, str):
            texts.write(sheet, line, place, cell)
        elif isinstance(cell, date):
            sheet.write_datetime(line, place, cell, day)
        else:
            sheet.write_number(line, place, cell)
