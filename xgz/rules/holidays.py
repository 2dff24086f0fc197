"""The days off and shifted working days of each year (CL-1, CL-2); sources stand in the rulebook.

A year whose notice is not out holds the holidays fixed by law only, and is marked provisional: the
days themselves and, for those that fall on a weekend, the next working days in their place.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from xgz.rules.workdays import YearOfDays

_LAW_TEXTS = ("全国年节及纪念日放假办法（2024年修订），调休通知未发布",)
# Holidays that fall on a weekend, and what the working day in their place is called.
_MADE_UP_WORDS: dict[str, str] = {
    "元旦": "元旦补假",
    "春节": "春节补假",
    "清明节": "清明节补假",
    "劳动节": "劳动节补假",
    "端午节": "端午节补假",
    "中秋节": "中秋节补假",
    "国庆节": "国庆节补假",
}
_SATURDAY = 5
# New Year's Eve, Tomb-sweeping Day, Dragon Boat Festival, Mid-autumn Festival of each year.
_FESTIVALS: dict[int, tuple[date, date, date, date]] = {
    2025: (date(2025, 1, 28), date(2025, 4, 4), date(2025, 5, 31), date(2025, 10, 6)),
    2026: (date(2026, 2, 16), date(2026, 4, 5), date(2026, 6, 19), date(2026, 9, 25)),
    2027: (date(2027, 2, 5), date(2027, 4, 5), date(2027, 6, 9), date(2027, 9, 15)),
    2028: (date(2028, 1, 25), date(2028, 4, 4), date(2028, 5, 28), date(2028, 10, 3)),
    2029: (date(2029, 2, 12), date(2029, 4, 4), date(2029, 6, 16), date(2029, 9, 22)),
    2030: (date(2030, 2, 2), date(2030, 4, 5), date(2030, 6, 5), date(2030, 9, 12)),
}


def _span(first: date, last: date, name: str) -> dict[date, str]:
    return {first + timedelta(days=n): name for n in range((last - first).days + 1)}


def _shifted(name: str, *days: date) -> dict[date, str]:
    return dict.fromkeys(days, name)


def fixed_by_law(year: int) -> dict[date, str]:
    """Return the days of a year that the law makes holidays, each with its name (CL-2).

    Beyond the years whose lunar festivals are known, those with a fixed date alone.
    """
    off = {
        date(year, 1, 1): "元旦",
        **_span(date(year, 5, 1), date(year, 5, 2), "劳动节"),
        **_span(date(year, 10, 1), date(year, 10, 3), "国庆节"),
    }
    if year in _FESTIVALS:
        new_year_eve, tomb_sweeping, dragon_boat, mid_autumn = _FESTIVALS[year]
        off |= _span(new_year_eve, new_year_eve + timedelta(days=3), "春节")
        off |= {tomb_sweeping: "清明节", dragon_boat: "端午节", mid_autumn: "中秋节"}
    return dict(sorted(off.items()))


def _by_law(year: int) -> YearOfDays:
    """Return a year without a notice; holidays on a weekend are made up for on the next days."""
    off = fixed_by_law(year)
    for day, name in list(off.items()):
        if day.weekday() >= _SATURDAY:
            off[_next_workday(day, off)] = _MADE_UP_WORDS[name]
    return YearOfDays(source=_LAW_TEXTS[0], is_final=False, off=off, shifted={})


def _next_workday(day: date, off: Mapping[date, str]) -> date:
    while day.weekday() >= _SATURDAY or day in off:
        day += timedelta(days=1)
    return day


YEARS: dict[int, YearOfDays] = {
    2024: YearOfDays(
        source="国务院办公厅关于2024年部分节假日安排的通知",
        is_final=True,
        off={
            **_span(date(2024, 1, 1), date(2024, 1, 1), "元旦"),
            **_span(date(2024, 2, 10), date(2024, 2, 17), "春节"),
            **_span(date(2024, 4, 4), date(2024, 4, 6), "清明节"),
            **_span(date(2024, 5, 1), date(2024, 5, 5), "劳动节"),
            **_span(date(2024, 6, 10), date(2024, 6, 10), "端午节"),
            **_span(date(2024, 9, 15), date(2024, 9, 17), "中秋节"),
            **_span(date(2024, 10, 1), date(2024, 10, 7), "国庆节"),
        },
        shifted={
            **_shifted("春节调休", date(2024, 2, 4), date(2024, 2, 18)),
            **_shifted("清明节调休", date(2024, 4, 7)),
            **_shifted("劳动节调休", date(2024, 4, 28), date(2024, 5, 11)),
            **_shifted("中秋节调休", date(2024, 9, 14)),
            **_shifted("国庆节调休", date(2024, 9, 29), date(2024, 10, 12)),
        },
    ),
    2025: YearOfDays(
        source="国务院办公厅关于2025年部分节假日安排的通知",
        is_final=True,
        off={
            **_span(date(2025, 1, 1), date(2025, 1, 1), "元旦"),
            **_span(date(2025, 1, 28), date(2025, 2, 4), "春节"),
            **_span(date(2025, 4, 4), date(2025, 4, 6), "清明节"),
            **_span(date(2025, 5, 1), date(2025, 5, 5), "劳动节"),
            **_span(date(2025, 5, 31), date(2025, 6, 2), "端午节"),
            **_span(date(2025, 10, 1), date(2025, 10, 8), "国庆节、中秋节"),
        },
        shifted={
            **_shifted("春节调休", date(2025, 1, 26), date(2025, 2, 8)),
            **_shifted("劳动节调休", date(2025, 4, 27)),
            **_shifted("国庆节调休", date(2025, 9, 28), date(2025, 10, 11)),
        },
    ),
    2026: YearOfDays(
        source="国务院办公厅关于2026年部分节假日安排的通知",
        is_final=True,
        off={
            **_span(date(2026, 1, 1), date(2026, 1, 3), "元旦"),
            **_span(date(2026, 2, 15), date(2026, 2, 23), "春节"),
            **_span(date(2026, 4, 4), date(2026, 4, 6), "清明节"),
            **_span(date(2026, 5, 1), date(2026, 5, 5), "劳动节"),
            **_span(date(2026, 6, 19), date(2026, 6, 21), "端午节"),
            **_span(date(2026, 9, 25), date(2026, 9, 27), "中秋节"),
            **_span(date(2026, 10, 1), date(2026, 10, 7), "国庆节"),
        },
        shifted={
            **_shifted("元旦调休", date(2026, 1, 4)),
            **_shifted("春节调休", date(2026, 2, 14), date(2026, 2, 28)),
            **_shifted("劳动节调休", date(2026, 5, 9)),
            **_shifted("国庆节调休", date(2026, 9, 20), date(2026, 10, 10)),
        },
    ),
    **{year: _by_law(year) for year in range(2027, 2031)},
}
