"""Looking at a full number: for which reason, how often, how long, what stands out (RV-1…)."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class RevealField(StrEnum):
    ID_NUMBER = "id_number"
    PHONE = "phone"
    ADDRESS = "address"


class RevealReason(StrEnum):
    CONTACT = "contact"
    TRANSFER = "transfer"
    VERIFY = "verify"
    DEVELOP = "develop"
    COMPLAINT = "complaint"
    OTHER = "other"


class Mark(StrEnum):
    """What makes a look worth a question; none of it proves anything (RV-7)."""

    RELATED = "related"
    HOUSEHOLD = "household"
    AFTER_HOURS = "after_hours"
    VOLUME = "volume"
    WHOLE = "whole"


REVEAL_FIELD_LABELS: dict[RevealField, str] = {
    RevealField.ID_NUMBER: "公民身份号码",
    RevealField.PHONE: "手机号",
    RevealField.ADDRESS: "家庭住址",
}
REVEAL_REASON_LABELS: dict[RevealReason, str] = {
    RevealReason.CONTACT: "联系本人",
    RevealReason.TRANSFER: "办理组织关系转接",
    RevealReason.VERIFY: "核对身份信息",
    RevealReason.DEVELOP: "发展党员手续",
    RevealReason.COMPLAINT: "处理本人申请或投诉",
    RevealReason.OTHER: "其他",
}
MARK_LABELS: dict[Mark, str] = {
    Mark.RELATED: "同姓且同村（街）",
    Mark.HOUSEHOLD: "与查看人同一住址",
    Mark.AFTER_HOURS: "非工作时间且未写明事项",
    Mark.VOLUME: "短时间内查看很多人且未写明事项",
    Mark.WHOLE: "同一人的全部号码都看了且未写明事项",
}
# What of whom can be looked at; the address of a business is a public fact of the register.
MEMBER_FIELDS = (RevealField.ID_NUMBER, RevealField.PHONE, RevealField.ADDRESS)
BUSINESS_FIELDS = (RevealField.ID_NUMBER, RevealField.PHONE)
# An owner is not asked about as a member: those reasons would say what the market line must not know.
MEMBER_REASONS = tuple(RevealReason)
BUSINESS_REASONS = (
    RevealReason.CONTACT,
    RevealReason.VERIFY,
    RevealReason.COMPLAINT,
    RevealReason.OTHER,
)
# Of a lead's person the phone is looked at to make contact, the number to compare it (LD-3, LD-7).
LEAD_REASONS: dict[RevealField, RevealReason] = {
    RevealField.PHONE: RevealReason.CONTACT,
    RevealField.ID_NUMBER: RevealReason.VERIFY,
}
LEAD_FIELDS = tuple(LEAD_REASONS)
SHORTEST_REASON = 8  # RV-1: visible characters
SHOWN_MINUTES = 5  # RV-2
ALARM_PEOPLE = 200  # RV-5: different people of the roster seen in an hour
MOST_PEOPLE = 300  # RV-5
STEP_MINUTES = 15  # RV-5: what was seen is kept by quarters of an hour
KEEP_MONTHS = 36  # RV-6
WATCHED_DAYS = 7  # RV-7
DAY_BEGINS, DAY_ENDS = 7, 20  # RV-7: hours of a working day at which nobody wonders
MANY_AN_HOUR, MANY_A_DAY = 10, 15  # RV-7: people without a case
_HOUR = timedelta(hours=1)
_WINDOW = 60  # more looks than any day allows (RV-2)


class Seen(NamedTuple):
    """Whom a page names in clear, by row number: a member, or else the person of a lead (RV-5)."""

    member: int | None = None
    lead: int | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody as far as relations are told by it; "" where unknown. key: row of the person."""

    key: str = ""
    surname: str = ""
    street: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """One reveal as the marks see it. at: local time; is_own: of the looker's own branch."""

    number: int
    at: datetime
    is_workday: bool
    looker: int
    by: Party
    of: Party
    field: RevealField
    has_case: bool
    is_own: bool = False


