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
    # Told once an hour, however often somebody goes on trying.
    Purpose.SIGHTING_ALARM: Limit(1, timedelta(hours=1), None, "RV-5"),
    Purpose.SIGHTING_REFUSED: Limit(1, timedelta(hours=1), None, "RV-5"),
}
