"""The standard form of each column: written in many ways, compared in one (LK-2 to LK-8)."""

import pytest

from xgz.rules.linkage.addresses import standard_address
from xgz.rules.linkage.dates import standard_born
from xgz.rules.linkage.names import sound_key, standard_name, surname_of
from xgz.rules.linkage.numbers import IdKind, born_of, sex_of, standard_id
from xgz.rules.linkage.people import standard_person
from xgz.rules.linkage.phones import standard_phones

RIGHT = "11010519491231002X"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张伟", "张伟"),
        (" 张　伟 ", "张伟"),
        ("張偉", "张伟"),
        ("张伟（女）", "张伟"),
        ("张伟(原名张三", "张伟"),
        ("王小明先生", "王小明"),
        ("阿卜杜拉·买买提", "阿卜杜拉买买提"),
        ("阿卜杜拉•买买提", "阿卜杜拉买买提"),
        ("阿卜杜拉．买买提", "阿卜杜拉买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉买买提"),
        ("张伟2", "张伟"),
        ("ｌｉ　ｎａ", "LINA"),
        ("张*", "张?"),
        ("张某某", "张??"),
        ("先生", "先生"),
        ("", ""),
        ("—", ""),
    ],
)
def test_names_lose_marks_titles_and_traditional_forms(written, name):
    assert standard_name(written) == name


def test_a_masked_name_cannot_be_found_by_its_sound():
    assert sound_key(standard_name("张*")) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("张伟", "章威"), ("杨柳", "羊留"), ("陈静", "成劲"), ("林娜", "凌拉"), ("邹红", "周宏")],
)
def test_names_that_sound_alike_in_some_mouth_are_found_together(one, other):
    assert sound_key(one) == sound_key(other)


def test_compound_surnames_are_two_characters_where_a_name_follows():
    assert [surname_of(n) for n in ("欧阳修", "欧阳", "张伟")] == ["欧阳", "欧", "张"]


@pytest.mark.parametrize(
    ("written", "text", "kind"),
    [
        (RIGHT, RIGHT, IdKind.RIGHT),
        (RIGHT.lower(), RIGHT, IdKind.RIGHT),
        ("１１０１０５１９４９１２３１００２Ｘ", RIGHT, IdKind.RIGHT),
        ("'110105 19491231 002X ", RIGHT, IdKind.RIGHT),
        ("11O1O519491231OO2X", RIGHT, IdKind.RIGHT),
        ("110105491231002", RIGHT, IdKind.OLD),
        ("110105194912310021", "110105194912310021", IdKind.WRONG),
        ("110105194902310028", "110105194902310028", IdKind.WRONG),
        ("110105194912310000", "110105194912310???", IdKind.ROUNDED),
        ("110105194912310016.0", "110105194912310???", IdKind.ROUNDED),
        ("1.10105E+17", "", IdKind.NONE),
        ("1.1E17", "", IdKind.NONE),
        ("110105********002X", "110105????????002X", IdKind.PARTIAL),
        ("110105********0022", "110105????????0022", IdKind.PARTIAL),
        ("110105XXXXXXXX002X", "110105????????002X", IdKind.PARTIAL),
        ("110105****002X", "110105????????002X", IdKind.PARTIAL),
        ("110105*****1002", "110105????????????", IdKind.PARTIAL),
        ("11010519491231****", "11010519491231????", IdKind.PARTIAL),
        ("***************02X", "???????????????02X", IdKind.PARTIAL),
        ("002X", "??????????????002X", IdKind.PARTIAL),
        ("11010519491231", "11010519491231????", IdKind.PARTIAL),
        ("11010519491231002", "11010519491231002", IdKind.ODD),
        ("1101051949123100221", "1101051949123100221", IdKind.ODD),
        ("G12345678", "G12345678", IdKind.OTHER),
        ("******", "", IdKind.NONE),
        ("无", "", IdKind.NONE),
        ("-", "", IdKind.NONE),
        ("", "", IdKind.NONE),
    ],
)
def test_identity_numbers(written, text, kind):
    found = standard_id(written)

    assert (found.text, found.kind) == (text, kind)


