"""Lists of people to be compared, from CSV and xlsx."""

import pytest
from openpyxl import Workbook

from xgz.files.people_table import PersonRow, people_asked_about, people_of_roster
from xgz.rules.exchange.identities import Person
from xgz.rules.imports.reasons import FileReason, FileRefused

HEAD = ["序号", "经营者", "证件号码", "联系电话", "名称"]
ROWS = [["L7", "方柏梁", "330106198504120126", "13905710001", "示例店"], ["", "陶槐序", "", "", ""]]
EXPECTED = [
    PersonRow("L7", Person("方柏梁", "330106198504120126", phone="13905710001")),
    PersonRow("2", Person("陶槐序")),
]


def csv_file(folder, *rows, encoding="utf-8"):
    path = folder / "list.csv"
    path.write_text("\n".join(",".join(row) for row in rows), encoding=encoding)
    return path


def workbook(folder, *rows, sheets=1):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for _ in range(sheets - 1):
        book.create_sheet().append(["姓名", "手机号"])
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_registry_extract_is_read(tmp_path, encoding):
    path = csv_file(tmp_path, HEAD, *ROWS, encoding=encoding)

    assert list(people_asked_about(path)) == EXPECTED


def test_a_workbook_is_read(tmp_path):
    title = ["清平镇线索"]

    assert list(people_asked_about(workbook(tmp_path, title, HEAD, *ROWS))) == EXPECTED


def test_a_number_cell_that_lost_its_digits_stays_as_it_is(tmp_path):
    path = workbook(tmp_path, HEAD, ["1", "方柏梁", 330106198504120126.0, 13905710001, ""])
    (row,) = people_asked_about(path)

    assert row.person.id_number != "330106198504120126"
    assert row.person.phone == "13905710001"


def test_blank_rows_do_not_count_and_others_are_kept(tmp_path):
    path = csv_file(tmp_path, HEAD, [], ["", "", "", "", ""], ["", "", "", "", "示例店"], ROWS[1])

    assert list(people_asked_about(path)) == [
        PersonRow("1", Person()),
        PersonRow("2", Person("陶槐序")),
    ]


def test_the_first_filled_of_two_columns_for_one_thing_counts(tmp_path):
    path = csv_file(tmp_path, ["经营者", "法定代表人", "电话"], ["", "方柏梁", "无"])
    (row,) = people_asked_about(path)

    assert row.person == Person("方柏梁")


def test_leads_without_numbers_are_read(tmp_path):
    path = csv_file(
        tmp_path, ["姓名", "所在党支部", "身份证后四位"], ["方柏梁", "示例支部", "012x"]
    )
    (row,) = people_asked_about(path)

    assert row.person == Person("方柏梁", last_four="012x", branch="示例支部")


def test_of_a_roster_only_members_on_the_rolls_come_out(tmp_path):
    path = csv_file(
        tmp_path,
        ["姓名", "人员类别", "党籍状态", "家庭住址", "所在党支部"],
        ["方柏梁", "正式党员", "正常", "某路1号", "示例支部"],
        ["陶槐序", "入党积极分子", "正常", "某路2号", "示例支部"],
        ["卫楠生", "正式党员", "已转出", "某路3号", "示例支部"],
    )

    assert list(people_of_roster(path)) == [Person("方柏梁", branch="示例支部")]


def test_more_rows_than_one_answer_of_the_child_holds(tmp_path):
    rows = [[str(n), f"姓{n}", "", "13905710001", ""] for n in range(4_001)]

    labels = [row.label for row in people_asked_about(csv_file(tmp_path, HEAD, *rows))]

    assert labels == [str(n) for n in range(4_001)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", FileReason.EMPTY),
        (b"%PDF-1.4", FileReason.TYPE),
        ("名称,住所\n示例店,某路\n".encode(), FileReason.NO_HEADER),
        ("证件号码,联系电话\n1,2\n".encode(), FileReason.NO_HEADER),
        ("姓名,姓名,电话\na,b,1\n".encode(), FileReason.REPEATED_HEADER),
        (b"PK\x03\x04broken", FileReason.BROKEN),
        ("姓名,电话\n方\x00,1\n".encode(), FileReason.NUL),
    ],
)
def test_files_of_another_kind_are_refused(tmp_path, content, reason):
    path = tmp_path / "list.csv"
    path.write_bytes(content)

    with pytest.raises(FileRefused) as refused:
        list(people_asked_about(path))
    assert refused.value.reason is reason


def test_several_sheets_are_refused(tmp_path):
    with pytest.raises(FileRefused) as refused:
        list(people_asked_about(workbook(tmp_path, HEAD, *ROWS, sheets=2)))
    assert refused.value.reason is FileReason.SEVERAL_SHEETS


def test_a_reader_that_dies_refuses_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("xgz.files.people_table.sys.executable", "/bin/false")

    with pytest.raises(FileRefused) as refused:
        list(people_asked_about(csv_file(tmp_path, HEAD, *ROWS)))
    assert refused.value.reason is FileReason.CRASHED
