"""From weights to a verdict (LK-9, LK-11): two fixed limits, and what no weight can make good."""

from xgz.rules.linkage.evidence import (
    AddressLevel,
    BornLevel,
    Evidence,
    IdLevel,
    NameLevel,
    PhoneLevel,
)
from xgz.rules.linkage.verdicts import Verdict

SAME_FROM = 0.8  # share of pairs like this one that are one person, rivals of the row counted
POSSIBLE_FROM = 0.4

_N, _I, _B, _P, _A = NameLevel, IdLevel, BornLevel, PhoneLevel, AddressLevel
ALIKE = frozenset({_N.SAME, _N.SOUND, _N.SHAPE, _N.NEAR_SOUND, _N.ORDER, _N.PART})
NEARLY_ALIKE = ALIKE | {_N.UNKNOWN, _N.ONE_OTHER}
# A number that agrees, with one whole and right number behind it.
NUMBER_AGREES = frozenset({_I.SAME, _I.TYPO, _I.ROUNDED, _I.TAIL})
_EQUAL_BUT_WORTHLESS = frozenset({_I.BOTH_HIDDEN, _I.SAME_WRONG})
BORN_AGREES = frozenset({_B.SAME, _B.SWAPPED, _B.LUNAR})
PHONE_AGREES = frozenset({_P.SAME, _P.TYPO, _P.MASKED})
ADDRESS_AGREES = frozenset({_A.FULL, _A.HOUSE})


def may_be_possible(evidence: Evidence) -> bool:
    """Test whether a pair may be shown at all (LK-11).

    Two right numbers are two people, unless a phone says that one of them was replaced. Another name
    needs an agreeing number: husband and wife share phone and address, and are two.
    """
    if evidence.id_number == _I.CLASH:
        return evidence.name in ALIKE and evidence.phone in PHONE_AGREES
    return evidence.name in NEARLY_ALIKE or evidence.id_number in NUMBER_AGREES | {_I.SAME_WRONG}


def may_be_same(evidence: Evidence) -> bool:
    """Test whether a pair may be taken as one person (LK-11).

    Never against two right numbers; never because two masked or damaged numbers are equal; without
    a number only where a whole phone agrees beside the name, or two of birth date, address and phone:
    namesakes share birthdays. A street is an address where the very birth date agrees, other than by
    equal numbers that are masked or damaged.
    """
    if evidence.id_number == _I.CLASH:
        return False
    if evidence.id_number == _I.SAME:
        return evidence.name != _N.OTHER
    if evidence.name == _N.ONE_OTHER:
        return evidence.id_number in NUMBER_AGREES and evidence.phone in PHONE_AGREES
    if evidence.name not in ALIKE:
        return False
    if evidence.id_number in NUMBER_AGREES:
        return True
    own_date = evidence.born is _B.SAME and evidence.id_number not in _EQUAL_BUT_WORTHLESS
    is_near = own_date and evidence.address is _A.STREET
    others = (
        evidence.born in BORN_AGREES,
        evidence.address in ADDRESS_AGREES or is_near,
        evidence.phone in PHONE_AGREES,
    )
    return evidence.phone is _P.SAME or sum(others) >= 2


def decide(evidence: Evidence, certainty: float) -> Verdict | None:
    """Return the verdict of the best pair of a register row, None where there is none.

    certainty: the share of pairs like it that are one person, from 0 to 1.
    """
    if certainty >= SAME_FROM and may_be_same(evidence):
        return Verdict.SAME
    if certainty >= POSSIBLE_FROM and may_be_possible(evidence):
        return Verdict.POSSIBLE
    return None
