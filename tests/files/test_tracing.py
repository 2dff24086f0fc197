"""Leaked parts of exports: marks, the order inside blocks, and reading them back."""

import random
import secrets
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.files.leaked import LeakUnreadable, leaked_rows, rows_of_text
from xgz.files.tracing import Marks, marked_rows, matches, plain_text
from xgz.rules.exports import ORDER_BLOCK

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
EXPORTS = 20


@pytest.fixture
def chance():
    return random.Random(17)


def people(chance, number):
    rows = []
    for n in range(number):
        born = date(chance.randint(1940, 2004), chance.randint(1, 12), chance.randint(1, 28))
        rows.append(
            (
                chance.choice(SURNAMES) + "*",
                "正式党员",
                chance.choice("男女"),
                born,
                2026 - born.year,
                f"138****{chance.randint(0, 9999):04}",
                f"第{n // 8}党支部",
            )
        )
    return rows


def keys():
    return {f"export {n}": secrets.token_bytes(32) for n in range(EXPORTS)}


def exported(rows, key):
    return list(marked_rows(rows, Marks(key, "", shuffles=True), numbered=False))


def leak(rows, places, first, number=30):
    return [
        [plain_text(str(row[place])) for place in places] for row in rows[first : first + number]
    ]


@pytest.mark.parametrize("places", [range(8), range(7), (7,)], ids=["all", "no mark", "mark only"])
def test_thirty_leaked_rows_name_the_export_20_of_20(places, chance):
    source, exports = people(chance, 120), keys()
    named = []
    for export, key in exports.items():
        found = matches(leak(exported(source, key), places, chance.randint(0, 90)), exports)
        named.append(found[0].export == export and found[0].is_certain)

    assert named.count(True) == EXPORTS


def test_with_half_the_columns_gone_most_exports_are_still_found(chance):
    source, exports = people(chance, 120), keys()
    hits = [
        matches(leak(exported(source, key), (0, 2, 3, 6), chance.randint(0, 90)), exports)[0].export
        == export
        for export, key in exports.items()
    ]

    assert hits.count(True) >= EXPORTS * 0.7


@pytest.mark.parametrize("number", [30, 300], ids=str)
def test_what_was_never_exported_names_nothing_for_certain(number, chance):
    rows = leak(people(chance, number), range(7), 0, number)

    assert not any(match.is_certain for match in matches(rows, keys()))


def test_rows_move_within_their_block_only_and_none_is_lost(chance):
    source = people(chance, 3 * ORDER_BLOCK + 4)
    rows = [row[:-1] for row in exported(source, secrets.token_bytes(32))]

    assert rows != source
    for first in range(0, len(source), ORDER_BLOCK):
        block = slice(first, first + ORDER_BLOCK)
        assert sorted(map(str, rows[block])) == sorted(map(str, source[block]))


def test_without_shuffling_the_order_stays_and_the_numbers_follow(chance):
    source = [(n, f"第{n}店") for n in range(1, 40)]
    key = secrets.token_bytes(32)
    plain = list(marked_rows(source, Marks(key, ""), numbered=True))
    moved = list(marked_rows(source, Marks(key, "", shuffles=True), numbered=True))

    assert [row[:2] for row in plain] == source
    assert [row[0] for row in moved] == [row[0] for row in source]
    assert {row[1] for row in moved} == {row[1] for row in source}
    assert len({row[-1] for row in moved}) == len(source)


def test_the_number_column_and_titles_of_a_leaked_sheet_do_not_hide_the_order(chance):
    source, exports = people(chance, 60), keys()
    export, key = next(iter(exports.items()))
    rows = leak(exported(source, key), range(7), 10, 40)
    sheet = [["党员名册"], *([str(n), *row] for n, row in enumerate(rows, 11))]

    assert matches(sheet, exports)[0].export == export


@pytest.mark.parametrize(
    ("written", "plain"),
    [("2026/3/1", "2026-03-01"), ("2026年3月1日", "2026-03-01"), ("'=1", "=1"), (" 甲 ", "甲")],
)
def test_cells_are_read_as_they_were_written(written, plain):
    assert plain_text(written) == plain


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", "\t"], ids=["comma", "tab"])
def test_leaked_texts_are_read_in_the_encodings_of_offices(tmp_path, encoding, mark):
    file = tmp_path / "leak.txt"
    file.write_bytes(f"张*{mark}1968/4/2\n李*{mark}\n".encode(encoding))

    assert leaked_rows(file) == [["张*", "1968-04-02"], ["李*", ""]]
    assert rows_of_text(f"张*{mark}x") == [["张*", "x"]]


def test_a_file_of_no_known_encoding_is_refused(tmp_path):
    file = tmp_path / "leak.txt"
    file.write_bytes(b"\x81\x00\xff\xff")

    with pytest.raises(LeakUnreadable):
        leaked_rows(file)


@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=40))
def test_any_rows_can_be_asked_about(rows):
    assert len(matches(rows, {"a": b"k" * 32, "b": b"l" * 32})) == 2
