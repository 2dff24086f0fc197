"""What goes wrong in lists of people: one small function for each kind of error.

A function takes the value as it should be written, the place of its row, the side it is on and a
source of chance, and returns the value as somebody wrote it. It may return the value unchanged
where the error is not possible (a name without a character that has a traditional form). Which
kinds happen, and how often, is told by profiles.py.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np  # noqa: TID253

from benchmarks.linkage import words
from benchmarks.linkage.people import Numbers
from benchmarks.linkage.places import chinese_number

Chance = random.Random
Slip = Callable[[str, int, "Side", Chance], str]

_KINDS: dict[str, Slip] = {}
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_ID_LENGTH, _PHONE_LENGTH, _DATE_LENGTH = 18, 11, 10


@dataclass(slots=True)
class Side:
    """What the functions may look at: columns of one part of one list, same length."""

    born: Numbers  # days since 1970-01-01
    family_phone: Sequence[str]
    new_phone: Sequence[str]
    agent_phones: Sequence[str]
    colleague_phone: Sequence[str]
    kinds: dict[int, list[str]] = field(default_factory=dict)  # row: what happened to it


def kind(function: Slip) -> Slip:
    """Register the function under its own name."""
    _KINDS[function.__name__] = function
    return function


def kind_of(length: int) -> Callable[[Slip], Slip]:
    """Register a function that leaves values of another length as they are."""

    def register(function: Slip) -> Slip:
        def guarded(value: str, at: int, side: "Side", chance: Chance) -> str:
            return function(value, at, side, chance) if len(value) == length else value

        _KINDS[function.__name__] = guarded
        return function

    return register


def known_kinds() -> frozenset[str]:
    """Return the names of all kinds that have a function here."""
    return frozenset(_KINDS)


def damage(
    values: list[str],
    rates: dict[str, float],
    side: Side,
    random: np.random.Generator,
    chance: Chance,
) -> None:
    """Let at most one of the kinds happen to each value, in place; the rates add up to 1 at most."""
    if not rates:
        return
    limits = np.cumsum(list(rates.values()))
    hits = np.searchsorted(limits, random.random(len(values)), side="right")
    for at, name in enumerate(rates):
        slip = _KINDS[name]
        for row in np.flatnonzero(hits == at).tolist():
            written = slip(values[row], row, side, chance)
            if written != values[row]:
                values[row] = written
                side.kinds.setdefault(row, []).append(name)


# --- names ---------------------------------------------------------------------------------------


def _swap_one(value: str, table: dict[str, str], chance: Chance) -> str:
    """Replace one character that the table knows by one of its alternatives."""
    places = [at for at, character in enumerate(value) if character in table]
    if not places:
        return value
    at = chance.choice(places)
    return value[:at] + chance.choice(table[value[at]]) + value[at + 1 :]


def _alternatives(groups: Sequence[str]) -> dict[str, str]:
    table: dict[str, str] = {}
    for group in groups:
        for character in group:
            table[character] = table.get(character, "") + group.replace(character, "")
    return {character: others for character, others in table.items() if others}


_HOMOPHONES = _alternatives(words.HOMOPHONES)
_LOOKALIKES = _alternatives(words.LOOKALIKES)
_DIALECT = _alternatives(words.DIALECT)
_NEIGHBOURS = _alternatives(words.INPUT_NEIGHBOURS)


@kind
def name_homophone(value: str, at: int, side: Side, chance: Chance) -> str:
    return _swap_one(value, _HOMOPHONES, chance)


@kind
def name_lookalike(value: str, at: int, side: Side, chance: Chance) -> str:
    return _swap_one(value, _LOOKALIKES, chance)


@kind
def name_dialect(value: str, at: int, side: Side, chance: Chance) -> str:
    return _swap_one(value, _DIALECT, chance)


@kind
def name_input_neighbour(value: str, at: int, side: Side, chance: Chance) -> str:
    return _swap_one(value, _NEIGHBOURS, chance)


@kind
def name_any_homophone(value: str, at: int, side: Side, chance: Chance) -> str:
    """Any character with one of the sounds of one character, polyphones included."""
    return _swap_one(value, _sounds(), chance)


@kind
def name_traditional(value: str, at: int, side: Side, chance: Chance) -> str:
    """All characters in their traditional form, or one of them."""
    places = [place for place, character in enumerate(value) if character in words.TRADITIONAL]
    if len(places) > 1 and chance.random() < 0.3:
        places = [chance.choice(places)]
    letters = list(value)
    for place in places:
        letters[place] = words.TRADITIONAL[letters[place]]
    return "".join(letters)


@kind
def name_dot_dropped(value: str, at: int, side: Side, chance: Chance) -> str:
    return value.replace("·", "")


@kind
def name_dot_other(value: str, at: int, side: Side, chance: Chance) -> str:
    return value.replace("·", chance.choice("•．・.∙‧ "))


@kind
def name_dot_part(value: str, at: int, side: Side, chance: Chance) -> str:
    """Only the part before the dot."""
    return value.split("·")[0]


@kind
def name_dot_added(value: str, at: int, side: Side, chance: Chance) -> str:
    if len(value) < 2 or "·" in value:
        return value
    place = 1 if len(value) < 4 else 2
    return value[:place] + "·" + value[place:]


@kind
def name_spaces(value: str, at: int, side: Side, chance: Chance) -> str:
    return chance.choice((" ", "  ", "\u3000", "\u3000\u3000", "\u00a0")).join(
        value[:1] + value[1:]
    )


@kind
def name_padded(value: str, at: int, side: Side, chance: Chance) -> str:
    return chance.choice((f" {value}", f"{value} ", f"{value}\u3000", f"\u3000{value} "))


@kind
def name_swapped(value: str, at: int, side: Side, chance: Chance) -> str:
    """Two neighbouring characters in the wrong order, more often the last two."""
    if len(value) < 2:
        return value
    place = len(value) - 2 if chance.random() < 0.75 else 0
    return value[:place] + value[place + 1] + value[place] + value[place + 2 :]


@kind
def name_missing_character(value: str, at: int, side: Side, chance: Chance) -> str:
    if len(value) < 3:
        return value
    place = chance.randrange(1, len(value))
    return value[:place] + value[place + 1 :]


@kind
def name_doubled_character(value: str, at: int, side: Side, chance: Chance) -> str:
    place = chance.randrange(len(value)) if value else 0
    return value[:place] + value[place : place + 1] + value[place:]


@kind
def name_unwritable(value: str, at: int, side: Side, chance: Chance) -> str:
    """A character that the sender's system could not write."""
    if len(value) < 2:
        return value
    place = chance.randrange(1, len(value))
    return value[:place] + chance.choice(("?", "*", "□", "〇")) + value[place + 1 :]


