"""What is written into a file is read back as it was: texts that look like formulas included."""

import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from xgz.files.listing_sheet import SheetColumn, write_listing
from xgz.files.rejects import END_OF_ROWS, write_rejects
from xgz.files.text_cells import dead_text, written_text
from xgz.files.text_table import read_text_table

LIVE = "=+-@\t\r\n\x00＝＋－＠"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PREFIXED = st.builds(
    lambda quotes, start, rest: "'" * quotes + start + rest,
    st.integers(0, 3),
    st.sampled_from(LIVE),
    TEXT,
)
# Cells of a CSV file hold no NUL: the reader refuses the whole file.
CELL = st.one_of(TEXT, PREFIXED).filter(lambda text: "\0" not in text)


@settings(max_examples=2000)
@given(st.one_of(TEXT, PREFIXED))
def test_the_prefix_goes_on_and_off_without_a_trace(text):
    cell = dead_text(text)

    assert written_text(cell) == text
    assert not cell.startswith(tuple(LIVE))


@pytest.mark.parametrize("text", ["'", "'甲", "''", "=1", "'=1", "''=1", "甲=1", ""], ids=repr)
def test_only_an_apostrophe_of_ours_is_taken_off(text):
    assert written_text(dead_text(text)) == text
    assert written_text(text) == (
        text[1:] if text.lstrip("'")[:1] in set(LIVE) and text[:1] == "'" else text
    )


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
def test_rows_handed_back_as_csv_are_read_as_they_were(tmp_path, rows):
    target = tmp_path / "rejects.csv"
    lines = [
        [0, "", ["名称", "地址"]],
        *([n, "名称为空", list(row)] for n, row in enumerate(rows, 2)),
    ]
    write_rejects([*(json.dumps(line) + "\n" for line in lines), END_OF_ROWS + "\n"], target)

    table = read_text_table(target, len)
    read = list(table.rows)

    assert read[0] == ["原行号", "名称", "地址", "退回原因和改法"]
    assert [tuple(row[1:3]) for row in read[1:]] == rows


def test_a_file_that_is_not_ours_keeps_its_apostrophes(tmp_path):
    target = tmp_path / "foreign.csv"
    target.write_text("名称,地址\n'=1,'甲\n", encoding="utf-8")

    assert list(read_text_table(target, len).rows)[1] == ["'=1", "'甲"]


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    texts=st.lists(
        st.one_of(
            st.sampled_from(LIVE).map(lambda c: c + "1+1"),
            st.text(
                st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
                min_size=1,
                max_size=12,
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_workbook_holds_texts_and_no_formula(tmp_path, texts):
    target = io.BytesIO()
    write_listing(
        target,
        title="名册",
        conditions="",
        columns=[SheetColumn("序号", 8), SheetColumn("名称", 20)],
        rows=[[text] for text in texts],
        scratch=str(tmp_path),
    )
    target.seek(0)
    book = CalamineWorkbook.from_filelike(target)
    cells = [row[1] for row in book.get_sheet_by_index(0).to_python()[3:]]

    assert all(isinstance(cell, str) for cell in cells)
    assert len(cells) == len(texts)
    readable = [
        (cell, text) for cell, text in zip(cells, texts, strict=True) if text[0] not in "\t\r\n\x00"
    ]
    assert all(cell == text for cell, text in readable)
    target.seek(0)
    import zipfile

    assert b"<f>" not in zipfile.ZipFile(target).read("xl/worksheets/sheet1.xml")
