"""Standard columns of text: nothing is lost on the way, and the functions say what the rules say."""

import pytest

from xgz.engines.linkage_spark.standard import (
    COLUMNS,
    FUNCTIONS,
    STANDARD,
    as_text,
    evidence_of,
    person_of,
    standard_row,
)
from xgz.rules.linkage.comparing import compare
from xgz.rules.linkage.keys import person_keys
from xgz.rules.linkage.numbers import IdKind
from xgz.rules.linkage.people import standard_person

PEOPLE = [
    ("张伟", "男", "1966-05-03", "330106196605031238", "13812345678", "人民路12号3幢2单元501室"),
    ("张玮", "", "1966.3.5", "330106********1238", "138****5678", "青溪县人民路12弄"),
    ("古丽·买买提", "女", "一九七〇年十月", "3.30106E+17", "0571-88123456", "上塘村"),
    ("王·建国", "1", "", "330106660503123", "13812345678/0571-88123456", ""),
    ("欧阳建国", "女性", "19900101", "330106199001010000", "", "城关街道中山东路一百零三号"),
    ("李四", "男", "1988-02-17", "33010619880217123", "+86 138 1234 5679", "中山东路103号"),
    ("?伟", "", "1966", "E12345678", "12", "无"),
    ("", "", "", "", "", ""),
]


def standard(texts):
    return standard_person(*texts)


@pytest.mark.parametrize("texts", PEOPLE, ids=lambda texts: texts[0] or "nobody")
def test_a_person_survives_as_text(texts):
    person = standard(texts)

    assert person_of(as_text(person)) == person
    assert all(isinstance(text, str) for text in as_text(person))


def test_the_people_here_have_numbers_of_most_kinds():
    kinds = {standard(texts).id_number.kind for texts in PEOPLE}

    assert len(kinds) >= 6
    assert {IdKind.NONE, IdKind.PARTIAL, IdKind.ROUNDED, IdKind.OLD} <= kinds


@pytest.mark.parametrize("one", PEOPLE, ids=lambda texts: texts[0] or "nobody")
def test_the_functions_say_what_the_rules_say(one):
    for other in PEOPLE:
        a, b = standard(one), standard(other)
        evidence = compare(a, b)
        columns = dict(zip(COLUMNS, zip(as_text(a), as_text(b), strict=True), strict=True))

        assert evidence_of(as_text(a), as_text(b)) == evidence
        assert FUNCTIONS["name_level"](*columns["name"]) == evidence.name
        assert FUNCTIONS["born_level"](*columns["born"]) == evidence.born
        assert FUNCTIONS["id_level"](*columns["id_number"]) == evidence.id_number
        assert FUNCTIONS["phone_level"](*columns["phone"]) == evidence.phone
        assert FUNCTIONS["address_level"](*columns["address"]) == evidence.address


@pytest.mark.parametrize("texts", PEOPLE, ids=lambda texts: texts[0] or "nobody")
def test_a_standard_row_has_the_keys_of_the_rules(texts):
    row = dict(zip(STANDARD, standard_row(texts), strict=True))
    person = standard(texts)

    assert row["keys"] == [f"{kind.value}:{key}" for kind, key in person_keys(person)]
    assert row["name_key"] == person.name
    assert row["born_key"] == (person.born[0] if person.born else "")
    assert row["house_key"].split("|")[0] == row["street_key"] == person.place.street
