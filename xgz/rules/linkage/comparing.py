"""The level of agreement of two people, column by column: the reference every engine follows."""

from itertools import product

from xgz.rules.linkage import names
from xgz.rules.linkage.addresses import Place
from xgz.rules.linkage.evidence import (
    AddressLevel,
    BornLevel,
    Evidence,
    IdLevel,
    NameLevel,
    PhoneLevel,
    SexLevel,
)
from xgz.rules.linkage.lunar import lunar_of
from xgz.rules.linkage.numbers import HIDDEN, IdKind, IdText
from xgz.rules.linkage.people import Person
from xgz.rules.linkage.phones import MOBILE

_WHOLE = frozenset({IdKind.RIGHT, IdKind.OLD, IdKind.WRONG})
_TAIL_FROM = 14  # the order digits and the check digit stand from here on
_TAIL_SEEN = 3  # that many of the last four must be seen
_HEAD_SEEN = 2
_ROUNDED_FROM = 15


def compare(one: Person, other: Person) -> Evidence:
    """Return the evidence of two people in standard form; the order of the two does not matter."""
    return Evidence(
        name_level(one.name, other.name),
        _sex_level(one.sex, other.sex),
        born_level(one.born, other.born),
        id_level(one.id_number, other.id_number),
        phone_level(one.phones, other.phones),
        address_level(one.place, other.place),
    )


def _sex_level(one: str, other: str) -> SexLevel:
    if not one or not other:
        return SexLevel.UNKNOWN
    return SexLevel.SAME if one == other else SexLevel.DIFFERENT


def name_level(one: str, other: str) -> NameLevel:
    """Return how two standard names agree (LK-2, LK-3); a masked name proves a surname at most."""
    if not one or not other:
        return NameLevel.UNKNOWN
    if names.HIDDEN in one + other:
        return NameLevel.SURNAME if one[0] == other[0] else NameLevel.UNKNOWN
    if one == other:
        return NameLevel.SAME
    if len(one) == len(other):
        level = _same_length(one, other)
    else:
        level = NameLevel.PART if _is_part(*sorted((one, other), key=len)) else NameLevel.OTHER
    if level == NameLevel.OTHER and names.sounds_alike(one[0], other[0]):
        return NameLevel.SURNAME
    return level


def _same_length(one: str, other: str) -> NameLevel:
    apart = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    unlike = [pair for pair in apart if not names.sounds_alike(*pair)]
    if not unlike:
        return NameLevel.SOUND
    if len(unlike) == 1 and names.looks_alike(*unlike[0]):
        return NameLevel.SHAPE
    if all(names.sounds_nearly(*pair) for pair in unlike):
        return NameLevel.NEAR_SOUND
    if sorted(one) == sorted(other):
        return NameLevel.ORDER
    return NameLevel.ONE_OTHER if len(unlike) == 1 and len(one) > 2 else NameLevel.OTHER


def _is_part(short: str, long: str) -> bool:
    """Test whether the long name is the short one with one more character, or begins or ends so."""
    if len(short) < 2:
        return False
    if len(long) - len(short) == 1:
        return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
    return len(short) > 2 and (long.startswith(short) or long.endswith(short))


def id_level(one: IdText, other: IdText) -> IdLevel:
    """Return how two identity numbers agree (LK-4, LK-5)."""
    kinds = {one.kind, other.kind}
    if IdKind.NONE in kinds:
        return IdLevel.UNKNOWN
    if IdKind.OTHER in kinds:
        return _other_papers(one, other)
    if IdKind.ODD in kinds:
        return _odd(one, other)
    if kinds <= _WHOLE:
        return _whole(one, other)
    if IdKind.ROUNDED in kinds and kinds & _WHOLE and one.text[:15] == other.text[:15]:
        return IdLevel.ROUNDED
    return _partial(one.text, other.text, is_one_whole=bool(kinds & _WHOLE))


def _other_papers(one: IdText, other: IdText) -> IdLevel:
    if one.kind != other.kind:
        return IdLevel.UNKNOWN
    return IdLevel.SAME if one.text == other.text else IdLevel.DIFFERENT


def _odd(one: IdText, other: IdText) -> IdLevel:
    """Compare where a digit was lost or is too many; anything hidden on the other side tells nothing."""
    if IdKind.PARTIAL in (one.kind, other.kind) or IdKind.ROUNDED in (one.kind, other.kind):
        return IdLevel.UNKNOWN
    if one.text == other.text:
        return IdLevel.SAME_WRONG
    if one.kind == other.kind:
        return IdLevel.DIFFERENT
    return IdLevel.TYPO if is_one_more(one.text, other.text) else IdLevel.DIFFERENT


def is_one_more(one: str, other: str) -> bool:
    """Test whether two texts differ by one character more in one of them."""
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(
        long[:i] + long[i + 1 :] == short for i in range(len(long))
    )


