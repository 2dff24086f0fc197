"""Rosters and registers read for a comparison: six columns and row ids, whatever else is there."""

import csv
import gzip

import pytest
import xlsxwriter

from xgz.files import identity_table
from xgz.files.identity_table import RowIds, read_identities
from xgz.rules.imports.reasons import FileReason, FileRefused
from xgz.rules.linkage.sides import Side

ROSTER = ["序号", "姓名", "性别", "出生日期", "公民身份号码", "手机号", "家庭住址", "所在党支部"]
REGISTRY = ["序号", "统一社会信用代码", "名称", "法定代表人", "证件号码", "联系电话", "经营场所"]


def write(path, *rows, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read(path, side):
    ids = RowIds()
    chunks = list(read_identities(path, side, ids))
    columns = ("name", "sex", "born_on", "id_number", "phone", "address")
    people = [
        list(row) for c in chunks for row in zip(*(getattr(c, n) for n in columns), strict=True)
    ]
    return people, [ids[place] for place in range(len(ids))]


def test_a_roster_brings_six_columns_and_its_row_ids(tmp_path):
    row = ["7", "张伟", "男", "1966-05-03", "330106196605031238", "13800138001", "文三路", "一支部"]

    assert read(write(tmp_path / "r.csv", ROSTER, row), Side.ROSTER) == ([row[1:7]], ["7"])


def test_a_register_brings_what_it_has(tmp_path):
    rows = [["a-1", "92", "店", "张伟", "1", "2", "3"], ["", "92", "店", "李娜", "4", "5", "6"]]

    people, ids = read(write(tmp_path / "b.csv", REGISTRY, *rows), Side.REGISTRY)

    assert people == [["张伟", "", "", "1", "2", "3"], ["李娜", "", "", "4", "5", "6"]]
    assert ids == ["a-1", "2"]


def test_without_a_column_of_row_ids_rows_count_from_one_and_blank_rows_do_not(tmp_path):
    path = write(
        tmp_path / "b.csv", REGISTRY[3:], ["张伟", "1"], ["", "", "", ""], ["李娜", "", "5"]
    )

    people, ids = read(path, Side.REGISTRY)

    assert ([p[0] for p in people], ids) == (["张伟", "李娜"], ["1", "2"])
    assert people[1] == ["李娜", "", "", "", "5", ""]


@pytest.mark.parametrize("text", ["007", "1.0", "9" * 30, "-" + "9" * 30, "+5", "Ａ１", "-3"])
def test_row_ids_come_back_as_they_were(tmp_path, text):
    path = write(
        tmp_path / "r.csv", ["序号", "姓名", "手机号"], ["1", "张伟", "1"], [text, "李娜", "2"]
    )

    assert read(path, Side.ROSTER)[1] == ["1", text]


@pytest.mark.parametrize("number", [-(2**63) - 1, -(2**63), 2**63 - 1, 2**63])
def test_row_ids_at_the_ends_of_what_64_bits_hold(number):
    ids = RowIds()
    ids.extend([str(number)])

    assert ids[0] == str(number)


def test_chunks_join_without_a_seam(tmp_path, monkeypatch):
    monkeypatch.setattr(identity_table, "CHUNK_ROWS", 3)
    rows = [[str(n * 2), f"人{n}", str(n)] for n in range(8)]
    path = write(tmp_path / "r.csv", ["序号", "姓名", "手机号"], *rows)

    people, ids = read(path, Side.ROSTER)

    assert ids == [row[0] for row in rows]
    assert [person[0] for person in people] == [row[1] for row in rows]


def test_two_columns_of_one_field_the_filled_one_counts(tmp_path):
    path = write(
        tmp_path / "b.csv", ["经营者", "联系电话", "住所", "经营场所"], ["张伟", "1", " ", "街"]
    )

    assert read(path, Side.REGISTRY)[0][0][5] == "街"


def test_other_encodings_packed_files_and_title_rows(tmp_path):
    gb = write(tmp_path / "g.csv", ["名册"], ["姓名", "手机号"], ["张伟", "1"], encoding="gb18030")
    packed = tmp_path / "r.csv.gz"
    packed.write_bytes(gzip.compress("姓名,手机号\n张伟,1\n".encode()))

    assert (
        read(gb, Side.ROSTER)[0] == read(packed, Side.ROSTER)[0] == [["张伟", "", "", "", "1", ""]]
    )


def test_a_workbook_is_read_from_the_sheet_with_the_headers(tmp_path):
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write(0, 0, "填表说明")
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, ["姓名", "手机号"])
        sheet.write_row(1, 0, ["张伟", 13800138001])

    assert read(path, Side.ROSTER)[0] == [["张伟", "", "", "", "13800138001", ""]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", FileReason.EMPTY),
        ("甲,乙\n1,2\n", FileReason.NO_HEADER),
        ("姓名,所在党支部\n张伟,一\n", FileReason.NO_HEADER),
        ("手机号,家庭住址\n1,2\n", FileReason.NO_HEADER),
        ("姓名,手机号\n", FileReason.NO_ROWS),
        ("姓名,姓名,手机号\n1,2,3\n", FileReason.REPEATED_HEADER),
        ("%PDF-1.4", FileReason.TYPE),
    ],
)
def test_files_that_cannot_be_compared_are_refused(tmp_path, content, reason):
    path = tmp_path / "r.csv"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(FileRefused) as refused:
        read(path, Side.ROSTER)

    assert refused.value.reason == reason
