"""Why two entries are shown together, in two sentences a clerk can read (LK-12).

No number, no share, no score: what agrees, what does not, and what cannot be compared.
"""

from collections.abc import Iterable
from enum import IntEnum

from xgz.rules.linkage.evidence import (
    AddressLevel,
    BornLevel,
    Evidence,
    IdLevel,
    NameLevel,
    PhoneLevel,
    SexLevel,
)
from xgz.rules.linkage.weights import NUMBER_HOLDS_BIRTH

Table = dict[
    type[IntEnum], dict[IntEnum, str]
]  # by column first: levels of two columns are equal numbers
AGREES: Table = {
    IdLevel: {
        IdLevel.SAME: "公民身份号码一致",
        IdLevel.SAME_WRONG: "所填号码相同，但不是有效的身份号码",
        IdLevel.TYPO: "公民身份号码只差一处",
        IdLevel.ROUNDED: "公民身份号码前段一致，末几位已丢失或有误",
        IdLevel.TAIL: "身份号码可见的部分一致",
        IdLevel.BOTH_HIDDEN: "两边身份号码都不完整，可见的部分一致",
        IdLevel.HEAD: "身份号码可见的开头部分一致",
    },
    NameLevel: {
        NameLevel.SAME: "姓名一致",
        NameLevel.SOUND: "姓名读音相同",
        NameLevel.SHAPE: "姓名有一个形近字",
        NameLevel.NEAR_SOUND: "姓名读音相近",
        NameLevel.ORDER: "姓名用字相同、次序不同",
        NameLevel.PART: "姓名一个较全、一个较短",
        NameLevel.ONE_OTHER: "姓名一字之差",
    },
    BornLevel: {
        BornLevel.SAME: "出生日期一致",
        BornLevel.SWAPPED: "出生月、日互换后一致",
        BornLevel.LUNAR: "出生日期按农历换算后一致",
        BornLevel.MONTH: "出生年月一致",
        BornLevel.ONE_PART: "出生日期只有一处不同",
        BornLevel.YEAR: "出生年份一致",
    },
    PhoneLevel: {
        PhoneLevel.SAME: "手机号一致",
        PhoneLevel.LANDLINE: "固定电话一致",
        PhoneLevel.TYPO: "电话号码只差一处",
        PhoneLevel.MASKED: "电话号码可见的部分一致",
    },
    AddressLevel: {
        AddressLevel.FULL: "地址一致",
        AddressLevel.HOUSE: "街巷和门牌一致",
        AddressLevel.STREET: "在同一街巷或村",
    },
    SexLevel: {
        SexLevel.SAME: "性别一致",
    },
}
DIFFERS: Table = {
    IdLevel: {
        IdLevel.NEARLY: "身份号码可见的部分有一位不同",
        IdLevel.DIFFERENT: "身份号码不同",
        IdLevel.CLASH: "两个有效的身份号码不同",
    },
    NameLevel: {
        NameLevel.SURNAME: "姓名只有姓相同",
        NameLevel.OTHER: "姓名不同",
    },
    BornLevel: {
        BornLevel.NEAR_YEAR: "出生日期不同、年份相近",
        BornLevel.DIFFERENT: "出生日期不同",
    },
    PhoneLevel: {
        PhoneLevel.DIFFERENT: "电话号码不同",
    },
    AddressLevel: {
        AddressLevel.ELSEWHERE: "地址不同",
    },
    SexLevel: {
        SexLevel.DIFFERENT: "性别不同",
    },
}
MISSING: Table = {
    IdLevel: {
        IdLevel.UNKNOWN: "身份号码",
    },
    BornLevel: {
        BornLevel.UNKNOWN: "出生日期",
    },
    PhoneLevel: {
        PhoneLevel.UNKNOWN: "电话号码",
    },
}


def reason(evidence: Evidence) -> str:
    """Return two sentences: what agrees; what does not, or what could not be compared."""
    levels = [evidence.id_number, evidence.name, evidence.born, evidence.phone, evidence.address]
    if evidence.id_number in NUMBER_HOLDS_BIRTH and evidence.born in AGREES[BornLevel]:
        del levels[2]  # the number has said it
    agrees = _said(AGREES, levels)
    if len(agrees) < 2:
        agrees += _said(AGREES, [evidence.sex])
    differs = _said(DIFFERS, [*levels, evidence.sex])
    first = "、".join(agrees) if agrees else "没有一致的项目"
    second = "、".join(differs) if differs else _not_compared(evidence)
    return f"{first}。{second}。"


def _said(table: Table, levels: Iterable[IntEnum]) -> list[str]:
    return [table[type(level)][level] for level in levels if level in table.get(type(level), {})]


def _not_compared(evidence: Evidence) -> str:
    levels = [evidence.id_number, evidence.phone]
    if evidence.id_number not in NUMBER_HOLDS_BIRTH:
        levels.insert(1, evidence.born)
    missing = _said(MISSING, levels)
    return "、".join(missing) + "缺少或无法比对" if missing else "没有发现不一致的项目"
