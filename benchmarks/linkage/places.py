"""Addresses: columns of numbers written out, in full or in one of the ways people write them.

A way of writing is a set of flags for each row. The place stays the same.
"""

from dataclasses import replace

import numpy as np  # noqa: TID253

from benchmarks.linkage import words
from benchmarks.linkage.people import Numbers, People, homes

NO_PROVINCE, NO_COUNTY, NO_TOWN, HASH, DASHES, LANE, BUILDING, CHINESE, NO_ROOM, PARK, NEARBY = (
    1 << at for at in range(11)
)
FLAGS = {
    "address_no_province": NO_PROVINCE,
    "address_no_county": NO_COUNTY,
    "address_no_town": NO_TOWN,
    "address_hash": HASH,  # 12# instead of 12号
    "address_dashes": DASHES,  # 3-2-501 instead of 3幢2单元501室
    "address_lane": LANE,  # 12弄 instead of 12号 before a compound
    "address_building": BUILDING,  # 3号楼, 3栋 instead of 3幢
    "address_chinese_digits": CHINESE,
    "address_no_room": NO_ROOM,
    "address_park": PARK,
    "address_nearby": NEARBY,
}
_CHINESE = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """Return a number below 1,000 in words, longer ones digit by digit: 十二, 一百零三, 一二〇五."""
    if number >= 1000:
        return "".join("〇一二三四五六七八九"[int(d)] for d in str(number))
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{_CHINESE[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_CHINESE[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_CHINESE[ones] if ones or not number else "")


def street_name(street: int) -> str:
    """Return the street's name, 人民东路."""
    end, word = divmod(street, len(words.STREET_WORDS))
    return words.STREET_WORDS[word] + words.STREET_ENDS[end]


def village_name(village: int) -> str:
    """Return the village's name, 上张塘村."""
    second, first = divmod(village, len(words.VILLAGE_FIRST))
    end = words.VILLAGE_ENDS[village % len(words.VILLAGE_ENDS)]
    return words.VILLAGE_FIRST[first] + words.VILLAGE_SECOND[second] + end


def addresses_of(people: People, flags: Numbers) -> list[str]:
    """Return the homes written out, each in its own way."""
    columns = (
        *(people.kind, people.town, people.street, people.number),
        *(people.compound, people.building, people.unit, people.room, flags),
    )
    return [_write(*row) for row in zip(*(c.tolist() for c in columns), strict=True)]


def _write(
    kind: int,
    town: int,
    street: int,
    number: int,
    compound: int,
    building: int,
    unit: int,
    room: int,
    flags: int,
) -> str:
    head = "" if flags & (NO_PROVINCE | NO_COUNTY) else words.PROVINCE
    head += "" if flags & NO_COUNTY else words.CITY + words.COUNTY
    head += "" if flags & NO_TOWN else words.TOWNS[town]
    if kind == 1:
        return head + village_name(street) + _house(number, flags & ~LANE) + _side(flags)
    head += street_name(street)
    if kind == 2:
        park = words.PARKS[compound % len(words.PARKS)] if flags & PARK else ""
        return head + _house(number, flags & ~LANE) + park + _side(flags)
    return (
        head
        + _house(number, flags)
        + words.COMPOUNDS[compound]
        + _flat(building, unit, room, flags)
    )


def _side(flags: int) -> str:
    return "旁" if flags & NEARBY else ""


def _house(number: int, flags: int) -> str:
    shown = chinese_number(number) if flags & CHINESE else str(number)
    return shown + ("#" if flags & HASH else "弄" if flags & LANE else "号")


def _flat(building: int, unit: int, room: int, flags: int) -> str:
    if flags & NO_ROOM:
        return f"{building}幢"
    if flags & DASHES:
        return f"{building}-{unit}-{room}"
    house = ("号楼" if building % 2 else "栋") if flags & BUILDING else "幢"
    if flags & CHINESE:
        return f"{chinese_number(building)}{house}{chinese_number(unit)}单元{room}室"
    return f"{building}{house}{unit}单元{room}室"


def shop_places(people: People, random: np.random.Generator) -> People:
    """Return where these people's shops are: at home, near by, or somewhere else in the county.

    A quarter of the shops are the home; a sixth are in its street or village, another number.
    """
    other = random.random(len(people))
    at_home, near = other < 0.25, (other >= 0.25) & (other < 0.42)
    fresh = _elsewhere(len(people), random)
    near_number = random.integers(1, 400, len(people))
    columns = {name: getattr(people, name) for name in fresh}
    for name, new in fresh.items():
        old = columns[name]
        close = near_number if name == "number" else old
        columns[name] = np.select([at_home, near], [old, close], new)
    columns["kind"] = np.where(near & (people.kind == 0), 2, columns["kind"])
    return replace(people, **columns)


def _elsewhere(count: int, random: np.random.Generator) -> dict[str, Numbers]:
    places = homes(count, random)
    places["kind"] = np.where(random.random(count) < 0.7, 2, places["kind"])
    streets = len(words.STREET_WORDS) * len(words.STREET_ENDS)
    places["street"] = np.where(places["kind"] == 1, places["street"], places["street"] % streets)
    return places
