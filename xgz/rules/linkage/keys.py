"""What two entries must share to be compared at all (LK-13): the reference every engine follows."""

from collections.abc import Iterator
from enum import StrEnum

from xgz.rules.linkage.lunar import lunar_of
from xgz.rules.linkage.names import sound_key
from xgz.rules.linkage.numbers import HIDDEN, IdKind
from xgz.rules.linkage.people import Person
from xgz.rules.linkage.phones import MOBILE


class KeyKind(StrEnum):
    """Kinds of key. Damage of every kind leaves one of them whole."""

    NUMBER = "number"
    NUMBER_HEAD = "number_head"  # all but the last three digits
    NUMBER_END = "number_end"  # month, day, order and check digit
    NUMBER_TAIL = "number_tail"  # the last four, and how the name sounds
    PAPER = "paper"
    BORN_FIRST = "born_first"  # birth date, and how the name begins
    BORN_LAST = "born_last"
    BORN_NAME = "born_name"  # birth date, or its lunar date, and how the name sounds
    MONTH = "month"  # year and month, and how the name sounds; YEAR_DAY and DAY likewise
    YEAR_DAY = "year_day"
    DAY = "day"  # month and day in either order
    PHONE = "phone"
    PHONE_END = "phone_end"  # the last six, and how the name begins
    PHONE_FRONT = "phone_front"  # the first seven, and how the name sounds
    PHONE_SHOWN = "phone_shown"  # what a mask shows, and how the name sounds
    NAME = "name"
    NAME_HOUSE = "name_house"  # how the name sounds, street and house number
    NAME_STREET = "name_street"  # for names that few have


# Pairs that share one key, at most; more are left to the finer kinds. Where a coarse key is shared by
# more, it says too little to decide anything.
PAIRS_MAX = 4000
_MOST_PAIRS = {KeyKind.NAME: 30, KeyKind.BORN_FIRST: 10, KeyKind.BORN_LAST: 10}


def most_pairs(kind: KeyKind) -> int:
    """Return how many pairs a key of this kind may find: roster rows times register rows."""
    return _MOST_PAIRS.get(kind, PAIRS_MAX)


def most_of_one_sound(people: int) -> int:
    """Return how many of all people in both files may sound alike for NAME_STREET to be of use.

    With a more common name a street says too little to decide anything.
    """
    return max(50, people // 20_000)


def person_keys(person: Person) -> Iterator[tuple[KeyKind, str]]:
    """Yield the keys of one person; one kind may come twice (two phones, two dates)."""
    sound = sound_key(person.name)
    yield from _number_keys(person, sound)
    for born in person.born:
        yield from _date_keys(born, sound)
    for phone in person.phones:
        yield from _phone_keys(phone, sound)
    if sound:
        yield KeyKind.NAME, person.name
        if person.place.street:
            yield KeyKind.NAME_STREET, f"{sound} {person.place.street}"
            if person.place.house:
                yield KeyKind.NAME_HOUSE, f"{sound} {person.place.street} {person.place.house}"


def _number_keys(person: Person, sound: str) -> Iterator[tuple[KeyKind, str]]:
    text, kind = person.id_number.text, person.id_number.kind
    if kind in (IdKind.ODD, IdKind.OTHER):
        yield KeyKind.PAPER, text
    if kind in (IdKind.NONE, IdKind.OTHER):
        return
    if kind is not IdKind.ODD and HIDDEN not in text[:17]:
        yield KeyKind.NUMBER, text[:17]
    if HIDDEN not in text[:15]:
        yield KeyKind.NUMBER_HEAD, text[:15]
    if HIDDEN not in text[-8:]:
        yield KeyKind.NUMBER_END, text[-8:]
    if kind is not IdKind.ODD and HIDDEN not in text[14:] and sound:
        yield KeyKind.NUMBER_TAIL, f"{text[14:]} {sound}"


def _date_keys(born: str, sound: str) -> Iterator[tuple[KeyKind, str]]:
    if not sound:
        return
    first, _, last = sound.partition(" ")
    if born[4:6] != "00":
        yield KeyKind.MONTH, f"{born[:6]} {sound}"
    if born[6:] == "00":
        return
    yield KeyKind.BORN_FIRST, f"{born} {first}"
    if last:
        yield KeyKind.BORN_LAST, f"{born} {last.rpartition(' ')[2]}"
    yield KeyKind.BORN_NAME, f"{born} {sound}"
    if lunar := lunar_of(born):
        yield KeyKind.BORN_NAME, f"{lunar} {sound}"
    yield KeyKind.YEAR_DAY, f"{born[:4]} {born[6:]} {sound}"
    month_and_day = " ".join(sorted((born[4:6], born[6:])))
    yield KeyKind.DAY, f"{month_and_day} {sound}"


def _phone_keys(phone: str, sound: str) -> Iterator[tuple[KeyKind, str]]:
    is_mobile = "*" not in phone and len(phone) >= MOBILE - 1
    if "*" not in phone:
        yield KeyKind.PHONE, phone
    if not sound:
        return
    if is_mobile:
        yield KeyKind.PHONE_END, f"{phone[-6:]} {sound.partition(' ')[0]}"
        yield KeyKind.PHONE_FRONT, f"{phone[:7]} {sound}"
    if is_mobile or "*" in phone:
        yield KeyKind.PHONE_SHOWN, f"{phone[:3]}*{phone[-4:]} {sound}"
