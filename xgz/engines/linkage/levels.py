"""Levels of many pairs at once; every function says what rules/linkage/comparing says of one pair."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xgz.engines.linkage.columns import HIDDEN, Array, Bytes, People
from xgz.engines.linkage.dialling import MOBILE_FROM, is_slip, shown_digits
from xgz.engines.linkage.lunar_dates import LUNAR_DATES
from xgz.engines.linkage.spelling import Names
from xgz.rules.linkage.comparing import id_level, name_level
from xgz.rules.linkage.evidence import AddressLevel, BornLevel, IdLevel, PhoneLevel, SexLevel
from xgz.rules.linkage.numbers import IdKind, IdText

Flags = NDArray[np.bool_]
_I, _B, _P, _A = IdLevel, BornLevel, PhoneLevel, AddressLevel


@dataclass(frozen=True, slots=True)
class Levels:
    """One level a pair for each of the six columns, as in rules/linkage/evidence."""

    name: Bytes
    sex: Bytes
    born: Bytes
    id_number: Bytes
    phone: Bytes
    address: Bytes


class Comparer:
    """Compares pairs of a roster and a register; keeps what it learned of names and dates."""

    def __init__(self, roster: People, registry: People, names: Names) -> None:
        self._roster, self._registry, self._names = roster, registry, names
        self._lunar = LUNAR_DATES

    def levels(self, ours: Array, theirs: Array) -> Levels:
        """Return the levels of pairs; ours: rows of the roster, theirs: rows of the register."""
        roster, registry = self._roster, self._registry
        return Levels(
            name=self._name_levels(roster.name[ours], registry.name[theirs]),
            sex=_sex_levels(roster.sex[ours], registry.sex[theirs]),
            born=self._born_levels(roster.born[ours], registry.born[theirs]),
            id_number=_id_levels(roster, registry, ours, theirs),
            phone=_phone_levels(roster.phones[ours], registry.phones[theirs]),
            address=_address_levels(roster, registry, ours, theirs),
        )

    def _name_levels(self, ours: NDArray[np.int32], theirs: NDArray[np.int32]) -> Bytes:
        words = self._names.words
        levels = np.ones(len(ours), dtype=np.uint8)
        levels[(ours == 0) | (theirs == 0)] = 0
        pairs = np.flatnonzero((ours != theirs) & (levels > 0))
        pairs = np.union1d(pairs, np.flatnonzero((self._names.sound[ours] == 0) & (levels > 0)))
        codes = ours[pairs].astype(np.int64) * len(words) + theirs[pairs]
        distinct, places = np.unique(codes, return_inverse=True)
        found = [
            name_level(words[c // len(words)], words[c % len(words)]) for c in distinct.tolist()
        ]
        levels[pairs] = np.array(found, dtype=np.uint8)[places]
        return levels

    def _born_levels(self, ours: NDArray[np.int32], theirs: NDArray[np.int32]) -> Bytes:
        best = np.full(len(ours), 99, dtype=np.uint8)
        for one in (0, 1):
            for other in (0, 1):
                a, b = ours[:, one], theirs[:, other]
                both = np.flatnonzero((a > 0) & (b > 0))
                if len(both):
                    level = self._date_levels(a[both], b[both])
                    best[both] = np.minimum(best[both], level)
        best[best == 99] = _B.UNKNOWN
        return best

    def _date_levels(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> Bytes:
        years, months, days = a // 10000, a // 100 % 100, a % 100
        other_years, other_months, other_days = b // 10000, b // 100 % 100, b % 100
        same_year, same_month, same_day = (
            years == other_years,
            months == other_months,
            days == other_days,
        )
        near = np.abs(years - other_years) <= 1
        level = np.where(near, _B.NEAR_YEAR, _B.DIFFERENT).astype(np.uint8)
        level[same_year.astype(np.int8) + same_month + same_day == 2] = _B.ONE_PART
        whole = (days > 0) & (other_days > 0)
        lunar = whole & (level >= _B.ONE_PART)
        lunar_rows = np.flatnonzero(lunar)
        level[lunar_rows[self._lunar.are_one(a[lunar], b[lunar])]] = _B.LUNAR
        level[same_year & (months == other_days) & (days == other_months)] = _B.SWAPPED
        no_day = ~whole
        level[no_day] = np.where(near, _B.NEAR_YEAR, _B.DIFFERENT)[no_day]
        level[no_day & same_year & same_month] = _B.MONTH
        no_month = (months == 0) | (other_months == 0)
        level[no_month] = np.where(same_year, _B.YEAR, _B.DIFFERENT)[no_month]
        level[(a == b) & (days > 0)] = _B.SAME
        return level


def _sex_levels(ours: Bytes, theirs: Bytes) -> Bytes:
    level = np.where(ours == theirs, SexLevel.SAME, SexLevel.DIFFERENT).astype(np.uint8)
    level[(ours == 0) | (theirs == 0)] = SexLevel.UNKNOWN
    return level


def _id_levels(roster: People, registry: People, ours: Array, theirs: Array) -> Bytes:
    kinds, others = roster.kind[ours], registry.kind[theirs]
    level = np.zeros(len(ours), dtype=np.uint8)
    both = (kinds > 0) & (others > 0)
    odd = (kinds >= IdKind.ODD) | (others >= IdKind.ODD)
    plain = np.flatnonzero(both & ~odd)
    level[plain] = _place_levels(
        roster.digits[ours[plain]], registry.digits[theirs[plain]], kinds[plain], others[plain]
    )
    for pair in np.flatnonzero(both & odd).tolist():
        level[pair] = id_level(
            id_text(roster, int(ours[pair])), id_text(registry, int(theirs[pair]))
        )
    return level


def id_text(people: People, row: int) -> IdText:
    """Return the number of one person as rules/linkage/numbers has it."""
    kind = IdKind(people.kind[row])
    if row in people.odd:
        return IdText(people.odd[row], kind)
    marks = "0123456789X"
    text = "".join("?" if d == HIDDEN else marks[d] for d in people.digits[row].tolist())
    return IdText(text if kind else "", kind)


def _place_levels(a: Bytes, b: Bytes, kinds: Bytes, others: Bytes) -> Bytes:
    """Compare numbers of 18 places: whole ones by their kinds, others by what both show."""
    apart = (a != b) & (a != HIDDEN) & (b != HIDDEN)
    is_whole, are_whole = kinds <= IdKind.WRONG, others <= IdKind.WRONG
    level = _partial_levels(a, b, apart, is_whole | are_whole)
    rounded = (is_whole & (others == IdKind.ROUNDED)) | (are_whole & (kinds == IdKind.ROUNDED))
    level[rounded & ~apart[:, :15].any(1)] = _I.ROUNDED
    whole = np.flatnonzero(is_whole & are_whole)
    level[whole] = _whole_levels(a[whole], b[whole], apart[whole], kinds[whole], others[whole])
    return level


def _partial_levels(a: Bytes, b: Bytes, apart: Flags, one_whole: Flags) -> Bytes:
    seen = (a != HIDDEN) & (b != HIDDEN)
    shown, tail, wrong = seen.sum(1), seen[:, 14:].sum(1), apart.sum(1)
    level = np.where(shown >= 2, _I.HEAD, _I.UNKNOWN).astype(np.uint8)
    much = (tail >= 3) | (shown >= 15)
    level[much] = np.where(one_whole, _I.TAIL, _I.BOTH_HIDDEN)[much]
    level[wrong > 0] = _I.DIFFERENT
    slip = (wrong == 1) | ((wrong == 2) & _exchanged(a, b, apart))
    level[slip & (shown > 7)] = _I.NEARLY
    return level


def _exchanged(a: Bytes, b: Bytes, apart: Flags) -> Flags:
    """Test whether two neighbours are exchanged; meant for pairs that differ in two places."""
    crossed = (a[:, :-1] == b[:, 1:]) & (a[:, 1:] == b[:, :-1])
    found: Flags = (apart[:, :-1] & apart[:, 1:] & crossed).any(1)
    return found


def _whole_levels(a: Bytes, b: Bytes, apart: Flags, kinds: Bytes, others: Bytes) -> Bytes:
    wrong = (kinds == IdKind.WRONG) | (others == IdKind.WRONG)
    old = (kinds == IdKind.OLD) | (others == IdKind.OLD)
    level = np.where(wrong, _I.DIFFERENT, _I.CLASH).astype(np.uint8)
    first = apart[:, :17].sum(1)
    count = np.where(old, first, first + apart[:, 17])
    compared = apart.copy()
    compared[old, 17] = False
    level[wrong & ~apart[:, :15].any(1)] = _I.ROUNDED
    slip = (count == 1) | ((count == 2) & _exchanged(a, b, compared))
    level[slip & (wrong | old)] = _I.TYPO
    same = first == 0
    level[same & ~wrong] = _I.SAME
    level[same & wrong] = np.where(apart[same & wrong, 17], _I.TYPO, _I.SAME_WRONG)
    return level


def _phone_levels(ours: Array, theirs: Array) -> Bytes:
    best = np.full(len(ours), 99, dtype=np.uint8)
    for one in (0, 1):
        for other in (0, 1):
            a, b = ours[:, one], theirs[:, other]
            both = np.flatnonzero((a != 0) & (b != 0))
            if len(both):
                best[both] = np.minimum(best[both], _number_levels(a[both], b[both]))
    best[best == 99] = _P.UNKNOWN
    return best


def _number_levels(a: Array, b: Array) -> Bytes:
    level = np.full(len(a), _P.DIFFERENT, dtype=np.uint8)
    masked = (a < 0) | (b < 0)
    level[masked & (shown_digits(a) == shown_digits(b))] = _P.MASKED
    mobile = np.flatnonzero((a >= MOBILE_FROM) & (b >= MOBILE_FROM) & (a != b))
    level[mobile[is_slip(a[mobile], b[mobile])]] = _P.TYPO
    same = (a == b) & ~masked
    level[same] = np.where(a[same] >= MOBILE_FROM, _P.SAME, _P.LANDLINE)
    return level


def _address_levels(roster: People, registry: People, ours: Array, theirs: Array) -> Bytes:
    street, other = roster.street[ours], registry.street[theirs]
    level = np.where(street == other, _A.STREET, _A.ELSEWHERE).astype(np.uint8)
    on_street = np.flatnonzero((street == other) & (street > 0))
    mine, its = ours[on_street], theirs[on_street]
    house = (roster.house[mine] == registry.house[its]) & (roster.house[mine] > 0)
    full = (roster.full[mine] == registry.full[its]) & (roster.full[mine] > 0)
    level[on_street[house]] = _A.HOUSE
    level[on_street[full]] = _A.FULL
    level[(street == 0) | (other == 0)] = _A.UNKNOWN
    return level
