"""Weights of many pairs at once, and the best pair of each register row (LK-9 to LK-11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xgz.engines.linkage.columns import Array, Bytes, People
from xgz.engines.linkage.levels import Levels
from xgz.engines.linkage.spelling import Names
from xgz.rules.linkage import weights
from xgz.rules.linkage.evidence import AddressLevel, BornLevel, IdLevel, NameLevel, PhoneLevel
from xgz.rules.linkage.weights import LEAST_SHARE, SMOOTHING

Floats = NDArray[np.float64]
_N = NameLevel


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people of both files have a value: born by date, phone, and the address's parts."""

    people: int
    born: NDArray[np.int32]
    phones: Array
    phone_uses: NDArray[np.int32]
    streets: NDArray[np.int32]
    houses: Array
    house_uses: NDArray[np.int32]


def count_values(roster: People, registry: People) -> Counts:
    """Return the counts that the weights need."""
    phones = np.concatenate([p.phones[p.phones > 0] for p in (roster, registry)])
    numbers, uses = np.unique(phones, return_counts=True)
    houses, house_uses = np.unique(
        np.concatenate([_houses(p) for p in (roster, registry)]), return_counts=True
    )
    streets = np.concatenate([roster.street, registry.street])
    born = np.concatenate([roster.born[:, 0], registry.born[:, 0]])
    return Counts(
        people=len(roster) + len(registry),
        born=np.bincount(_born_place(born), minlength=_BORN_PLACES).astype(np.int32),
        phones=numbers,
        phone_uses=uses.astype(np.int32),
        streets=np.bincount(streets).astype(np.int32),
        houses=houses,
        house_uses=house_uses.astype(np.int32),
    )


_BORN_PLACES = 250 * 13 * 100


def _born_place(born: NDArray[np.int32]) -> NDArray[np.int32]:
    years = np.clip(born // 10000 - 1890, 0, 249)
    return (years * 13 + np.minimum(born // 100 % 100, 12)) * 100 + born % 100


def _houses(people: People) -> Array:
    return people.street.astype(np.int64) << 32 | people.house


class Scorer:
    """Adds up what the levels of a pair weigh."""

    def __init__(self, roster: People, registry: People, names: Names, counts: Counts) -> None:
        self._roster, self._registry = roster, registry
        self._names, self._counts = names, counts
        self._prior = weights.prior_weight(len(registry))
        self._id = _table(weights.ID_WEIGHTS, IdLevel)
        self._born = _table(weights.BORN_WEIGHTS, BornLevel)
        self._phone = _table(weights.PHONE_WEIGHTS, PhoneLevel)
        self._address = _table(weights.ADDRESS_WEIGHTS, AddressLevel)
        self._sex = np.array(list(weights.SEX_WEIGHTS.values()))

    def weights(self, levels: Levels, ours: Array, theirs: Array) -> Floats:
        """Return log2 of the odds that each pair is one person."""
        number = levels.id_number
        holds_birth = np.isin(number, list(weights.NUMBER_HOLDS_BIRTH))
        holds_sex = np.isin(number, list(weights.NUMBER_HOLDS_SEX))
        total = self._prior + self._id[number]
        total += self._name_weights(levels.name, ours)
        total += np.where(holds_birth, 0.0, self._born_weights(levels.born, ours))
        total += np.where(holds_sex, 0.0, self._sex[levels.sex])
        total += self._phone_weights(levels.phone, theirs)
        total += self._address_weights(levels.address, theirs)
        return total

    def _share(self, count: NDArray[np.int32], least: str) -> Floats:
        found: Floats = np.maximum(
            (count + 1) / (self._counts.people + SMOOTHING), LEAST_SHARE[least]
        )
        return found

    def _name_weights(self, level: Bytes, ours: Array) -> Floats:
        names = self._names
        name = self._roster.name[ours]
        found = np.zeros(len(level))
        found[level == _N.OTHER] = weights.NAME_OTHER
        same, sound = level == _N.SAME, level == _N.SOUND
        found[same] = np.log2(
            weights.NAME_M[_N.SAME] / self._share(names.count[name[same]], "name")
        )
        found[sound] = np.log2(
            weights.NAME_M[_N.SOUND] / self._share(names.sound_count[name[sound]], "name")
        )
        surname = self._share(names.surname_count[name], "name")
        for kind, (short, long) in weights.NAME_U_IN_SURNAME.items():
            rows = level == kind
            among = np.where(names.is_short[name[rows]], short, long)
            found[rows] = np.log2(weights.NAME_M[kind] / (among * surname[rows]))
        return found

    def _born_weights(self, level: Bytes, ours: Array) -> Floats:
        found = self._born[level]
        same = level == BornLevel.SAME
        count = self._counts.born[_born_place(self._roster.born[ours[same], 0])]
        found[same] = np.log2(weights.BORN_M / self._share(count, "born"))
        return found

    def _phone_weights(self, level: Bytes, theirs: Array) -> Floats:
        found = self._phone[level]
        for kind, least in ((PhoneLevel.SAME, "phone"), (PhoneLevel.LANDLINE, "landline")):
            rows = np.flatnonzero(level == kind)
            uses = self._phone_uses(self._registry.phones[theirs[rows]])
            found[rows] = np.log2(weights.PHONE_M / self._share(uses, least))
        return found

    def _phone_uses(self, phones: Array) -> NDArray[np.int32]:
        """Return how often the more frequent of each two numbers is used."""
        counts = self._counts
        places = np.minimum(np.searchsorted(counts.phones, phones), len(counts.phones) - 1)
        uses = np.where(counts.phones[places] == phones, counts.phone_uses[places], 0)
        found: NDArray[np.int32] = uses.max(1)
        return found

    def _address_weights(self, level: Bytes, theirs: Array) -> Floats:
        found = self._address[level]
        counts, registry = self._counts, self._registry
        rows = np.flatnonzero(level == AddressLevel.STREET)
        uses = counts.streets[registry.street[theirs[rows]]]
        found[rows] = np.log2(weights.ADDRESS_M[AddressLevel.STREET] / self._share(uses, "street"))
        houses = _houses(registry)
        for kind, least in ((AddressLevel.FULL, "full"), (AddressLevel.HOUSE, "house")):
            rows = np.flatnonzero(level == kind)
            places = np.searchsorted(counts.houses, houses[theirs[rows]])
            found[rows] = np.log2(
                weights.ADDRESS_M[kind] / self._share(counts.house_uses[places], least)
            )
        return found


def _table(given: Mapping[Any, float], kinds: type[IntEnum]) -> Floats:
    return np.array([given.get(kind, 0.0) for kind in kinds])


def best_pairs(total: Floats, theirs: Array) -> tuple[Array, Floats]:
    """Return for each register row the place of its best pair and its certainty among its rivals.

    theirs is sorted. Certainty: odds of the best against "nobody" and every rival together.
    """
    odds = np.exp2(np.clip(total, -60.0, 60.0))
    starts = np.flatnonzero(np.r_[True, theirs[1:] != theirs[:-1]])
    sums = np.add.reduceat(odds, starts)
    order = np.lexsort((-total, theirs))
    best = order[starts]
    certainty: Floats = odds[best] / (1.0 + sums)
    return best, certainty