@pytest.mark.parametrize(
    ("written", "born", "sex"),
    [
        (RIGHT, "19491231", "女"),
        ("110105491231002", "19491231", "女"),
        ("11010519491231****", "19491231", ""),
        ("110105********003X", "", "男"),
        ("110105199902300021", "", "女"),
        ("1.10105E+17", "", ""),
        ("11010519491231002", "", ""),
    ],
)
def test_what_a_number_shows_of_birth_and_sex(written, born, sex):
    assert (born_of(standard_id(written)), sex_of(standard_id(written))) == (born, sex)


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("1966-05-03", "19660503"),
        ("1966.5.3", "19660503"),
        ("1966/5/3 0:00:00", "19660503"),
        ("19660503", "19660503"),
        ("1966年5月3日", "19660503"),
        ("一九六六年五月三日", "19660503"),
        ("二〇〇一年十二月二十三日", "20011223"),
        ("一九七〇年十月三十日", "19701030"),
        ("66-5-3", "19660503"),
        ("05-5-3", "20050503"),
        ("5/3/1966", "19660503"),
        ("24230", "19660503"),
        ("1966-05", "19660500"),
        ("196605", "19660500"),
        ("1966年", "19660000"),
        ("1990-02-30", "19900230"),
        ("1966-13-14", "19660000"),
        ("1866-05-03", ""),
        ("不详", ""),
        ("", ""),
    ],
)
def test_birth_dates(written, born):
    assert standard_born(written) == born


@pytest.mark.parametrize(
    ("written", "phones"),
    [
        ("13800138001", ("13800138001",)),
        ("138-0013-8001", ("13800138001",)),
        ("138 0013 8001", ("13800138001",)),
        ("+8613800138001", ("13800138001",)),
        ("008613800138001", ("13800138001",)),
        ("013800138001", ("13800138001",)),
        ("13800138001.0", ("13800138001",)),
        ("l38OO138001", ("13800138001",)),
        ("１３８００１３８００１", ("13800138001",)),
        ("138****8001", ("138*8001",)),
        ("1380013800", ("1380013800",)),
        ("138001380011", ("138001380011",)),
        ("0571-88886666", ("88886666",)),
        ("(010)88886666", ("88886666",)),
        ("+86-571-88886666", ("88886666",)),
        ("88886666-801", ("88886666",)),
        ("88886666转801", ("88886666",)),
        ("0571-8888666", ("8888666",)),
        ("13800138001/0571-88886666", ("13800138001", "88886666")),
        ("13800138001、13900139002、13700137003", ("13800138001", "13900139002")),
        ("13800138001 88886666", ("13800138001", "88886666")),
        ("1.38E+10", ()),
        ("11111111111", ()),
        ("00000000", ()),
        ("无", ()),
        ("", ()),
    ],
)
def test_phones(written, phones):
    assert standard_phones(written) == phones


@pytest.mark.parametrize(
    ("written", "street", "house", "numbers"),
    [
        ("浙江省杭州市西湖区文三路123号4幢2单元301室", "文三路", "123", ("123", "4", "2", "301")),
        ("西湖区文三路一百二十三号4-2-301", "文三路", "123", ("123", "4", "2", "301")),
        ("文三路０１２３号", "文三路", "123", ("123",)),
        ("文三路(原文一路)123号", "文三路", "123", ("123",)),
        ("文三路12弄5号", "文三路", "5", ("12", "5")),
        ("清平镇上墩村二组十五号", "上墩村", "15", ("2", "15")),
        ("清平镇上墩村", "上墩村", "", ()),
        ("文三路二〇三号", "文三路", "203", ("203",)),
        ("12号", "", "", ()),
        ("", "", "", ()),
    ],
)
def test_addresses(written, street, house, numbers):
    place = standard_address(written)

    assert (place.street, place.house, place.numbers) == (street, house, numbers)


def test_a_person_has_the_stated_date_first_and_the_numbers_where_it_differs():
    person = standard_person("张伟", "", "1950-01-01", RIGHT, "", "")

    assert (person.born, person.sex) == (("19500101", "19491231"), "女")
    assert standard_person("张伟", "男", "1949-12-31", RIGHT, "", "").born == ("19491231",)