@kind
def name_title(value: str, at: int, side: Side, chance: Chance) -> str:
    return value + chance.choice(words.TITLES)


@cache
def _sounds() -> dict[str, str]:
    """Characters of the given names and surnames, and common ones, by any of their sounds."""
    from pypinyin import Style, pinyin  # noqa: PLC0415 (slow; only one profile needs it)

    common = [
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xB0, 0xD8)
        for low in range(0xA1, 0xFF)
    ]  # the first level of GB 2312: 3,755 common characters
    ours = "".join((*words.SURNAMES, words.MEN_CHARACTERS, words.WOMEN_CHARACTERS))
    alphabet = sorted({c for c in "".join(common) + ours if c})
    by_sound: dict[str, list[str]] = {}
    for character in alphabet:
        for sound in pinyin(character, style=Style.NORMAL, heteronym=True)[0]:
            by_sound.setdefault(sound, []).append(character)
    return _alternatives(["".join(group) for group in by_sound.values()])


# --- sex -----------------------------------------------------------------------------------------


@kind
def sex_missing(value: str, at: int, side: Side, chance: Chance) -> str:
    return ""


@kind
def sex_wrong(value: str, at: int, side: Side, chance: Chance) -> str:
    return "女" if value == "男" else "男"


@kind
def sex_written_out(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value}性"


# --- dates of birth ------------------------------------------------------------------------------


@kind
def date_missing(value: str, at: int, side: Side, chance: Chance) -> str:
    return ""


