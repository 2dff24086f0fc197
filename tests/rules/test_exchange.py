"""What is compared between two offices, and what an agreement is worth (XC-1 to XC-5)."""

import dataclasses
from datetime import date, timedelta
from itertools import chain, combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xgz.rules.exchange.columns import ROSTER_COLUMNS, counts_as_member
from xgz.rules.exchange.identities import (
    PARTS,
    Flag,
    IdentityKey,
    Person,
    fold_branch,
    identity_texts,
    verdict,
)
from xgz.rules.exchange.terms import (
    REQUEST_DAYS,
    SYNTHETIC_DAYS,
    Agreement,
    ExchangeRefused,
    Refusal,
    agreement_from,
    check_agreement,
    last_day_of_request,
    synthetic_agreement,
)
from xgz.rules.id_numbers import check_digit

TODAY = date(2026, 11, 23)
K = IdentityKey
WORDS = {"basis": "规定", "document": "1号", "purpose": "核对", "expires": "2026-12-31"}


def number_of(born="19850412", order="012"):
    return (head := f"330106{born}{order}") + check_digit(head)


WHOLE = Person(
    name="欧阳建国",
    id_number=number_of(),
    phone="13905710001",
    branch="清平所示例联合党支部",
)


def texts(**changes):
    return identity_texts(dataclasses.replace(WHOLE, **changes), TODAY)


def test_only_the_allowed_parts_are_compared():
    """P03: widening what is compared is a decision, not an edit."""
    assert [field.name for field in dataclasses.fields(Person)] == [
        *("name", "id_number", "last_four", "born_on", "phone", "branch")
    ]
    assert set(chain.from_iterable(PARTS.values())) == {
        *("name", "sound", "id_number", "last_four", "born_on", "phone", "branch")
    }


def test_no_key_but_the_whole_number_is_one_fact_alone():
    assert all(len(parts) > 1 for key, parts in PARTS.items() if key is not K.ID)


def test_a_whole_row_has_every_key():
    assert set(texts()) == set(K)


def test_a_row_without_number_works_by_name_branch_and_last_four():
    known = identity_texts(Person(name="方柏梁", branch="示例支部", last_four="123x"), TODAY)

    assert set(known) == {K.NAME_FOUR, K.NAME_BRANCH}
    assert known[K.NAME_FOUR].endswith("123X")


@pytest.mark.parametrize("name", ["", "张", "张*", "张某"])
def test_half_a_name_is_none(name):
    assert set(texts(name=name)) == {K.ID}


def full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def spaced(text):
    return "　".join(text)


WRITTEN = {
    "name": [spaced, lambda name: f" {name}\u200b", lambda name: name.replace("欧阳", "歐陽")],
    "id_number": [full_width, str.lower, lambda n: f"{n[:6]} {n[6:14]} {n[14:]}"],
    "phone": [full_width, lambda p: f"+86 {p}", lambda p: f"0086{p}", lambda p: f"{p}/05718888888"],
    "branch": [
        lambda name: f"中共{name}",
        lambda name: name.replace("党支部", "支部委员会"),
        lambda name: name.replace("党支部", "支部"),
        spaced,
    ],
}


@given(st.data())
def test_one_person_written_differently_has_the_same_texts(data):
    changes = {
        part: data.draw(st.sampled_from([str, *ways]), label=part)(getattr(WHOLE, part))
        for part, ways in WRITTEN.items()
    }

    assert texts(**changes) == texts()


@given(
    born=st.dates(date(1930, 1, 1), date(1999, 12, 31)),
    order=st.integers(0, 999),
    way=st.sampled_from(["%Y-%m-%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d"]),
)
def test_an_old_number_and_a_written_birthday_say_the_same(born, order, way):
    long = number_of(f"{born:%Y%m%d}", f"{order:03}")
    assume(not long.endswith("000"))  # such a number may have been rounded
    short = long[:6] + long[8:17]
    shown = Person(name="方柏梁", born_on=born.strftime(way), last_four=long[-4:])
    whole = identity_texts(Person(name="方柏梁", id_number=long), TODAY)

    assert identity_texts(Person(name="方柏梁", id_number=short), TODAY) == whole
    assert identity_texts(shown, TODAY) == {k: v for k, v in whole.items() if k is not K.ID}


