"""The lunar calendar as birthdays use it: which lunar date a day is (LK-6)."""

from bisect import bisect_right
from datetime import date

from xgz.rules.linkage.dates import day_of
from xgz.rules.linkage.lunar_years import LUNAR_YEARS

_YEARS = sorted(LUNAR_YEARS)
_FIRST_DAYS = [date.fromisoformat(LUNAR_YEARS[year].split()[0]) for year in _YEARS]
_MONTHS = [LUNAR_YEARS[year].split()[1:] for year in _YEARS]


def lunar_written(day: date) -> str:
    """Return the lunar date of a day as eight digits, "" outside the years 1900 to 2030.

    A leap month counts as the month before it, as people write it.
    """
    place = bisect_right(_FIRST_DAYS, day) - 1
    if place < 0:
        return ""
    left, month = (day - _FIRST_DAYS[place]).days, 0
    for length in _MONTHS[place]:
        month += not length.startswith("+")
        if left < int(length):
            return f"{_YEARS[place]:04d}{month:02d}{left + 1:02d}"
        left -= int(length)
    return ""


def lunar_of(born: str) -> str:
    """Return the lunar date of a birth date of eight digits, "" where that is no day."""
    try:
        return lunar_written(day_of(born))
    except ValueError:
        return ""
