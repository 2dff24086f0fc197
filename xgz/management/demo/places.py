"""Where the invented addresses lie: stalls at their market, numbers along their street, villages apart.

Nothing is drawn here, so that the same address lies in the same spot in every file.
"""

import math
import re
from zlib import crc32

from xgz.management.demo.district import Township

_METRES = 111_320.0  # of a degree of latitude
_NUMBER = re.compile(r"(\d+)号")
_NUMBERS = 400  # the highest house number of a street
_STREET_METRES = 1500.0
# How far from its spot something may stand, one standard deviation in metres.
_STALL, _HOUSE, _FARM = 30.0, 14.0, 160.0

Offset = tuple[float, float]  # east and north, in standard deviations


def lies_at(township: Township, address: str, offset: Offset) -> tuple[float, float]:
    """Return longitude and latitude (WGS84, six decimals) of an address of the township."""
    east, north, spread = _spot(township, address)
    east, north = east + offset[0] * spread, north + offset[1] * spread
    longitude = township.longitude + east / _METRES / math.cos(math.radians(township.latitude))
    return round(longitude, 6), round(township.latitude + north / _METRES, 6)


def _spot(township: Township, address: str) -> tuple[float, float, float]:
    """Return metres east and north of the centre, and how far things stand from there."""
    for market in township.markets:
        if market.name in address:
            return *_polar(_part(market.name), 250 + 500 * _part(market.name[::-1])), _STALL
    for village in township.villages:
        if village in address:
            return *_polar(_part(village), 1800 + 1700 * _part(village[::-1])), _FARM
    street = next((name for name in township.streets if name in address), "")
    number = _NUMBER.search(address)
    along = (int(number[1]) if number else 0) / _NUMBERS - 0.5
    # A street passes the centre at some distance and goes on straight.
    angle = 0.5 * _part(street)
    aside = (_part(street[::-1]) - 0.5) * 700
    east, north = _polar(angle, along * _STREET_METRES)
    right, down = _polar(angle + 0.25, aside)
    return east + right, north + down, _HOUSE


def _polar(turn: float, metres: float) -> tuple[float, float]:
    """Return east and north of so many metres in a direction; turn: 0 to 1 for a whole one."""
    return metres * math.sin(turn * math.tau), metres * math.cos(turn * math.tau)


def _part(name: str) -> float:
    """Return a number from 0 to 1 that belongs to a name."""
    return crc32(name.encode()) % 1000 / 1000
