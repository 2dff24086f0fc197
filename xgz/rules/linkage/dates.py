"""Birth dates as they are written, brought to eight digits; "00" where day or month is not given (LK-6)."""

import re
import unicodedata
from datetime import date, timedelta

_NUMERALS = str.maketrans("〇零○O一二三四五六七八九", "0000123456789")
_TENS = re.compile(r"([1-9]?)十([1-9]?)")
_GROUP = re.compile(r"[0-9]+")
_SERIAL_START = date(1899, 12, 30)  # how spreadsheets count days
_SERIALS = range(3000, 47000)
_CENTURY = 25  # two digits up to here are 20xx


def standard_born(text: str) -> str:
    """Return YYYYMMDD, YYYYMM00 or YYYY0000; "" where no year can be read."""
    folded = unicodedata.normalize("NFKC", text).translate(_NUMERALS)
    folded = _TENS.sub(lambda m: f"{int(m[1] or 1)}{m[2] or 0}", folded)
    groups = _GROUP.findall(folded.split("T")[0].split(":")[0])
    if not groups:
        return ""
    first = groups[0]
    if len(first) >= 6:
        return _parts(first[:4], first[4:6], first[6:8])
    if len(first) == 5 and int(first) in _SERIALS and len(groups) <= 2:
        return f"{_SERIAL_START + timedelta(days=int(first)):%Y%m%d}"
    if len(first) <= 2 and len(groups) >= 3 and len(groups[2]) == 4:
        return _parts(groups[2], groups[0], groups[1])
    return _parts(_year(first), *[*groups[1:3], "", ""][:2])


def _year(text: str) -> str:
    if len(text) == 2:
        return ("19" if int(text) > _CENTURY else "20") + text
    return text


def _parts(year: str, month: str, day: str) -> str:
    if len(year) != 4 or not 1900 <= int(year) <= 2100:
        return ""
    months, days = int(month or 0), int(day or 0)
    if not 1 <= months <= 31 or days > 31 or min(months, days or 1) > 12:
        return f"{year}0000"
    return f"{year}{months:02d}{days:02d}"


def day_of(born: str) -> date:
    """Return the day that eight digits are. Raises ValueError where they are none."""
    return date(int(born[:4]), int(born[4:6]), int(born[6:]))
