"""The limits of SR-6 where there is no database: counted in the memory of the one process."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

from xgz.rules.allowances import LIMITS, Purpose

_MOST_SUBJECTS = 50_000  # then the oldest are forgotten: memory is no way in either


class UsedUp(Exception):
    """The limit is reached. wait: until it goes on."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


class Counters:
    """How often each subject did each thing within the window of its limit; safe between threads."""

    def __init__(self) -> None:
        self._uses: dict[tuple[Purpose, str], deque[datetime]] = {}
        self._lock = Lock()

    def take(self, wanted: list[tuple[Purpose, str]], now: datetime) -> None:
        """Use one of each, or none of any. Raises UsedUp."""
        with self._lock:
            for purpose, subject in wanted:
                uses = self._recent(purpose, subject, now)
                if len(uses) >= LIMITS[purpose].most:
                    raise UsedUp(uses[0] + LIMITS[purpose].window - now)
            for purpose, subject in wanted:
                self._recent(purpose, subject, now).append(now)
            while len(self._uses) > _MOST_SUBJECTS:
                del self._uses[next(iter(self._uses))]

    def _recent(self, purpose: Purpose, subject: str, now: datetime) -> deque[datetime]:
        uses = self._uses.setdefault((purpose, subject), deque())
        while uses and uses[0] <= now - LIMITS[purpose].window:
            uses.popleft()
        return uses
