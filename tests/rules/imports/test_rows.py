from datetime import date, timedelta

import pytest

from tests.factories.rows import credit_code
from xgz.rules.id_numbers import check_digit
from xgz.rules.imports.headers import header_index, match_headers
from xgz.rules.imports.reasons import CellFaultNote, CellReason, FileReason, FileRefused
from xgz.rules.imports.rows import KIND_TABLES, RowChecker
from xgz.rules.imports.states import ImportKind

TODAY = date(2026, 11, 23)


def checker(kind, headers, codes=None):
    fields = KIND_TABLES[kind].fields
    match = match_headers(headers, fields, header_index(fields, {}))
    return RowChecker(KIND_TABLES[kind], match.columns, TODAY, codes=codes or {}, headers=headers)


def check(kind, row_no=2, codes=None, **cells):
    rows = checker(kind, list(cells), codes)
    values, faults = rows.check(list(cells.values()), row_no)
    return (in_columns(rows.table, values) if not faults else {}), faults


def in_columns(table, values):
    return dict(zip(table.columns, values, strict=True))


def reasons(faults):
    return [(fault.field, fault.reason) for fault in faults]


def registry(**cells):
    return check(
        ImportKind.REGISTRY, **({"统一社会信用代码": credit_code(1), "名称": "示例店"} | cells)
    )


def test_registry_row_is_read():
    values, faults = registry(
        企业类型="N/A",
        登记状态="存续（在营、开业、在册）",
        成立日期="2019年4月1日",
        从业人数="1,200人",
        经营异常="住所失联",
    )

    assert faults == []
    assert {
        k: values[k]
        for k in ("kind", "kind_basis", "status", "established_on", "staff", "listing", "type_text")
    } == {
        "kind": "individual_business",
        "kind_basis": "code",
        "status": "in_business",
        "established_on": "2019-04-01",
        "staff": 1200,
        "listing": "unreachable",
        "type_text": None,
    }


def test_absent_status_stays_absent():
    values, _ = registry()

    assert (values["status"], values["township"]) == (None, None)


@pytest.mark.parametrize(
    ("code", "key"),
    [("3202021100459", "registration_number"), ("320584400006371", "registration_number")],
    ids=["13 digits", "15 digits"],
)
def test_old_number_is_a_key_of_its_own(code, key):
    values, faults = registry(统一社会信用代码=code)

    assert (faults, values[key], values["credit_code"]) == ([], code, None)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"统一社会信用代码": ""}, ("credit_code", CellReason.CODE_MISSING)),
        ({"统一社会信用代码": "1.1E+17"}, ("credit_code", CellReason.CODE_SCIENTIFIC)),
        ({"名称": "无"}, ("name", CellReason.NAME_MISSING)),
        ({"名称": "长" * 201}, ("name", CellReason.TOO_LONG)),
        ({"登记状态": "正常经营"}, ("status", CellReason.LABEL_UNKNOWN)),
        ({"成立日期": "2026-02-30"}, ("established_on", CellReason.DATE_FORM)),
        ({"成立日期": "2026-02"}, ("established_on", CellReason.DATE_FORM)),
        ({"成立日期": "2026-11-24"}, ("established_on", CellReason.DATE_FUTURE)),
        ({"成立日期": "1899-12-31"}, ("established_on", CellReason.DATE_RANGE)),
        ({"从业人数": "-3"}, ("staff", CellReason.INTEGER_FORM)),
        ({"从业人数": "10000001"}, ("staff", CellReason.INTEGER_RANGE)),
        ({"经度": "28.1"}, ("longitude", CellReason.COORDINATE_RANGE)),
        ({"证件号码": "3.3018E+17"}, ("owner_id", CellReason.ID_SCIENTIFIC)),
        ({"证件号码": "36099919900101001"}, ("owner_id", CellReason.ID_LENGTH)),
    ],
    ids=lambda value: "/".join(value.values())[:12] if isinstance(value, dict) else value[1].value,
)
def test_cell_fault_names_field_and_reason(cells, expected):
    assert reasons(registry(**cells)[1]) == [expected]


@pytest.mark.parametrize(
    "day",
    ["2026-11-23", "1900-01-01", "2026/1/2", "20260102", "2026.1.2", "2026-01-02 00:00:00"],
    ids=str,
)
def test_days_at_the_limits_and_their_spellings_are_read(day):
    assert registry(成立日期=day)[1] == []


def test_name_of_200_characters_is_kept():
    assert registry(名称="长" * 200)[1] == []


def test_first_good_row_of_a_key_wins():
    rows = checker(ImportKind.REGISTRY, ["统一社会信用代码", "名称", "成立日期"])
    bad, good = ["x", "2026-99-99"], ["示例店", "2020-01-01"]

    faults = [
        rows.check([credit_code(1), *cells], no)[1] for no, cells in enumerate((bad, good, good), 2)
    ]

    assert [reasons(f) for f in faults] == [
        [("established_on", CellReason.DATE_FORM)],
        [],
        [("", CellReason.DUPLICATE)],
    ]
    assert faults[2][0].detail == 3


def test_first_filled_of_two_columns_counts_and_cells_stay_as_they_are():
    rows = checker(ImportKind.REGISTRY, ["统一社会信用代码", "字号名称", "企业名称"])
    cells = [credit_code(1), "", "示例公司"]

    values, faults = rows.check(cells, 2)

    assert (faults, in_columns(rows.table, values)["name"]) == ([], "示例公司")
    assert cells == [credit_code(1), "", "示例公司"]


