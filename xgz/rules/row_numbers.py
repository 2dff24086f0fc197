"""Row numbers kept small: the list behind a figure as one short string of bytes (SN-1).

Ascending numbers are written as the distances between them, seven bits a byte, then deflated.
"""

import zlib
from collections.abc import Iterable

_MORE, _BITS = 0x80, 7


class RowsDamaged(Exception):
    """The bytes are no list that `pack_rows` wrote."""


def pack_rows(numbers: Iterable[int]) -> bytes:
    """Return row numbers, in any order and each kept once, as bytes; no numbers are no bytes.

    Raises ValueError for a number below 1.
    """
    ascending = sorted(set(numbers))
    if not ascending:
        return b""
    if ascending[0] < 1:
        raise ValueError("row numbers begin with 1")
    out, before = bytearray(), 0
    for number in ascending:
        left, before = number - before, number
        while left >= _MORE:
            out.append(left & (_MORE - 1) | _MORE)
            left >>= _BITS
        out.append(left)
    return zlib.compress(bytes(out), 9)


def unpack_rows(packed: bytes) -> list[int]:
    """Return the row numbers that were packed, ascending. Raises RowsDamaged."""
    if not packed:
        return []
    try:
        plain = zlib.decompress(packed)
    except zlib.error as fault:
        raise RowsDamaged(str(fault)) from None
    numbers, number, distance, shift = list[int](), 0, 0, 0
    for byte in plain:
        distance |= (byte & (_MORE - 1)) << shift
        shift += _BITS
        if byte & _MORE:
            continue
        if distance == 0:
            raise RowsDamaged("two rows of one number")
        number += distance
        numbers.append(number)
        distance = shift = 0
    if shift:
        raise RowsDamaged("cut off")
    return numbers
