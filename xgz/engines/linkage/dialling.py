"""Telephone numbers as whole numbers: mobiles of 10 to 12 digits, landlines, masked ones negative."""

import numpy as np
from numpy.typing import NDArray

from xgz.engines.linkage.columns import Array

MOBILE_FROM = 10**9


def beginning(phone: Array, digits: int) -> Array:
    """Return the first digits of mobiles."""
    found: Array = phone // 10 ** (_length(phone) - digits)
    return found


def shown_digits(phone: Array) -> Array:
    """Return the first three and last four digits, all that a mask shows; -1 for a landline."""
    ends = beginning(phone, 3) * 10**4 + phone % 10**4
    return np.where(phone < 0, -phone, np.where(phone >= MOBILE_FROM, ends, -1))


def is_slip(a: Array, b: Array) -> NDArray[np.bool_]:
    """Test for one digit other, two neighbours exchanged, or one digit more or less."""
    long, short = np.maximum(a, b), np.minimum(a, b)
    found = np.zeros(len(a), dtype=bool)
    longer, shorter = _length(long), _length(short)
    for place in range(12):
        power = 10**place
        left = (
            (longer == shorter)
            & (a // (power * 10) == b // (power * 10))
            & (a % power == b % power)
        )
        found |= left
        two = (
            (longer == shorter)
            & (a // (power * 100) == b // (power * 100))
            & (a % power == b % power)
        )
        upper, lower = a // (power * 10) % 10, a // power % 10
        found |= two & (b // (power * 10) % 10 == lower) & (b // power % 10 == upper)
        without = long // (power * 10) * power + long % power
        found |= (longer == shorter + 1) & (without == short)
    return found


def _length(phone: Array) -> Array:
    return 10 + (phone >= 10**10).astype(np.int64) + (phone >= 10**11)
