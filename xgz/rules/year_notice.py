"""A year's notice of days off, as a clerk copies it line by line (CL-6)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from unicodedata import normalize

NAME_MAX = 40
_LINE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s+(\S+)\s+(\S.*)")
_WORDS = {"休": False, "班": True}
_SATURDAY = 5


class NoticeFault(StrEnum):
    FORM = "form"
    DATE = "date"
    WORD = "word"
    NAME_TOO_LONG = "name_too_long"
    OTHER_YEAR = "other_year"
    TWICE = "twice"
    SHIFTED_ON_WEEKDAY = "shifted_on_weekday"
    HOLIDAY_WORKED = "holiday_worked"
    HOLIDAY_MISSING = "holiday_missing"
    NOTHING = "nothing"


FAULT_TEXTS: dict[NoticeFault, str] = {
    NoticeFault.FORM: "请按“2027-02-05 休 春节”的样子写：日期、休或班、名称，中间空格。",
    NoticeFault.DATE: "没有这一天，请核对日期。",
    NoticeFault.WORD: "日期后面写“休”或“班”。",
    NoticeFault.NAME_TOO_LONG: "名称最多 40 个字。",
    NoticeFault.OTHER_YEAR: "不是所选年份的日期。",
    NoticeFault.TWICE: "这一天前面已经写过。",
    NoticeFault.SHIFTED_ON_WEEKDAY: "这一天是周一至周五，本来就上班，不用写“班”。",
    NoticeFault.HOLIDAY_WORKED: "这一天是法定节日，不能写“班”。",
    NoticeFault.HOLIDAY_MISSING: "通知里没有这个法定节日，请补上。",
    NoticeFault.NOTHING: "请粘贴通知的内容。",
}


@dataclass(frozen=True, slots=True)
class NoticeDay:
    day: date
    is_workday: bool
    name: str


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with one line. line: from 1, 0 for the notice as a whole; text: as written."""

    line: int
    text: str
    fault: NoticeFault


def read_notice(
    text: str, year: int, by_law: Mapping[date, str]
) -> tuple[list[NoticeDay], list[LineFault]]:
    """Return the days of a notice in order, and what is wrong with it; it holds only without faults.

    by_law: the holidays every notice of the year has to contain, each with its name. Empty lines
    are skipped.
    """
    days: dict[date, NoticeDay] = {}
    faults: list[LineFault] = []
    for number, line in enumerate(normalize("NFKC", text).splitlines(), start=1):
        if not line.strip():
            continue
        found = _read_line(line.strip())
        if isinstance(found, NoticeDay):
            fault = _fault_of(found, year, by_law, days)
            days.setdefault(found.day, found)
        else:
            fault = found
        if fault is not None:
            faults.append(LineFault(number, line.strip(), fault))
    if not days and not faults:
        return [], [LineFault(0, "", NoticeFault.NOTHING)]
    missing = [day for day in by_law if day not in days]
    faults += [LineFault(0, f"{day} {by_law[day]}", NoticeFault.HOLIDAY_MISSING) for day in missing]
    return sorted(days.values(), key=lambda found: found.day), faults


def check_notice(days: Sequence[NoticeDay], year: int, by_law: Mapping[date, str]) -> bool:
    """Test whether days make up a notice of a year: each once, no holiday missing or worked."""
    seen: dict[date, NoticeDay] = {}
    for found in days:
        if _fault_of(found, year, by_law, seen) is not None:
            return False
        seen[found.day] = found
    return bool(days) and all(day in seen for day in by_law)


def _read_line(line: str) -> NoticeDay | NoticeFault:
    parts = _LINE.fullmatch(line)
    if parts is None:
        return NoticeFault.FORM
    try:
        day = date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        return NoticeFault.DATE
    if parts[4] not in _WORDS:
        return NoticeFault.WORD
    return NoticeDay(day, _WORDS[parts[4]], parts[5].strip())


def _fault_of(
    found: NoticeDay, year: int, by_law: Mapping[date, str], before: Mapping[date, NoticeDay]
) -> NoticeFault | None:
    checks = (
        (NoticeFault.NAME_TOO_LONG, len(found.name) > NAME_MAX),
        (NoticeFault.OTHER_YEAR, found.day.year != year),
        (NoticeFault.TWICE, found.day in before),
        (NoticeFault.HOLIDAY_WORKED, found.is_workday and found.day in by_law),
        (NoticeFault.SHIFTED_ON_WEEKDAY, found.is_workday and found.day.weekday() < _SATURDAY),
    )
    return next((fault for fault, is_so in checks if is_so), None)
