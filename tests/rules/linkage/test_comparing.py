"""Levels of agreement: each kind of error keeps its own, and people apart stay apart."""

from datetime import date

import pytest

from xgz.rules.linkage.addresses import standard_address
from xgz.rules.linkage.comparing import (
    address_level,
    born_level,
    compare,
    id_level,
    name_level,
    phone_level,
)
from xgz.rules.linkage.evidence import (
    AddressLevel,
    BornLevel,
    IdLevel,
    NameLevel,
    PhoneLevel,
    SexLevel,
)
from xgz.rules.linkage.lunar import lunar_written
from xgz.rules.linkage.names import standard_name
from xgz.rules.linkage.numbers import standard_id
from xgz.rules.linkage.people import standard_person
from xgz.rules.linkage.phones import standard_phones

N, I, B, P, A = NameLevel, IdLevel, BornLevel, PhoneLevel, AddressLevel  # noqa: E741
ID = "330106196605031238"


def both_ways(function, one, other):
    levels = {function(one, other), function(other, one)}
    assert len(levels) == 1
    return levels.pop()


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("张伟", "張偉", N.SAME),
        ("阿卜杜拉·买买提", "阿卜杜拉 买买提", N.SAME),
        ("张伟", "张威", N.SOUND),
        ("章伟", "张威", N.SOUND),
        ("曾乐", "增月", N.SOUND),
        ("单田芳", "善田方", N.SOUND),
        ("杨文", "扬文", N.SOUND),
        ("张末", "张未", N.SHAPE),
        ("李晴", "李睛", N.SHAPE),
        ("王玉兰", "王五兰", N.SHAPE),
        ("陈静", "成静", N.NEAR_SOUND),
        ("林娜", "林拉", N.NEAR_SOUND),
        ("王建国", "建国王", N.ORDER),
        ("王国建", "王建国", N.ORDER),
        ("王建国", "王建", N.PART),
        ("王建国", "王建建国", N.PART),
        ("阿卜杜拉", "阿卜杜拉买买提", N.PART),
        ("王建国", "王建民", N.ONE_OTHER),
        ("李建国", "王建国", N.ONE_OTHER),
        ("张伟", "张敏", N.SURNAME),
        ("张伟", "李敏", N.OTHER),
        ("张*", "张伟", N.SURNAME),
        ("张*", "张*", N.SURNAME),
        ("张*", "李伟", N.UNKNOWN),
        ("", "张伟", N.UNKNOWN),
    ],
)
def test_names(one, other, level):
    assert both_ways(name_level, standard_name(one), standard_name(other)) == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (ID, ID, I.SAME),
        (ID, ID[:6] + ID[8:17], I.SAME),
        ("G12345678", "G12345678", I.SAME),
        ("G12345678", "G12345679", I.DIFFERENT),
        ("G12345678", ID, I.UNKNOWN),
        ("330106196605031234", "330106196605031234", I.SAME_WRONG),
        (ID, "330106196605031234", I.TYPO),
        (ID, "330106196605081238", I.TYPO),
        (ID, "330106196605032138", I.TYPO),
        (ID, "33010619660503128", I.TYPO),
        (ID, "3301061966050312338", I.TYPO),
        (ID, "330106660508123", I.TYPO),
        (ID, "330106196605031000", I.ROUNDED),
        (ID, "330106196605031233.0", I.ROUNDED),
        (ID, "330106196605031888", I.ROUNDED),
        ("330106196605031000", "330106196605031000", I.BOTH_HIDDEN),
        (ID, "330106********1238", I.TAIL),
        (ID, "1238", I.TAIL),
        ("330106********1238", "330106********1238", I.BOTH_HIDDEN),
        (ID, "33010619660503****", I.HEAD),
        ("330106********1238", "33010619660503****", I.HEAD),
        (ID, "330106********1239", I.NEARLY),
        (ID, "330106********2138", I.NEARLY),
        (ID, "330106********9999", I.DIFFERENT),
        (ID, "330106********0000", I.DIFFERENT),
        (ID, "3.30106E+17", I.UNKNOWN),
        ("3.30106E+17", "3.30106E+17", I.UNKNOWN),
        (ID, "330106196605032459", I.DIFFERENT),
        (ID, "11010519491231002X", I.CLASH),
        (ID, "330106660503200", I.CLASH),
        (ID, "", I.UNKNOWN),
    ],
)
def test_identity_numbers(one, other, level):
    assert both_ways(id_level, standard_id(one), standard_id(other)) == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (("19660503",), ("19660503",), B.SAME),
        (("19660503",), ("19660305",), B.SWAPPED),
        (("19660523",), ("19660404",), B.LUNAR),
        (("19660523",), ("19660500",), B.MONTH),
        (("19660503",), ("19670503",), B.ONE_PART),
        (("19660503",), ("19660508",), B.ONE_PART),
        (("19660503",), ("19660000",), B.YEAR),
        (("19660503",), ("19671128",), B.NEAR_YEAR),
        (("19660503",), ("19660600",), B.NEAR_YEAR),
        (("19660503",), ("19691128",), B.DIFFERENT),
        (("19660503",), ("19690000",), B.DIFFERENT),
        (("19660503",), (), B.UNKNOWN),
        (("19660503", "19700101"), ("19700101",), B.SAME),
        (("19660500",), ("19660500",), B.MONTH),
    ],
)
def test_birth_dates(one, other, level):
    assert both_ways(born_level, one, other) == level


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        (date(1966, 5, 23), "19660404"),
        (date(1966, 5, 3), "19660313"),  # in the leap third month
        (date(2000, 2, 5), "20000101"),
        (date(2000, 2, 4), "19991229"),
        (date(1900, 1, 30), ""),
        (date(1900, 1, 31), "19000101"),
        (date(2031, 1, 22), "20301229"),
        (date(2031, 1, 23), ""),
    ],
    ids=str,
)
def test_lunar_dates(day, lunar):
    assert lunar_written(day) == lunar


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("13800138001", "+86 138 0013 8001", P.SAME),
        ("13800138001/13900139002", "13900139002", P.SAME),
        ("0571-88886666", "88886666", P.LANDLINE),
        ("13800138001", "13800138002", P.TYPO),
        ("13800138001", "13800138010", P.TYPO),
        ("13800138001", "1380138001", P.TYPO),
        ("13800138001", "138001380011", P.TYPO),
        ("13800138001", "138****8001", P.MASKED),
        ("138****8001", "138****8001", P.MASKED),
        ("138****8001", "138****8002", P.DIFFERENT),
        ("138****8001", "88886666", P.DIFFERENT),
        ("88886666", "88886667", P.DIFFERENT),
        ("13800138001", "13900139002", P.DIFFERENT),
        ("13800138001", "", P.UNKNOWN),
    ],
)
def test_phones(one, other, level):
    assert both_ways(phone_level, standard_phones(one), standard_phones(other)) == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("浙江省青溪县文三路123号4幢301室", "文三路123号4-301", A.FULL),
        ("文三路123号4幢301室", "文三路123号", A.HOUSE),
        ("文三路123号", "文三路125号", A.STREET),
        ("文三路", "文三路", A.STREET),
        ("文三路123号", "文二路123号", A.ELSEWHERE),
        ("文三路123号", "", A.UNKNOWN),
    ],
)
def test_addresses(one, other, level):
    assert both_ways(address_level, standard_address(one), standard_address(other)) == level


def test_all_six_columns_have_a_level():
    one = standard_person("张伟", "男", "1966-05-03", ID, "13800138001", "文三路123号")
    other = standard_person("張偉", "女", "", "330106********1238", "", "文三路")

    evidence = compare(one, other)

    assert (evidence.name, evidence.id_number, evidence.sex) == (N.SAME, I.TAIL, SexLevel.DIFFERENT)
    assert (evidence.born, evidence.phone, evidence.address) == (B.UNKNOWN, P.UNKNOWN, A.STREET)