def test_two_columns_of_one_field_that_differ_refuse_the_file():
    rows = checker(ImportKind.REGISTRY, ["统一社会信用代码", "字号名称", "企业名称"])
    rows.check([credit_code(1), "示例店", "示例店"], 2)

    with pytest.raises(FileRefused) as caught:
        rows.check([credit_code(2), "示例店", "示例公司"], 3)

    assert caught.value.reason is FileReason.SAME_FIELD
    assert caught.value.details == ("字号名称", "企业名称", 3)


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\u2066", "\ufeff"], ids=ascii)
def test_invisible_marks_do_not_stay_in_a_cell(mark):
    rows = checker(ImportKind.REGISTRY, ["统一社会信用代码", "名称", "从业人数"])

    values, faults = rows.check([mark + credit_code(1), f"示例{mark}店", f"2{mark}"], 2)
    _, missing = rows.check([credit_code(2), mark, ""], 3)

    found = in_columns(rows.table, values)
    assert (faults, found["name"], found["staff"]) == ([], "示例店", 2)
    assert found["credit_code"] == credit_code(1)
    assert reasons(missing) == [("name", CellReason.NAME_MISSING)]


REPORT = {"统一社会信用代码": credit_code(1), "年度": "2025"}


def test_report_lists_are_read_by_wording():
    values, faults = check(
        ImportKind.ANNUAL_REPORT,
        **REPORT,
        党组织建制="党支部",
        组建方式="单独",
        法定代表人是否党员="T",
    )

    assert faults == []
    assert (values["org_type"], values["formation_mode"], values["owner_member"]) == (
        "branch",
        "standalone",
        "yes",
    )


def test_report_without_an_organisation_says_so():
    assert check(ImportKind.ANNUAL_REPORT, **REPORT, 党组织建制="无")[0]["org_type"] == "none"


def test_bare_codes_are_gathered_for_the_refusal():
    rows = checker(ImportKind.ANNUAL_REPORT, [*REPORT, "党组织建制"])
    for number, code in enumerate(("1", "9", "1"), 2):
        rows.check([credit_code(number), "2025", code], number)

    assert rows.bare_codes == {"党组织建制": {"1": None, "9": None}}


def test_codes_of_a_sender_are_read_by_its_mapping():
    values, faults = check(
        ImportKind.ANNUAL_REPORT,
        codes={"党组织建制": {"1": "党委", "9": "未建立"}},
        **REPORT,
        党组织建制="1",
    )

    assert (faults, values["org_type"]) == ([], "committee")


@pytest.mark.parametrize(
    ("everyone", "full", "bad"),
    [("3", "3", False), ("3", "4", True)],
    ids=["all full", "more full than all"],
)
def test_full_members_are_part_of_all(everyone, full, bad):
    _, faults = check(ImportKind.ANNUAL_REPORT, **REPORT, 中共党员人数=everyone, 正式党员人数=full)

    assert bool(faults) is bad


@pytest.mark.parametrize(
    ("year", "good"),
    [("1999", False), ("2000", True), ("2026", True), ("2027", False), ("2025年度", True)],
    ids=str,
)
def test_year_of_a_report(year, good):
    _, faults = check(ImportKind.ANNUAL_REPORT, **(REPORT | {"年度": year}))

    assert (faults == []) is good


def id_number(born_on: date, order: str = "001") -> str:
    head = f"360999{born_on:%Y%m%d}{order}"
    return head + check_digit(head)


def roster(**cells):
    return check(ImportKind.ROSTER, **({"姓名": "示例人", "所在党支部": "示例党支部"} | cells))


def test_sex_and_birth_date_come_from_the_number():
    values, faults = roster(公民身份号码=id_number(date(1960, 5, 6)))

    assert (faults, values["born_on"], values["sex"]) == ([], "1960-05-06", "male")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"出生日期": "1960-05-07"}, ("born_on", CellReason.ID_BIRTH_MISMATCH)),
        ({"性别": "女"}, ("sex", CellReason.ID_SEX_MISMATCH)),
    ],
    ids=["birth date", "sex"],
)
def test_number_and_cells_must_agree(cells, expected):
    faults = roster(公民身份号码=id_number(date(1960, 5, 6)), **cells)[1]

    assert reasons(faults) == [expected]


@pytest.mark.parametrize(
    ("cells", "good"),
    [
        ({"出生日期": "1960-05-06"}, True),
        ({"出生日期": ""}, False),
        ({"出生日期": "1960-05-06", "所在党支部": ""}, False),
    ],
    ids=["name, birth and branch", "no birth date", "no branch"],
)
def test_key_without_number(cells, good):
    faults = roster(**cells)[1]

    assert reasons(faults) == ([] if good else [("id_number", CellReason.KEY_INCOMPLETE)])


@pytest.mark.parametrize(
    ("days", "good"), [(0, True), (1, False)], ids=["18th birthday", "day before"]
)
def test_member_is_of_age(days, good):
    born_on = date(2008, 11, 23) + timedelta(days=days)

    assert (roster(出生日期=born_on.isoformat(), 人员类别="预备党员")[1] == []) is good


def test_organisation_is_not_its_own_superior():
    _, faults = check(ImportKind.ORGANISATIONS, 党组织名称="示例党委", 上级党组织="示例党委")

    assert faults == [CellFaultNote("superior", "superior_circle", 0)]


def test_covered_codes_are_taken_apart_once_each():
    values, _ = check(
        ImportKind.ORGANISATIONS,
        党组织名称="示例党支部",
        覆盖单位统一社会信用代码=f"{credit_code(1)}、{credit_code(2)}；{credit_code(1)}",
    )

    assert values["covered_codes"] == f"{credit_code(1)};{credit_code(2)}"