def _whole(one: IdText, other: IdText) -> IdLevel:
    if one.text[:17] == other.text[:17]:
        if IdKind.WRONG not in (one.kind, other.kind):
            return IdLevel.SAME
        return IdLevel.SAME_WRONG if one.text == other.text else IdLevel.TYPO
    if one.kind == other.kind == IdKind.RIGHT:
        return IdLevel.CLASH
    # A typing error in an old number gives its new form another check digit, too.
    places = 17 if IdKind.OLD in (one.kind, other.kind) else 18
    if is_slip(one.text[:places], other.text[:places]):
        return IdLevel.TYPO
    if one.text[:15] == other.text[:15] and IdKind.WRONG in (one.kind, other.kind):
        return IdLevel.ROUNDED
    return _unlike(one, other)


def _unlike(one: IdText, other: IdText) -> IdLevel:
    right = {IdKind.RIGHT, IdKind.OLD}
    return IdLevel.CLASH if {one.kind, other.kind} <= right else IdLevel.DIFFERENT


def is_slip(one: str, other: str) -> bool:
    """Test whether two texts of one length differ in one place, or by two neighbours exchanged."""
    if len(one) != len(other):
        return False
    apart = [i for i in range(len(one)) if one[i] != other[i]]
    if len(apart) == 2:
        i, j = apart
        return j == i + 1 and one[i] == other[j] and one[j] == other[i]
    return len(apart) == 1


def _partial(one: str, other: str, *, is_one_whole: bool) -> IdLevel:
    """Compare what both show: equal masks hide the same places, not the same person."""
    seen = [i for i in range(18) if HIDDEN not in (one[i], other[i])]
    apart = [i for i in seen if one[i] != other[i]]
    tail = sum(i >= _TAIL_FROM for i in seen)
    if not apart:
        if tail >= _TAIL_SEEN or len(seen) >= _ROUNDED_FROM:
            return IdLevel.TAIL if is_one_whole else IdLevel.BOTH_HIDDEN
        return IdLevel.HEAD if len(seen) >= _HEAD_SEEN else IdLevel.UNKNOWN
    if len(seen) > 7 and (len(apart) == 1 or _is_exchanged(one, other, apart)):
        return IdLevel.NEARLY
    return IdLevel.DIFFERENT


def _is_exchanged(one: str, other: str, apart: list[int]) -> bool:
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    i, j = apart
    return one[i] == other[j] and one[j] == other[i]


def born_level(one: tuple[str, ...], other: tuple[str, ...]) -> BornLevel:
    """Return how the best two of the dates agree (LK-6)."""
    levels = [_dates_level(a, b) for a, b in product(one, other)]
    return min(levels, default=BornLevel.UNKNOWN)


def _dates_level(one: str, other: str) -> BornLevel:
    if one == other and one[6:] != "00":
        return BornLevel.SAME
    same = [one[:4] == other[:4], one[4:6] == other[4:6], one[6:] == other[6:]]
    if "00" in (one[4:6], other[4:6]):
        return BornLevel.YEAR if same[0] else BornLevel.DIFFERENT
    if "00" in (one[6:], other[6:]):
        return BornLevel.MONTH if same[0] and same[1] else _by_year(one, other)
    if same[0] and one[4:6] == other[6:] and one[6:] == other[4:6]:
        return BornLevel.SWAPPED
    if lunar_of(one) == other or lunar_of(other) == one:
        return BornLevel.LUNAR
    return BornLevel.ONE_PART if sum(same) == 2 else _by_year(one, other)


def _by_year(one: str, other: str) -> BornLevel:
    near = abs(int(one[:4]) - int(other[:4])) <= 1
    return BornLevel.NEAR_YEAR if near else BornLevel.DIFFERENT


def phone_level(one: tuple[str, ...], other: tuple[str, ...]) -> PhoneLevel:
    """Return how the best two of the numbers agree (LK-7)."""
    levels = [_numbers_level(a, b) for a, b in product(one, other)]
    return min(levels, default=PhoneLevel.UNKNOWN)


def _numbers_level(one: str, other: str) -> PhoneLevel:
    if "*" in one + other:
        return (
            PhoneLevel.MASKED
            if one[:3] + one[-4:] == other[:3] + other[-4:]
            else PhoneLevel.DIFFERENT
        )
    if one == other:
        return PhoneLevel.SAME if len(one) >= MOBILE - 1 else PhoneLevel.LANDLINE
    if min(len(one), len(other)) < MOBILE - 1:
        return PhoneLevel.DIFFERENT
    return (
        PhoneLevel.TYPO if is_slip(one, other) or is_one_more(one, other) else PhoneLevel.DIFFERENT
    )


def address_level(one: Place, other: Place) -> AddressLevel:
    """Return how two places agree (LK-8)."""
    if not one.street or not other.street:
        return AddressLevel.UNKNOWN
    if one.street != other.street:
        return AddressLevel.ELSEWHERE
    if one.numbers and one.numbers == other.numbers:
        return AddressLevel.FULL
    return AddressLevel.HOUSE if one.house and one.house == other.house else AddressLevel.STREET
