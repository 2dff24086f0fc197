"""Whole comparisons of a few people: who is found, who is kept apart."""

from dataclasses import fields

import pytest

from tests.engines.linkage.people import crowd, identities
from xgz.engines.linkage import CHUNK_ROWS, link
from xgz.rules.id_numbers import check_digit
from xgz.rules.linkage.identities import Identities
from xgz.rules.linkage.verdicts import Verdict

SAME, POSSIBLE = Verdict.SAME, Verdict.POSSIBLE


def number(seventeen):
    return seventeen + check_digit(seventeen)


ZHANG = ("张建华", "男", "1966-05-03", number("33010619660503123"), "13800138001", "文三路123号")
LI = ("李秀英", "女", "1968-01-02", number("33010619680102122"), "13900139002", "上墩村5号")
STRANGERS = [
    (
        f"{surname}{given}",
        "",
        f"19{40 + i}-03-0{1 + i % 8}",
        "",
        f"1370{i:02d}37{i * 7:03d}",
        f"下沙路{i}号",
    )
    for i, (surname, given) in enumerate(
        zip("赵钱孙周吴郑冯陈褚卫蒋沈韩杨朱秦", "一二三四五六七八九十百千万亿兆京", strict=True)
    )
]


def found(roster, registry):
    """Return register row to roster row and verdict, strangers of both sides around."""
    links = link(identities([*roster, *STRANGERS]), identities([*registry, *STRANGERS[:0]]))
    return {item.registry_row: (item.roster_row, item.verdict) for item in links}


@pytest.mark.parametrize(
    "entry",
    [
        ("张建华", "", "", ZHANG[3], "", ""),
        ("張建華", "", "", ZHANG[3], "", ""),
        ("章建花", "", "", ZHANG[3], "13911111234", ""),
        ("张建华", "", "", ZHANG[3][:6] + ZHANG[3][8:17], "", ""),
        ("张建华", "", "", "330106********" + ZHANG[3][14:], "13800138001", ""),
        ("张建华", "", "", "3.30106E+17", "13800138001", "文三路123号"),
        ("张建华", "", "", ZHANG[3][:15] + "000", "13800138001", ""),
        ("张 建 华", "", "", "", "+86 138-0013-8001", "文三路一百二十三号"),
    ],
    ids=str,
)
def test_one_person_written_otherwise(entry):
    assert found([ZHANG, LI], [entry]) == {0: (0, SAME)}


@pytest.mark.parametrize(
    ("roster", "entry"),
    [
        ([ZHANG], ("李桂兰", "女", "", "", "13800138001", "文三路123号")),
        ([ZHANG], ("张秀兰", "女", "", "", "13800138001", "文三路123号")),
        ([ZHANG], ("张建华", "男", "", number("33010619880503123"), "", "")),
        ([ZHANG], ("王大力", "", "", "330106********" + ZHANG[3][14:], "", "")),
        ([ZHANG], ("王大力", "", "", "3.30106E+17", "", "")),
    ],
    ids=["wife", "daughter", "namesake", "another behind the mask", "damaged"],
)
def test_two_people_are_kept_apart(roster, entry):
    assert found(roster, [entry]) == {}


@pytest.mark.parametrize(
    "text",
    ["330106********1238", "3.30106E+17", "330106196605031000", "33010619660503****", "1238"],
)
def test_equal_masked_or_damaged_numbers_are_never_the_same_person(text):
    entry = ("张建华", "男", "", text, "", "")

    assert SAME not in {verdict for _, verdict in found([entry], [entry]).values()}


def test_namesakes_of_one_birthday_with_two_right_numbers_are_at_most_possible():
    other = (
        "张建华",
        "男",
        "1966-05-03",
        number("33010619660503457"),
        "13800138001",
        "文三路123号",
    )

    assert found([ZHANG], [other]).get(0, (0, POSSIBLE))[1] == POSSIBLE


def test_nothing_is_certain_between_two_equal_rivals():
    entry = ("张建华", "", "", "", "13800138001", "")
    twin = ("张建华", "男", "1966-05-03", "", "13800138001", "")

    assert found([twin, twin], [entry]).get(0, (0, POSSIBLE))[1] == POSSIBLE


def test_one_person_may_run_several_businesses():
    shops = [("张建华", "", "", ZHANG[3], "", ""), ("张建华", "", "", ZHANG[3], "13900000000", "")]

    assert found([LI, ZHANG], shops) == {0: (1, SAME), 1: (1, SAME)}


def test_each_register_row_is_won_once_and_no_row_is_invented():
    roster, registry = crowd(5, 40), crowd(5, 120)
    links = list(link(identities(roster), identities(registry)))

    assert len({item.registry_row for item in links}) == len(links)
    assert all(item.roster_row < 40 and item.registry_row < 120 for item in links)


@pytest.mark.parametrize(("ours", "theirs"), [([], [ZHANG]), ([ZHANG], []), ([], [])])
def test_an_empty_side_has_no_links(ours, theirs):
    def side(rows):
        return identities(rows) if rows else Identities(*([] for _ in fields(Identities)))

    assert list(link(side(ours), side(theirs))) == []


def test_people_of_blanks_are_nobody():
    blank = ("", "", "", "", "", "")

    assert list(link(identities([blank, blank]), identities([blank] * 3))) == []


def test_progress_is_told_to_the_end():
    steps = []
    list(link(identities([ZHANG]), identities([ZHANG]), progress=lambda *step: steps.append(step)))

    assert steps == [("read", 1.0), ("compare", 1.0)]
    assert CHUNK_ROWS >= 1
