"""The comparison levels of each column, from the strongest agreement to disagreement (LK-2 to LK-8).

The numbers are the order in every engine; 0 is always "nothing to compare".
"""

from dataclasses import dataclass
from enum import IntEnum


class NameLevel(IntEnum):
    """How two names agree (LK-2, LK-3)."""

    UNKNOWN = 0
    SAME = 1
    SOUND = 2  # every differing character shares a reading, tones aside
    SHAPE = 3  # one character looks alike, the others are the same or sound the same
    NEAR_SOUND = 4  # readings that dialects run together: an/ang, l/n, zh/z …
    ORDER = 5  # the same characters in another order
    PART = 6  # one character is missing, or one name is the beginning or end of the other
    ONE_OTHER = 7  # three or more characters, one of them another
    SURNAME = 8
    OTHER = 9


class IdLevel(IntEnum):
    """How two identity numbers agree (LK-4, LK-5)."""

    UNKNOWN = 0
    SAME = 1  # whole and right on both sides
    SAME_WRONG = 2  # the same number, but no right one
    TYPO = 3  # one digit other, two neighbours exchanged, one digit lost or too many
    ROUNDED = 4  # the first fifteen agree, the end was lost on one side
    TAIL = 5  # one side whole: everything the other shows agrees, the last digits among it
    BOTH_HIDDEN = 6  # masked or rounded on both sides: what both show agrees, and is much
    HEAD = 7  # everything visible agrees, but not the last digits
    NEARLY = 8  # one visible digit differs
    DIFFERENT = 9
    CLASH = 10  # two right numbers of two people


class BornLevel(IntEnum):
    """How two birth dates agree (LK-6)."""

    UNKNOWN = 0
    SAME = 1
    SWAPPED = 2  # month and day exchanged
    LUNAR = 3  # one is the other's date in the lunar calendar
    MONTH = 4  # year and month, the day is not given
    ONE_PART = 5  # two of year, month and day agree
    YEAR = 6  # the year, more is not given
    NEAR_YEAR = 7  # the year, or one year off, only
    DIFFERENT = 8


class PhoneLevel(IntEnum):
    """How two phone numbers agree (LK-7)."""

    UNKNOWN = 0
    SAME = 1
    LANDLINE = 2  # the same landline
    TYPO = 3  # one digit other, lost or too many, or two neighbours exchanged
    MASKED = 4  # the visible beginning and end agree
    DIFFERENT = 5


class AddressLevel(IntEnum):
    """How a home and a place of business agree (LK-8); two places prove nothing."""

    UNKNOWN = 0
    FULL = 1  # street or village and every number
    HOUSE = 2  # street or village and the house number
    STREET = 3
    ELSEWHERE = 4


class SexLevel(IntEnum):
    """How the sexes agree."""

    UNKNOWN = 0
    SAME = 1
    DIFFERENT = 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """One level for each of the six columns: what a clerk may read, without any weight."""

    name: NameLevel
    sex: SexLevel
    born: BornLevel
    id_number: IdLevel
    phone: PhoneLevel
    address: AddressLevel
