"""What is compared of a person between two offices, and what an agreement is worth (XC-1 to XC-3).

Only what tells one person from another is compared: name, ID number or its last four, birth date,
telephone, branch. But for the whole ID number, each key joins the name with one more fact, so that
a digest is guessed only by somebody who knows both.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from xgz.rules.linkage.dates import day_of, standard_born
from xgz.rules.linkage.names import HIDDEN, sound_key, standard_name
from xgz.rules.linkage.numbers import IdKind, born_of, standard_id
from xgz.rules.linkage.phones import standard_phones

KEYS_VERSION = 1  # both sides must make their texts alike; changes with any rule of this page
LAST_FOUR = 4

_WHOLE = frozenset({IdKind.RIGHT, IdKind.OLD})
_SHOWS_ITS_END = frozenset({*_WHOLE, IdKind.PARTIAL})
_FOUR = re.compile(r"[0-9]{3}[0-9X]")
_MASKED_PHONE = "*"
_PARTY = re.compile(r"^(?:中国共产党|中共)")
_BRANCH_FORMS = (("支部委员会", "支部"), ("党支部", "支部"), ("党总支部", "党总支"))
_MARKS = re.compile(r"[\s·•.,、，。()\[\]“”\"'_-]+")


class IdentityKey(IntEnum):
    """The keys, in the order of their digests in a request (XC-1)."""

    ID = 0
    NAME_FOUR = 1
    NAME_BIRTH = 2
    NAME_PHONE = 3
    NAME_BRANCH = 4
    SOUND_BIRTH = 5
    SOUND_PHONE = 6


class Flag(StrEnum):
    """What comes back of a lead; nothing else ever does (XC-3)."""

    SAME = "same"
    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Person:
    """One row as it was written; "" where unknown. Nothing else is ever compared (XC-1)."""

    name: str = ""
    id_number: str = ""
    last_four: str = ""
    born_on: str = ""
    phone: str = ""
    branch: str = ""


_K = IdentityKey
# Which of the parts each key joins.
PARTS: dict[IdentityKey, tuple[str, ...]] = {
    _K.ID: ("id_number",),
    _K.NAME_FOUR: ("name", "last_four"),
    _K.NAME_BIRTH: ("name", "born_on"),
    _K.NAME_PHONE: ("name", "phone"),
    _K.NAME_BRANCH: ("name", "branch"),
    _K.SOUND_BIRTH: ("sound", "born_on"),
    _K.SOUND_PHONE: ("sound", "phone"),
}
# Agreements that say: the name is the same, or sounds the same.
_OF_NAME = frozenset(_K) - {_K.ID}
# The name as it is written, and one fact each.
_FACTS = frozenset({_K.NAME_FOUR, _K.NAME_BIRTH, _K.NAME_PHONE, _K.NAME_BRANCH})
_FACTS_FOR_SAME = 2
# Two different whole numbers and yet one person: somebody copied the number of the line above.
_OUTWEIGHS_ANOTHER_ID = frozenset({_K.NAME_PHONE})


def identity_texts(person: Person, today: date) -> dict[IdentityKey, str]:
    """Return the text of every key whose parts are all known (XC-1, XC-2).

    today: a birth date after it is none.
    """
    known = _parts(person, today)
    return {
        key: "\x1f".join(known[part] for part in parts)
        for key, parts in PARTS.items()
        if all(known[part] for part in parts)
    }


def facts_beside_name(*, name: str, id_number: str, born_on: str = "") -> list[str]:
    """Return the name with the last four of the number, and with the birth date, where known (XC-8).

    By these somebody without a whole number is known between two offices. id_number: as written,
    masked or its last four alone.
    """
    known = _parts(Person(name, id_number=id_number, born_on=born_on), date.max)
    facts = ("last_four", "born_on")
    return [
        f"{fact}|{known['name']}|{known[fact]}" for fact in facts if known["name"] and known[fact]
    ]


def verdict(agreeing: Collection[IdentityKey], known: Collection[IdentityKey]) -> Flag:
    """Return what it means that these keys agree between two people (XC-3).

    known: the keys both of them have. Two whole ID numbers that differ, or two birth dates, speak
    against one person.
    """
    agree, both = frozenset(agreeing), frozenset(known)
    if _K.ID in both and _K.ID not in agree:
        facts = agree & _FACTS
        is_possible = len(facts) >= _FACTS_FOR_SAME or facts & _OUTWEIGHS_ANOTHER_ID
        return Flag.POSSIBLE if is_possible else Flag.NONE
    births_differ = _K.SOUND_BIRTH in both and _K.SOUND_BIRTH not in agree
    is_same = bool(agree & _OF_NAME) if _K.ID in agree else len(agree & _FACTS) >= _FACTS_FOR_SAME
    if is_same and not births_differ:
        return Flag.SAME
    return Flag.POSSIBLE if agree else Flag.NONE


def fold_branch(text: str) -> str:
    """Return a branch's name without 中共, marks and the longer ways to write 支部 (XC-2)."""
    name = _PARTY.sub("", _MARKS.sub("", unicodedata.normalize("NFKC", text)).upper())
    for long, short in _BRANCH_FORMS:
        name = name.replace(long, short)
    return name


def _parts(person: Person, today: date) -> dict[str, str]:
    number = standard_id(person.id_number)
    name = standard_name(person.name)
    is_whole_name = len(name) > 1 and HIDDEN not in name
    return {
        "name": name if is_whole_name else "",
        "sound": sound_key(name) if is_whole_name else "",
        "id_number": number.text if number.kind in _WHOLE else "",
        "last_four": _end(number.text if number.kind in _SHOWS_ITS_END else "")
        or _end(unicodedata.normalize("NFKC", person.last_four).strip().upper()),
        "born_on": _day(born_of(number) or standard_born(person.born_on), today),
        "phone": next((p for p in standard_phones(person.phone) if _MASKED_PHONE not in p), ""),
        "branch": fold_branch(person.branch),
    }


def _end(text: str) -> str:
    return text[-LAST_FOUR:] if _FOUR.fullmatch(text[-LAST_FOUR:]) else ""


def _day(born: str, today: date) -> str:
    """Return a birth date of which year, month and day are known; "" for any other."""
    try:
        return born if born and day_of(born) <= today else ""
    except ValueError:
        return ""
