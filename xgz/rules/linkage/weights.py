"""What each level of agreement weighs: one table for every engine (LK-10).

Fellegi and Sunter: a level weighs log2(m / u), with m the share among pairs of one person, u the
share among pairs of two. The shares are set once from what is known of such files, not fitted to
one; names, birth dates, phones and addresses take u from how often the value occurs in the two files.
"""

from math import log2

from xgz.rules.linkage.evidence import (
    AddressLevel,
    BornLevel,
    IdLevel,
    NameLevel,
    PhoneLevel,
    SexLevel,
)

# Shares among pairs of one person, of those where both sides say something.
NAME_M = {
    NameLevel.SAME: 0.88,
    NameLevel.SOUND: 0.03,
    NameLevel.SHAPE: 0.02,
    NameLevel.NEAR_SOUND: 0.01,
    NameLevel.ORDER: 0.01,
    NameLevel.PART: 0.015,
    NameLevel.ONE_OTHER: 0.015,
    NameLevel.SURNAME: 0.01,
    NameLevel.OTHER: 0.01,
}
# Share of the people of one surname whose names agree so by chance: names of two characters, longer.
NAME_U_IN_SURNAME = {
    NameLevel.SHAPE: (5e-3, 3e-4),
    NameLevel.NEAR_SOUND: (1e-2, 5e-4),
    NameLevel.ORDER: (1e-3, 2e-4),
    NameLevel.PART: (1.5e-2, 3e-3),
    NameLevel.ONE_OTHER: (1.0, 6e-2),
    NameLevel.SURNAME: (1.0, 1.0),
}
NAME_OTHER = log2(NAME_M[NameLevel.OTHER])
BORN_M = 0.9  # the same date
PHONE_M = 0.6
ADDRESS_M = {AddressLevel.FULL: 0.15, AddressLevel.HOUSE: 0.05, AddressLevel.STREET: 0.1}
# Levels whose weight does not depend on the value.
ID_WEIGHTS = {
    IdLevel.UNKNOWN: 0.0,
    IdLevel.SAME: 32.0,
    IdLevel.SAME_WRONG: 20.0,
    IdLevel.TYPO: 20.0,
    IdLevel.ROUNDED: 18.0,
    IdLevel.TAIL: 13.5,
    IdLevel.BOTH_HIDDEN: 11.0,
    IdLevel.HEAD: 1.0,
    IdLevel.NEARLY: -3.0,
    IdLevel.DIFFERENT: -8.0,
    IdLevel.CLASH: -14.0,
}
BORN_WEIGHTS = {
    BornLevel.UNKNOWN: 0.0,
    BornLevel.SWAPPED: 9.0,
    BornLevel.LUNAR: 9.0,
    BornLevel.MONTH: 8.5,
    BornLevel.ONE_PART: 2.5,
    BornLevel.YEAR: 5.0,
    BornLevel.NEAR_YEAR: -2.0,
    BornLevel.DIFFERENT: -5.5,
}
PHONE_WEIGHTS = {
    PhoneLevel.UNKNOWN: 0.0,
    PhoneLevel.TYPO: 11.0,
    PhoneLevel.MASKED: 11.0,
    PhoneLevel.DIFFERENT: -1.5,
}
ADDRESS_WEIGHTS = {AddressLevel.UNKNOWN: 0.0, AddressLevel.ELSEWHERE: -0.5}
SEX_WEIGHTS = {SexLevel.UNKNOWN: 0.0, SexLevel.SAME: 0.9, SexLevel.DIFFERENT: -5.0}
# Where a number agrees so far, the birth date and the sex in it say nothing more.
NUMBER_HOLDS_BIRTH = frozenset({IdLevel.SAME, IdLevel.SAME_WRONG, IdLevel.TYPO, IdLevel.ROUNDED})
NUMBER_HOLDS_SEX = NUMBER_HOLDS_BIRTH | {IdLevel.TAIL, IdLevel.BOTH_HIDDEN, IdLevel.CLASH}
# Least share by chance, however rare a value is in the files: families share phones and homes.
LEAST_SHARE = {
    "name": 1e-6,
    "born": 2e-5,
    "phone": 5e-6,
    "landline": 1e-4,
    "full": 2e-5,
    "house": 1e-4,
    "street": 1e-3,
}
SMOOTHING = 20_000  # people added to the files when shares are taken from them
LEAST_ROWS = 1000  # a short list says little of how many people there are to be mistaken for
EXPECTED_MATCHES = 0.5  # for each person of the roster, before anything is compared


def share(count: int, people: int, least: float) -> float:
    """Return how often a value occurs by chance: its count in the files, smoothed."""
    return max((count + 1) / (people + SMOOTHING), least)


def prior_weight(registry_rows: int) -> float:
    """Return what two people weigh before they are compared: log2 of the odds."""
    return log2(EXPECTED_MATCHES / max(registry_rows, LEAST_ROWS))