def test_a_masked_number_says_what_is_to_be_seen_of_it():
    number = number_of()
    masked = texts(id_number=number[:14] + "***" + number[17:])
    ends = texts(id_number=number[:6] + "********" + number[14:])

    assert set(masked) == set(K) - {K.ID, K.NAME_FOUR}
    assert masked[K.NAME_BIRTH] == texts()[K.NAME_BIRTH]
    assert set(ends) == set(K) - {K.ID, K.NAME_BIRTH, K.SOUND_BIRTH}
    assert ends[K.NAME_FOUR] == texts()[K.NAME_FOUR]


@pytest.mark.parametrize(
    "number",
    [
        "3.30106E+17",
        number_of()[:15] + "000",
        number_of()[:17] + ("1" if number_of()[17] != "1" else "2"),
        "无",
        "E12345678",
    ],
    ids=["scientific", "rounded", "wrong check digit", "none", "passport"],
)
def test_a_damaged_number_matches_nothing(number):
    known = set(texts(id_number=number))

    assert K.ID not in known
    assert K.NAME_FOUR not in known


@pytest.mark.parametrize("born", ["", "1985", "1985-04", "1985-02-30", "2026-11-24", "不详"])
def test_a_birth_date_that_is_not_whole_is_none(born):
    assert K.NAME_BIRTH not in texts(id_number="", born_on=born)


def test_a_birth_date_of_today_still_is_one():
    assert K.NAME_BIRTH in texts(id_number="", born_on="2026-11-23")


@pytest.mark.parametrize("phone", ["139****0001", "139057", "1.39E+10", "11111111111", ""])
def test_a_masked_or_made_up_telephone_is_none(phone):
    assert K.NAME_PHONE not in texts(phone=phone)


def test_a_name_that_sounds_the_same_agrees_by_its_sound_alone():
    other = texts(name="欧阳健国")

    assert other[K.SOUND_BIRTH] == texts()[K.SOUND_BIRTH]
    assert other[K.NAME_BIRTH] != texts()[K.NAME_BIRTH]


def test_branches_are_told_apart():
    assert fold_branch("清平所第一党支部") != fold_branch("清平所第二党支部")


def every_agreement():
    keys = sorted(K)
    return chain.from_iterable(combinations(keys, size) for size in range(len(keys) + 1))


FACTS = {K.NAME_FOUR, K.NAME_BIRTH, K.NAME_PHONE, K.NAME_BRANCH}


def test_same_takes_the_number_and_the_name_or_the_name_and_two_more_facts():
    """P04, XC-3: every set of agreements where nothing speaks against it."""
    for agreeing in map(frozenset, every_agreement()):
        known = agreeing if agreeing & {K.SOUND_BIRTH} else agreeing - {K.SOUND_BIRTH}
        by_number = K.ID in agreeing and len(agreeing) > 1
        expected = Flag.POSSIBLE if agreeing else Flag.NONE
        if by_number or (K.ID not in agreeing and len(agreeing & FACTS) >= 2):
            expected = Flag.SAME
        assert verdict(agreeing, known) is expected, agreeing


def test_two_whole_numbers_that_differ_are_never_the_same_person():
    for agreeing in map(frozenset, every_agreement()):
        if K.ID not in agreeing:
            assert verdict(agreeing, frozenset(K)) is not Flag.SAME
    assert verdict({K.NAME_BIRTH, K.SOUND_BIRTH}, set(K)) is Flag.NONE
    assert verdict({K.NAME_FOUR}, set(K)) is Flag.NONE
    assert verdict({K.NAME_BRANCH}, set(K)) is Flag.NONE
    assert verdict({K.SOUND_PHONE}, set(K)) is Flag.NONE
    assert verdict({K.NAME_PHONE}, set(K)) is Flag.POSSIBLE
    assert verdict({K.NAME_BIRTH, K.NAME_BRANCH}, set(K)) is Flag.POSSIBLE


