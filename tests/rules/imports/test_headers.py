import pytest

from xgz.rules.imports.headers import find_header, fold_header, header_index, match_headers
from xgz.rules.imports.reasons import FileReason, FileRefused
from xgz.rules.imports.rows import KIND_TABLES
from xgz.rules.imports.states import ImportKind

REGISTRY = KIND_TABLES[ImportKind.REGISTRY].fields
INDEX = header_index(REGISTRY, {})


@pytest.mark.parametrize("kind", list(ImportKind), ids=str)
def test_no_header_stands_for_two_fields(kind):
    fields = KIND_TABLES[kind].fields
    names = [(fold_header(name), f.key) for f in fields for name in (f.header, *f.synonyms)]

    assert len({folded: key for folded, key in names}) == len(set(names))


@pytest.mark.parametrize("kind", list(ImportKind), ids=str)
def test_every_header_of_ours_is_recognised(kind):
    fields = KIND_TABLES[kind].fields
    match = match_headers([f.header + "*" for f in fields], fields, header_index(fields, {}))

    assert match.columns == {f.key: (place,) for place, f in enumerate(fields)}


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("企业（机构）名称", "name"),
        (" 统一社会 信用代码 ", "credit_code"),
        ("ｘ坐标", "longitude"),
        ("经营者（法人）", "owner_name"),
        ("注册日期", "established_on"),
        ("法人代表", "owner_name"),
        ("注册地址", "address"),
        ("企业类型", "type_text"),
        ("住所（2026年）", "address"),
    ],
    ids=lambda value: value,
)
def test_synonyms_are_recognised(header, key):
    assert match_headers([header], REGISTRY, INDEX).columns == {key: (0,)}


def test_missing_and_unknown_headers_are_told():
    match = match_headers(["名称", "经营范围", ""], REGISTRY, INDEX)

    assert (match.unknown, match.missing) == (("经营范围",), ("统一社会信用代码",))


def test_two_names_of_one_field_are_kept_in_order():
    match = match_headers(["字号名称", "企业名称"], REGISTRY, INDEX)

    assert match.columns == {"name": (0, 1)}


def test_same_header_twice_refuses_the_file():
    with pytest.raises(FileRefused) as caught:
        match_headers(["名称", "统一社会信用代码", "名 称"], REGISTRY, INDEX)

    assert caught.value.reason is FileReason.REPEATED_HEADER


def test_senders_own_headers_and_columns_left_out():
    index = header_index(REGISTRY, {"证照号": "统一社会信用代码", "备注2": ""})

    assert match_headers(["证照号", "名称", "备注2"], REGISTRY, index).columns == {
        "credit_code": (0,),
        "name": (1,),
    }


def test_mapping_to_a_name_nobody_knows_refuses_the_file():
    with pytest.raises(FileRefused) as caught:
        header_index(REGISTRY, {"证照号": "信用代马"})

    assert (caught.value.reason, caught.value.details) == (FileReason.MAPPING, ("信用代马",))


@pytest.mark.parametrize(
    ("title_rows", "place"),
    [(0, 0), (1, 1), (9, 9), (10, None)],
    ids=["first row", "title", "tenth row", "eleventh row"],
)
def test_header_is_found_within_ten_rows(title_rows, place):
    rows = [["澄川县登记数据", "", ""]] * title_rows + [["名称", "统一社会信用代码", "住所"]]

    assert find_header(rows, INDEX) == place
