import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.models import sealing

COLUMN, ROW = "member.name", "abcdefghijkl"


@given(st.text(min_size=1))
def test_a_sealed_value_opens_in_its_own_cell(text):
    assert sealing.unseal(COLUMN, ROW, sealing.seal(COLUMN, ROW, text)) == text


def test_the_empty_text_stays_empty():
    assert sealing.seal(COLUMN, ROW, "") == ""
    assert sealing.unseal(COLUMN, ROW, "") == ""


def test_the_same_text_is_sealed_differently_each_time():
    assert sealing.seal(COLUMN, ROW, "张三") != sealing.seal(COLUMN, ROW, "张三")


@pytest.mark.parametrize(
    ("column", "row"),
    [("member.phone", ROW), (COLUMN, "abcdefghijkm")],
    ids=["another column", "another row"],
)
def test_a_sealed_value_moved_to_another_cell_is_refused(column, row):
    sealed = sealing.seal(COLUMN, ROW, "张三")

    with pytest.raises(sealing.SealBroken):
        sealing.unseal(column, row, sealed)


@pytest.mark.parametrize(
    "damage",
    [
        lambda s: s[:-8] + ("AAAAAAA=" if s[-8:] != "AAAAAAA=" else "BBBBBBB="),
        lambda s: s.replace("sm4g$", "sm4x$"),
        lambda s: "sm4g$unknown$" + s.rsplit("$", 1)[1],
        lambda s: "张三",
        lambda s: "sm4g$" + s.split("$")[1] + "$AAAA",
    ],
    ids=["flipped bytes", "other scheme", "unknown key", "clear text", "too short"],
)
def test_a_damaged_value_is_refused(damage):
    sealed = sealing.seal(COLUMN, ROW, "张三")

    with pytest.raises(sealing.SealBroken):
        sealing.unseal(COLUMN, ROW, damage(sealed))


def test_digests_are_per_purpose_and_repeatable():
    assert sealing.digest("member.phone", "1") == sealing.digest("member.phone", "1")
    assert sealing.digest("member.phone", "1") != sealing.digest("member.key", "1")
    assert len(sealing.digest("member.phone", "1")) == 32


def test_name_digests_hold_every_character_and_pair():
    whole = sealing.name_digests("member.name", "欧阳静")

    assert len(whole) == 5
    assert sealing.name_digests("member.name", "阳静") <= whole
    assert not sealing.name_digests("member.name", "静阳") <= whole


@pytest.mark.parametrize(
    ("first", "second"),
    [("yes", "no"), ("李四", "欧阳静怡"), ("13800006021", "18600009925")],
    ids=["declared membership", "names", "phones"],
)
def test_the_length_of_a_sealed_value_tells_nothing(first, second):
    assert len(sealing.seal(COLUMN, ROW, first)) == len(sealing.seal(COLUMN, ROW, second))
