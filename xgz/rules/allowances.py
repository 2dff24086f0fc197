"""How often a thing may be done in a while, and how long it then rests (AC-4…)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Purpose(StrEnum):
    PASSWORD = "password"  # noqa: S105 (attempts on one account by devices it does not know)
    PASSWORD_KNOWN = "password.known"  # noqa: S105 (attempts from one device the account knows)
    ADDRESS = "address"  # failed attempts from one network address by unknown devices
    CODE = "code"  # attempts at one account's second factor
    EXACT_SEARCH = "search.exact"
    EXACT_SEARCH_DAY = "search.exact.day"
    REVEAL = "reveal"
    EXPORT = "export"
    SIGHTING_ALARM = "sighting.alarm"
    SIGHTING_REFUSED = "sighting.refused"
    EXCHANGE_ANSWER = "exchange.answer"  # requests answered under one key
    EXCHANGE_ROWS = "exchange.rows"  # rows of requests answered under one key
    REPORT_TRY = "self_report.try"  # whatever one network address sends to the public pages
    REPORT_ADDRESS = "self_report.address"  # claims from one network address
    REPORT_CODE = "self_report.code"  # claims by one code of a poster
    REPORT_PHONE = "self_report.phone"  # claims that name one phone
    REPORT_LOOK = "self_report.look"  # receipt codes tried from one network address
    REPORT_NOT_ME = "self_report.not_me"  # "not me" from one network address
    REPORT_RIDDLE = "self_report.riddle"  # answers to one picture of digits


@dataclass(frozen=True, slots=True)
class Limit:
    """most in one window; block: how long it rests once the last was taken, else to its end."""

    most: int
    window: timedelta
    block: timedelta | None = None
    rule: str = ""


LIMITS: dict[Purpose, Limit] = {
    Purpose.PASSWORD: Limit(5, timedelta(minutes=15), timedelta(minutes=30), "AC-4"),
    Purpose.PASSWORD_KNOWN: Limit(5, timedelta(minutes=15), timedelta(minutes=30), "AC-5"),
    Purpose.ADDRESS: Limit(50, timedelta(hours=1), None, "AC-6"),
    Purpose.CODE: Limit(5, timedelta(minutes=15), timedelta(minutes=30), "AC-8"),
    Purpose.EXACT_SEARCH: Limit(30, timedelta(hours=1), None, "RV-4"),
    Purpose.EXACT_SEARCH_DAY: Limit(200, timedelta(days=1), None, "RV-4"),
    Purpose.REVEAL: Limit(20, timedelta(days=1), None, "RV-2"),
    Purpose.EXPORT: Limit(1_000, timedelta(days=1), None, "EX-4"),
    Purpose.REPORT_TRY: Limit(60, timedelta(hours=1), None, "SR-6"),
    Purpose.REPORT_ADDRESS: Limit(10, timedelta(hours=1), None, "SR-6"),
    Purpose.REPORT_CODE: Limit(20, timedelta(hours=1), None, "SR-6"),
    Purpose.REPORT_PHONE: Limit(3, timedelta(days=1), None, "SR-6"),
    Purpose.REPORT_LOOK: Limit(20, timedelta(hours=1), None, "SR-6"),
    Purpose.REPORT_NOT_ME: Limit(5, timedelta(hours=1), None, "SR-6"),
    # Longer than a picture can be answered, so that no answer counts twice.
    Purpose.REPORT_RIDDLE: Limit(1, timedelta(hours=2), None, "SR-6"),
    # Told once an hour, however often somebody goes on trying.
    Purpose.SIGHTING_ALARM: Limit(1, timedelta(hours=1), None, "RV-5"),
    Purpose.SIGHTING_REFUSED: Limit(1, timedelta(hours=1), None, "RV-5"),
    Purpose.EXCHANGE_ANSWER: Limit(20, timedelta(days=1), None, "XC-6"),
    Purpose.EXCHANGE_ROWS: Limit(400_000, timedelta(days=1), None, "XC-6"),
}