def sighting_step(now: datetime) -> datetime:
    """Return the beginning of the quarter of an hour that `now` lies in (RV-5)."""
    minute = now.minute // STEP_MINUTES * STEP_MINUTES
    return now.replace(minute=minute, second=0, microsecond=0)


def sightings_since(now: datetime) -> datetime:
    """Return the first quarter that may reach into the last sixty minutes (RV-5).

    It counts whole, so no sixty minutes hold more than the limit; at most fifteen more count too.
    """
    return sighting_step(now) - timedelta(minutes=60)


def street_of(address: str) -> str:
    """Return an address up to its village, road or street, "" where it names none."""
    for end, sign in enumerate(address, 1):
        if sign in "村路巷弄" or (sign == "街" and address[end : end + 1] != "道"):
            return address[:end]
        if address[max(end - 2, 0) : end] in {"社区", "小区"}:
            return address[:end]
    return ""


def marks_of(looks: Sequence[Look]) -> dict[int, frozenset[Mark]]:
    """Return number → the marks of each look that has any (RV-7); looks of a week or a month."""
    found: dict[int, set[Mark]] = {}
    for look in looks:
        marks = {mark for mark, applies in _OF_ONE.items() if applies(look)}
        if marks:
            found[look.number] = marks
    loose = [look for look in looks if not look.has_case]
    for mark, numbers in ((Mark.VOLUME, _many(loose)), (Mark.WHOLE, _whole(loose))):
        for number in numbers:
            found.setdefault(number, set()).add(mark)
    return {number: frozenset(marks) for number, marks in found.items()}


def _is_related(look: Look) -> bool:
    same = look.by.surname == look.of.surname and look.by.street == look.of.street
    return bool(_is_other(look) and look.by.surname and look.by.street and same)


def _is_household(look: Look) -> bool:
    return bool(_is_other(look) and look.by.address and look.by.address == look.of.address)


def _is_other(look: Look) -> bool:
    """The own branch's people live in the same villages; looking at oneself is no snooping."""
    return not look.is_own and look.by.key != look.of.key


def _is_after_hours(look: Look) -> bool:
    in_hours = look.is_workday and DAY_BEGINS <= look.at.hour < DAY_ENDS
    return not look.has_case and not in_hours


_OF_ONE = {
    Mark.RELATED: _is_related,
    Mark.HOUSEHOLD: _is_household,
    Mark.AFTER_HOURS: _is_after_hours,
}


def _many(looks: Iterable[Look]) -> set[int]:
    """Return the looks at many different people within sixty minutes, or else on one day.

    What the sixty minutes explain is left out of the day, so that its quiet hours stay unmarked.
    """
    found: set[int] = set()
    for rows in _by(looks, lambda look: look.looker):
        found |= _dense(sorted(rows, key=lambda look: look.at))
        rest = [look for look in rows if look.number not in found]
        for day in _by(rest, lambda look: look.at.date()):
            if _people(day) >= MANY_A_DAY:
                found |= {look.number for look in day}
    return found


def _dense(rows: Sequence[Look]) -> set[int]:
    """Return the looks of one looker, in order of time, that lie in a crowded sixty minutes."""
    found: set[int] = set()
    for place, first in enumerate(rows):
        window = [look for look in rows[place : place + _WINDOW] if look.at < first.at + _HOUR]
        if _people(window) >= MANY_AN_HOUR:
            found |= {look.number for look in window}
    return found


def _people(looks: Iterable[Look]) -> int:
    return len({look.of.key for look in looks})


def _by(looks: Iterable[Look], key: Callable[[Look], Hashable]) -> list[list[Look]]:
    groups: dict[Hashable, list[Look]] = {}
    for look in looks:
        groups.setdefault(key(look), []).append(look)
    return list(groups.values())


def _whole(looks: Iterable[Look]) -> set[int]:
    """Return the looks of one looker at every number of one person."""
    rows = list(looks)
    fields = Counter((look.looker, look.of.key, look.field) for look in rows)
    seen = Counter((looker, key) for looker, key, _field in fields)
    every = {pair for pair, number in seen.items() if number >= len(MEMBER_FIELDS)}
    return {look.number for look in rows if (look.looker, look.of.key) in every}
