"""Laying the digests of a request beside a roster, row by row (XC-1, XC-3)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from xgz.files.exchange_key import Digester
from xgz.files.exchange_lists import AskedRow
from xgz.rules.exchange.identities import (
    Flag,
    IdentityKey,
    Person,
    identity_texts,
    verdict,
)

_Index = dict[tuple[IdentityKey, bytes], list[int]]


def compare(
    digester: Digester, rows: Sequence[AskedRow], roster: Iterable[Person], today: date
) -> list[tuple[bytes, Flag]]:
    """Return a flag for each lead, in the order of the rows.

    A lead that several people of the roster would be the same as is only possibly one of them.
    """
    index = _index(rows)
    same: dict[int, set[object]] = defaultdict(set)
    possible: set[int] = set()
    for number, person in enumerate(roster):
        texts = identity_texts(person, today)
        digests = {key: digester.digest(key, text) for key, text in texts.items()}
        for at, agreeing in _met(index, digests).items():
            flag = verdict(agreeing, rows[at].digests.keys() & digests.keys())
            if flag is Flag.SAME:
                same[at].add(digests.get(IdentityKey.ID, number))
            elif flag is Flag.POSSIBLE:
                possible.add(at)
    return [(row.lead, _flag(len(same.get(at, ())), at in possible)) for at, row in enumerate(rows)]


def _flag(people: int, is_possible: bool) -> Flag:
    if people == 1:
        return Flag.SAME
    return Flag.POSSIBLE if people or is_possible else Flag.NONE


def _index(rows: Sequence[AskedRow]) -> _Index:
    index: _Index = {}
    for at, row in enumerate(rows):
        for entry in row.digests.items():
            index.setdefault(entry, []).append(at)
    return index


def _met(index: _Index, digests: dict[IdentityKey, bytes]) -> dict[int, set[IdentityKey]]:
    """Return the rows that agree in anything, each with the keys that agree."""
    met: dict[int, set[IdentityKey]] = defaultdict(set)
    for entry in digests.items():
        for at in index.get(entry, ()):
            met[at].add(entry[0])
    return met
