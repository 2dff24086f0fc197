"""Which pairs are worth comparing: those that share one of several keys (LK-13).

Every kind of damage leaves at least one key whole. A key that too many share finds nothing by itself:
a finer one (the same with another column) stands beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xgz.engines.linkage.columns import HIDDEN, TEN, Array, People
from xgz.engines.linkage.dialling import MOBILE_FROM, beginning, shown_digits
from xgz.engines.linkage.lunar_dates import LUNAR_DATES
from xgz.engines.linkage.spelling import Names
from xgz.rules.linkage.keys import KeyKind, most_of_one_sound, most_pairs
from xgz.rules.linkage.numbers import IdKind

Keys = NDArray[np.uint64]
_PRIME = np.uint64(0x9E3779B97F4A7C15)


def person_keys(people: People, names: Names, rows: slice) -> Iterator[tuple[KeyKind, Array, Keys]]:
    """Yield each kind of key: its name, rows within the slice, and the key of each; both 1-d.

    A row may stand several times under one kind (two phones, two dates); a row without one is left out.
    """
    digits = people.digits[rows]
    name = people.name[rows]
    sound = names.sound[name].astype(np.uint64)
    first = names.first[name].astype(np.uint64)
    last = names.last[name].astype(np.uint64)
    seen = digits < HIDDEN
    yield _kind(KeyKind.NUMBER, seen[:, :17].all(1), _number(digits, 0, 17))
    yield _kind(KeyKind.NUMBER_HEAD, seen[:, :15].all(1), _number(digits, 0, 15))
    yield _kind(KeyKind.NUMBER_END, seen[:, 10:18].all(1), _number(digits, 10, 18))
    yield _kind(
        KeyKind.NUMBER_TAIL,
        seen[:, 14:18].all(1) & (sound > 0),
        _mix(_number(digits, 14, 18), sound),
    )
    yield from _date_keys(people.born[rows], sound, first, last)
    yield from _phone_keys(people.phones[rows], sound, first)
    yield _kind(KeyKind.NAME, sound > 0, name.astype(np.uint64))
    yield from _place_keys(people, names, rows, sound)
    yield from _odd_keys(people, rows)


def _kind(name: KeyKind, usable: Any, keys: Keys) -> tuple[KeyKind, Array, Keys]:
    places = np.flatnonzero(usable)
    return name, places, keys[places]


def _number(digits: NDArray[np.uint8], start: int, end: int) -> Keys:
    """Return digits from start to end as one number; the last place may hold ten."""
    value = np.zeros(len(digits), dtype=np.uint64)
    for place in range(start, end):
        value = value * np.uint64(TEN + (place == 17)) + digits[:, place].astype(np.uint64)
    return value


def _mix(one: Keys, other: Keys) -> Keys:
    mixed = one * _PRIME ^ other
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _PRIME
    return mixed ^ (mixed >> np.uint64(32))


def _date_keys(
    born: NDArray[np.int32], sound: Keys, first: Keys, last: Keys
) -> Iterator[tuple[KeyKind, Array, Keys]]:
    for column in (0, 1):
        date = born[:, column].astype(np.uint64)
        year, day = date // np.uint64(10000), date % np.uint64(100)
        month = date // np.uint64(100) % np.uint64(100)
        dated = (date > 0) & (sound > 0)
        whole = dated & (day > 0)
        yield _kind(KeyKind.BORN_FIRST, whole, _mix(date, first))
        yield _kind(KeyKind.BORN_LAST, whole & (last > 0), _mix(date, last))
        yield _kind(KeyKind.BORN_NAME, whole, _mix(date, sound))
        lunar = LUNAR_DATES.of(born[:, column])
        yield _kind(KeyKind.BORN_NAME, whole & (lunar > 0), _mix(lunar.astype(np.uint64), sound))
        yield _kind(KeyKind.MONTH, dated & (month > 0), _mix(date // np.uint64(100), sound))
        yield _kind(KeyKind.YEAR_DAY, whole, _mix(year * np.uint64(100) + day, sound))
        ordered = np.minimum(month, day) * np.uint64(100) + np.maximum(month, day)
        yield _kind(KeyKind.DAY, whole, _mix(ordered, sound))


def _phone_keys(phones: Array, sound: Keys, first: Keys) -> Iterator[tuple[KeyKind, Array, Keys]]:
    for column in (0, 1):
        phone = phones[:, column]
        value = np.abs(phone).astype(np.uint64)
        is_mobile = phone >= MOBILE_FROM
        yield _kind(KeyKind.PHONE, phone > 0, value)
        named = is_mobile & (sound > 0)
        yield _kind(KeyKind.PHONE_END, named, _mix(value % np.uint64(10**6), first))
        yield _kind(KeyKind.PHONE_FRONT, named, _mix(beginning(phone, 7).astype(np.uint64), sound))
        shown = (is_mobile | (phone < 0)) & (sound > 0)
        yield _kind(KeyKind.PHONE_SHOWN, shown, _mix(shown_digits(phone).astype(np.uint64), sound))


def _place_keys(
    people: People, names: Names, rows: slice, sound: Keys
) -> Iterator[tuple[KeyKind, Array, Keys]]:
    street, house = people.street[rows], people.house[rows]
    known = (sound > 0) & (street > 0)
    at_street = _mix(street.astype(np.uint64), sound)
    is_rare = names.sound_count[people.name[rows]] <= most_of_one_sound(int(names.count.sum()))
    yield _kind(KeyKind.NAME_STREET, known & is_rare, at_street)
    yield _kind(KeyKind.NAME_HOUSE, known & (house > 0), _mix(house.astype(np.uint64), at_street))


def _odd_keys(people: People, rows: slice) -> Iterator[tuple[KeyKind, Array, Keys]]:
    """Yield the keys of numbers with a digit too few or too many, and of other papers."""
    start, stop, _ = rows.indices(len(people))
    odd = [(row - start, text) for row, text in people.odd.items() if start <= row < stop]
    places = np.array([row for row, _ in odd], dtype=np.int64)
    whole = np.array([hash_of(text) for _, text in odd], dtype=np.uint64)
    yield KeyKind.PAPER, places, whole
    odd = [(row, text) for row, text in odd if people.kind[start + row] == IdKind.ODD]
    places = np.array([row for row, _ in odd], dtype=np.int64)
    heads = np.array([int(text[:15]) for _, text in odd], dtype=np.uint64)
    yield KeyKind.NUMBER_HEAD, places, heads
    ends = [int(text[-8:-1]) * 11 + (10 if text[-1] == "X" else int(text[-1])) for _, text in odd]
    yield KeyKind.NUMBER_END, places, np.array(ends, dtype=np.uint64)


def hash_of(text: str) -> int:
    """Return a number for a short text of digits and letters, the same in every run."""
    value = 0
    for character in text:
        value = (value * 37 + int(character, 36) + 1) % 2**63
    return value


@dataclass(frozen=True, slots=True)
class _Index:
    """The roster's rows by one kind of key: keys sorted, rows from starts[i] on, sizes[i] of them."""

    keys: Keys
    starts: Array
    sizes: Array
    rows: Array


