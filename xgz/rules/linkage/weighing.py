"""What the evidence of a pair weighs in its two files (LK-10): the reference every engine follows."""

from dataclasses import dataclass
from math import log2

from xgz.rules.linkage import weights
from xgz.rules.linkage.evidence import (
    AddressLevel,
    BornLevel,
    Evidence,
    NameLevel,
    PhoneLevel,
)
from xgz.rules.linkage.weights import LEAST_SHARE, SMOOTHING


@dataclass(frozen=True, slots=True)
class Uses:
    """How many entries of both files together have what the pair's entries have.

    people: all entries. name, sound, surname: as the roster's name has them, sound by its sound key.
    is_short: the roster's name has two characters at most. born: the roster's first date; phone: the
    more frequent of the register's numbers; street, and street with house number, of the register.
    """

    people: int
    name: int
    sound: int
    surname: int
    is_short: bool
    born: int
    phone: int
    street: int
    house: int


def pair_weight(evidence: Evidence, uses: Uses, registry_rows: int) -> float:
    """Return log2 of the odds that a pair is one person, before its rivals are looked at."""
    number = evidence.id_number
    total = weights.prior_weight(registry_rows) + weights.ID_WEIGHTS[number]
    total += _name_weight(evidence.name, uses) + _phone_weight(evidence.phone, uses)
    total += _address_weight(evidence.address, uses)
    if number not in weights.NUMBER_HOLDS_BIRTH:
        total += _born_weight(evidence.born, uses)
    if number not in weights.NUMBER_HOLDS_SEX:
        total += weights.SEX_WEIGHTS[evidence.sex]
    return total


def _share(count: int, uses: Uses, least: str) -> float:
    return max((count + 1) / (uses.people + SMOOTHING), LEAST_SHARE[least])


def _name_weight(level: NameLevel, uses: Uses) -> float:
    if level is NameLevel.UNKNOWN:
        return 0.0
    if level is NameLevel.OTHER:
        return weights.NAME_OTHER
    if level is NameLevel.SAME:
        return log2(weights.NAME_M[level] / _share(uses.name, uses, "name"))
    if level is NameLevel.SOUND:
        return log2(weights.NAME_M[level] / _share(uses.sound, uses, "name"))
    among = weights.NAME_U_IN_SURNAME[level][0 if uses.is_short else 1]
    return log2(weights.NAME_M[level] / (among * _share(uses.surname, uses, "name")))


def _born_weight(level: BornLevel, uses: Uses) -> float:
    if level is BornLevel.SAME:
        return log2(weights.BORN_M / _share(uses.born, uses, "born"))
    return weights.BORN_WEIGHTS[level]


def _phone_weight(level: PhoneLevel, uses: Uses) -> float:
    if level in (PhoneLevel.SAME, PhoneLevel.LANDLINE):
        least = "phone" if level is PhoneLevel.SAME else "landline"
        return log2(weights.PHONE_M / _share(uses.phone, uses, least))
    return weights.PHONE_WEIGHTS[level]


def _address_weight(level: AddressLevel, uses: Uses) -> float:
    if level in weights.ADDRESS_WEIGHTS:
        return weights.ADDRESS_WEIGHTS[level]
    least = {AddressLevel.FULL: "full", AddressLevel.HOUSE: "house"}.get(level, "street")
    count = uses.street if level is AddressLevel.STREET else uses.house
    return log2(weights.ADDRESS_M[level] / _share(count, uses, least))