@kind_of(_DATE_LENGTH)
def date_month_day_swapped(value: str, at: int, side: Side, chance: Chance) -> str:
    year, month, day = value.split("-")
    return f"{year}-{day}-{month}" if int(day) <= 12 else value


@kind_of(_DATE_LENGTH)
def date_lunar(value: str, at: int, side: Side, chance: Chance) -> str:
    """The day of the lunar calendar, written as if it were one of the solar calendar."""
    year, month, day = lunar_day(int(side.born[at]))
    return f"{year:04}-{month:02}-{day:02}"


@kind_of(_DATE_LENGTH)
def date_year_off(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{int(value[:4]) + chance.choice((-2, -1, -1, 1, 1, 2))}{value[4:]}"


@kind_of(_DATE_LENGTH)
def date_day_off(value: str, at: int, side: Side, chance: Chance) -> str:
    day = int(value[8:]) + chance.choice((-1, 1, -10, 10))
    return f"{value[:8]}{day:02}" if 1 <= day <= 28 else value


@kind_of(_DATE_LENGTH)
def date_year_month(value: str, at: int, side: Side, chance: Chance) -> str:
    return value[:7]


@kind_of(_DATE_LENGTH)
def date_first_of_january(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value[:4]}-01-01"


@kind_of(_DATE_LENGTH)
def date_compact(value: str, at: int, side: Side, chance: Chance) -> str:
    return value.replace("-", "")


@kind_of(_DATE_LENGTH)
def date_slashes(value: str, at: int, side: Side, chance: Chance) -> str:
    return "/".join(part.lstrip("0") for part in value.split("-"))


@kind_of(_DATE_LENGTH)
def date_dots(value: str, at: int, side: Side, chance: Chance) -> str:
    return ".".join(part.lstrip("0") for part in value.split("-"))


@kind_of(_DATE_LENGTH)
def date_year_month_day(value: str, at: int, side: Side, chance: Chance) -> str:
    parts = [part.lstrip("0") for part in value.split("-")]
    return "".join(f"{part}{unit}" for part, unit in zip(parts, "年月日", strict=False))


@kind_of(_DATE_LENGTH)
def date_chinese_digits(value: str, at: int, side: Side, chance: Chance) -> str:
    year, *rest = value.split("-")
    digits = "".join("〇一二三四五六七八九"[int(d)] for d in year)
    units = zip(rest, "月日", strict=False)
    return f"{digits}年" + "".join(f"{chinese_number(int(p))}{unit}" for p, unit in units)


@kind
def date_timestamp(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value} 00:00:00" if len(value) == 10 else value


@cache
def _new_years() -> Numbers:
    """Return the first day of each lunar year, days since 1970-01-01, one year more than listed."""
    lengths = [sum(length for *_, length in _months(info)) for info in words.LUNAR_YEARS]
    start = int(np.datetime64(words.LUNAR_FIRST_DAY).astype(int))
    return start + np.concatenate([[0], np.cumsum(lengths)])


def _months(info: int) -> list[tuple[int, int]]:
    """Return (month, length in days) of a lunar year, the leap month after its namesake."""
    months = []
    for month in range(1, 13):
        months.append((month, 30 if info >> (16 - month) & 1 else 29))
        if info & 15 == month:
            months.append((month, 30 if info & 0x10000 else 29))
    return months


def lunar_day(day: int) -> tuple[int, int, int]:
    """Return year, month and day of the lunar calendar; the leap month has its namesake's number.

    day counts from 1970-01-01 and lies in the lunar years 1930 to 2009; earlier and later days are
    returned as solar ones.
    """
    starts = _new_years()
    at = int(np.searchsorted(starts, day, side="right")) - 1
    if not 0 <= at < len(words.LUNAR_YEARS):
        date = np.datetime64(day, "D").item()
        return date.year, date.month, date.day
    rest = day - int(starts[at])
    for month, length in _months(words.LUNAR_YEARS[at]):
        if rest < length:
            return words.LUNAR_FIRST_YEAR + at, month, rest + 1
        rest -= length
    raise AssertionError("the months of a lunar year add up to less than the year")


# --- identity numbers ----------------------------------------------------------------------------


def _other_digit(digit: str, chance: Chance) -> str:
    return chance.choice("0123456789".replace(digit, ""))


@kind
def id_missing(value: str, at: int, side: Side, chance: Chance) -> str:
    return chance.choice(("", "", "", "", "无", "/"))


@kind_of(_ID_LENGTH)
def id_masked_birth(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value[:6]}********{value[14:]}"


@kind_of(_ID_LENGTH)
def id_masked_end(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value[:14]}****"


@kind_of(_ID_LENGTH)
def id_masked_middle(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value[:4]}**********{value[14:]}"


@kind_of(_ID_LENGTH)
def id_masked_day(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value[:10]}****{value[14:]}"


@kind_of(_ID_LENGTH)
def id_masked_ends(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value[:1]}{'*' * 16}{value[-1:]}"


@kind_of(_ID_LENGTH)
def id_masked_x(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value[:10]}xxxx{value[14:]}"


@kind_of(_ID_LENGTH)
def id_masked_short(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value[:6]}****{value[14:]}"


@kind_of(_ID_LENGTH)
def id_15_digits(value: str, at: int, side: Side, chance: Chance) -> str:
    return value[:6] + value[8:17] if value[6:8] == "19" else value


@kind_of(_ID_LENGTH)
def id_scientific(value: str, at: int, side: Side, chance: Chance) -> str:
    """What a spreadsheet shows of a number of eighteen digits."""
    return f"{float(value):.5E}" if value.isdigit() else value


@kind_of(_ID_LENGTH)
def id_three_zeros(value: str, at: int, side: Side, chance: Chance) -> str:
    """What a spreadsheet keeps of a number of eighteen digits: fifteen."""
    return f"{value[:15]}000" if value.isdigit() else value


@kind_of(_ID_LENGTH)
def id_digit(value: str, at: int, side: Side, chance: Chance) -> str:
    place = chance.randrange(17)
    return value[:place] + _other_digit(value[place], chance) + value[place + 1 :]


@kind_of(_ID_LENGTH)
def id_transposed(value: str, at: int, side: Side, chance: Chance) -> str:
    place = chance.randrange(16)
    return value[:place] + value[place + 1] + value[place] + value[place + 2 :]


@kind_of(_ID_LENGTH)
def id_check(value: str, at: int, side: Side, chance: Chance) -> str:
    return value[:17] + chance.choice("0123456789X".replace(value[17], ""))


@kind_of(_ID_LENGTH)
def id_digit_missing(value: str, at: int, side: Side, chance: Chance) -> str:
    place = chance.randrange(18)
    return value[:place] + value[place + 1 :]


@kind_of(_ID_LENGTH)
def id_digit_doubled(value: str, at: int, side: Side, chance: Chance) -> str:
    place = chance.randrange(18)
    return value[:place] + value[place] + value[place:]


@kind
def id_lower_x(value: str, at: int, side: Side, chance: Chance) -> str:
    return value.lower()


@kind
def id_spaces(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value[:6]} {value[6:14]} {value[14:]}" if len(value) == 18 else f"{value} "


@kind
def id_apostrophe(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"'{value}"


@kind
def id_full_width(value: str, at: int, side: Side, chance: Chance) -> str:
    return value.translate(_FULL_WIDTH)


@kind
def id_misread(value: str, at: int, side: Side, chance: Chance) -> str:
    """One or two digits as a scanner reads them."""
    letters = list(value)
    places = [p for p, c in enumerate(letters) if c in _MISREAD]
    for place in chance.sample(places, min(len(places), chance.randint(1, 2))):
        letters[place] = chance.choice(_MISREAD[letters[place]])
    return "".join(letters)


_MISREAD = {"0": "OoD6", "1": "lI7", "2": "Z", "5": "S6", "8": "B3", "6": "b8", "3": "8", "7": "1"}


@kind_of(_ID_LENGTH)
def id_relatives(value: str, at: int, side: Side, chance: Chance) -> str:
    """Another person's number: the place of birth is theirs, the rest is not."""
    year = int(value[6:10]) + chance.randint(-3, 3)
    return f"{value[:6]}{year}{chance.randint(1, 12):02}{chance.randint(1, 28):02}" + "".join(
        chance.choices("0123456789", k=4)
    )


# --- phones --------------------------------------------------------------------------------------


@kind
def phone_missing(value: str, at: int, side: Side, chance: Chance) -> str:
    return ""


@kind
def phone_changed(value: str, at: int, side: Side, chance: Chance) -> str:
    return side.new_phone[at]


@kind
def phone_family(value: str, at: int, side: Side, chance: Chance) -> str:
    return side.family_phone[at]


@kind
def phone_agent(value: str, at: int, side: Side, chance: Chance) -> str:
    """The phone of whoever registers many businesses for others."""
    return side.agent_phones[int(len(side.agent_phones) * chance.random() ** 2)]


@kind
def phone_colleague(value: str, at: int, side: Side, chance: Chance) -> str:
    return side.colleague_phone[at]


@kind
def phone_landline(value: str, at: int, side: Side, chance: Chance) -> str:
    head = chance.choice((f"{words.AREA_CODE}-", words.AREA_CODE, "", f"({words.AREA_CODE})"))
    return f"{head}{chance.randint(80_000_000, 89_999_999)}"


@kind_of(_PHONE_LENGTH)
def phone_digit(value: str, at: int, side: Side, chance: Chance) -> str:
    place = chance.randrange(1, 11)
    return value[:place] + _other_digit(value[place], chance) + value[place + 1 :]


@kind_of(_PHONE_LENGTH)
def phone_transposed(value: str, at: int, side: Side, chance: Chance) -> str:
    place = chance.randrange(1, 10)
    return value[:place] + value[place + 1] + value[place] + value[place + 2 :]


@kind_of(_PHONE_LENGTH)
def phone_digit_missing(value: str, at: int, side: Side, chance: Chance) -> str:
    place = chance.randrange(1, 11)
    return value[:place] + value[place + 1 :]


@kind_of(_PHONE_LENGTH)
def phone_masked(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value[:3]}****{value[7:]}"


@kind_of(_PHONE_LENGTH)
def phone_two(value: str, at: int, side: Side, chance: Chance) -> str:
    both = [value, side.new_phone[at]]
    chance.shuffle(both)
    return chance.choice(("/", "、", ";", " ")).join(both)


@kind_of(_PHONE_LENGTH)
def phone_country_code(value: str, at: int, side: Side, chance: Chance) -> str:
    return chance.choice(("+86", "86", "+86 ", "0086", "86-")) + value


@kind_of(_PHONE_LENGTH)
def phone_spaces(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value[:3]} {value[3:7]} {value[7:]}"


@kind_of(_PHONE_LENGTH)
def phone_dashes(value: str, at: int, side: Side, chance: Chance) -> str:
    return f"{value[:3]}-{value[3:7]}-{value[7:]}"


@kind
def phone_decimal(value: str, at: int, side: Side, chance: Chance) -> str:
    """A number that went through a spreadsheet."""
    return f"{value}.0" if value.isdigit() else value


@kind
def phone_full_width(value: str, at: int, side: Side, chance: Chance) -> str:
    return value.translate(_FULL_WIDTH)


@kind
def phone_misread(value: str, at: int, side: Side, chance: Chance) -> str:
    return id_misread(value, at, side, chance)


# --- addresses, as far as they are not a way of writing (places.py) --------------------------------


@kind
def address_missing(value: str, at: int, side: Side, chance: Chance) -> str:
    return ""


@kind
def address_cut(value: str, at: int, side: Side, chance: Chance) -> str:
    """Cut where the sender's column ends."""
    return value[: chance.randint(10, 18)]


@kind
def address_spaces(value: str, at: int, side: Side, chance: Chance) -> str:
    place = chance.randrange(len(value)) if value else 0
    return f"{value[:place]} {value[place:]}"


@kind
def address_full_width(value: str, at: int, side: Side, chance: Chance) -> str:
    return value.translate(_FULL_WIDTH)


@kind
def address_slip(value: str, at: int, side: Side, chance: Chance) -> str:
    return _swap_one(value, _HOMOPHONES, chance)
