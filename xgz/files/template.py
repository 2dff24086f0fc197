"""The import template of one kind: a header with marks and notes, drop-downs, text columns."""

from pathlib import Path
from typing import IO, TYPE_CHECKING

from xgz.files.text_cells import TEXT_OPTIONS, TextCells
from xgz.rules.imports.fields import CellType, Field
from xgz.rules.imports.rows import KIND_TABLES
from xgz.rules.imports.states import IMPORT_KIND_LABELS, ImportKind

if TYPE_CHECKING:
    import xlsxwriter

NOTES_SHEET = "填写说明"
REQUIRED_MARK = "*"
_DATA_ROWS = 5000  # rows that carry the text format and the drop-downs
_WIDTH = 20
_TEXT_FORMAT = "@"
_DATE_NOTE = "日期按“2019-04-11”的样式填写。"
_TEXT_NOTE = "本列已设为文本格式，请勿改成数字。"
_YES_NO = ("是", "否")
_TEXT_TYPES = frozenset(
    {
        CellType.CODE,
        CellType.CREDIT_CODE,
        CellType.CODES,
        CellType.REFERENCE,
        CellType.ID,
        CellType.PAPER,
        CellType.PHONE,
    }
)


def write_template(kind: ImportKind, target: Path | IO[bytes]) -> None:
    """Write the workbook that people fill in: our headers, required ones marked, one notes sheet.

    The importer ignores the marks, so the filled template comes back as it is.
    """
    import xlsxwriter  # slow import

    fields = KIND_TABLES[kind].fields
    with xlsxwriter.Workbook(target, TEXT_OPTIONS) as workbook:
        sheet = workbook.add_worksheet(IMPORT_KIND_LABELS[kind])
        bold = TextCells(workbook, bold=True, bottom=1)
        text = workbook.add_format({"num_format": _TEXT_FORMAT})
        plain = workbook.add_format({})
        sheet.freeze_panes(1, 0)
        for place, field in enumerate(fields):
            is_text = field.cell in _TEXT_TYPES
            sheet.set_column(place, place, _WIDTH, text if is_text else plain)
            bold.write(sheet, 0, place, marked_header(field))
            note = field_note(field)
            if note:
                sheet.write_comment(0, place, note)
            choices = _choices(field)
            if choices:
                sheet.data_validation(
                    1, place, _DATA_ROWS, place, {"validate": "list", "source": list(choices)}
                )
        _write_notes(workbook, fields)


def marked_header(field: Field) -> str:
    """Return a column's header, with the mark where the column or its cells must be there."""
    return field.header + REQUIRED_MARK if field.required or field.filled else field.header


def field_note(field: Field) -> str:
    """Return what a clerk should know about a column, or "" where the header says it all."""
    parts = [field.note]
    if field.cell is CellType.DATE:
        parts.append(_DATE_NOTE)
    if field.cell in _TEXT_TYPES and "文本格式" not in field.note:
        parts.append(_TEXT_NOTE)
    return "".join(part for part in parts if part)


def _choices(field: Field) -> tuple[str, ...]:
    return _YES_NO if field.cell is CellType.YES_NO else field.choices


def _write_notes(workbook: "xlsxwriter.Workbook", fields: tuple[Field, ...]) -> None:
    sheet = workbook.add_worksheet(NOTES_SHEET)
    bold = TextCells(workbook, bold=True, bottom=1)
    wrapped = TextCells(workbook, text_wrap=True, valign="top")
    for place, (title, width) in enumerate(
        (("列", 26), ("必填", 8), ("可填内容", 44), ("样例", 26), ("说明", 50))
    ):
        sheet.set_column(place, place, width)
        bold.write(sheet, 0, place, title)
    for line, field in enumerate(fields, 1):
        cells = (
            field.header,
            "是" if field.required or field.filled else "",
            "、".join(_choices(field)),
            field.example,
            field_note(field),
        )
        for place, cell in enumerate(cells):
            wrapped.write(sheet, line, place, cell)
