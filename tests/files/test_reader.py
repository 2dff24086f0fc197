"""Files as they come, good and hostile, through the reading child."""

import gzip
import io
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from tests.factories.rows import credit_code
from xgz.files.child import UPLOAD_WALL_SECONDS, child_environment, read_in_child, upload_limits
from xgz.files.reader import Request
from xgz.rules.imports.reasons import CellReason, FileReason, FileRefused

HEADERS = ["统一社会信用代码", "名称", "成立日期", "证件号码"]
GOOD = [credit_code(1), "清平镇示例店", "2020-01-01", ""]


def book(*sheets, **options):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, options) as workbook:
        for name, rows in sheets:
            sheet = workbook.add_worksheet(name)
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(line, place, cell, None, "x")
                    else:
                        sheet.write(line, place, cell)
    return target.getvalue()


def rewritten(content, change):
    """Return a workbook whose parts went through `change(name, part)`."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", 8) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return target.getvalue()


def in_sheet(old, new):
    return lambda name, part: part.replace(old, new) if "sheet1.xml" in name else part


def csv(*rows, encoding="utf-8", mark=","):
    return "".join(mark.join(row) + "\n" for row in rows).encode(encoding)


@pytest.fixture
def read(tmp_path):
    def run(content, name="file", **limits):
        path = Path(tmp_path / name)
        path.write_bytes(content)
        request = Request(str(path), "registry", "2026-11-23", **(upload_limits() | limits))
        answers = list(read_in_child(request, UPLOAD_WALL_SECONDS))
        return {
            "header": answers[0],
            "rows": [row for a in answers if a["event"] == "rows" for row in a["rows"]],
            "faults": [row for a in answers if a["event"] == "faults" for row in a["rows"]],
            "done": answers[-1],
        }

    return run


def test_title_row_and_gaps_keep_the_spreadsheets_own_row_numbers(read):
    found = read(book(("登记", [["澄川县登记数据"], [], HEADERS, GOOD, [], GOOD[:3]])))

    assert found["header"]["row"] == 3
    assert [row[-1] for row in found["rows"]] == [4]
    assert [(row[0], row[1][0][1]) for row in found["faults"]] == [(6, CellReason.DUPLICATE)]
    assert found["done"] | {"event": "done"} == {
        "event": "done",
        "read": 3,
        "good": 1,
        "rejected": 0,
        "duplicate": 1,
        "blank": 1,
    }


def test_false_dimension_loses_no_row(read):
    content = book(("登记", [HEADERS, GOOD, [credit_code(2), *GOOD[1:]]]))
    lying = rewritten(content, in_sheet(b'ref="A1:D3"', b'ref="A1:B2"'))

    assert lying != content
    assert read(lying)["done"]["good"] == 2


def test_columns_left_empty_keep_their_places(read):
    rows = [["", *HEADERS], ["", *GOOD]]

    assert read(book(("登记", rows)))["done"]["good"] == 1


@pytest.mark.parametrize(
    ("cell", "place", "field", "reason"),
    [
        ("=A9", 0, "credit_code", CellReason.FORMULA),
        (123456789012345678, 0, "credit_code", CellReason.NUMERIC),
        (330183199001011234, 3, "owner_id", CellReason.NUMERIC),
    ],
    ids=["formula in the key", "code as number", "ID as number"],
)
def test_cell_that_lost_what_was_typed_hands_its_row_back(read, cell, place, field, reason):
    row = [*GOOD[:place], cell, *GOOD[place + 1 :]]

    faults = read(book(("登记", [HEADERS, row])))["faults"]

    assert [(f[0], f[1][0][:2]) for f in faults] == [(2, [field, reason])]


def test_date_cells_and_whole_numbers_read_like_text(read):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        sheet = workbook.add_worksheet("登记")
        sheet.write_row(0, 0, [*HEADERS[:3], "从业人数"])
        sheet.write_row(1, 0, GOOD[:2])
        sheet.write_datetime(1, 2, date(2020, 1, 2))
        sheet.write_number(1, 3, 12)

    rows = read(target.getvalue())["rows"]

    assert "2020-01-02" in rows[0]
    assert 12 in rows[0]


def corner():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        sheet = workbook.add_worksheet("登记")
        sheet.write_string("A1", "名称")
        sheet.write_string("XFD1048576", "x")
    return target.getvalue()


def many_rows(name, part):
    extra = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (i, i) for i in range(3, 100_010)
    )
    return part.replace(b"</sheetData>", extra + b"</sheetData>") if "sheet1.xml" in name else part


def bomb(name, part):
    cell = (
        b'<row r="9"><c r="A9" t="inlineStr"><is><t>' + b"A" * 30_000_000 + b"</t></is></c></row>"
    )
    return part.replace(b"</sheetData>", cell + b"</sheetData>") if "sheet1.xml" in name else part


def with_part(content, name):
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as package:
        package.writestr(name, b"x")
    return target.getvalue()


SIMPLE = book(("登记", [HEADERS, GOOD]))
DOCTYPE = b'?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
HOSTILE = {
    "empty file": (b"", FileReason.EMPTY),
    "empty sheet": (book(("登记", [])), FileReason.NO_ROWS),
    "header only": (book(("登记", [HEADERS])), FileReason.NO_ROWS),
    "corner cells": (corner(), FileReason.TOO_MANY_ROWS),
    "100,009 rows": (rewritten(SIMPLE, many_rows), FileReason.TOO_MANY_ROWS),
    "200 columns": (book(("登记", [[f"列{i}" for i in range(200)]])), FileReason.TOO_MANY_COLUMNS),
    "200 columns csv": (
        csv(HEADERS + [f"列{i}" for i in range(196)], ["x"] * 200),
        FileReason.TOO_MANY_COLUMNS,
    ),
    "zip bomb": (rewritten(SIMPLE, bomb), FileReason.UNPACKED_SIZE),
    "doctype in a sheet": (rewritten(SIMPLE, in_sheet(b"?>", DOCTYPE)), FileReason.DOCTYPE),
    "doctype in the texts": (
        rewritten(SIMPLE, lambda n, p: p.replace(b"?>", DOCTYPE, 1) if "sharedStrings" in n else p),
        FileReason.DOCTYPE,
    ),
    "macro": (with_part(SIMPLE, "xl/vbaProject.bin"), FileReason.ACTIVE_CONTENT),
    "external link": (
        with_part(SIMPLE, "xl/externalLinks/externalLink1.xml"),
        FileReason.ACTIVE_CONTENT,
    ),
    "embedded object": (
        with_part(SIMPLE, "xl/embeddings/oleObject1.bin"),
        FileReason.ACTIVE_CONTENT,
    ),
    "cut off": (SIMPLE[:-200], FileReason.BROKEN),
    "plain zip": (with_part(b"PK\x05\x06" + b"\0" * 18, "a.txt"), FileReason.TYPE),
    "old excel": (OLE, FileReason.OLD_EXCEL),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), FileReason.ENCRYPTED),
    "pdf named csv": (b"%PDF-1.4", FileReason.TYPE),
    "html": (b" <html><table></table></html>", FileReason.TYPE),
    "wrong kind": (book(("名册", [["姓名", "性别"], ["示例人", "男"]])), FileReason.NO_HEADER),
    "wrong sheets": (book(("甲", [["x", "y"]]), ("乙", [["a", "b"]])), FileReason.NO_SHEET),
    "two sheets fit": (
        book(("甲", [HEADERS, GOOD]), ("乙", [HEADERS, GOOD])),
        FileReason.SEVERAL_SHEETS,
    ),
    "header twice": (csv([*HEADERS, "名称"], [*GOOD, "x"]), FileReason.REPEATED_HEADER),
    "bytes": (bytes(range(1, 256)) * 40, FileReason.ENCODING),
    "nul": (csv(HEADERS, [GOOD[0], "甲\0店", "", ""]), FileReason.NUL),
    "open quote": (csv(HEADERS, [GOOD[0], '"甲店', "", ""], *[GOOD] * 3000), FileReason.QUOTES),
    "open quote in the last line": (
        csv(HEADERS, GOOD, [GOOD[0], '"甲店', "", ""]),
        FileReason.QUOTES,
    ),
    "cell too long": (
        csv(HEADERS, GOOD, [GOOD[0], "甲" * 500_000, "", ""]),
        FileReason.CELL_TOO_LONG,
    ),
    "utf-8 then gbk": (
        csv(HEADERS, GOOD) + csv(GOOD, encoding="gbk") + csv(GOOD),
        FileReason.MIXED_ENCODING,
    ),
    "gbk then utf-8": (csv(HEADERS, GOOD, encoding="gbk") + csv(GOOD), FileReason.MIXED_ENCODING),
}


@pytest.mark.parametrize(("content", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_file_is_refused_in_time(read, content, reason):
    started = time.monotonic()

    with pytest.raises(FileRefused) as caught:
        read(content)

    assert caught.value.reason is reason
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", ["utf-8 then gbk", "gbk then utf-8"])
def test_change_of_encoding_names_its_line(read, name):
    with pytest.raises(FileRefused) as caught:
        read(HOSTILE[name][0])

    assert caught.value.details == (3,)


def test_missing_header_is_named(read):
    with pytest.raises(FileRefused) as caught:
        read(csv(["名称", "住所"], ["甲店", "老街"]))

    assert caught.value.details == ("统一社会信用代码",)


def test_file_over_the_limit_is_refused_and_at_the_limit_read(read):
    content = csv(HEADERS, GOOD)

    assert read(content, max_bytes=len(content))["done"]["good"] == 1
    with pytest.raises(FileRefused) as caught:
        read(content, max_bytes=len(content) - 1)
    assert caught.value.reason is FileReason.TOO_LARGE


def test_reader_short_of_memory_refuses_the_file(read):
    with pytest.raises(FileRefused) as caught:
        read(
            csv(HEADERS, *[[credit_code(n), "店" * 50, "", ""] for n in range(20_000)]),
            memory_bytes=30_000_000,
        )

    assert caught.value.reason in {FileReason.MEMORY, FileReason.CRASHED}


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (csv(HEADERS, GOOD), "utf-8"),
        (csv(HEADERS, GOOD, encoding="utf-8-sig"), "utf-8-sig"),
        (csv(HEADERS, GOOD, encoding="gbk"), "gb18030"),
        (csv(HEADERS, GOOD, encoding="gb18030", mark=";"), "gb18030"),
        (csv(HEADERS, GOOD, encoding="utf-16"), "utf-16"),
        (csv(HEADERS, GOOD, mark="\t"), "utf-8"),
        (csv(HEADERS, GOOD, encoding="gbk").replace(b"\n", b"\r"), "gb18030"),
        (csv(HEADERS, GOOD).replace(b"\n", b"\r\n"), "utf-8"),
    ],
    ids=["utf-8", "BOM", "GBK", "semicolons", "utf-16", "tabs", "old Mac", "CRLF"],
)
def test_encodings_and_marks(read, content, encoding):
    found = read(content)

    assert (found["header"]["encoding"], found["done"]["good"]) == (encoding, 1)
    assert found["rows"][0][2] == GOOD[1]


def test_too_long_cell_is_told_with_the_row_the_spreadsheet_shows(read):
    lines = csv(HEADERS, [GOOD[0], '"甲\n店"', "", ""], [GOOD[0], "甲" * 500_000, "", ""])

    with pytest.raises(FileRefused) as caught:
        read(lines)

    assert caught.value.details[0] == 3


def test_quote_that_is_open_only_under_another_delimiter_is_a_text(read):
    found = read(csv(HEADERS, [credit_code(1), '甲;"乙店', "", ""]))

    assert found["done"]["good"] == 1


def test_last_line_without_its_end_may_close_its_quote(read):
    found = read(csv(HEADERS, [credit_code(1), '"甲""店"', "", ""]).rstrip(b"\r\n"))

    assert found["rows"][0][2] == '甲"店'


def test_quoted_newline_is_one_row_and_empty_lines_count(read):
    lines = (
        csv(HEADERS, [credit_code(1), '"清平镇\n示例店"', "", ""])
        + b"\n,,,\n"
        + csv([credit_code(2), "乙店", "", ""])
    )

    found = read(lines)

    assert [row[-1] for row in found["rows"]] == [2, 5]
    assert found["done"]["blank"] == 2


@pytest.mark.parametrize(
    ("row", "good"),
    [(GOOD, True), ([*GOOD, ""], True), ([*GOOD, "x"], False), (GOOD[:3], False)],
    ids=["as wide", "empty cell more", "cell more", "cell less"],
)
def test_shifted_row_is_handed_back(read, row, good):
    found = read(csv(HEADERS, row))

    assert found["done"]["good"] == int(good)
    assert [f[1][0][1] for f in found["faults"]] == ([] if good else [CellReason.WIDTH])


def test_child_knows_no_secret_of_its_parent(monkeypatch):
    monkeypatch.setenv("XGZ_HOME", "/nowhere")
    monkeypatch.setenv("XGZ_DATABASE_URL", "postgresql://somebody:secret@host/name")

    assert not [name for name in child_environment() if name.startswith("XGZ_")]


def test_packed_csv_is_read_from_the_shell_only(read):
    packed = gzip.compress(csv(HEADERS, GOOD))

    assert read(packed, max_bytes=0)["done"]["good"] == 1
    with pytest.raises(FileRefused) as caught:
        read(packed)
    assert caught.value.reason is FileReason.TYPE
    with pytest.raises(FileRefused) as caught:
        read(packed[:-9], max_bytes=0)
    assert caught.value.reason is FileReason.BROKEN