class Finder:
    """Finds for a stretch of the register the roster's rows that share a key."""

    def __init__(self, roster: People, names: Names) -> None:
        self._names = names
        found: dict[KeyKind, list[tuple[Array, Keys]]] = {}
        for kind, rows, keys in person_keys(roster, names, slice(0, len(roster))):
            found.setdefault(kind, []).append((rows, keys))
        self._indexes = {kind: _index(parts) for kind, parts in found.items()}
        self._uses = {kind: np.zeros(len(i.keys), np.int64) for kind, i in self._indexes.items()}
        self._roster_rows = len(roster)

    def count(self, registry: People, rows: slice) -> None:
        """Count how often the register uses each key; to be done for all of it before pairs()."""
        for kind, _, keys in person_keys(registry, self._names, rows):
            index = self._indexes[kind]
            places, _ = _places(index, keys)
            self._uses[kind] += np.bincount(places, minlength=len(index.keys))

    def pairs(self, registry: People, rows: slice) -> tuple[Array, Array]:
        """Return the pairs of a stretch once each, sorted by register row: register, roster rows."""
        codes: list[Array] = []
        for kind, own, keys in person_keys(registry, self._names, rows):
            index = self._indexes[kind]
            places, used = _places(index, keys)
            limit = most_pairs(kind)
            fits = index.sizes[places] * self._uses[kind][places] <= limit
            places, own = places[fits], own[used][fits]
            sizes = index.sizes[places]
            within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            theirs = index.rows[np.repeat(index.starts[places], sizes) + within]
            codes.append(np.repeat(own, sizes) * self._roster_rows + theirs)
        code = np.unique(np.concatenate(codes))
        start = rows.indices(len(registry))[0]
        return code // self._roster_rows + start, code % self._roster_rows


def _index(parts: list[tuple[Array, Keys]]) -> _Index:
    rows = np.concatenate([rows for rows, _ in parts])
    keys = np.concatenate([keys for _, keys in parts])
    order = np.argsort(keys, kind="stable")
    unique, starts, sizes = np.unique(keys[order], return_index=True, return_counts=True)
    return _Index(unique, starts, sizes, rows[order])


def _places(index: _Index, keys: Keys) -> tuple[Array, NDArray[np.bool_]]:
    """Return where keys stand in the index, for those that do, and which those are."""
    if not len(index.keys):
        return np.zeros(0, dtype=np.int64), np.zeros(len(keys), dtype=bool)
    places = np.searchsorted(index.keys, keys)
    places[places == len(index.keys)] = 0
    used = index.keys[places] == keys
    return places[used], used