def test_two_birth_dates_that_differ_make_it_possible_only():
    agreeing = {K.NAME_FOUR, K.NAME_PHONE}

    assert verdict(agreeing, agreeing) is Flag.SAME
    assert verdict(agreeing, agreeing | {K.SOUND_BIRTH}) is Flag.POSSIBLE


def test_husband_and_wife_with_one_telephone_are_two_people():
    wife = Person(name="方柏梁", phone=WHOLE.phone)
    mine, hers = texts(), identity_texts(wife, TODAY)
    agreeing = {key for key in mine.keys() & hers.keys() if mine[key] == hers[key]}

    assert verdict(agreeing, mine.keys() & hers.keys()) is Flag.NONE


def test_an_agreement_is_read_from_its_words():
    assert agreement_from(WORDS) == Agreement(**WORDS)
    assert agreement_from(WORDS | {"basis": "  规定 "}).basis == "规定"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([], Refusal.BASIS_UNREADABLE),
        (None, Refusal.BASIS_UNREADABLE),
        (WORDS | {"basis": ""}, Refusal.BASIS_INCOMPLETE),
        (WORDS | {"document": " "}, Refusal.BASIS_INCOMPLETE),
        ({k: v for k, v in WORDS.items() if k != "purpose"}, Refusal.BASIS_INCOMPLETE),
        (WORDS | {"expires": ""}, Refusal.BASIS_UNREADABLE),
        (WORDS | {"expires": "明年"}, Refusal.BASIS_UNREADABLE),
        (WORDS | {"basis": 7}, Refusal.BASIS_INCOMPLETE),
        (WORDS | {"basis": "规" * 301}, Refusal.BASIS_INCOMPLETE),
        ({"is_synthetic": "yes", "expires": "2026-12-31"}, Refusal.BASIS_INCOMPLETE),
        ({"is_synthetic": True}, Refusal.BASIS_UNREADABLE),
    ],
)
def test_a_basis_that_says_too_little_is_refused(said, reason):
    with pytest.raises(ExchangeRefused) as refused:
        agreement_from(said)
    assert refused.value.reason is reason


def test_the_last_day_of_a_basis_still_holds():
    agreement = Agreement(**WORDS)

    check_agreement(agreement, date(2026, 12, 31))
    with pytest.raises(ExchangeRefused) as refused:
        check_agreement(agreement, date(2027, 1, 1))
    assert refused.value.reason is Refusal.BASIS_EXPIRED


def test_a_request_ends_after_thirty_days_or_with_its_basis():
    agreement = Agreement(**WORDS)

    assert last_day_of_request(agreement, TODAY) == TODAY + timedelta(days=REQUEST_DAYS)
    assert last_day_of_request(agreement, date(2026, 12, 30)) == date(2026, 12, 31)


def test_a_key_for_made_up_people_ends_by_itself():
    agreement = synthetic_agreement(TODAY)

    assert agreement.last_day == TODAY + timedelta(days=SYNTHETIC_DAYS)
    assert agreement_from(agreement.as_json()) == agreement


@pytest.mark.parametrize(
    ("member_class", "status", "counts"),
    [
        ("正式党员", "正常", True),
        ("预备党员", "失联", True),
        ("", "", True),
        ("中共党员", "", True),
        ("入党积极分子", "正常", False),
        ("发展对象", "", False),
        ("正式党员", "已转出", False),
        ("正式党员", "去世", False),
    ],
)
def test_only_members_on_the_rolls_are_compared(member_class, status, counts):
    assert counts_as_member(member_class, status) is counts


def test_of_a_roster_file_nothing_else_is_read():
    """Columns of a roster that are no identity are not even taken out of the file."""
    assert {field.key for field in ROSTER_COLUMNS} == {
        *("name", "id_number", "last_four", "born_on", "phone", "branch"),
        *("member_class", "status"),
    }
